// Calibration against timers of a known machine and against timers that stand still, and waits with their bounds.

import Testing

@testable import Hardware

struct ClockTests {
    private static func machine(_ frequency: UInt64, hasPowerTimer: Bool, startingAt start: UInt64) -> SyntheticMachine
    {
        var machine = SyntheticMachine(startingAt: start)
        machine.frequency = frequency
        machine.stampsPerAccess = frequency / 1_000_000  // a microsecond, as a port of a real machine
        if hasPowerTimer {
            machine.powerTimerPort = 0x608
            machine.addTables([DescriptionTables.fixedTable(timerPort: 0x608)])
        }
        return machine
    }

    @Test(
        "the frequency is right to a thousandth against either timer",
        arguments: [100_000_000, 999_000_000, 2_400_000_000, 5_700_000_000] as [UInt64], [true, false])
    func calibrates(_ frequency: UInt64, _ hasPowerTimer: Bool) throws {
        for start in [1_000, frequency * 4_687 / 1000] {
            var machine = Self.machine(frequency, hasPowerTimer: hasPowerTimer, startingAt: start)
            let clock = try #require(machine.discover().facts.clock)
            #expect(clock.source == (hasPowerTimer ? .powerManagementTimer : .intervalTimer))
            let difference = clock.frequency > frequency ? clock.frequency - frequency : frequency - clock.frequency
            #expect(difference <= frequency / 1000, "\(clock.frequency) for \(frequency)")
        }
    }

    @Test("a round during which the timer wraps is as good as any")
    func calibratesAcrossWrap() throws {
        // 24 bits of 3.58 MHz wrap after 4.687 s, 16 bits of 1.19 MHz after 54.925 ms.
        for (milliseconds, hasPowerTimer) in [(4_686, true), (54, false)] as [(UInt64, Bool)] {
            var machine = Self.machine(
                2_400_000_000, hasPowerTimer: hasPowerTimer, startingAt: 2_400_000 * milliseconds)
            var timer = ReferenceTimer.interval
            if hasPowerTimer {
                let fixed = ACPITable(
                    signature: ReferenceTimer.tableSignature, address: PhysicalAddress(rawValue: 0x9003),
                    byteCount: 116)
                timer = try #require(ReferenceTimer.powerManagement(describedBy: fixed, &machine).first)
            }
            let before = timer.read(&machine)
            let frequency = try #require(ClockFacts.measureRound(timer, &machine))
            #expect(timer.read(&machine) < before, "the timer did not wrap")
            #expect((2_397_600_000...2_402_400_000).contains(frequency))
        }
    }

    @Test("calibration takes less than ten milliseconds")
    func calibratesQuickly() {
        for timer in [ReferenceTimer.interval, nil] {
            var machine = Self.machine(2_400_000_000, hasPowerTimer: timer == nil, startingAt: 0)
            let fixed = ACPITable(
                signature: ReferenceTimer.tableSignature, address: PhysicalAddress(rawValue: 0x9003), byteCount: 116)
            let measured = timer.map { [$0] } ?? ReferenceTimer.powerManagement(describedBy: fixed, &machine)
            let start = machine.now
            #expect(ClockFacts.discover(measured, [], ProcessorFacts(), &machine) { _ in } != nil)
            #expect((machine.now - start) / 2400 < 10_000)
        }
    }

    @Test("timers that stand still, and a time-stamp counter that does, give no clock and an end")
    func survivesStandingTimers() {
        var machine = SyntheticMachine()
        machine.hasIntervalTimer = false
        var found = machine.discover()
        #expect(found.facts.clock == nil)
        #expect(found.oddities.contains(Oddity(.timerStandsStill, at: 0x42)))
        machine = SyntheticMachine()
        machine.timestampMoves = false
        found = machine.discover()
        #expect(found.facts.clock == nil)
        #expect(found.oddities.contains(Oddity(.timerUnsteady, at: 0x42)))
        machine = SyntheticMachine()
        machine.frequency = 10_000_000
        machine.stampsPerAccess = 10
        found = machine.discover()
        #expect(found.facts.clock == nil)
        #expect(found.oddities.contains(Oddity(.frequencyImplausible, at: 0x42)))
    }

    /// What of a machine tells time.
    struct Timers: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The word of the clock's source; `nil` for no clock.
        var source: String?
        var extendedPort: UInt64?
        var extendedSpace: UInt8 = 1
        var port: UInt16 = 0
        /// Where the power-management timer really is.
        var livePort: UInt16?
        var liveAddress: UInt64?
        var hasEventTimers = false
        /// Leaves 15H, denominator, numerator and crystal, and 16H.
        var ratio: [UInt32] = [0, 0, 0]
        var megahertz: UInt32 = 0
        var hasIntervalTimer = false
    }

    /// The places of a machine's timers, in the order in which they are tried.
    @Test(
        "the clock is measured by the first timer that counts, in the order of their worth",
        arguments: [
            Timers(
                testDescription: "all", source: "pmtimer", extendedPort: 0x608, port: 0x404, livePort: 0x608,
                hasEventTimers: true, ratio: [2, 200, 24_000_000], megahertz: 2400, hasIntervalTimer: true),
            Timers(
                testDescription: "in memory", source: "pmtimer", extendedPort: 0xFED8_0808, extendedSpace: 0,
                liveAddress: 0xFED8_0808),
            Timers(
                testDescription: "the extended port stands still", source: "pmtimer", extendedPort: 0x608, port: 0x404,
                livePort: 0x404, hasIntervalTimer: true),
            Timers(
                testDescription: "event timers", source: "hpet", port: 0x404, hasEventTimers: true,
                ratio: [2, 200, 24_000_000], hasIntervalTimer: true),
            Timers(
                testDescription: "leaf 15H", source: "cpuid", ratio: [2, 200, 24_000_000], megahertz: 3000,
                hasIntervalTimer: true),
            Timers(testDescription: "leaf 16H", source: "cpuid", ratio: [2, 200, 0], megahertz: 2400),
            Timers(testDescription: "leaf 16H alone", ratio: [0, 200, 0], megahertz: 2400),
            Timers(
                testDescription: "a frequency that cannot be", source: "pit", ratio: [1, .max, .max],
                hasIntervalTimer: true),
            Timers(testDescription: "none"),
        ])
    func choosesTimer(_ timers: Timers) {
        var machine = SyntheticMachine()
        machine.hasIntervalTimer = timers.hasIntervalTimer
        machine.powerTimerPort = timers.livePort
        machine.powerTimerAddress = timers.liveAddress
        machine.setLeaf(0, 0x16, 0, 0, 0)
        machine.setLeaf(0x15, timers.ratio[0], timers.ratio[1], timers.ratio[2], 0)
        machine.setLeaf(0x16, timers.megahertz, 0, 0, 0)
        var tables = [
            DescriptionTables.fixedTable(
                timerPort: timers.port, extendedPort: timers.extendedPort ?? 0, extendedSpace: timers.extendedSpace)
        ]
        if timers.hasEventTimers {
            machine.eventTimerBase = 0xFED0_0000
            tables.append(
                DescriptionTables.table(
                    "HPET", [0, 0, 0, 0, 0, 64, 0, 0] + DescriptionTables.bytes(0xFED0_0000, 8) + [0, 0, 0, 0]))
        }
        machine.addTables(tables)
        let clock = machine.discover().facts.clock
        #expect(clock.map { "\($0.source.word)" } == timers.source)
        if let clock { #expect((2_395_000_000...2_405_000_000).contains(clock.frequency)) }
        #expect(machine.eventTimerConfiguration == 0, "the event timers were not left as they were")
    }

    @Test("a wait ends when its condition is true, or names itself at its bound")
    func boundsWaits() throws {
        let clock = Clock(ClockFacts(frequency: 2_400_000_000, source: .intervalTimer))
        var machine = SyntheticMachine()
        machine.stampsPerAccess = 2400
        var looks = 0
        try clock.wait(upTo: 100, name: "third look", &machine) { _ in
            looks += 1
            return looks == 3
        }
        #expect(looks == 3)
        let start = machine.now
        do throws(WaitError) {
            try clock.wait(upTo: 100, name: "never", &machine) { _ in false }
            Issue.record("the wait ended without an error")
        } catch {
            guard case .expired(let name, let bound) = error else { return }
            #expect("\(name)" == "never")
            #expect(bound == 100)
        }
        #expect((100...103).contains((machine.now - start) / 2400))
        machine.timestampMoves = false
        #expect(throws: WaitError.self) { try clock.wait(upTo: 100, name: "still", &machine) { _ in false } }
    }

    @Test("a span in microseconds becomes counts without overflow")
    func convertsSpans() {
        let clock = Clock(ClockFacts(frequency: 2_399_999_999, source: .intervalTimer))
        #expect(clock.timestamps(microseconds: 0) == 1)
        #expect(clock.timestamps(microseconds: 1_000_000) == 2_400_000_000)
        #expect(clock.timestamps(microseconds: 3_600_000_000) == 8_639_999_996_401)
    }
}
