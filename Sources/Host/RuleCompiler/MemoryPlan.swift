// What the checker has worked out about buffers and shared memory that is no ring.

import Metabinary

/// Buffers that go by number: those of a pool, or of a memory whose records they begin at.
struct BufferPlan {
    /// The name behind `own`.
    var name: Syntax.Name
    var count: UInt64
    /// Units: bytes, a power of two.
    var byteCount: UInt64
    /// Index of the region that holds them.
    var region: Int

    /// Places to shift a buffer's number to get its byte offset.
    var shift: UInt64 { UInt64(byteCount.trailingZeroBitCount) }
    /// Bits that a buffer's number may use.
    var bitCount: UInt8 { UInt8(max(1, 64 - (count - 1).leadingZeroBitCount)) }
}

/// A shared memory whose parts are all known and fit together.
struct MemoryPlan {
    var name: Syntax.Name
    var layout: Syntax.Layout
    /// Number of records.
    var count: UInt64
    /// Index of the region.
    var region: Int
    /// Index of the buffers that addresses in it lead to.
    var pool: Int?
    /// Index of the part that each field is in; one part is all of it where that is possible.
    var parts: [String: Int]
    /// Offsets of the parts.
    var partOffsets: [UInt64]
    var registers: (low: Syntax.Register, high: Syntax.Register?, bytes: Syntax.Register?)

    /// Units: bytes.
    var recordByteCount: UInt64 { layout.byteCount.value ?? 8 }
    /// Whether records are written as a whole.
    var isOnePart: Bool { partOffsets.count == 1 && layout.fields.allSatisfy { $0.count == nil && $0.layout == nil } }
}
