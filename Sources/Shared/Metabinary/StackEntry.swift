// One value on the evaluator's stack: a number known while generating, or an item of the program.

import Program

/// A value of the evaluator.
struct StackEntry {
    /// The item that computes the value; `none` where the value is static.
    var item: ItemReference
    /// Type of the item.
    var type: ValueType
    /// Bits that the value may use: all above them are zero.
    var bitCount: UInt8
    /// The value where it is static.
    var value: UInt64

    /// A number known while generating.
    init(value: UInt64) {
        item = .none
        type = .u64
        bitCount = UInt8(64 - value.leadingZeroBitCount)
        self.value = value
    }

    /// A value that the generated code computes.
    init(item: ItemReference, type: ValueType, bitCount: UInt8) {
        self.item = item
        self.type = type
        self.bitCount = bitCount
        value = 0
    }

    var isStatic: Bool { item == .none }
}
