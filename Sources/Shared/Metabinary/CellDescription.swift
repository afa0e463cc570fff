// A cell of the state of a device: what generated functions remember between calls. Cells lie one after the other in
// the state's memory, each at a multiple of its size.

import Program

/// A private value, or a table of them, that generated functions keep.
public final class CellDescription: @unchecked Sendable {
    /// Name in the rule, ASCII; what a ring keeps is named `RING.WHAT`.
    public package(set) var name: [UInt8] = []
    /// Type of an element.
    public package(set) var type = ValueType.u32
    /// Number of elements.
    public package(set) var count: UInt64 = 1
    /// Bits that an element uses: what is stored has no others. What is read may have, where a device wrote in spite of all:
    /// so it is masked where it decides of anything.
    public package(set) var mask: UInt64 = 0
    /// Offset of the first element in the state's memory.
    ///
    /// Units: bytes.
    public package(set) var offset: UInt64 = 0

    package init() {}

    package init(name: [UInt8], type: ValueType, count: UInt64, mask: UInt64, offset: UInt64 = 0) {
        self.name = name
        self.type = type
        self.count = count
        self.mask = mask
        self.offset = offset
    }

    /// Puts it behind another cell, or at the start of the state.
    package func put(after other: CellDescription?) {
        let end = other?.end ?? 0
        offset = (end &+ byteCount &- 1) & ~(byteCount &- 1)
    }

    /// Offset after the last element.
    public var end: UInt64 { offset + count * byteCount }

    /// Size of an element.
    ///
    /// Units: bytes.
    public var byteCount: UInt64 { UInt64(type.bitCount) / 8 }
}
