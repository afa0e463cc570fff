// The unit of a recording: accesses of one kind and width in a row, whose places go on by one step. Its line of text is
// made and read here; `Recording` strings the lines together.

import Hardware

/// Accesses of one kind and width, one after the other, whose places differ by one step.
public struct RecordedRun: Hashable, Sendable {
    /// What the accesses are; the raw value is the word that begins the line.
    public enum Kind: String, Sendable, CaseIterable {
        case readPort = "in"
        case writePort = "out"
        case readConfiguration = "get"
        case writeConfiguration = "set"
        case readMemory = "read"
        case writeMemory = "write"
        case readProcessorLeaf = "cpuid"
        case readTimestamp = "tsc"
    }

    public var kind: Kind
    /// Units: bytes; 0 for processor leaves and time-stamps.
    public var width: UInt8
    /// Place of the first access.
    ///
    /// Layout: a port; of configuration space, bits 27:12 the function and 11:0 the offset; a physical address; of a
    /// processor leaf, bits 63:32 the leaf and 31:0 the subleaf; 0 for time-stamps.
    public var place: UInt64
    /// What is added to the place from one access to the next, wrapping.
    public var step: UInt64
    /// What was read or written, a value an access; of a processor leaf, EAX, EBX, ECX and EDX.
    public var values: [UInt64]

    public init(kind: Kind, width: UInt8, place: UInt64, step: UInt64 = 0, values: [UInt64]) {
        self.kind = kind
        self.width = width
        self.place = place
        self.step = step
        self.values = values
    }

    /// Number of accesses.
    public var count: Int { kind == .readProcessorLeaf ? 1 : values.count }

    /// Place of one of the accesses.
    public func place(of index: Int) -> UInt64 { place &+ step &* UInt64(index) }

    /// Adds one more access if it goes on where this run ends.
    mutating func extend(with next: RecordedRun) -> Bool {
        guard kind == next.kind, width == next.width, kind != .readProcessorLeaf else { return false }
        if values.count == 1 {
            step = next.place &- place
        } else if place(of: values.count) != next.place {
            return false
        }
        values += next.values
        return true
    }
}

extension RecordedRun {
    /// The line that stands for the run: kind, width, place, step where there is one, and the values, each repeated as
    /// its `*` says.
    public var line: String {
        var words = [kind.rawValue]
        if width != 0 { words.append(String(width)) }
        if kind != .readTimestamp { words.append(placeWord) }
        if step != 0 { words.append("step=" + Self.hexadecimal(step)) }
        var index = 0
        while index < values.count {
            var end = index + 1
            while end < values.count && values[end] == values[index] { end += 1 }
            let value = Self.hexadecimal(values[index])
            words.append(end - index == 1 ? value : "\(value)*\(end - index)")
            index = end
        }
        return words.joined(separator: " ")
    }

    private var placeWord: String {
        switch kind {
        case .readConfiguration, .writeConfiguration:
            let function = FunctionAddress(rawValue: UInt16(truncatingIfNeeded: place >> 12))
            return Self.hexadecimal(UInt64(function.bus)) + ":" + Self.hexadecimal(UInt64(function.device)) + "."
                + Self.hexadecimal(UInt64(function.function)) + "+" + Self.hexadecimal(place & 0xFFF)
        case .readProcessorLeaf:
            return Self.hexadecimal(place >> 32) + "." + Self.hexadecimal(place & 0xFFFF_FFFF)
        default:
            return Self.hexadecimal(place)
        }
    }

    private static func hexadecimal(_ value: UInt64) -> String { String(value, radix: 16) }

    /// Reads a line, or returns `nil` where it is none.
    init?(line: Substring) {
        var words = line.split(separator: " ")[...]
        guard let kindWord = words.popFirst(), let kind = Kind(rawValue: String(kindWord)) else { return nil }
        self.init(kind: kind, width: 0, place: 0, values: [])
        if kind != .readProcessorLeaf && kind != .readTimestamp {
            guard let word = words.popFirst(), let width = UInt8(word), AccessWidth(rawValue: width) != nil
            else { return nil }
            self.width = width
        }
        if kind != .readTimestamp {
            guard let word = words.popFirst(), let place = Self.place(word, kind) else { return nil }
            self.place = place
        }
        if let word = words.first, word.hasPrefix("step=") {
            guard let step = UInt64(word.dropFirst(5), radix: 16) else { return nil }
            self.step = step
            words.removeFirst()
        }
        for word in words {
            let parts = word.split(separator: "*", omittingEmptySubsequences: false)
            guard let value = UInt64(parts[0], radix: 16), parts.count <= 2 else { return nil }
            let count = parts.count == 2 ? Int(parts[1]) ?? 0 : 1
            guard count > 0 && count <= 1 << 24 else { return nil }
            values += [UInt64](repeating: value, count: count)
        }
        if values.isEmpty || kind == .readProcessorLeaf && values.count != 4 { return nil }
    }

    private static func place(_ word: Substring, _ kind: Kind) -> UInt64? {
        let separators: Set<Character> = [":", ".", "+"]
        let numbers = word.split(omittingEmptySubsequences: false) { separators.contains($0) }
            .map { UInt64($0, radix: 16) }
        switch kind {
        case .readConfiguration, .writeConfiguration:
            guard numbers.count == 4, let bus = numbers[0], let device = numbers[1], let function = numbers[2],
                let offset = numbers[3], bus < 256, device < 32, function < 8, offset < 4096
            else { return nil }
            return bus << 20 | device << 15 | function << 12 | offset
        case .readProcessorLeaf:
            guard numbers.count == 2, let leaf = numbers[0], let subleaf = numbers[1], leaf >> 32 == 0,
                subleaf >> 32 == 0
            else { return nil }
            return leaf << 32 | subleaf
        default:
            guard numbers.count == 1 else { return nil }
            return numbers[0]
        }
    }
}
