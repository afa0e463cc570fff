// Finds the frequency of the time-stamp counter, so that every wait can be bounded in microseconds: measured against a timer,
// or as the processor states it. Every loop here is bounded by a count, for timers that stand still or answer nonsense;
// `discoverMachine` calls it.

extension ClockFacts {
    /// Most reads of a timer that does not move before it is taken to stand still; a tick lasts 0.3 or 0.8
    /// microseconds and a read at least some nanoseconds.
    private static let stillReadLimit = 10_000
    /// Most reads of a timer in one round, for timers that move but too slowly.
    private static let roundReadLimit = 1 << 19
    /// Rounds that are tried until two in a row agree.
    private static let roundLimit = 4
    /// Length of a round: one in so many of a second, that is 2 ms.
    private static let roundsPerSecond: UInt64 = 500
    /// Frequencies that a processor may have. Units: hertz.
    private static let plausible: ClosedRange<UInt64> = 50_000_000...20_000_000_000

    /// Measures against the first timer that counts: of those that ACPI names, in their order, else of the interval timer,
    /// whose clock some machines gate. Before that one comes what the processor states. `nil` for a machine without any.
    static func discover(
        _ timers: [ReferenceTimer], _ system: [SystemRange], _ processor: ProcessorFacts,
        _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) -> ClockFacts? {
        for timer in timers {
            if let facts = measure(timer, &access, report) { return facts }
        }
        for range in system where range.kind == .eventTimers {
            if let timer = ReferenceTimer.event(at: range.base, &access), let facts = measure(timer, &access, report) {
                return facts
            }
        }
        if let frequency = processor.statedFrequency, plausible.contains(frequency), counts(&access) {
            return ClockFacts(frequency: frequency, source: .cpuid)
        }
        return measure(.interval, &access, report)
    }

    /// Whether the time-stamp counter moves.
    private static func counts(_ access: inout some HardwareAccess) -> Bool {
        let first = access.readTimestamp()
        for _ in 0..<stillReadLimit where access.readTimestamp() != first { return true }
        return false
    }

    @inline(never)
    private static func measure(
        _ timer: ReferenceTimer, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) -> ClockFacts? {
        let place = timer.place
        let gate = timer.start(&access)
        defer { timer.stop(gate, &access) }
        guard timer.counts(&access, readLimit: stillReadLimit) else {
            report(Oddity(.timerStandsStill, at: place))
            return nil
        }
        var previous: UInt64 = 0
        for _ in 0..<roundLimit {
            guard let frequency = measureRound(timer, &access) else { break }
            let difference = frequency > previous ? frequency - previous : previous - frequency
            // Sampling is good to some thousandths; two rounds apart by more than a 64th saw different clocks.
            if difference <= frequency / 64 {
                let mean = (frequency + previous) / 2
                if plausible.contains(mean) { return ClockFacts(frequency: mean, source: timer.source) }
                report(Oddity(.frequencyImplausible, at: place))
                return nil
            }
            previous = frequency
        }
        report(Oddity(.timerUnsteady, at: place))
        return nil
    }

    /// One measurement over one round; `nil` where the timer took too long or the time-stamp counter stood still.
    static func measureRound(_ timer: ReferenceTimer, _ access: inout some HardwareAccess) -> UInt64? {
        let length = UInt32(timer.frequency / roundsPerSecond)
        let first = timer.sample(&access)
        var reads = 0
        while (timer.read(&access) &- first.count) & timer.mask < length {
            reads += 1
            if reads == roundReadLimit { return nil }
        }
        let last = timer.sample(&access)
        let ticks = UInt64((last.count &- first.count) & timer.mask)
        let stamps = last.timestamp &- first.timestamp
        // 2^36 stamps are some seconds of the fastest processor, and keep the product below 2^64.
        guard ticks > 0 && stamps > 0 && stamps < 1 << 36 else { return nil }
        return stamps * timer.frequency / ticks
    }
}

extension ReferenceTimer {
    /// A moment on both clocks.
    fileprivate struct Sample {
        var timestamp: UInt64
        var count: UInt32
    }

    /// Whether the count moves within so many reads.
    fileprivate func counts(_ access: inout some HardwareAccess, readLimit: Int) -> Bool {
        let first = read(&access)
        for _ in 0..<readLimit where read(&access) != first { return true }
        return false
    }

    /// Reads both clocks at one moment: the closest of four tries, so that a pause of the machine between the two reads
    /// does no harm.
    fileprivate func sample(_ access: inout some HardwareAccess) -> Sample {
        var closest = Sample(timestamp: 0, count: 0)
        var closestWidth = UInt64.max
        for _ in 0..<4 {
            let before = access.readTimestamp()
            let count = read(&access)
            let width = access.readTimestamp() &- before
            if width < closestWidth {
                closest = Sample(timestamp: before &+ width / 2, count: count)
                closestWidth = width
            }
        }
        return closest
    }
}
