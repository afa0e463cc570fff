// The words of an explanation: facts, programs, instructions and bytes as indented lines.

import Encoding
import Hardware
import Interpretation
import Metabinary
import Pipeline
import Program
import Report

extension Explanation {
    private static let width = 80

    /// What there is to say of a function that no description matches.
    public func undescribed(_ function: PCIFunction) -> [String] {
        let title = "\(function.address.busDeviceFunction) \(Self.identity(function))"
        return [title, String(repeating: "=", count: title.count), "facts"]
            + records(of: function).flatMap(Self.wrapped) + ["match", "  no description matches"]
    }

    // MARK: Facts

    /// The records of all facts that generation may ask for one function.
    func records(of function: PCIFunction) -> [String] {
        var writer = RecordWriter(sink: TextSink())
        writer.write(function)
        if let clock = facts.clock { writer.write(clock) }
        writer.write(facts.placement)
        return writer.sink.texts.map(record)
    }

    /// The records of what a driver's code may touch.
    static func records(ofGrantsOf driver: GeneratedDriver) -> [String] {
        var writer = RecordWriter(sink: TextSink())
        writer.writeGrants(of: driver)
        return writer.sink.texts
    }

    /// The facts that items of a program depend on, each with the lines of the rule that asked for it.
    static func origins(of program: Program) -> [String] {
        var lines: [UInt32: Set<UInt16>] = [:]
        for origin in program.origins {
            for bit in 0..<32 where origin.facts.rawValue >> UInt32(bit) & 1 != 0 {
                lines[UInt32(bit), default: []].insert(origin.line)
            }
        }
        guard !lines.isEmpty else { return ["none: it is the same on every machine but for its place"] }
        return lines.keys.sorted().map { bit in
            let numbers = (lines[bit] ?? []).sorted().map { "\($0)" }
            return "\(word(FactSet(rawValue: 1 << bit))): line\(numbers.count == 1 ? "" : "s") "
                + numbers.joined(separator: ", ")
        }
    }

    private static func word(_ fact: FactSet) -> String {
        for bar in UInt8(0)..<6 where fact == .baseAddressRegister(bar) { return "bar \(bar)" }
        switch fact {
        case .identity: return "identity"
        case .clock: return "clock"
        case .placement: return "placement"
        case .location: return "location"
        default: return "fact \(hex(UInt64(fact.rawValue)))"
        }
    }

    /// `vendor:device`, as lspci writes it.
    public static func identity(_ function: PCIFunction) -> String {
        "\(digits(function.vendor)):\(digits(function.device))"
    }

    /// `slots      256, of 8...4096, e1.meta:12`
    static func fact(_ fact: FactDescription, _ value: UInt64) -> String {
        let range = fact.lowest == fact.highest ? "" : ", of \(fact.lowest)...\(fact.highest)"
        return "\(padded(fact.rule.name)) \(value)\(range), \(text(fact.rule.ruleFile)):\(fact.rule.line)"
    }

    static func word(_ source: FactSource) -> String {
        source == .assumed ? "assumed: no device to ask, and no record of an answer" : "by \(source.word)"
    }

    /// What each alternative of a choice costs, and which was kept.
    static func alternatives(of choice: KeptChoice) -> [String] {
        choice.costs.enumerated().map { index, cost in
            let words = cost.map { "\($0.byteCount) bytes, \($0.instructionCount) instructions" } ?? "no driver"
            return "\(index + 1): \(words)" + (index == choice.kept ? ", kept" : "")
        }
    }

    // MARK: A function

    /// `transmit(frame: u32, length: u32) -> sent of 64 bits, ring_nic.meta:42`
    static func signature(of rule: FunctionDescription) -> [String] {
        let parameters = rule.parameters.map { "\(text($0.name)): \($0.type.word)" }.joined(separator: ", ")
        let result =
            rule.resultBitCount == 0
            ? "" : " -> \(text(rule.resultName)) of \(counted(Int(rule.resultBitCount), "bit"))"
        return ["\(text(rule.name))(\(parameters))\(result), \(text(rule.ruleFile)):\(rule.line)"]
    }

    static func items(of program: Program, _ regionNames: [[UInt8]]) -> [String] {
        var printed: [UInt8] = []
        ProgramPrinter(program, regionNames: regionNames).printItems(into: &printed)
        return text(printed).split(separator: "\n").map(String.init)
    }

    static func instructions(of function: EncodedFunction, _ regionNames: [[UInt8]]) -> [String] {
        let printer = AssemblyPrinter(regionNames: regionNames)
        return function.instructions.map {
            var printed: [UInt8] = []
            printer.print($0.instruction, into: &printed)
            let row = "+\(hex(UInt64($0.offset)))".padded(to: 7) + text(printed).padded(to: 44)
            return row + "  ; %\($0.item)"
        }
    }

    /// `+0x2  regs+0x8 = 0x50000008, from the next instruction 0x10000002`
    static func relocation(
        _ relocation: Relocation, _ region: Region, _ name: [UInt8], _ entry: VirtualAddress
    ) -> String {
        let target = region.address.rawValue &+ relocation.addend
        let place = "+\(hex(UInt64(relocation.offset)))".padded(to: 7)
        let meaning = "\(text(name))+\(hex(relocation.addend)) is \(hex(target))"
        if relocation.isAbsolute { return "\(place)\(meaning)" }
        let distance = Int64(bitPattern: target &- (entry.rawValue &+ UInt64(relocation.end)))
        return "\(place)\(meaning), \(distance < 0 ? "-" : "+")\(hex(distance.magnitude)) from the next instruction"
    }

    /// Sixteen bytes a line.
    static func dump(_ function: GeneratedFunction) -> [String] {
        stride(from: 0, to: function.bytes.count, by: 16).map { start in
            let row = function.bytes[start..<min(start + 16, function.bytes.count)].map { digits($0) }
            return "\(hexadecimal(function.entry.rawValue + UInt64(start)))  " + row.joined(separator: " ")
        }
    }

    // MARK: Text

    /// The text behind an indentation, in lines of at most 80 columns where it has blanks to be cut at.
    static func wrapped(_ text: String) -> [String] {
        if text.count + 2 <= width { return ["  " + text] }
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append((lines.isEmpty ? "  " : "      ") + word)
            }
        }
        return lines
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static func hex(_ number: UInt64) -> String { "0x" + hexadecimal(number) }

    static func padded(_ name: [UInt8]) -> String { text(name).padded(to: 10) }

    /// All hexadecimal digits of a number, as many as its type has.
    private static func digits(_ value: some FixedWidthInteger) -> String {
        let digits = hexadecimal(value)
        return String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
    }
}

extension String {
    /// The text with blanks behind it up to a width.
    func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self
    }
}

/// Keeps the texts of records, without their frames.
private struct TextSink: RecordSink {
    private(set) var texts: [String] = []

    mutating func write(_ line: Span<UInt8>, textCount: Int) {
        texts.append(line.withUnsafeBufferPointer { String(decoding: $0.prefix(textCount), as: UTF8.self) })
    }
}
