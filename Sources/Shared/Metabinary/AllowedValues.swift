// What may be written to a register or to an element of shared memory, as a rule states it. Numbers that are a memory's size
// stay tied to it; the grant planner puts them in.

/// A number that may be written.
public struct AllowedValue: Hashable, Sendable {
    public enum Number: Hashable, Sendable {
        case range(low: UInt64, high: UInt64)
        /// Bytes of the memory with that index, of a pool those of a buffer.
        case byteCount(of: Int)
        /// Slots, records or buffers of that memory.
        case count(of: Int)
        /// The number of one of them.
        case index(of: Int)
    }

    /// What another register of the window was told right before.
    public struct Cause: Hashable, Sendable {
        /// Index of the register.
        public var register: Int
        /// Index of the memory whose address it was told; `nil` for 0.
        public var memory: Int?
    }

    public var number: Number
    public var cause: Cause?
}

/// What may be written to some bits.
public struct AllowedValues: Hashable, Sendable {
    /// The lowest of them, counted from the start of the element.
    public var firstBit: UInt16
    /// 1 to 64. They lie in one naturally aligned group of 64.
    public var bitCount: UInt8
    /// Those that may be set, each by itself, counted from the lowest; `nil` where values are stated.
    public var bits: UInt64?
    /// The first has no cause.
    public var values: [AllowedValue] = []

    /// Number behind the highest bit.
    var end: UInt64 { UInt64(firstBit) + UInt64(bitCount) }

    /// All bits, as a number.
    public var mask: UInt64 { .max >> UInt64(64 - bitCount) }
}
