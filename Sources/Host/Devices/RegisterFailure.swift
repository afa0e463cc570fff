// How a register of a simulated device fails, as data: what reads of it give, and what becomes of writes to it. Knows
// no device; FailingRegisters does what stands here.

/// Failure of one register. Reading and writing fail apart from each other.
public struct RegisterFailure: Hashable, Sendable, CustomStringConvertible {
    /// How late something happens. The clock that counts is the one named; the others do not matter.
    public enum Delay: Hashable, Sendable {
        /// Reads of this register.
        case reads(Int)
        /// Steps of the device: accesses that it sees, and those that the harness grants.
        case steps(Int)
        /// Microseconds of simulated time.
        case microseconds(Int)
    }

    /// What a read returns.
    public enum Reading: Hashable, Sendable {
        /// What the device holds.
        case right
        /// Always this.
        case value(UInt32)
        /// What is there after a reset.
        case resetValue
        /// What stood there before the last write.
        case beforeLastWrite
        /// Another number each time, from the device's seed.
        case noise
        /// What the device holds, only later: a change is seen after the delay.
        case late(Delay)
    }

    /// What a write does.
    public enum Writing: Hashable, Sendable {
        /// What it says.
        case right
        /// Nothing.
        case lost
        /// What it says, only later.
        case late(Delay)
    }

    public var reading: Reading
    public var writing: Writing

    public init(reading: Reading = .right, writing: Writing = .right) {
        self.reading = reading
        self.writing = writing
    }

    /// Sticks at a value.
    public static func stuck(at value: UInt32) -> RegisterFailure { .init(reading: .value(value), writing: .lost) }
    /// Sticks at what a reset leaves.
    public static let stuckAtReset = RegisterFailure(reading: .resetValue, writing: .lost)
    /// Sticks at what it holds: nothing that is written arrives.
    public static let deaf = RegisterFailure(writing: .lost)
    /// Shows what stood there before the last write, which arrives all the same.
    public static let behind = RegisterFailure(reading: .beforeLastWrite)
    /// Shows a value whatever it holds; what is written arrives.
    public static func shows(_ value: UInt32) -> RegisterFailure { .init(reading: .value(value)) }
    /// Shows noise; what is written arrives.
    public static let noise = RegisterFailure(reading: .noise)
    /// Shows its changes late.
    public static func showsLate(_ delay: Delay) -> RegisterFailure { .init(reading: .late(delay)) }
    /// Takes late what is written.
    public static func takesLate(_ delay: Delay) -> RegisterFailure { .init(writing: .late(delay)) }

    public var description: String { "reading \(reading), writing \(writing)" }
}

extension RegisterFailure {
    /// Every way in which a register can fail, with delays shorter and longer than any sound device's.
    public static let all: [RegisterFailure] = [
        .stuck(at: 0), .stuck(at: .max), .stuckAtReset, .deaf, .behind, .shows(0), .shows(.max), .noise,
        .showsLate(.reads(1)), .showsLate(.reads(500)), .showsLate(.microseconds(50)),
        .showsLate(.microseconds(15_000)), .showsLate(.microseconds(1_000_000)), .takesLate(.reads(3)),
        .takesLate(.steps(2)), .takesLate(.steps(5000)), .takesLate(.microseconds(50)),
        .takesLate(.microseconds(15_000)), .takesLate(.microseconds(1_000_000)),
    ]
}
