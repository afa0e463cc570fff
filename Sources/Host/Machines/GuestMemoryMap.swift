// Whose every byte of a machine's memory is, drawn from outside: the kernel's image as its file has it, the page tables as the
// processor finds them, and the drivers' memories as the report names them. It says which bytes may change while a neighbour
// attacks a card, and finds those that changed and may not.

import Glibc
import Hardware
import Pipeline
import ReportReading

/// Bytes that changed and may not.
public struct MemoryChange: Hashable, Sendable, CustomStringConvertible {
    /// Whose memory it is.
    public var name: String
    /// Physical addresses of the first and the last byte that changed.
    public var first: UInt64
    public var last: UInt64
    /// The first one's offset in its memory.
    public var offset: UInt64
    public var byteCount: Int
    /// What stood there and what is there, from the first on.
    public var before: [UInt8]
    public var after: [UInt8]

    public var description: String {
        let bytes = [before, after].map { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
        return "\(name)+0x\(String(offset, radix: 16)): \(byteCount) bytes of 0x\(String(first, radix: 16))…"
            + "0x\(String(last, radix: 16)) changed, \(bytes[0]) is \(bytes[1])"
    }
}

/// A map of a machine's memory.
public struct GuestMemoryMap: Sendable {
    private struct Part {
        var name: String
        var start: UInt64
        var end: UInt64
        var mayChange: Bool
        /// What is there at all times, where that is known.
        var content: [UInt8] = []
    }

    /// The text screen and what else of the adapter is there. Source: IBM VGA, memory map.
    private static let screen: (UInt64, UInt64) = (0xA0000, 0x20000)

    private let pages: GuestPageTables
    /// The first that holds a byte has it.
    private var parts: [Part] = []

    /// - Parameters:
    ///   - memory: the dump whose page tables count.
    ///   - attacked: functions whose cards may have been reached from the wire: they may write to their memories, and to
    ///     the guard space of these.
    ///   - running: the function whose driver was called: its state may change.
    public init(
        of report: MachineReport, _ image: KernelSegments, _ memory: GuestMemory, attacked: [FunctionAddress],
        running: FunctionAddress?
    ) {
        pages = GuestPageTables(of: memory)
        // From the first to the last: tables beside each other are one part.
        for table in pages.tables { add("page tables", table, GuestPageTables.pageByteCount) }
        for table in memory.tables { add(table.name, table.start, table.byteCount) }
        for segment in image.segments {
            let name = segment.isExecutable ? "text" : segment.isWritable ? "data" : "constants and rules"
            add("the kernel's \(name)", segment.start, segment.byteCount, mayChange: segment.isWritable)
            if !segment.isWritable { parts[parts.count - 1].content = segment.bytes }
        }
        for reported in report.drivers {
            let driver = reported.driver
            add(driver, isAttacked: attacked.contains(driver.function), isRunning: running == driver.function)
        }
        add("the screen", Self.screen.0, Self.screen.1, mayChange: true)
    }

    private mutating func add(_ driver: GeneratedDriver, isAttacked: Bool, isRunning: Bool) {
        let name = "\(Self.text(driver.function)) \(Self.text(driver.name))"
        for memory in driver.memories {
            let isState = memory.kind == .state
            add(
                "\(name).\(Self.text(memory.name))", memory.physical.rawValue, memory.byteCount,
                mayChange: isState ? isRunning : isAttacked)
            add(
                "the guard space behind \(name).\(Self.text(memory.name))",
                memory.physical.rawValue + memory.byteCount, memory.guardByteCount, mayChange: isAttacked)
        }
        for function in driver.functions {
            guard let start = pages.physical(function.entry.rawValue) else { continue }
            add("the code of \(name).\(Self.text(function.name))", start, UInt64(function.bytes.count))
            parts[parts.count - 1].content = function.bytes
        }
    }

    private mutating func add(_ name: String, _ start: UInt64, _ byteCount: UInt64, mayChange: Bool = false) {
        if let last = parts.last, last.name == name, last.end == start, last.mayChange == mayChange {
            parts[parts.count - 1].end = start + byteCount
        } else {
            parts.append(Part(name: name, start: start, end: start + byteCount, mayChange: mayChange))
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A function as the report has it: `00:03.0`.
    private static func text(_ function: FunctionAddress) -> String {
        let numbers = [function.bus, function.device].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return numbers.joined(separator: ":") + ".\(function.function)"
    }

    /// What changed from one dump to the other and may not, in the order of addresses; one value for each part of memory.
    ///
    /// What the processor itself sets in page tables, it may.
    public func changes(from before: GuestMemory, to after: GuestMemory) -> [MemoryChange] {
        var (old, new) = (before.bytes, after.bytes)
        pages.clearProcessorBits(in: &old)
        pages.clearProcessorBits(in: &new)
        let end = UInt64(min(old.count, new.count))
        let edges = Set(parts.flatMap { [min($0.start, end), min($0.end, end)] } + [0, end]).sorted()
        return zip(edges, edges.dropFirst()).compactMap { start, stop in
            let part = parts.first { $0.start <= start && start < $0.end }
            if part?.mayChange == true { return nil }
            return Self.change(
                part?.name ?? "memory that nobody uses", part?.start ?? start, Int(start)..<Int(stop), old, new)
        }
    }

    /// What of the kernel's image and of the drivers' code is not as its file and the report have it.
    public func deviations(of memory: GuestMemory) -> [MemoryChange] {
        var expected = memory.bytes
        let known = parts.filter { !$0.content.isEmpty && Int($0.start) + $0.content.count <= expected.count }
        for part in known {
            for (offset, byte) in part.content.enumerated() { expected[Int(part.start) + offset] = byte }
        }
        return known.compactMap { part in
            let range = Int(part.start)..<Int(part.start) + part.content.count
            return Self.change(part.name, part.start, range, expected, memory.bytes)
        }
    }

    /// The bytes of a range that changed, `nil` for none.
    private static func change(
        _ name: String, _ base: UInt64, _ range: Range<Int>, _ old: [UInt8], _ new: [UInt8]
    ) -> MemoryChange? {
        let isSame = old.withUnsafeBytes { old in
            new.withUnsafeBytes { new in
                guard let first = old.baseAddress, let second = new.baseAddress else { return true }
                return memcmp(first + range.lowerBound, second + range.lowerBound, range.count) == 0
            }
        }
        if isSame { return nil }
        let places = range.filter { old[$0] != new[$0] }
        let shown = places[0]..<min(places[0] + 16, range.upperBound)
        return MemoryChange(
            name: name, first: UInt64(places[0]), last: UInt64(places[places.count - 1]),
            offset: UInt64(places[0]) - base, byteCount: places.count, before: Array(old[shown]),
            after: Array(new[shown]))
    }
}
