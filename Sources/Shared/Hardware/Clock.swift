// The calibrated time-stamp counter in use: bounded waits and spans of time. It measures nothing itself; the kernel
// makes one from the facts and hands it to whoever has to wait.

/// A clock that bounds waits.
public struct Clock: Sendable {
    /// Looks at a counter that does not move before it is taken to stand still; a moving one changes at every look.
    private static let stillLookLimit = 1 << 16

    /// Frequencies that a clock may have. Units: hertz.
    public static let frequencies: ClosedRange<UInt64> = 1...1_000_000_000_000

    /// Units: hertz.
    public let frequency: UInt64

    /// - Precondition: the frequency is between 1 Hz and 1 THz.
    public init(_ facts: ClockFacts) {
        precondition(Self.frequencies ~= facts.frequency, "the frequency of a clock is out of range")
        frequency = facts.frequency
    }

    /// Counts of the time-stamp counter in so many microseconds, at least one.
    ///
    /// - Precondition: `microseconds` is at most an hour.
    public func timestamps(microseconds: UInt64) -> UInt64 {
        precondition(microseconds <= 3_600_000_000, "a span of more than an hour is a mistake")
        // Apart, so that no product reaches 2^64: whole megahertz, then the rest.
        return microseconds * (frequency / 1_000_000) + microseconds * (frequency % 1_000_000) / 1_000_000 + 1
    }

    /// Whole microseconds in so many counts of the time-stamp counter.
    public func microseconds(timestamps: UInt64) -> UInt64 {
        // Apart, as above: whole seconds, then the rest.
        timestamps / frequency * 1_000_000 + timestamps % frequency * 1_000_000 / frequency
    }

    /// Looks at a condition again and again until it is true, at least twice.
    ///
    /// The condition is looked at once more after the time is over, so that a pause of the whole machine does not make
    /// a wait expire whose condition came true. A time-stamp counter that stands still ends the wait too.
    ///
    /// Throws: `WaitError.expired` with the name and the bound.
    public func wait<Access: HardwareAccess>(
        upTo microseconds: UInt64, name: StaticString, _ access: inout Access,
        until condition: (inout Access) -> Bool
    ) throws(WaitError) {
        let bound = timestamps(microseconds: microseconds)
        let start = access.readTimestamp()
        var latest = start
        var stillLooks = 0
        while true {
            if condition(&access) { return }
            let now = access.readTimestamp()
            stillLooks = now == latest ? stillLooks + 1 : 0
            latest = now
            if now &- start >= bound || stillLooks == Self.stillLookLimit { break }
        }
        if condition(&access) { return }
        throw .expired(name: name, bound: microseconds)
    }
}

extension MachineFacts {
    /// A clock for bounds: where none could be calibrated a fast one, so that no wait ends too early.
    var waitingClock: Clock {
        @inline(never) get { Clock(clock ?? ClockFacts(frequency: 4_000_000_000, source: .assumed)) }
    }
}
