// The 8254x and the 82574L as silicon has them: each weakness of a card is switched on, and under it every function of the
// driver is called. QEMU's cards have none of them.

import Devices
import Hardware
import Pipeline
import Testing

@Suite struct RealGigabitTests {
    /// A weakness, and the card that has it.
    struct Row: CustomTestStringConvertible, Sendable {
        var name: String
        var row: DriverUnderTest
        var quirks: GigabitQuirks
        var isOld = false

        var testDescription: String { "\(row): \(name)" }
    }

    static let rows = [
        Row(name: "an 82544's reset forgets the EEPROM", row: .generated, quirks: .forgetsEEPROM, isOld: true),
        Row(name: "PHY powered down", row: .generated, quirks: .hasSleepingPHY),
        Row(name: "PHY powered down", row: .express, quirks: .hasSleepingPHY),
        Row(name: "PHY without a link", row: .generated, quirks: .hasHungPHY),
        Row(name: "requests under way", row: .generated, quirks: .hasRequestsUnderWay),
        Row(name: "requests under way", row: .express, quirks: .hasRequestsUnderWay),
        Row(name: "requests for 60 ms", row: .express, quirks: .isSlowMaster),
        Row(name: "requests for ever", row: .express, quirks: .isEndlessMaster),
        Row(name: "completions get lost", row: .express, quirks: .losesCompletions),
        Row(name: "wrong defaults", row: .express, quirks: .hasWrongDefaults),
        Row(name: "firmware beside", row: .express, quirks: .hasFirmware),
        Row(name: "PHY set up late", row: .express, quirks: .setsPHYUpLate),
        Row(name: "NVM in flash", row: .express, quirks: .hasFlash),
        Row(
            name: "all at once", row: .express,
            quirks: [
                .hasSleepingPHY, .hasRequestsUnderWay, .isEndlessMaster, .losesCompletions, .hasWrongDefaults,
                .hasFirmware,
                .setsPHYUpLate, .hasFlash,
            ]),
    ]

    private static let oldDriver = Result {
        try DriverUnderTest.generate(clockFrequency: DriverUnderTest.generated.clockFrequency, shape: makeOld)
    }

    /// The recorded 82540EM becomes an 82544GC.
    @Sendable static func makeOld(_ function: inout PCIFunction) {
        if function.device == 0x100E { function.device = 0x100C }
    }

    static func machine(_ row: Row) throws -> SimulatedMachine {
        let driver = row.isOld ? try oldDriver.get() : try row.row.driver
        let machine = try SimulatedMachine(driver, row.row.model, clockFrequency: row.row.clockFrequency, seed: seed)
        try #require(machine.card as? GigabitCard).quirks = row.quirks
        return machine
    }

    @Test(arguments: rows) func `frames go through a card with that weakness, and again after a new bring-up`(row: Row)
        throws
    {
        let machine = try Self.machine(row)
        for round in 0..<2 {
            try machine.start()
            var exchange = FrameExchange(machine, count: 300, seed: seed + UInt64(round))
            try exchange.run()
            #expect(exchange.statistics.bad == 0)
            _ = machine.card.takeSent()
            _ = machine.card.takeReports()
        }
        #expect(try machine.stationAddress() == 0xDEBC_9A00_5452)
        #expect(machine.card.violations == [])
    }

    @Test(arguments: [false, true])
    func `an address that never comes makes bring-up say stuck, in time`(isOld: Bool) throws {
        let machine = try Self.machine(
            Row(name: "", row: .generated, quirks: isOld ? .forgetsEEPROM : [], isOld: isOld))
        try #require(machine.card as? GigabitCard).keepsAddressInEEPROM = true
        #expect(try machine.bringUp() == .stuck)
        #expect(machine.lastCall.elapsed < AcceptanceRuns.bringUpBound * machine.card.countsPerMicrosecond)
        #expect(machine.card.violations == [])
    }

    @Test func `an 82544 on PCI-X is refused, and any other card there is not`() throws {
        for (isOld, isRefused) in [(true, true), (false, false)] {
            let bench = try ProbeBench(.generated)
            bench.card.quirks = .isOnPCIX
            let outcome = try bench.generate { if isOld { Self.makeOld(&$0) } }
            if case .refused(let refusal)? = outcome {
                var isNamed = false
                if case .fact(let name, _, _) = refusal.error { isNamed = name.elementsEqual("no_pcix".utf8) }
                #expect(isRefused && isNamed, "\(refusal)")
            } else {
                #expect(!isRefused, "\(String(describing: outcome))")
            }
        }
    }

    /// Why it is refused: a driver for an 82544 elsewhere.
    @Test func `an 82544 on PCI-X hangs`() throws {
        let machine = try Self.machine(Row(name: "", row: .generated, quirks: .isOnPCIX, isOld: true))
        try machine.start()
        #expect(throws: SimulationError.self) {
            var exchange = FrameExchange(machine, count: 100, seed: seed)
            try exchange.run()
        }
    }

    @Test func `the link of an 82574L saves no power, and nothing else of its control changes`() throws {
        let machine = try Self.machine(Row(name: "", row: .express, quirks: []))
        let window = try #require(machine.driver.windows.first { $0.space == .configuration })
        let place = Int(window.offset) + 0x10
        machine.configuration[place] = 0x43
        machine.configuration[place + 1] = 0xA5
        try machine.start()
        #expect(machine.configuration[place...place + 1] == [0x40, 0xA5])
    }

    /// 82545EM, erratum 23: a ring or a buffer that crosses a multiple of 64 KiB is written elsewhere (Linux,
    /// drivers/net/ethernet/intel/e1000/e1000_main.c, e1000_check_64k_bound).
    @Test(arguments: [DriverUnderTest.generated, .express])
    func `no ring and no buffer crosses a multiple of 64 KiB`(row: DriverUnderTest) throws {
        for memory in try row.driver.memories where memory.kind == .ring || memory.kind == .pool {
            let (start, size) = (memory.physical.rawValue, memory.kind == .ring ? memory.byteCount : memory.stride)
            #expect(start % 4096 == 0 && size <= 4096 && 4096 % size == 0)
            for first in stride(from: start, to: start + memory.byteCount, by: Int(size)) {
                #expect(first >> 16 == (first + size - 1) >> 16)
            }
        }
    }
}
