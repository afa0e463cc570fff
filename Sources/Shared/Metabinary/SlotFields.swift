// The fields of shared memory by which a device is handed more of it: where a buffer or another record is, and how much
// of it counts.

import Program

/// A field of a slot or of an element that tells the device of a memory.
public struct SlotField: Hashable, Sendable {
    /// Index of the memory: a pool, or memory in parts, of which the field tells one buffer or record.
    public var memory = 0
    /// What is there.
    public enum Meaning: UInt8, Sendable {
        /// The physical address of a buffer or a record.
        case address = 0
        /// How many bytes of one count.
        case length = 1
        /// The physical address of the memory: the device counts from there by itself.
        case base = 2
        /// A length below 0: the two's complement of how many bytes count, in as many bits as there are.
        case negativeLength = 3
    }

    public var meaning = Meaning.address
    /// Units: bytes from the start of the slot, a multiple of the field's size.
    public var offset: UInt64 = 0
    public var type = ValueType.u64
    /// The lowest of the bits that hold a length, and their number; of an address all bits.
    public var firstBit: UInt8 = 0
    public var bitCount: UInt8 = 64

    package init() {}

    /// Whether more has to be said of it than whether it is a length.
    var isOther: Bool { meaning == .base || meaning == .negativeLength || isLength && bitCount != type.bitCount }

    /// Whether a number of bytes is there.
    public var isLength: Bool { meaning != .address && meaning != .base }

    /// Units: bytes.
    public var byteCount: UInt64 { UInt64(type.bitCount) / 8 }

    /// Offset after the field.
    var end: UInt64 { offset + byteCount }
}
