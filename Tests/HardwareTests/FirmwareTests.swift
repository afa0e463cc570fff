// Firmware that errs, and firmware that does it another way: machines of the library with other fixed tables, with
// damage in what leads to them, with many ranges of memory. What is found out then, and that nothing is written that
// must not be.

import Testing

@testable import Hardware

@Suite struct `Firmware` {
    /// A desktop with another fixed table, and what discovery makes of it.
    private static func clock(
        _ fixed: FixedTable, counting mask: UInt32? = nil, at port: UInt16? = nil, startingAt now: UInt64 = 1_000_000
    ) -> (clock: ClockFacts?, oddities: [Oddity]) {
        var machine = SyntheticMachine(startingAt: now)
        machine.frequency = 1_862_000_000
        machine.stampsPerAccess = 1862
        var tables = LibraryMachine.desktop.tables
        tables.fixed = fixed
        tables.isWide = true
        tables.configuration = nil
        tables.install(in: &machine)
        if let mask { machine.powerTimerMask = mask }
        if let port { machine.powerTimerPort = port }
        let (facts, oddities) = machine.discover()
        return (facts.clock, oddities)
    }

    @Test(arguments: [116, 132, 244, 268, 276], [true, false])
    func `of every version names its timer, in 24 bits and in 32`(byteCount: Int, isWide: Bool) throws {
        let fixed = FixedTable(
            byteCount: byteCount, eventPort: 0x800, controlPort: 0x804, timerPort: 0x808, hasWideTimer: isWide)
        // Shortly before 24 bits wrap, 4.687 s after the start.
        let (clock, oddities) = Self.clock(fixed, startingAt: 1_862_000 * 4686)
        #expect(clock?.source == .powerManagementTimer && oddities == [])
        #expect((1_858_000_000...1_866_000_000).contains(try #require(clock).frequency))
    }

    @Test func `may claim 32 bits of a timer that has 24, and the clock is right all the same`() throws {
        let fixed = FixedTable(timerPort: 0x808, hasWideTimer: true)
        let (clock, _) = Self.clock(fixed, counting: 0xFF_FFFF, startingAt: 1_862_000 * 4686)
        #expect((1_858_000_000...1_866_000_000).contains(try #require(clock).frequency))
    }

    @Test func `may count 32 bits of a timer that it says has 24`() throws {
        let (clock, _) = Self.clock(FixedTable(timerPort: 0x808), counting: .max, startingAt: 1_862_000 * 9374)
        #expect(clock?.source == .powerManagementTimer)
        #expect((1_858_000_000...1_866_000_000).contains(try #require(clock).frequency))
    }

    @Test func `of reduced hardware has no port of power management, whatever its fields say`() {
        var fixed = FixedTable(timerPort: 0x808)
        var machine = SyntheticMachine()
        // The flag alone, bit 20, beside fields that name a timer; the sum holds.
        var bytes = fixed.bytes
        bytes[114] |= 1 << 4
        bytes[9] = 0
        bytes[9] = DescriptionTables.checksum(bytes)
        machine.powerTimerPort = 0x808
        machine.addTables([bytes])
        #expect(machine.discover().facts.clock?.source == .intervalTimer)
        fixed.isReduced = true
        #expect(Self.clock(fixed, at: 0x808).clock?.source == .intervalTimer)
    }

    @Test func `may name the timer in the new fields alone, or in both`() {
        for (old, new) in [(0, 0x808), (0x408, 0x808), (0x808, 0)] as [(UInt64, UInt64)] {
            var machine = SyntheticMachine()
            machine.powerTimerPort = 0x808
            machine.addTables([
                DescriptionTables.fixedTable(timerPort: UInt16(old), extendedPort: new)
            ])
            let isFound = machine.discover().facts.clock?.source == .powerManagementTimer
            #expect(isFound, "\(old), \(new)")
        }
    }

    @Test func `may leave a function that is not ready, which is no function of a vendor 0001`() {
        var function = SyntheticFunction()
        function.bytes = [0x01, 0x00] + [UInt8](repeating: 0xFF, count: 4094)
        var machine = SyntheticMachine()
        machine.add(function, 0, 3)
        machine.add(SyntheticFunction(), 0, 4)
        let (facts, oddities) = machine.discover()
        #expect(facts.functions.map(\.address.text) == ["00:04.0"])
        #expect(oddities.filter { $0.kind == .functionNotReady } == [Oddity(.functionNotReady, at: 0x1_8000)])
        #expect(!oddities.contains { $0.kind == .headerType })
    }

    @Test(arguments: LibraryMachine.all, [true, false])
    func `that is damaged is found out, and is not written to for that`(
        machine: LibraryMachine, isPointer: Bool
    ) throws {
        // The tenth byte: of the pointer its maker's name, of the fixed table, the first behind the root table, its
        // sum.
        let boot = try BootedMachine(
            machine, damagedAt: (isPointer ? machine.tables.rootPointer : machine.tables.firstTable) + 9)
        let told: [Oddity.Kind] = isPointer ? [.rootPointerChecksum, .noRootPointer] : [.tableChecksum]
        #expect(told.contains { kind in boot.oddities.contains { $0.kind == kind } })
        #expect(boot.facts.clock?.source != .powerManagementTimer)
        #expect(boot.facts.functions.count == machine.functions.count)
        for rule in WriteRule.all {
            let breaches = rule.breaches(boot)
            #expect(breaches.isEmpty, "\(rule.name): \(breaches.first ?? "")")
        }
    }
}
