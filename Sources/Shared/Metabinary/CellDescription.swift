// A cell of the state of a device: what generated functions remember between calls. Cells lie one behind the other in
// the state's memory, each at a multiple of its size.

import Program

/// A private value, or a table of them, that generated functions keep.
public struct CellDescription: Hashable, Sendable {
    /// Name in the rule, ASCII; what a ring keeps is named `RING.WHAT`.
    public var name: [UInt8]
    /// Type of an element.
    public var type: ValueType
    /// Number of elements.
    public var count: UInt64
    /// Bits that an element may use: what is stored has no others, so that what is read can be relied on.
    public var mask: UInt64
    /// Offset of the first element in the state's memory.
    ///
    /// Units: bytes.
    public var offset: UInt64

    /// Offset behind the last element.
    public var end: UInt64 { offset + count * byteCount }

    /// Size of an element.
    ///
    /// Units: bytes.
    public var byteCount: UInt64 { UInt64(type.bitCount) / 8 }
}
