// What the checker has worked out about a cursor: where it counts, and what it runs around.

/// A cursor whose array is known.
struct CursorPlan {
    /// Cell of its count.
    var cell: Int
    /// Bits of its count, which wraps where a lap ends.
    var bitCount: UInt8
    /// Elements of the array: a power of two of them, whatever fact it is, two at least.
    var count: TypedValue
    /// Bytes of an element in memory that the device shares; `nil` where the array is none of such memory. A power of two.
    var elementByteCount: UInt64?
}
