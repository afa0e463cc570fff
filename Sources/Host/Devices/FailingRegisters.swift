// What is between a device's registers and its bus when registers fail. A device asks it what a read shows and
// whether a write arrives, and carries out what arrives late. It holds no registers and knows no device.

/// Failing registers of one device.
struct FailingRegisters {
    /// Failing registers by offset. What was on its way is forgotten when they change.
    var failures: [UInt64: RegisterFailure] = [:] {
        didSet {
            guard failures != oldValue else { return }
            histories = [:]
            lateWrites = []
        }
    }

    /// A point on all three clocks of a delay.
    private struct Moment {
        var reads: Int
        var steps: Int
        var microseconds: UInt64
    }

    /// What was seen of a register that fails.
    private struct History {
        /// What it holds as far as a late reader knows.
        var shown: UInt32
        /// When it was first found to hold something else.
        var changed: Moment?
        var beforeLastWrite: UInt32
        var reads = 0
    }

    private struct LateWrite {
        var offset: UInt64
        var value: UInt32
        var start: Moment
        var delay: RegisterFailure.Delay
    }

    private var histories: [UInt64: History] = [:]
    private var lateWrites: [LateWrite] = []
    private var steps = 0

    private func hasPassed(_ delay: RegisterFailure.Delay, from start: Moment, to end: Moment) -> Bool {
        switch delay {
        case .reads(let count): end.reads - start.reads >= count
        case .steps(let count): end.steps - start.steps >= count
        case .microseconds(let count): end.microseconds - start.microseconds >= UInt64(count)
        }
    }

    private func moment(_ offset: UInt64, _ microseconds: UInt64) -> Moment {
        Moment(reads: histories[offset]?.reads ?? 0, steps: steps, microseconds: microseconds)
    }

    /// What a read shows.
    ///
    /// - Parameters:
    ///   - value: what the device holds.
    ///   - resetValue: what it holds after a reset.
    ///   - microseconds: what time it is.
    mutating func read(
        _ offset: UInt64, value: UInt32, resetValue: UInt32, at microseconds: UInt64,
        noise: inout SeededGenerator
    ) -> UInt32 {
        guard let failure = failures[offset] else { return value }
        var history = histories[offset] ?? History(shown: value, beforeLastWrite: value)
        history.reads += 1
        defer { histories[offset] = history }
        switch failure.reading {
        case .right: return value
        case .value(let value): return value
        case .resetValue: return resetValue
        case .beforeLastWrite: return history.beforeLastWrite
        case .noise: return UInt32(truncatingIfNeeded: noise.next())
        case .late(let delay):
            let now = Moment(reads: history.reads, steps: steps, microseconds: microseconds)
            let changed = history.changed ?? now
            if value == history.shown || hasPassed(delay, from: changed, to: now) {
                history.shown = value
                history.changed = nil
            } else {
                history.changed = changed
            }
            return history.shown
        }
    }

    /// Whether a write arrives now.
    ///
    /// - Parameter held: what the device holds before it.
    mutating func takes(_ offset: UInt64, _ value: UInt32, held: UInt32, at microseconds: UInt64) -> Bool {
        guard let failure = failures[offset] else { return true }
        histories[offset, default: History(shown: held, beforeLastWrite: held)].beforeLastWrite = held
        switch failure.writing {
        case .right: return true
        case .lost: return false
        case .late(let delay):
            let start = moment(offset, microseconds)
            lateWrites.append(LateWrite(offset: offset, value: value, start: start, delay: delay))
            return false
        }
    }

    /// A step of the device: returns the writes that arrive with it, in the order in which they were made.
    mutating func step(at microseconds: UInt64) -> [(offset: UInt64, value: UInt32)] {
        steps += 1
        guard !lateWrites.isEmpty else { return [] }
        var arrived: [(offset: UInt64, value: UInt32)] = []
        var waiting: [LateWrite] = []
        for write in lateWrites {
            if hasPassed(write.delay, from: write.start, to: moment(write.offset, microseconds)) {
                arrived.append((write.offset, write.value))
            } else {
                waiting.append(write)
            }
        }
        lateWrites = waiting
        return arrived
    }
}
