// What the checker has worked out about buffers and shared memory that is no ring.

import Metabinary

/// What goes by number: buffers of a pool, and records of a memory, at which buffers may begin.
struct BufferPlan {
    /// The name after `own`.
    var name: Name
    var count: UInt64
    /// Units: bytes, a power of two.
    var byteCount: UInt64
    /// Bytes of a record before its data, which the device is not told of.
    var headByteCount: UInt64 = 0
    /// Index of the region that holds them.
    var region: Int
    /// Whether they have owners: records of a memory do that are many and lead to no pool.
    var isOwned = true
    /// Size of the elements that the driver reads and writes the data by; `nil` where it leaves the data alone.
    var dataBitCount: UInt8?

    /// What facts decide, of the buffers of a ring.
    var sizes: RingPlan.Sizes?

    /// How many there are at least, where a fact says how many.
    var leastCount: UInt64 { sizes.map { $0.lastBuffer.numbers.low + 1 } ?? count }
    /// Places to shift a buffer's number to get its byte offset.
    var shift: UInt64 { UInt64(byteCount.trailingZeroBitCount) }
    /// Bits that a buffer's number may use.
    var bitCount: UInt8 { UInt8(max(1, 64 - (count - 1).leadingZeroBitCount)) }
}

/// A shared memory whose parts are all known and fit together.
struct MemoryPlan {
    var name: Name
    var layout: Layout
    /// Number of records.
    var count: UInt64
    /// Index of the region.
    var region: Int
    /// Index of the buffers that addresses in it lead to which name none.
    var pool: Int?
    /// Index of the part that each field is in; one part is all of it where that is possible.
    var parts: [String: Int]
    /// Offsets of the parts.
    var partOffsets: [UInt64]
    /// The fields of an element of each part.
    var partFields: [[Syntax.LayoutField]]
    /// The registers that take its address and its size; none where others lead there.
    var registers: (low: Register?, high: Register?, bytes: Register?)

    /// Units: bytes.
    var recordByteCount: UInt64 { layout.byteCount.value ?? 8 }
    /// Bytes of a record that are written at once: all of it, or its plain fields where arrays come after them; `nil`
    /// where that is no whole number of stores.
    var wholeByteCount: UInt64? {
        let arrays = layout.fields.filter { $0.count != nil }.compactMap(\.offset.value)
        let end = arrays.min() ?? recordByteCount
        let isHead = layout.fields.allSatisfy { $0.layout == nil && ($0.count != nil || $0.offset.value ?? 0 < end) }
        return partOffsets.count == 1 && isHead && end > 0 && end % 8 == 0 ? end : nil
    }
}
