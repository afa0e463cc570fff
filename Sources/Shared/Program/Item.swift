// The residual program: what a rule leaves behind once every fact is known. A program is a flat run of fixed-size
// items in single static assignment form; an item refers to earlier items by index. Control flow is structured, and
// nothing flows out of an arm but through a store or a return, so no value has two sources. Nothing here knows a
// processor or a device.

/// What an item computes. Its row in the table of operations says the same as data.
public enum Operation: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// `immediate`, as a value of the item's type.
    case constant
    /// Argument number `immediate`, 0 to 5, of the function; the caller clears the bits above the type's.
    case parameter
    /// Reads `type` from `region` at byte offset `immediate`, a multiple of its width, plus `left` where there is one.
    /// Items that touch a region keep their order, and none is left out: a device may notice. Ports are at most 32 bits
    /// wide.
    case load
    /// Writes `right`, of the item's type, to `region` at byte offset `immediate`, a multiple of its width, plus `left`
    /// where there is one.
    case store
    /// What was stored before is visible before what is stored after.
    case releaseFence
    /// What was stored before is visible before anything is loaded after.
    case fullFence
    /// Bits set in both operands.
    case and
    /// Bits set in either operand.
    case or
    /// Sum, without what exceeds the type.
    case add
    /// `left` without `right`, modulo the type's size.
    case subtract
    /// Whether both operands, of one type, are the same number. The item's type is `boolean`, here and in the next three.
    case equal
    /// Whether the operands differ.
    case notEqual
    /// Whether `left` is less than `right`.
    case unsignedLess
    /// Whether `left` is at most `right`.
    case unsignedLessOrEqual
    /// `left` shifted left by `immediate` bits, zeros entering.
    case shiftLeft
    /// `left` shifted right by `immediate` bits, zeros entering.
    case shiftRight
    /// `left` widened to the item's type, zeros entering.
    case extend
    /// The low bits of `left`, as many as the item's type has.
    case truncate
    /// Opens the arm that is taken if the boolean `left` is true. An optional `otherwise` opens the other; `end` closes.
    case ifTrue
    /// Closes the first arm of an `ifTrue` and opens the second.
    case `else`
    /// Opens a body that is run `immediate` times, at least once; the item's value, a u32, counts from 0. `end` closes.
    case loop
    /// Opens the look at a condition that is repeated until it is true, for `immediate` time-stamp counts. `until` and
    /// `end` follow. The time is read before the condition: it is looked at once more after the time is over.
    case wait
    /// Ends the look of a `wait`, whose condition is the boolean `left`: where it is true, execution goes on behind
    /// `end`. What follows runs once if the time is over, and returns.
    case until
    /// Closes `ifTrue` or `otherwise`, `loop`, or `until`.
    case end
    /// Ends the function with the value of `left`, which is none in a program without a result.
    case returnValue
}

/// Type of a value. All integers are unsigned; the raw value is the number of bits.
public enum ValueType: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case void = 0
    case boolean = 1
    case u8 = 8
    case u16 = 16
    case u32 = 32
    case u64 = 64

    /// Number of bits that a value may use.
    public var bitCount: UInt8 {
        @inline(never) get { rawValue }
    }

    /// All bits that a value may use, set.
    public var mask: UInt64 {
        @inline(never) get { self == .u64 ? .max : (1 << UInt64(bitCount)) - 1 }
    }
}

/// Index of an item in its program.
public struct ItemReference: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16

    @inline(__always)
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// - Precondition: the index is below `Program.itemLimit`.
    @inline(__always)
    public init(_ index: Int) { rawValue = UInt16(truncatingIfNeeded: index) }

    /// The index of the item; past every program for `none`.
    @inline(__always)
    public var index: Int { Int(rawValue) }

    @inline(__always)
    public static func < (left: ItemReference, right: ItemReference) -> Bool { left.rawValue < right.rawValue }

    /// Stands where an operation has no such operand.
    public static let none = ItemReference(rawValue: .max)
}

/// One step of a program.
public struct Item: Hashable, Sendable, BitwiseCopyable {
    public var operation: Operation
    public var type: ValueType
    /// Index into the program's regions, for operations that touch one; 0 otherwise.
    public var region: UInt8
    /// Index into the program's origins.
    public var origin: UInt16
    public var left: ItemReference
    public var right: ItemReference
    /// Constant, byte offset or shift count, as the operation says; 0 otherwise.
    public var immediate: UInt64

    public init(
        _ operation: Operation, _ type: ValueType, left: ItemReference = .none, right: ItemReference = .none,
        immediate: UInt64 = 0, region: UInt8 = 0, origin: UInt16
    ) {
        self.operation = operation
        self.type = type
        self.region = region
        self.origin = origin
        self.left = left
        self.right = right
        self.immediate = immediate
    }
}
