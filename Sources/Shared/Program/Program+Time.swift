// The bound of a program's time, from its items alone. Generation asks for it between the check of the program and the
// encoder: what comes later only makes code shorter.

extension Program {
    /// Adds up what a call takes at most.
    ///
    /// - Parameter clockFrequency: of the time-stamp counter, by which waits end. Units: hertz.
    /// - Precondition: the program is well formed.
    /// - Complexity: linear in the number of items.
    public func time(clockFrequency: UInt64) -> TimeMeter {
        var meter = TimeMeter()
        for item in items {
            let origin = origins[Int(item.origin)]
            let operation = item.operation
            meter.addItems(line: origin.line)
            if operation.closesBlock { meter.close() }
            if operation.row.effect == .deviceRead || operation.row.effect == .deviceWrite {
                let kind = regions[Int(item.region)].kind
                if kind == .window || kind == .ports { meter.addAccess(line: origin.line) }
            }
            if operation == .wait {
                meter.addWaiting(Self.microseconds(item.immediate, clockFrequency), line: origin.line)
                meter.openLook()
            } else if operation == .loop, !origin.facts.contains(.clock) {
                meter.openLoop(turnCount: item.immediate, line: origin.line)
            } else if operation.opensBlock {
                if operation == .loop {
                    let counts = item.immediate / TimeBound.pauseTurnCount
                    meter.addPause(Self.microseconds(counts, clockFrequency), line: origin.line)
                }
                meter.open()
            }
        }
        return meter
    }

    /// Whole microseconds of so many time-stamp counts; no end without a clock.
    private static func microseconds(_ counts: UInt64, _ frequency: UInt64) -> UInt64 {
        guard frequency > 0 else { return counts == 0 ? 0 : .max }
        let (seconds, rest) = counts.quotientAndRemainder(dividingBy: frequency)
        let (microseconds, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000)
        // The frequency of a clock is at most 10^12 Hz.
        let (product, isTooWide) = rest.multipliedReportingOverflow(by: 1_000_000)
        return isTooLarge || isTooWide ? .max : microseconds &+ product / frequency
    }
}
