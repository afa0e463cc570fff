// Boot information of both protocols: whole, cut off at every byte, and lying about its sizes.

import Hardware
import Testing

struct BootInformationTests {
    private static func words(_ words: [UInt32]) -> [UInt8] {
        words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }

    private static func tag(_ type: UInt32, _ contents: [UInt8]) -> [UInt8] {
        let tag = words([type, UInt32(8 + contents.count)]) + contents
        return tag + [UInt8](repeating: 0xEE, count: (8 - tag.count % 8) % 8)
    }

    private static func entry(_ base: UInt64, _ count: UInt64, _ type: UInt32) -> [UInt8] {
        DescriptionTables.bytes(base, 8) + DescriptionTables.bytes(count, 8) + words([type, 0])
    }

    private static let entries =
        entry(0x10_0000, 0x70_0000, 1) + entry(0, 0x9_FC00, 1) + entry(0xF_0000, 0x1_0000, 77) + entry(5, 0, 1)
    private static let ranges = [
        MemoryRange(base: PhysicalAddress(rawValue: 0), byteCount: 0x9_FC00, kind: .usable),
        MemoryRange(base: PhysicalAddress(rawValue: 0xF_0000), byteCount: 0x1_0000, kind: .reserved),
        MemoryRange(base: PhysicalAddress(rawValue: 0x10_0000), byteCount: 0x70_0000, kind: .usable),
    ]

    private static func multiboot2(_ tags: [[UInt8]]) -> [UInt8] {
        let contents = tags.flatMap { $0 } + tag(0, [])
        return words([UInt32(8 + contents.count), 0]) + contents
    }

    private static let whole = multiboot2([
        tag(1, Array("seed=7".utf8) + [0]), tag(15, Array("copy".utf8)), tag(6, words([24, 0]) + entries),
        tag(14, Array("old".utf8)), tag(99, [1, 2, 3]),
    ])

    private static func read(
        _ bytes: [UInt8], magic: UInt32 = 0x36D7_6289
    ) throws(BootInformationError) -> BootInformation {
        var machine = SyntheticMachine()
        machine.store(bytes, at: 0x8000)
        return try BootInformation.read(magic: magic, address: PhysicalAddress(rawValue: 0x8000), &machine)
    }

    @Test("Multiboot2 tags are read wherever they stand, ranges in order of address")
    func readsMultiboot2() throws {
        let information = try Self.read(Self.whole)
        #expect(information.source == .multiboot2)
        #expect(information.commandLine == Array("seed=7".utf8))
        #expect(information.memory == Self.ranges)
        #expect(information.rootPointer == PhysicalAddress(rawValue: 0x8000 + 8 + 16 + 8))
        #expect(information.occupied.map(\.byteCount) == [UInt64(Self.whole.count)])
    }

    @Test("Multiboot2 information that is cut off anywhere is an error")
    func refusesTruncation() {
        for count in 0..<Self.whole.count {
            var bytes = Self.whole
            bytes.replaceSubrange(0..<4, with: Self.words([UInt32(count)]))
            #expect(throws: BootInformationError.self, "total size \(count)") { try Self.read(bytes) }
        }
    }

    @Test("sizes that cannot be are errors that name the place")
    func refusesSizes() {
        let tags: [(bytes: [UInt8], error: BootInformationError)] = [
            (Self.multiboot2([Self.words([6, 4])]), .size(PhysicalAddress(rawValue: 0x8008))),
            (Self.multiboot2([Self.tag(6, Self.words([0, 0]))]), .size(PhysicalAddress(rawValue: 0x8008))),
            (Self.multiboot2([Self.tag(6, [])]), .size(PhysicalAddress(rawValue: 0x8008))),
            (Self.multiboot2([Self.words([1, .max])]), .truncated(PhysicalAddress(rawValue: 0x8008))),
            (Self.multiboot2([]), .noMemoryMap(PhysicalAddress(rawValue: 0x8000))),
        ]
        for (bytes, error) in tags { #expect(throws: error) { try Self.read(bytes) } }
        #expect(throws: BootInformationError.magic(7)) { try Self.read(Self.whole, magic: 7) }
    }

    /// The map of so many entries, by Multiboot2 and by PVH.
    private static func maps(_ entries: [[UInt8]]) throws(BootInformationError) -> [BootInformation] {
        let bytes = entries.flatMap { $0 }
        let start =
            words([0x336E_C578, 1]) + [UInt8](repeating: 0, count: 32) + DescriptionTables.bytes(0x8038, 8)
            + words([UInt32(entries.count), 0])
        return [
            try read(multiboot2([tag(6, words([24, 0]) + bytes)])), try read(start + bytes, magic: 0x336E_C578),
        ]
    }

    @Test("a range that wraps costs no more than itself: usable, it is left out, else it ends with the address space")
    func survivesWrappingRanges() throws {
        let entries = [
            Self.entry(0x10_0000, 0x70_0000, 1), Self.entry(.max - 5, 7, 1), Self.entry(.max - 0xFFFF, 0x2_0000, 2),
            Self.entry(0x20_0000, .max, 1),
        ]
        for information in try Self.maps(entries) {
            #expect(
                information.memory == [
                    Self.ranges[2],
                    MemoryRange(base: PhysicalAddress(rawValue: .max - 0xFFFF), byteCount: 0x1_0000, kind: .reserved),
                ])
            #expect(information.oddities.map(\.kind) == [.rangeWraps])
            // The first of its kind names the place: the second entry.
            let place: UInt64 = information.source == .pvh ? 0x8038 + 24 : 0x8018 + 24
            #expect(information.oddities.map(\.place) == [place])
        }
    }

    @Test("ranges of no length and ranges that overlap are told, once each")
    func tellsOddRanges() throws {
        let entries = [
            Self.entry(0x10_0000, 0x70_0000, 1), Self.entry(5, 0, 1), Self.entry(9, 0, 2),
            Self.entry(0x50_0000, 0x10_0000, 2), Self.entry(0, 0x20_0000, 2), Self.entry(0x80_0000, 0x1000, 1),
        ]
        for information in try Self.maps(entries) {
            #expect(information.memory.map(\.base.rawValue) == [0, 0x10_0000, 0x50_0000, 0x80_0000])
            #expect(information.oddities.map(\.kind) == [.rangeEmpty, .rangesOverlap])
        }
    }

    @Test("of 600 ranges as many are kept as there is room for, and none that is not usable is lost")
    func keepsManyRanges() throws {
        // Every third page is reserved, and the last entry is the largest usable range.
        var entries = (UInt64(0)..<599).map { Self.entry($0 << 13, 0x1000, $0 % 3 == 0 ? 2 : 1) }
        entries.append(Self.entry(0x100_0000, 0x400_0000, 1))
        for information in try Self.maps(entries) {
            #expect(information.memory.count == 512 && information.oddities.map(\.kind) == [.tooManyRanges])
            #expect(information.memory.count { $0.kind == .reserved } == 200)
            #expect(information.memory.map(\.base) == information.memory.map(\.base).sorted())
        }
        // The largest first: it is never the one that gives way.
        for information in try Self.maps(entries.reversed()) {
            #expect(information.memory.count == 512)
            #expect(information.memory.count { $0.kind == .reserved } == 200)
            #expect(information.memory.contains { $0.byteCount == 0x400_0000 })
            let memory = KernelMemory.chosen(information.memory, beyond: PhysicalAddress(rawValue: 0x30_0000))
            #expect((memory?.start.rawValue ?? 0) >= 0x100_0000)
        }
    }

    @Test("neighbours of one kind become one range where there are too many")
    func mergesNeighbours() throws {
        let entries = (UInt64(0)..<600).map { Self.entry($0 << 12, 0x1000, $0 < 300 ? 1 : 2) }
        for information in try Self.maps(entries) {
            #expect(information.oddities.map(\.kind) == [.tooManyRanges])
            let usable = information.memory.filter { $0.kind == .usable }.reduce(0) { $0 + $1.byteCount }
            #expect(usable == 300 << 12 && information.memory.count < 512)
            #expect(information.memory.reduce(0) { $0 + $1.byteCount } == 600 << 12)
        }
    }

    @Test("PVH start information is read, and its parts are told as occupied")
    func readsStartInformation() throws {
        var start = Self.words([0x336E_C578, 1, 0, 0, 0, 0]) + DescriptionTables.bytes(0x8100, 8)
        start += DescriptionTables.bytes(0xF_5000, 8) + DescriptionTables.bytes(0x8204, 8) + Self.words([4, 0])
        start += [UInt8](repeating: 0, count: 0x100 - start.count) + [UInt8](repeating: 0x61, count: 0x104)
        let information = try Self.read(start + Self.entries, magic: 0x336E_C578)
        #expect(information.source == .pvh)
        // The entries begin with a zero byte: it ends the command line.
        #expect(information.commandLine == [UInt8](repeating: 0x61, count: 0x104))
        #expect(information.memory == Self.ranges)
        #expect(information.rootPointer == PhysicalAddress(rawValue: 0xF_5000))
        #expect(information.occupied.map(\.base.rawValue) == [0x8000, 0x8100, 0x8204])
        #expect(information.occupied.map(\.byteCount) == [56, 0x105, 96])
        start[0] = 0
        #expect(throws: BootInformationError.start(PhysicalAddress(rawValue: 0x8000))) {
            try Self.read(start, magic: 0x336E_C578)
        }
        start[0] = 0x78
        start[4] = 0
        #expect(throws: BootInformationError.noMemoryMap(PhysicalAddress(rawValue: 0x8000))) {
            try Self.read(start, magic: 0x336E_C578)
        }
    }

    @Test("a command line without end is cut off")
    func boundsCommandLine() throws {
        let line = [UInt8](repeating: 0x61, count: 5000)
        let map = Self.tag(6, Self.words([24, 0]) + Self.entries)
        #expect(try Self.read(Self.multiboot2([Self.tag(1, line), map])).commandLine.count == 1024)
    }
}
