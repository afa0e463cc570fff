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

    @Test("the extended timer address supersedes the old one, and memory space is none")
    func choosesTimerPort() {
        var machine = SyntheticMachine()
        machine.powerTimerPort = 0x608
        machine.powerTimerMask = .max
        machine.addTables([DescriptionTables.fixedTable(timerPort: 0x404, isWide: true, extendedPort: 0x608)])
        #expect(machine.discover().facts.clock?.source == .powerManagementTimer)
        machine.addTables([DescriptionTables.fixedTable(timerPort: 0, extendedPort: 0x1_0608)])
        #expect(machine.discover().facts.clock?.source == .intervalTimer)
    }
}
