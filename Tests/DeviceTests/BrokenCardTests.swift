// Drivers against a card whose hardware is broken: each register in each way, and everything at once. METAOS_FAILURES
// sets the share: runs of everything at once, and whether every element of every register array fails.

import Devices
import Foundation
import Pipeline
import Testing

/// Runs of everything at once for each driver; `nil` where nobody asks for volume.
private let volume = ProcessInfo.processInfo.environment["METAOS_FAILURES"].flatMap { Int($0) }

@Suite struct BrokenCardTests {
    /// Elements of an array of registers are alike: the first, one within and the last stand for all.
    private func offsets(_ register: DeclaredRegister) -> [UInt64] {
        let offsets = register.offsets
        guard volume == nil, offsets.count > 3 else { return offsets }
        return [offsets[0], offsets[offsets.count / 2 + 1], offsets[offsets.count - 1]]
    }

    /// Runs every function against every register that the description has, failing in one way. Without volume, a
    /// register that no function asks and that is no doorbell fails from the start or later, by turns.
    private func runAll(_ row: DriverUnderTest, _ failure: RegisterFailure) throws -> Int {
        let card = try DeviceDescription.card.get()
        let turn = RegisterFailure.all.firstIndex(of: failure) ?? 0
        let telling = try Set(["STATUS", "CTRL", "RAL0", "RAH0", "TDT", "RDT"].map { try card.place($0).offset })
        let limits = try card.limits(of: row, seed: seed)
        var count = 0
        for register in card.registers {
            for offset in offsets(register) {
                let run = RegisterFailureRun(
                    row: row, card: card, limits: limits, register: register, offset: offset, failure: failure,
                    seed: seed &+ UInt64(count))
                #expect(throws: Never.self, "\(run)") {
                    let isBoth = volume != nil || telling.contains(offset)
                    if isBoth || (turn + count) % 2 == 0 { try run.fromTheStart() }
                    if isBoth || (turn + count) % 2 == 1 { try run.later() }
                }
                count += 1
            }
        }
        return count
    }

    @Test(arguments: DriverUnderTest.available, RegisterFailure.all)
    func `every function ends within its limits, with the right answer, whichever register fails`(
        row: DriverUnderTest, failure: RegisterFailure
    ) throws {
        #expect(try runAll(row, failure) >= 19 + 2)
    }

    @Test(arguments: DriverUnderTest.available)
    func `a card that fails in every way at once harms nobody, and works again when it is whole`(
        row: DriverUnderTest
    ) throws {
        let limits = try DeviceDescription.card.get().limits(of: row, seed: seed)
        var sum = FailureExchange.Statistics()
        let runs = volume ?? 12
        for number in 0..<UInt64(runs) {
            let seed = seed &+ number &* 7919
            #expect(throws: Never.self, "\(row), seed \(seed)") {
                let machine = try SimulatedMachine(
                    row.driver, timing: AcceptanceRuns.prompt, clockFrequency: row.clockFrequency, seed: seed)
                let gaps = machine.memory.gaps
                try machine.start()
                var failing = FailureExchange(machine, limits: limits, seed: seed)
                defer { sum += failing.statistics }
                try failing.run(rounds: 3000)
                try machine.recover()
                var exchange = FrameExchange(machine, count: 100, seed: seed)
                try exchange.run()
                #expect(machine.memory.gaps == gaps, "written between the memories")
            }
        }
        print("\(row): \(sum), \(runs) runs from seed \(seed)")
        for count in [sum.sent, sum.busy, sum.frames, sum.bad, sum.none, sum.givenBack, sum.ready, sum.stuck, sum.gone]
        {
            #expect(count > 0, "\(sum)")
        }
    }

    /// Bounds of the two waits of bring-up: 10 ms for the reset, 20 ms for the station address. Before the second the
    /// generated driver asks for the EEPROM for 10 ms, by pauses that take sixteen times as long here.
    @Test(
        arguments: DriverUnderTest.available,
        [
            (9_900, 0, BringUpOutcome.ready), (10_100, 0, .stuck), (5, 19_900, .ready), (5, 20_100, .stuck),
            (9_900, 19_900, .ready), (10_100, 20_100, .stuck),
        ])
    func `a wait ends at its bound, not before and not after`(
        row: DriverUnderTest, times: (reset: Int, address: Int, outcome: BringUpOutcome)
    ) throws {
        var timing = CardTiming.late
        timing.resetMicroseconds = times.reset...times.reset
        let address = times.address + (row == .generated && times.address > 20_000 ? 16 * 10_000 + 1_500 : 0)
        timing.eepromMicroseconds = address...address
        let machine = try SimulatedMachine(
            row.driver, timing: timing, clockFrequency: row.clockFrequency, seed: seed)
        machine.processor.isTracing = true
        #expect(try machine.bringUp() == times.outcome)
        try DeviceDescription.card.get().limits(of: row, seed: seed).check(machine, "bringup")
        #expect(machine.card.violations == [])
    }
}
