// One value on the evaluator's stack: a number known while generating, or an item of the program.

import Program

/// A value of the evaluator.
struct StackEntry {
    /// The item that computes the value; `none` where the value is static.
    var item: ItemReference
    /// Type of the item.
    var type: ValueType
    /// Bits that the value may use: all others are zero. For a static entry, the value itself.
    var mask: UInt64

    /// A number known while generating.
    init(value: UInt64) {
        item = .none
        type = .u64
        mask = value
    }

    /// A value that the generated code computes.
    init(item: ItemReference, type: ValueType, mask: UInt64) {
        self.item = item
        self.type = type
        self.mask = mask
    }

    var isStatic: Bool { item == .none }

    /// The value where it is static.
    var value: UInt64 { mask }

    /// Number of bits up to the highest one that may be set.
    var bitCount: UInt8 { UInt8(64 - mask.leadingZeroBitCount) }

    /// All bits up to the highest that a number up to `maximum` has.
    static func mask(upTo maximum: UInt64) -> UInt64 {
        maximum == 0 ? 0 : UInt64.max >> UInt64(maximum.leadingZeroBitCount)
    }
}
