// What is known of a number: its least and its greatest value, and which of its bits may be set.

/// The values that a number may have.
public struct ValueRange: Hashable, Sendable {
    /// Least value.
    public var low: UInt64
    /// Greatest value.
    public var high: UInt64
    /// Bits that may be set: every other bit is clear.
    public var bits: UInt64

    public init(low: UInt64, high: UInt64, bits: UInt64 = .max) {
        self.low = low
        self.high = high
        self.bits = bits
    }

    /// One number and no other.
    public init(_ value: UInt64) { self.init(low: value, high: value, bits: value) }

    /// Every number that has no other bits than these.
    public init(bits: UInt64) { self.init(low: 0, high: bits, bits: bits) }

    /// Every number of 64 bits.
    public static let anything = ValueRange(bits: .max)

    /// Whether the range holds a number.
    public func contains(_ value: UInt64) -> Bool { value >= low && value <= high && value & ~bits == 0 }

    /// Whether every number of the other range is known to be in this one.
    public func covers(_ other: ValueRange) -> Bool {
        other.low >= low && other.high <= high && other.bits & ~bits == 0
    }
}
