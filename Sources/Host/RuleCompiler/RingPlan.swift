// What the checker has worked out about a device's rings: where each keeps its slots, its buffers and its positions.

import Metabinary

/// A ring whose parts are all known and fit together.
struct RingPlan {
    var name: Name
    var sends: Bool
    var layout: Layout
    var count: UInt64
    /// Units: bytes.
    var slotByteCount: UInt64
    /// Index of the region that holds the slots.
    var region: Int
    /// Index of the region that holds the buffers.
    var pool: Int
    var bufferCount: UInt64
    /// Units: bytes.
    var bufferByteCount: UInt64
    /// Cell with the byte offset of the slot that is claimed next.
    var claimCell: Int
    /// Cell with the byte offset of the slot that is reaped next; the same where the driver claims what it reaps.
    var reapCell: Int
    /// Table with the buffer that each slot owns.
    var bufferCell: Int
    var done: (field: LayoutField, mask: UInt64)
    var registers: (low: Register, high: Register, bytes: Register, head: Register, tail: Register)
    var sizes: Sizes

    /// What is a number in most rings and a fact in some; `count`, `bufferCount` and `bufferByteCount` are the largest that
    /// these may be.
    struct Sizes {
        var count: TypedValue
        /// Of all slots. Units: bytes.
        var byteCount: TypedValue
        /// Bits that the byte offset of a slot may use.
        var offsetMask: TypedValue
        /// Number of the last buffer.
        var lastBuffer: TypedValue
        /// Size of a buffer. Units: bytes.
        var stride: TypedValue
        /// Of all buffers. Units: bytes.
        var poolByteCount: TypedValue
    }

    /// Places to shift a slot's number to get its byte offset.
    var slotShift: UInt64 { UInt64(slotByteCount.trailingZeroBitCount) }
}
