// The residual program: what a rule leaves behind once every fact is known. A program is a flat run of fixed-size
// items in single static assignment form; an item refers to earlier items by index. Nothing here knows a processor or
// a device.

/// What an item computes.
public enum Operation: UInt8, Sendable, CaseIterable {
    /// `immediate`, as a value of the item's type.
    case constant
    /// Reads `type` from `region` at byte offset `immediate`, a multiple of its width. Items that touch a region keep
    /// their order, and none is left out: a device may notice.
    case load
    /// Bits set in both operands.
    case and
    /// Bits set in either operand.
    case or
    /// `left` shifted left by `immediate` bits, zeros entering.
    case shiftLeft
    /// `left` shifted right by `immediate` bits, zeros entering.
    case shiftRight
    /// `left` widened to the item's type, zeros entering.
    case extend
    /// The low bits of `left`, as many as the item's type has.
    case truncate
    /// Ends the function with the value of `left`.
    case returnValue
}

/// Type of a value. All integers are unsigned; the raw value is the number of bits.
public enum ValueType: UInt8, Sendable, CaseIterable {
    case void = 0
    case boolean = 1
    case u8 = 8
    case u16 = 16
    case u32 = 32
    case u64 = 64

    /// Number of bits that a value may use.
    public var bitCount: UInt8 { rawValue }

    /// All bits that a value may use, set.
    public var mask: UInt64 { self == .u64 ? .max : (1 << UInt64(rawValue)) - 1 }
}

/// Index of an item in its program.
public struct ItemReference: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Stands where an operation has no such operand.
    public static let none = ItemReference(rawValue: .max)
}

/// One step of a program.
public struct Item: Hashable, Sendable {
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
