// How long a call of a function may take. The figures are those of a slow machine and add up to a bound, not to an
// estimate: it tells a function that ends soon from one that nobody lives to see end. `TimeMeter` adds them up, for
// programs here and for rules in the compiler.

/// Most time that one call of a function takes: what it computes, and what it waits for.
public struct TimeBound: Hashable, Sendable {
    /// An item: a few instructions, one of which may miss all caches.
    ///
    /// Units: nanoseconds.
    public static let itemNanoseconds: UInt64 = 100
    /// What an access of a device's registers takes besides. A read crosses the bus and comes back, which takes between one
    /// and two microseconds behind a bridge, in port space and configuration space too; a write waits for reads before it.
    ///
    /// Units: nanoseconds.
    public static let accessNanoseconds: UInt64 = 2_000
    /// Most work of a function.
    ///
    /// Units: nanoseconds.
    public static let workLimit: UInt64 = 1_000_000_000
    /// Most that a function waits in all.
    ///
    /// Units: microseconds.
    public static let waitingLimit: UInt64 = 60_000_000
    /// Turns of the empty loop that a pause is, for each time-stamp count. No turn takes less than half a cycle, and no
    /// processor's clock is above four times the frequency of its time-stamp counter.
    public static let pauseTurnCount: UInt64 = 8
    /// Most time-stamp counts that a turn of such a loop takes: two cycles, at the frequency of the counter.
    public static let pauseTurnCounts: UInt64 = 2

    /// Units: nanoseconds.
    public var workNanoseconds: UInt64
    /// In waits and pauses. Units: microseconds.
    public var waitingMicroseconds: UInt64

    public init(workNanoseconds: UInt64 = 0, waitingMicroseconds: UInt64 = 0) {
        self.workNanoseconds = workNanoseconds
        self.waitingMicroseconds = waitingMicroseconds
    }

    /// One after the other.
    ///
    /// - Precondition: neither exceeds a limit.
    public static func + (one: TimeBound, other: TimeBound) -> TimeBound {
        TimeBound(
            workNanoseconds: one.workNanoseconds + other.workNanoseconds,
            waitingMicroseconds: one.waitingMicroseconds + other.waitingMicroseconds)
    }

    /// Which limit is exceeded, `nil` for none; `line` says where.
    @inline(never)
    public func excess(line: UInt16) -> TimeExcess? {
        let isWaiting = waitingMicroseconds > Self.waitingLimit
        guard isWaiting || workNanoseconds > Self.workLimit else { return nil }
        return TimeExcess(isWaiting: isWaiting, line: line)
    }

    /// The greater of each.
    public static func longest(_ one: TimeBound, _ other: TimeBound) -> TimeBound {
        TimeBound(
            workNanoseconds: max(one.workNanoseconds, other.workNanoseconds),
            waitingMicroseconds: max(one.waitingMicroseconds, other.waitingMicroseconds))
    }
}

/// Which limit of time a function may exceed, and where it does.
public struct TimeExcess: Hashable, Sendable {
    /// Whether it is the limit of waiting, or that of work.
    public var isWaiting: Bool
    /// Line of the loop, or of what is outside of loops, with which the sum is above the limit.
    public var line: UInt16

    public init(isWaiting: Bool, line: UInt16) {
        self.isWaiting = isWaiting
        self.line = line
    }
}
