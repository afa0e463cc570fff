// Adds up what a call takes, block by block: what is in a loop counts as often as the loops around it turn together.
// Both arms of a branch count. Sums stop at the highest number and never wrap.

/// A sum of time.
public struct TimeMeter: Sendable {
    /// What opens and closes.
    private struct Block {
        /// How often its code runs in one call.
        var runCount: UInt64
        /// Line of the innermost loop, `nil` outside of loops.
        var loopLine: UInt16?
    }

    /// What was added so far.
    public private(set) var bound = TimeBound()
    /// The first limit that was exceeded.
    public private(set) var excess: TimeExcess?
    private var blocks: [Block] = []
    private var block = Block(runCount: 1, loopLine: nil)

    public init() {}

    /// Opens the body of a loop that turns at most so often.
    public mutating func openLoop(turnCount: UInt64, line: UInt16) {
        open()
        block = Block(runCount: Self.product(block.runCount, turnCount), loopLine: line)
    }

    /// Opens the look of a wait. Looks before the time is over are part of what is waited for; one may begin then, and one
    /// more follows.
    public mutating func openLook() {
        open()
        block.runCount = Self.product(block.runCount, 2)
    }

    /// Opens a block that runs at most once.
    @inline(never)
    public mutating func open() { blocks.append(block) }

    /// Closes the block that was opened last.
    @inline(never)
    public mutating func close() { if let outer = blocks.popLast() { block = outer } }

    /// Adds items of the block at hand.
    public mutating func addItems(_ count: UInt64 = 1, line: UInt16) {
        addWork(Self.product(count, TimeBound.itemNanoseconds), line)
    }

    /// Adds what an access of a device takes besides.
    public mutating func addAccess(line: UInt16) { addWork(TimeBound.accessNanoseconds, line) }

    /// Adds what is waited for in the block at hand. Units: microseconds.
    @inline(never)
    public mutating func addWaiting(_ microseconds: UInt64, line: UInt16) {
        bound.waitingMicroseconds = Self.sum(
            bound.waitingMicroseconds, Self.product(microseconds, block.runCount))
        check(line)
    }

    /// Adds a pause of the block at hand. Units: microseconds.
    public mutating func addPause(_ microseconds: UInt64, line: UInt16) {
        addWaiting(
            Self.product(microseconds, TimeBound.pauseTurnCount * TimeBound.pauseTurnCounts), line: line)
    }

    /// Has what was added since the sum was `before` count so many times.
    public mutating func repeatAdded(since before: TimeBound, _ count: UInt64, line: UInt16) {
        bound.workNanoseconds = Self.sum(
            before.workNanoseconds, Self.product(bound.workNanoseconds - before.workNanoseconds, count))
        bound.waitingMicroseconds = Self.sum(
            before.waitingMicroseconds, Self.product(bound.waitingMicroseconds - before.waitingMicroseconds, count))
        check(line)
    }

    /// Goes on with the greater of two sums, of which one call takes either.
    public mutating func join(_ other: TimeMeter) {
        bound = .longest(bound, other.bound)
        excess = excess ?? other.excess
    }

    @inline(never)
    private mutating func addWork(_ nanoseconds: UInt64, _ line: UInt16) {
        bound.workNanoseconds = Self.sum(bound.workNanoseconds, Self.product(nanoseconds, block.runCount))
        check(line)
    }

    @inline(never)
    private mutating func check(_ line: UInt16) {
        excess = excess ?? bound.excess(line: block.loopLine ?? line)
    }

    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, isTooLarge) = left.addingReportingOverflow(right)
        return isTooLarge ? .max : sum
    }

    private static func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (product, isTooLarge) = left.multipliedReportingOverflow(by: right)
        return isTooLarge ? .max : product
    }
}
