// One value on the evaluator's stack: a number known while generating, or an item of the program.

import Program

/// A value of the evaluator.
struct StackEntry {
    /// The item that computes the value; `none` where the value is static.
    var item: ItemReference
    /// Type of the item.
    var type: ValueType
    /// Bits that the code lets the value use: all others are zero, whatever memory held. For a static entry, the value
    /// itself.
    var mask: UInt64
    /// Those of them that it uses if memory holds what was stored there: a cell says so, and what is computed of it.
    var believed: UInt64

    /// A number known while generating.
    init(value: UInt64) {
        item = .none
        type = .u64
        mask = value
        believed = value
    }

    /// A value that the generated code computes.
    init(item: ItemReference, type: ValueType, mask: UInt64, believed: UInt64? = nil) {
        self.item = item
        self.type = type
        self.mask = mask
        self.believed = (believed ?? mask) & mask
    }

    var isStatic: Bool { item == .none }

    /// The value where it is static.
    var value: UInt64 { mask }

    /// Whether the code alone holds it to the bits that it is believed to use.
    var isConfined: Bool { mask == believed }

    /// Number of bits up to the highest one that may be set.
    var bitCount: UInt8 { UInt8(64 - mask.leadingZeroBitCount) }

    /// All bits up to the highest that a number up to `maximum` has.
    static func mask(upTo maximum: UInt64) -> UInt64 {
        maximum == 0 ? 0 : UInt64.max >> UInt64(maximum.leadingZeroBitCount)
    }
}
