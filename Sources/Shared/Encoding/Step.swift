// What the encoder has to do for an item. There is at most one step an item, and steps know nothing of registers.

/// What remains to be done for an item, with constants and free conversions seen through. Its operands are in the item's
/// `Value`: `left` and `right`, which are named by the item whose register holds them, `base`, which is added to the place
/// of an access, and `number`.
enum Step: UInt8 {
    /// The value is a constant, or is in another item's register already, or the item is never reached.
    case nothing
    /// The value is there from the start, in the register of argument `number`.
    case argument
    /// Keeps the bits of `number`.
    case mask
    /// `mnemonic`, which is `or` or `add`, of `left` and `number`.
    case combineConstant
    /// `mnemonic` of `left` and `right`.
    case combine
    /// `number` without `left`.
    case subtractFrom
    /// `mnemonic`, which is `shl` or `shr`, of `left` by `number`.
    case shift
    /// Whether `condition` holds for `left` and `right`; in a branch, the branch where it does not hold.
    case compare
    /// The same for `left` and `number`.
    case compareConstant
    /// Whether none (`equal`) or any (`notEqual`) of the bits `number` of `left` is set.
    case testBits
    /// Whether the tests that `left` is the `or` and `and` of make it so (`notEqual`), or not so (`equal`): each is a branch.
    case logic
    /// Reads at `offset`, plus `base` where there is one, in the test that alone looks at it, the item `partner`.
    case folded
    /// Counts a loop: upward where its body looks at the count, else downward.
    case count
    /// Reads at `offset`, plus `base` where there is one.
    case load
    /// Writes `left` at `offset`, plus `base` where there is one.
    case store
    /// Writes `number` at `offset`, plus `base` where there is one.
    case storeConstant
    /// Looks at the clock.
    case wait
    /// Waits until every store is visible.
    case fence
    /// Returns `left`.
    case returnValue

    /// Whether the step is done even if nobody uses its value.
    var hasEffect: Bool { rawValue >= Step.load.rawValue }

    /// Whether the step sets flags that a branch may look at.
    var isTest: Bool { rawValue >= Step.compare.rawValue && rawValue <= Step.testBits.rawValue }
}
