// The fields of shared memory by which a device is handed more of it: where a buffer or another record is, and how much
// of it counts.

import Program

/// A field of a slot or of an element that tells the device of a memory.
public struct SlotField: Hashable, Sendable {
    /// Index of the memory: a pool, or memory in parts, of which the field tells one buffer or record.
    public var memory = 0
    /// Whether a number of bytes is there; if not, a physical address.
    public var isLength = false
    /// Units: bytes from the start of the slot, a multiple of the field's size.
    public var offset: UInt64 = 0
    public var type = ValueType.u64

    package init() {}

    /// Units: bytes.
    public var byteCount: UInt64 { UInt64(type.bitCount) / 8 }

    /// Offset after the field.
    var end: UInt64 { offset + byteCount }
}
