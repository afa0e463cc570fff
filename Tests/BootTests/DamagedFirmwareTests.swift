// Machines whose firmware left something damaged behind, or more of it than is kept: that the boot goes on with what holds,
// and says what does not. All of it is damaged between firmware and kernel.

import Foundation
import Hardware
import Machines
import ReportReading
import Testing

@Suite("Firmware's")
struct DamagedFirmwareTests {
    /// Memory that nothing uses when the kernel is entered.
    private static let free: UInt64 = 0x7_0000

    /// What a boot says of a machine of which something is damaged; its card must answer all the same.
    private func report(
        odd: [(String, UInt64)], clock: FactSource, _ result: BootResult, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(result.outcome == .passed, "\(result.tail)", sourceLocation: location)
        let oddities = result.report.oddities.map { (String(decoding: $0.words, as: UTF8.self), $0.place) }
        #expect(oddities.map(\.0) == odd.map(\.0), sourceLocation: location)
        #expect(oddities.map(\.1) == odd.map(\.1), sourceLocation: location)
        #expect(result.report.facts.clock?.source == clock, sourceLocation: location)
    }

    private static var scenario: Scenario {
        var scenario = Scenario.plain
        scenario.board = .q35
        return scenario
    }

    /// Bytes whose sum is zero, by the one at a place.
    private static func summed(_ bytes: [UInt8], at place: Int) -> [UInt8] {
        var bytes = bytes
        bytes[place] = 0 &- bytes.reduce(0, &+)
        return bytes
    }

    private static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }

    @Test("damaged root pointer costs all that ACPI says, and no more")
    func rootPointer() throws {
        var place: UInt64 = 0
        let result = try EntryDebugger.boot(Self.scenario) { debugger in
            place = try debugger.rootPointer()
            try debugger.damage(place + 8)
        }
        report(
            odd: [("ACPI root pointer: wrong checksum", place), ("no ACPI root pointer", 0)], clock: .intervalTimer,
            result)
    }

    @Test("damaged copy of the root pointer has the kernel search for the pointer itself")
    func copyOfTheRootPointer() throws {
        let result = try EntryDebugger.boot(Self.scenario) { debugger in
            let copy = try debugger.read(debugger.rootPointer(), byteCount: 20)
            try debugger.write(copy, to: Self.free)
            try debugger.damage(Self.free + 8)
            try debugger.hand(over: Self.free)
        }
        report(odd: [("ACPI root pointer: wrong checksum", Self.free)], clock: .powerManagementTimer, result)
    }

    /// QEMU's firmware has no table of 64-bit entries on this board: it gets one beside its own, with a pointer of version 2.
    ///
    /// Layout: ACPI Specification, version 6.5, sections 5.2.5.3 and 5.2.8.
    @Test("damaged table of 64-bit entries has that of 32-bit entries read")
    func extendedTable() throws {
        let table = Self.free + 64
        let result = try EntryDebugger.boot(Self.scenario) { debugger in
            let narrow = try debugger.readNumber(debugger.rootPointer() + 16, byteCount: 4)
            let head = Array("RSD PTR \0METAOS".utf8) + [2] + Self.bytes(narrow, 4)
            let tail = Self.bytes(36, 4) + Self.bytes(table, 8) + [0, 0, 0, 0]
            try debugger.write(Self.summed(Self.summed(head, at: 8) + tail, at: 32), to: Self.free)
            let header = Array("XSDT".utf8) + Self.bytes(44, 4) + [1, 0] + [UInt8](repeating: 0x20, count: 26)
            let first = try debugger.readNumber(narrow + 36, byteCount: 4)
            try debugger.write(Self.summed(header + Self.bytes(first, 8), at: 9), to: table)
            try debugger.damage(table + 9)
            try debugger.hand(over: Self.free)
        }
        report(odd: [("ACPI table: wrong checksum", table)], clock: .powerManagementTimer, result)
    }

    @Test("damaged FADT hides the power-management timer, and the event timer is the clock")
    func fixedTable() throws {
        var (root, fixed): (UInt64, UInt64) = (0, 0)
        var scenario = Self.scenario
        scenario.extraArguments = ["-machine", "hpet=on"]
        let result = try EntryDebugger.boot(scenario) { debugger in
            root = try debugger.readNumber(debugger.rootPointer() + 16, byteCount: 4)
            let byteCount = try debugger.readNumber(root + 4, byteCount: 4)
            for entry in stride(from: root + 36, to: root + byteCount, by: 4) where fixed == 0 {
                let table = try debugger.readNumber(entry, byteCount: 4)
                if try debugger.read(table, byteCount: 4) == Array("FACP".utf8) { fixed = table }
            }
            try debugger.damage(fixed + 9)
        }
        report(
            odd: [("ACPI table: wrong checksum", fixed), ("ACPI root table names no usable FADT", root)],
            clock: .eventTimer, result)
    }

    /// What is usable loses small ranges first: a bad page that is forgotten would be used.
    @Test("memory map of 600 ranges and more is clipped to what is kept, with all that is bad")
    func memoryMap() throws {
        let result = try EntryDebugger.boot(Self.scenario) { debugger in
            let map = try debugger.memoryMap()
            let usable = try #require(map.lastIndex { $0.kind == 1 && $0.base == 1 << 20 })
            // From 32 MiB on, the last page of each 64 KiB is bad.
            let first: UInt64 = 32 << 20
            let cut = (0..<300).flatMap { index in
                let base = first + UInt64(index) << 16
                return [(base, 0xF000, 1), (base + 0xF000, 0x1000, 5)] as [EntryDebugger.Range]
            }
            let (end, next) = (map[usable].base + map[usable].byteCount, first + 300 << 16)
            let rest: [EntryDebugger.Range] = [(1 << 20, first - 1 << 20, 1), (next, end - next, 1)]
            try debugger.hand(over: map[..<usable] + map[(usable + 1)...] + rest + cut, at: Self.free)
        }
        #expect(result.outcome == .passed, "\(result.tail)")
        let oddities = result.report.oddities.map { String(decoding: $0.words, as: UTF8.self) }
        #expect(!oddities.isEmpty && Set(oddities) == ["more memory ranges than are kept"])
        let memory = result.report.facts.memory
        #expect(memory.count == 512 && memory.count { $0.kind == .defective } == 300)
    }
}

extension EntryDebugger {
    /// A range of the memory map: where, units: bytes, and the kind, 1 usable and 5 defective.
    fileprivate typealias Range = (base: UInt64, byteCount: UInt64, kind: UInt64)

    /// The memory map that the loader hands over.
    ///
    /// Source: as below: `memmap_paddr` at 40, `memmap_entries` at 48; of an entry, 24 bytes, 0 base, 8 length, 16 type.
    fileprivate func memoryMap() throws -> [Range] {
        let map = try readNumber(information() + 40, byteCount: 8)
        let count = try readNumber(information() + 48, byteCount: 4)
        return try stride(from: map, to: map + 24 * count, by: 24).map { entry in
            (
                try readNumber(entry, byteCount: 8), try readNumber(entry + 8, byteCount: 8),
                try readNumber(entry + 16, byteCount: 4)
            )
        }
    }

    /// Has another memory map handed over, from a place on.
    fileprivate func hand(over map: [Range], at place: UInt64) throws {
        for (index, range) in map.enumerated() {
            let entry = [range.base, range.byteCount, range.kind].flatMap(Self.bytes)
            try write(entry, to: place + 24 * UInt64(index))
        }
        try write(Self.bytes(place) + Self.bytes(UInt64(map.count)).prefix(4), to: information() + 40)
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// Where the root pointer is that the loader hands over, in PVH's start information.
    ///
    /// Source: Xen, public/arch-x86/hvm/start_info.h: `rsdp_paddr` at 32.
    fileprivate func rootPointer() throws -> UInt64 { try readNumber(information() + 32, byteCount: 8) }

    /// Has another root pointer handed over.
    fileprivate func hand(over address: UInt64) throws {
        try write(Self.bytes(address), to: information() + 32)
    }
}
