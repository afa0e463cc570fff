// What the encoder has to do for an item. There is at most one step an item, and steps know nothing of registers.

/// What remains to be done for an item, with constants and free conversions seen through. Values are named by the item
/// whose register holds them.
enum Step {
    /// The value is a constant, or is in another item's register already, or the item is never reached.
    case nothing
    /// The value is there from the start, in the register of an argument of that number.
    case argument(Int)
    /// Reads at an offset, plus a value where there is one.
    case load(UInt64, index: Int?)
    /// Writes a value at an offset, plus another value where there is one.
    case store(Int, UInt64, index: Int?)
    /// Writes a constant.
    case storeConstant(UInt64, UInt64, index: Int?)
    /// Keeps the bits of a mask.
    case mask(Int, UInt64)
    /// `or` or `add` of a value and a constant.
    case combineConstant(Mnemonic, Int, UInt64)
    /// An operation on two values.
    case combine(Mnemonic, Int, Int)
    /// A constant without a value.
    case subtractFrom(UInt64, Int)
    /// `shl` or `shr` by a count.
    case shift(Mnemonic, Int, UInt64)
    /// Whether a condition holds for two values; in a branch, the branch where it does not hold.
    case compare(Condition, Int, Int)
    /// The same for a value and a constant.
    case compareConstant(Condition, Int, UInt64)
    /// Whether none (`equal`) or any (`notEqual`) of some bits of a value is set.
    case testBits(Condition, Int, UInt64)
    /// Counts a loop: upward where its body looks at the count, else downward.
    case count(isUp: Bool)
    /// Looks at the clock.
    case wait
    /// Waits until every store is visible.
    case fence
    /// Returns the value of an item.
    case returnValue(Int)

    /// Values that the step takes.
    var operands: (first: Int?, second: Int?) {
        switch self {
        case .nothing, .argument, .count, .wait, .fence: (nil, nil)
        case .load(_, let index), .storeConstant(_, _, let index): (index, nil)
        case .store(let value, _, let index): (value, index)
        case .mask(let value, _), .combineConstant(_, let value, _), .shift(_, let value, _), .returnValue(let value),
            .subtractFrom(_, let value), .compareConstant(_, let value, _), .testBits(_, let value, _):
            (value, nil)
        case .combine(_, let left, let right), .compare(_, let left, let right): (left, right)
        }
    }

    /// The value that is added to the place of an access.
    var base: Int? {
        switch self {
        case .load(_, let index), .store(_, _, let index), .storeConstant(_, _, let index): index
        default: nil
        }
    }

    /// Whether the step is done even if nobody uses its value.
    var hasEffect: Bool {
        switch self {
        case .load, .store, .storeConstant, .wait, .fence, .returnValue: true
        default: false
        }
    }
}
