// The fields of a ring's slots by which a device is handed memory: where a buffer is, and how much of it counts.

import Program

/// A field of a slot.
public struct SlotField: Hashable, Sendable {
    /// Units: bytes from the start of the slot, a multiple of the field's size.
    public var offset: UInt64
    public var type: ValueType

    /// Units: bytes.
    public var byteCount: UInt64 { UInt64(type.bitCount) / 8 }

    /// Offset behind the field.
    var end: UInt64 { offset + byteCount }
}

/// What a slot tells its device of a buffer.
public struct SlotFields: Hashable, Sendable {
    /// Index of the memory that holds the buffers: a pool.
    public var pool: Int
    /// Physical address of a byte of a buffer.
    public var address: SlotField
    /// Number of bytes from there on, where the driver tells it.
    public var length: SlotField?
}
