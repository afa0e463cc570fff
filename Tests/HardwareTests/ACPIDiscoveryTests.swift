// Finding ACPI's tables on machines in memory: searched or handed over, whole or damaged.

import Hardware
import Testing

struct ACPIDiscoveryTests {
    private static let signatures: [UInt32] = [0x5043_4146, 0x4746_434D]  // FACP, MCFG

    private static func machine(isWide: Bool) -> SyntheticMachine {
        var machine = SyntheticMachine()
        machine.powerTimerPort = 0xB008
        machine.addTables(
            [DescriptionTables.fixedTable(timerPort: 0xB008), DescriptionTables.table("MCFG", [1, 2, 3])],
            isWide: isWide)
        return machine
    }

    @Test("tables are found through either root table, by search and where the loader says", arguments: [false, true])
    func findsTables(_ isWide: Bool) {
        for pointer in [nil, 0xF0010] as [UInt64?] {
            var machine = Self.machine(isWide: isWide)
            let found = machine.discover(rootPointer: pointer)
            #expect(found.facts.tables.map(\.signature) == Self.signatures)
            #expect(found.facts.tables.map(\.address.rawValue) == [0x9003, 0x9003 + 116])
            #expect(found.facts.tables.map(\.byteCount) == [116, 39])
            #expect(found.facts.clock?.source == .powerManagementTimer)
            #expect(found.oddities == [])
            #expect(machine.violations == [])
        }
    }

    @Test("the root pointer is found in the extended BIOS data area")
    func searchesDataArea() {
        var machine = Self.machine(isWide: false)
        for place in UInt64(0)..<36 {
            (machine.memory[0x9FC20 + place], machine.memory[0xF0010 + place]) = (machine.memory[0xF0010 + place], nil)
        }
        machine.store([0xC0, 0x9F], at: 0x40E)
        #expect(machine.discover().facts.tables.map(\.signature) == Self.signatures)
    }

    @Test("every flipped byte of pointer, root table or table is noticed")
    func refusesDamage() {
        var whole = Self.machine(isWide: false)
        // All ones behind a table would make up for a length that grew: each is one less for one more.
        whole.store([UInt8](repeating: 0, count: 0x1000), at: 0x7001 + 44)
        whole.store([UInt8](repeating: 0, count: 0x1000), at: 0x9003 + 116 + 39)
        let ranges: [(Range<UInt64>, Oddity.Kind)] = [
            (0xF0010..<0xF0024, .rootPointerChecksum), (0x7001..<0x7001 + 44, .noRootTable),
            (0x9003 + 116..<0x9003 + 116 + 39, .tableChecksum),
        ]
        for (range, kind) in ranges {
            for address in range {
                var machine = whole
                machine.memory[address, default: 0] ^= 0x10
                let found = machine.discover(rootPointer: 0xF0010)
                #expect(!found.facts.tables.map(\.signature).contains(Self.signatures[1]), "byte \(address)")
                // A damaged length may pass the limit instead.
                let kinds = found.oddities.map(\.kind)
                #expect(kinds.contains(kind) || kinds.contains(.tableLength), "byte \(address)")
            }
        }
    }

    /// Tables with an XSDT at 0x6001 and an RSDT at 0x7001, each over its own tables.
    private static func machine(wide: [[UInt8]], narrow: [[UInt8]]) -> SyntheticMachine {
        var machine = SyntheticMachine()
        machine.powerTimerPort = 0xB008
        machine.addTables(narrow)
        var place: UInt64 = 0x1_9003
        var entries: [UInt8] = []
        for table in wide {
            entries += DescriptionTables.bytes(place, 8)
            machine.store(table, at: place)
            place += UInt64(table.count)
        }
        machine.store(DescriptionTables.table("XSDT", entries), at: 0x6001)
        machine.store(DescriptionTables.rootPointer(narrow: 0x7001, wide: 0x6001), at: 0xF0010)
        return machine
    }

    @Test("an XSDT without a usable fixed table gives way to an RSDT that has one")
    func fallsBackToNarrowTable() {
        let fixed = DescriptionTables.fixedTable(timerPort: 0xB008)
        let other = DescriptionTables.table("MCFG", [1, 2, 3])
        var damaged = fixed
        damaged[60] ^= 1
        let short = DescriptionTables.table("FACP", [1, 2, 3])
        for wide in [[other], [other, damaged], [short, other]] {
            var machine = Self.machine(wide: wide, narrow: [fixed, other])
            let found = machine.discover()
            #expect(found.facts.tables.map(\.signature) == Self.signatures)
            #expect(found.facts.clock?.source == .powerManagementTimer)
            #expect(found.oddities.map(\.kind) == (wide.contains(damaged) ? [.tableChecksum] : []) + [.noFixedTable])
            #expect(found.oddities.last?.place == 0x6001)
        }
        // Neither has one: the first that holds is kept.
        var machine = Self.machine(wide: [other, other], narrow: [other])
        let found = machine.discover()
        #expect(found.facts.tables.count == 2 && found.oddities.map(\.kind).contains(.noFixedTable))
    }

    @Test("a damaged root pointer that the loader hands over is told, and the search finds the firmware's")
    func searchesBesideDamage() {
        var machine = Self.machine(isWide: true)
        var copy = DescriptionTables.rootPointer(narrow: 0x7001)
        copy[10] ^= 1
        machine.store(copy, at: 0x5000)
        let found = machine.discover(rootPointer: 0x5000)
        #expect(found.facts.tables.map(\.signature) == Self.signatures)
        #expect(found.oddities == [Oddity(.rootPointerChecksum, at: 0x5000)])
    }

    @Test("lengths beyond reason and root tables without end are bounded")
    func boundsLengths() {
        var machine = SyntheticMachine()
        machine.addTables([[UInt8]](repeating: DescriptionTables.table("TEST", []), count: 100))
        let found = machine.discover()
        #expect(found.facts.tables.count == 64)
        #expect(found.oddities.map(\.kind).contains(.tooManyTables))
        machine = Self.machine(isWide: true)
        machine.store([0xFF, 0xFF, 0xFF, 0xFF], at: 0x9007)
        #expect(machine.discover().oddities.first == Oddity(.tableLength, at: 0x9003))
    }

    @Test("addresses and ports of the machine's own are facts, wherever the tables put them")
    func findsSystemRanges() {
        let bytes = DescriptionTables.bytes
        let controllers =
            bytes(0xFEE0_0000, 4) + bytes(1, 4) + [1, 12, 0, 0] + bytes(0xFEC0_0000, 4) + bytes(0, 4)
            + [0, 8, 0, 0] + bytes(1, 4) + [1, 12, 1, 0] + bytes(0xFEC1_0000, 4) + bytes(24, 4)
            + [5, 12, 0, 0] + bytes(0x12_3456_7000, 8)
        let timers = bytes(0x8086_A201, 4) + [0, 64, 0, 0] + bytes(0xFED1_0000, 8) + [0, 0, 0, 0]
        let spaces =
            bytes(0, 8) + bytes(0xE000_0000, 8) + [0, 0, 0x10, 0x1F] + bytes(0, 4) + bytes(0x10_0000_0000, 8)
            + [1, 0, 0, 0xFF] + bytes(0, 4)
        let module = bytes(0, 4) + bytes(0xFD00_0040, 8)
        var fixed = [UInt8](repeating: 0, count: 244 - 36)
        for (offset, value) in [(48, 0xB2), (56, 0x600), (64, 0x604), (76, 0x608), (80, 0x620)] as [(Int, UInt64)] {
            fixed.replaceSubrange(offset - 36..<offset - 32, with: bytes(value, 4))
        }
        fixed.replaceSubrange(88 - 36..<94 - 36, with: [4, 2, 0, 4, 8, 0])
        // The extended blocks: the second control block alone, in ports, and one in memory, which is none.
        for (offset, space, value) in [(184, 1, 0x704), (220, 0, 0x620), (116, 1, 0xCF9)] as [(Int, UInt8, UInt64)] {
            fixed.replaceSubrange(offset - 36..<offset - 24, with: [space, 8, 0, 1] + bytes(value, 8))
        }
        var machine = SyntheticMachine()
        machine.addTables(
            [
                DescriptionTables.table("APIC", controllers), DescriptionTables.table("HPET", timers),
                DescriptionTables.table("MCFG", spaces), DescriptionTables.table("TPM2", module),
                DescriptionTables.table("FACP", fixed), DescriptionTables.table("SSDT", controllers),
            ], isWide: true)
        let found = machine.discover().facts.system.map {
            "\($0.kind.word) \(String($0.base, radix: 16)) \($0.byteCount)"
        }
        #expect(
            found == [
                "local-apic fee00000 4096", "io-apic fec00000 4096", "io-apic fec10000 4096",
                "local-apic 1234567000 4096", "hpet fed10000 1024", "ecam e1000000 16777216",
                "ecam 1000000000 268435456", "tpm fd000000 4096", "ports b2 1", "ports 600 4", "ports 604 2",
                "ports 704 2", "ports 608 4", "ports 620 8", "ports cf9 1",
            ])
    }

    @Test("ranges without end are bounded")
    func boundsSystemRanges() {
        var machine = SyntheticMachine()
        let entries = (0..<200).flatMap { _ in [1, 12, 0, 0] + DescriptionTables.bytes(0xFEC0_0000, 8) }
        let table = DescriptionTables.table("APIC", DescriptionTables.bytes(0, 8) + entries)
        machine.addTables([table, table])
        #expect(machine.discover().facts.system.count == 64)
    }

    @Test("the extended timer address supersedes the old one, unless it is none")
    func choosesTimerPort() {
        var machine = SyntheticMachine()
        machine.powerTimerPort = 0x608
        machine.powerTimerMask = .max
        machine.addTables([DescriptionTables.fixedTable(timerPort: 0x404, isWide: true, extendedPort: 0x608)])
        #expect(machine.discover().facts.clock?.source == .powerManagementTimer)
        for space in UInt8(1)...2 {
            let table = DescriptionTables.fixedTable(timerPort: 0, extendedPort: 0x1_0608, extendedSpace: space)
            machine.addTables([table])
            #expect(machine.discover().facts.clock?.source == .intervalTimer)
        }
    }
}
