// What the base register of an interrupt controller says, and how its timer's counts and time relate.

import Testing

@testable import Hardware

struct LocalTimerTests {
    private static let clock = ClockFacts(frequency: 2_000_000_000, source: .powerManagementTimer)

    private static func timer() throws -> LocalTimer { try LocalTimer(baseRegister: 0xFEE0_0900) }

    @Test("the registers are where the base register says, and only where the controller is on and in its first mode")
    func readsTheBaseRegister() throws {
        // Bit 8: this is the processor that booted.
        #expect(try Self.timer().registers == PhysicalAddress(rawValue: 0xFEE0_0000))
        #expect(try LocalTimer(baseRegister: 0xF_1234_5800).registers == PhysicalAddress(rawValue: 0xF_1234_5000))
        #expect(throws: LocalTimerError.disabled) { try LocalTimer(baseRegister: 0xFEE0_0100) }
        #expect(throws: LocalTimerError.extended) { try LocalTimer(baseRegister: 0xFEE0_0D00) }
    }

    @Test("of several measurements the slowest counts")
    func measures() throws {
        var timer = try Self.timer()
        for counts in [15_700, 15_600, 90_000] as [UInt32] {
            try timer.measure(counts: counts, timestamps: 4_000_000, Self.clock)
        }
        #expect(timer.frequency == 7_800_000)
    }

    @Test("a timer that stands still, or is too fast to be one, is none")
    func refusesMeasurements() throws {
        var timer = try Self.timer()
        #expect(throws: LocalTimerError.stopped) { try timer.measure(counts: 0, timestamps: 1, Self.clock) }
        #expect(throws: LocalTimerError.stopped) { try timer.measure(counts: 1, timestamps: 0, Self.clock) }
        #expect(throws: LocalTimerError.short) { try timer.measure(counts: 1 << 24, timestamps: 1, Self.clock) }
        let fastest = ClockFacts(frequency: Clock.frequencies.upperBound, source: .powerManagementTimer)
        try timer.measure(counts: 1 << 24 - 1, timestamps: 1, fastest)
        #expect(timer.frequency == (1 << 24 - 1) * fastest.frequency)
        #expect(throws: LocalTimerError.short) { try timer.counts(milliseconds: .max) }
    }

    @Test("a time is a number of counts, never none, and none that the counter cannot hold")
    func converts() throws {
        var timer = try Self.timer()
        try timer.measure(counts: 2_000, timestamps: 4_000_000, Self.clock)
        #expect(timer.frequency == 1_000_000)
        #expect(try timer.counts(milliseconds: 90_000) == 90_000_000)
        #expect(try timer.counts(milliseconds: 0) == 1)
        #expect(try timer.counts(milliseconds: 4_294_967) == 4_294_967_000)
        #expect(throws: LocalTimerError.short) { try timer.counts(milliseconds: 4_294_968) }
    }
}
