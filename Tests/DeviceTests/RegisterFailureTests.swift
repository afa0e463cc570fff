// The simulated card by itself, its registers failing one way after another: that a failure does what it says, and that
// the harness sees a driver that strays, overruns or answers wrongly.

import Devices
import Pipeline
import Testing

@Suite struct RegisterFailureTests {
    private static let pause: UInt64 = 0x0410  // TIPG: holds what it is told, and does nothing

    /// A card after a reset, at a microsecond of 1000 counts.
    private final class Bench {
        var time: UInt64 = 0
        let card: GigabitCard

        init(_ failure: RegisterFailure, at offset: UInt64 = RegisterFailureTests.pause) {
            let memory = DirectMemory((try? StandInDriver.assemble())?.memories ?? [])
            card = GigabitCard(memory: memory, stationAddress: SimulatedMachine.stationAddress, seed: seed)
            card.now = { [unowned self] in time }
            write(1 << 26, to: 0)
            time += 100_000_000
            card.step(2)
            time += 100_000_000
            card.step(2)
            write(7)
            card.failures = FailurePlan(register: offset, failure)
        }

        func read(_ offset: UInt64 = RegisterFailureTests.pause) -> UInt64 {
            card.read(bar: 0, offset, byteCount: 4)
        }
        func write(_ value: UInt64, to offset: UInt64 = RegisterFailureTests.pause) {
            card.write(bar: 0, offset, byteCount: 4, value: value)
        }
        func heal() { card.failures = .none }
    }

    @Test func `a stuck register shows its value and forgets what it is told`() {
        for (failure, shown) in [
            (RegisterFailure.stuck(at: 5), UInt64(5)), (.stuck(at: .max), 0xFFFF_FFFF), (.stuckAtReset, 0), (.deaf, 7),
        ] {
            let bench = Bench(failure)
            bench.write(9)
            #expect(bench.read() == shown, "\(failure)")
            bench.heal()
            #expect(bench.read() == 7, "\(failure)")
        }
        #expect(Bench(.stuckAtReset, at: 0).read(0) == 1)
    }

    @Test func `a register that only shows wrong values takes what it is told`() {
        for (failure, shown) in [(RegisterFailure.behind, UInt64(7)), (.shows(.max), 0xFFFF_FFFF), (.shows(0), 0)] {
            let bench = Bench(failure)
            bench.write(9)
            #expect(bench.read() == shown, "\(failure)")
            bench.heal()
            #expect(bench.read() == 9, "\(failure)")
        }
    }

    @Test func `noise is another number each time, and the same in every run`() {
        let (first, second) = (Bench(.noise), Bench(.noise))
        let numbers = (0..<50).map { _ in first.read() }
        #expect(Set(numbers).count == 50)
        #expect((0..<50).map { _ in second.read() } == numbers)
    }

    @Test func `a change is shown late, by reads or by time`() {
        let byReads = Bench(.showsLate(.reads(3)))
        byReads.write(9)
        #expect((0..<5).map { _ in byReads.read() } == [7, 7, 7, 9, 9])
        let byTime = Bench(.showsLate(.microseconds(50)))
        byTime.write(9)
        #expect(byTime.read() == 7)
        byTime.time += 49_999
        #expect(byTime.read() == 7)
        byTime.time += 1
        #expect(byTime.read() == 9)
    }

    @Test func `a write is taken late, by reads, by steps or by time, and in its order`() {
        let byReads = Bench(.takesLate(.reads(2)))
        byReads.write(9)
        byReads.write(10)
        #expect((0..<3).map { _ in byReads.read() } == [7, 7, 10])
        let bySteps = Bench(.takesLate(.steps(3)))
        bySteps.write(9)
        bySteps.card.step()
        #expect(bySteps.read() == 9)
        let byTime = Bench(.takesLate(.microseconds(50)))
        byTime.write(9)
        byTime.time += 49_999
        #expect(byTime.read() == 7)
        byTime.time += 1
        #expect(byTime.read() == 9)
    }

    @Test func `a write that is on its way is lost when the card recovers`() {
        let bench = Bench(.takesLate(.steps(100)))
        bench.write(9)
        bench.heal()
        bench.card.step(200)
        #expect(bench.read() == 7)
    }

    // MARK: The harness sees what it is to see

    /// Mistakes that matter on a broken card only, and what ends the run.
    static let rows = [
        MistakeTests.Row("STRAY") { if case .strayAccess(.write, 0x5002_0000, 4, _) = $0 { true } else { false } },
        MistakeTests.Row("WRONG_REGISTER", violation: { $0 == .noRegister(offset: 0x381C) }),
        MistakeTests.Row("OUTSIDE", violation: { if case .addressNoBuffer = $0 { true } else { false } }),
        MistakeTests.Row("MISALIGNED") { if case .ringMisplaced = $0 { true } else { false } },
        MistakeTests.Row("ENDLESS") {
            switch $0 {
            case .endless, .limitExceeded: true
            default: false
            }
        },
        MistakeTests.Row("TRUSTS") { if case .outcomeOutsideContract("receive", _) = $0 { true } else { false } },
        MistakeTests.Row("READS_BACK") { if case .wrongBuffer(.receive, _) = $0 { true } else { false } },
        MistakeTests.Row("RETURNS_POSTED") { if case .wrongBuffer(.transmit, _) = $0 { true } else { false } },
        MistakeTests.Row("LAPS") { if case .wrongBuffer(.receive, _) = $0 { true } else { false } },
    ]

    @Test(arguments: rows) func `a mistake is found on a card that fails in every way`(row: MistakeTests.Row) throws {
        let driver = try StandInDriver.assemble(mistake: row.mistake)
        let limits = try DeviceDescription.card.get().limits(of: .standIn, seed: seed)
        var error: SimulationError?
        for seed in seed..<seed + 40 where error == nil {
            do throws(SimulationError) {
                let machine = try SimulatedMachine(
                    driver, timing: AcceptanceRuns.prompt, clockFrequency: DriverUnderTest.clockFrequency, seed: seed)
                machine.isCardSound = false
                machine.processor.isTracing = true
                if try machine.bringUp() == .ready { try limits.check(machine, "bringup") }
                machine.card.failures = FailurePlan(register: 0, .stuck(at: 1 << 26))
                if row.mistake == "ENDLESS" { _ = try machine.bringUp() }
                var failing = FailureExchange(machine, limits: limits, seed: seed)
                try failing.run(rounds: 3000)
            } catch let found {
                error = found
            }
        }
        let found = try #require(error, "seed \(seed): not found")
        #expect(row.isExpected(found), "seed \(seed): \(found)")
    }
}
