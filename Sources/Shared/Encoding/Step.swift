// What the encoder has to do for an item. There is at most one step an item, and steps know nothing of registers.

/// What remains to be done for an item, with constants and free conversions seen through. Values are named by the item
/// whose register holds them.
enum Step: Hashable {
    /// The value is a constant, or stands in another item's register already.
    case nothing
    case load
    /// Keeps the bits of a mask.
    case mask(Int, UInt64)
    /// Sets the bits of a constant.
    case setBits(Int, UInt64)
    /// `and` or `or` of two values.
    case combine(Mnemonic, Int, Int)
    /// `shl` or `shr` by a count.
    case shift(Mnemonic, Int, UInt64)
    /// Returns the value of an item.
    case giveBack(Int)

    /// Values that the step takes.
    var operands: (first: Int?, second: Int?) {
        switch self {
        case .nothing, .load: (nil, nil)
        case .mask(let value, _), .setBits(let value, _), .shift(_, let value, _), .giveBack(let value): (value, nil)
        case .combine(_, let left, let right): (left, right)
        }
    }
}
