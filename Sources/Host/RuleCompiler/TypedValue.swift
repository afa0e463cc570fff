// What the checker knows of an expression: its stage, the bits that it may use, the type that carries it. Widths grow
// as operators need them, so that no rule can lose a bit without asking for it.

/// An expression with its stage, width and type.
struct TypedValue {
    /// A register, or a field of a descriptor, whose whole value it is.
    struct Whole {
        var name: Name
        var bitCount: UInt8
        var fields: [Field]
    }

    /// Bits of another value, in their place.
    struct Extract {
        var base: CheckedAtlas.Expression
        var low: UInt8
        var bitCount: UInt8
        var typeBitCount: UInt8
    }

    /// Why a value is not to be used as it is.
    enum Uncut {
        case mayBeNegative
        case mayExceed64Bits
    }

    /// A sum or a difference.
    final class Sum {
        let left: TypedValue
        let right: TypedValue
        let isDifference: Bool

        init(_ left: TypedValue, _ right: TypedValue, isDifference: Bool) {
            self.left = left
            self.right = right
            self.isDifference = isDifference
        }
    }

    var expression: CheckedAtlas.Expression
    /// Bits that the value may use.
    var bitCount: UInt8
    /// Bits of the type that carries a dynamic value; `nil` for a static one, which has no type until it meets one.
    var typeBitCount: UInt8?
    /// What the value may be where it is static.
    var numbers: StaticNumbers
    /// The largest number that a check lets through while the code runs; `nil` where only its bits bound it.
    var highest: UInt64?
    /// Bits of a dynamic value that no field which tells of a buffer has put there; `nil` for all.
    var loose: UInt64?
    /// What has the fields that may be taken of it.
    var whole: Whole?
    /// Fields whose names are their bits beside it: those of `whole`, which a mask does not move.
    var bits: [Field] = []
    /// What it was taken from, so that a comparison need not move it down.
    var extract: Extract?
    /// Index of the ring whose buffer it is.
    var buffer: Int?
    /// Index of the ring whose buffer it is the address of.
    var addressed: Int?
    /// Index of the slot that it is.
    var slot: Int?
    /// The variable that it is: then it is read of a cell wherever it is named.
    var variable: State?
    /// Whether an address is part of it.
    var isOfAddress = false
    /// What it is a number of; `nil` for what says nothing of it.
    var kind: Syntax.Kind?
    /// What it was added up of; a conversion cuts these, and so computes no more bits than it keeps.
    var sum: Sum?
    /// Why it means nothing until a conversion has cut it.
    var uncut: Uncut?
    /// Name of the fact that it is always below, because it was masked by one less, or counts up to it.
    var below: String?
    /// Name of the fact that it is.
    var fact: String?

    /// A static value.
    init(number: UInt64, _ expression: CheckedAtlas.Expression) {
        self.expression = expression
        bitCount = UInt8(max(1, 64 - number.leadingZeroBitCount))
        numbers = StaticNumbers(number)
    }

    /// A number that the compiler puts in.
    init(_ number: UInt64, _ span: SourceSpan) { self.init(number: number, .number(number, span)) }

    /// A value that is known while code is generated, and not before.
    init(numbers: StaticNumbers, _ expression: CheckedAtlas.Expression) {
        self.expression = numbers.isKnown ? .init(operation: .number(numbers.low), span: expression.span) : expression
        bitCount = UInt8(max(1, 64 - numbers.high.leadingZeroBitCount))
        self.numbers = numbers
    }

    /// A dynamic value.
    init(_ expression: CheckedAtlas.Expression, bitCount: UInt8, typeBitCount: UInt8) {
        self.expression = expression
        self.bitCount = bitCount
        self.typeBitCount = typeBitCount
        numbers = StaticNumbers(0)
    }

    var isStatic: Bool { typeBitCount == nil }

    /// Whether it is static and the same number on every machine.
    var isKnown: Bool { isStatic && numbers.isKnown }

    /// The value where it is known.
    var number: UInt64 { numbers.low }

    /// The largest number that it may be.
    var most: UInt64 { isStatic ? numbers.high : min(highest ?? .max, .max >> UInt64(64 - bitCount)) }

    /// The largest number that its bits may be.
    var mostOfBits: UInt64 { isStatic ? numbers.high : Typing.mask(bitCount) }

    /// The bits that may be set where a field tells of a buffer, without having been checked.
    var looseBits: UInt64 { loose ?? (isKnown ? number : .max >> UInt64(64 - bitCount)) }

    var span: SourceSpan { expression.span }

    /// A static value without what a type has no room for; any other as it is.
    func keepingLow(_ count: UInt8?) -> TypedValue {
        guard isStatic, let count, bitCount > count else { return self }
        guard isKnown else {
            return TypedValue(
                numbers: numbers.mapped { $0 & .max >> UInt64(64 - count) }
                    ?? StaticNumbers(0, .max >> UInt64(64 - count)),
                .init(operation: .truncate(expression, bitCount: count), span: span))
        }
        let low = number & .max >> UInt64(64 - count)
        return TypedValue(number: low, .init(operation: .number(low), span: span))
    }

    /// The same value carried by a type of at least so many bits: nothing changes for a static value.
    func widened(to needed: UInt8) -> TypedValue {
        guard let typeBitCount, typeBitCount < needed else { return self }
        return converted(to: needed <= 32 ? 32 : 64)
    }

    /// The same value carried by exactly that type, which is wide enough for it.
    func converted(to exact: UInt8) -> TypedValue {
        guard let typeBitCount, typeBitCount != exact else { return self }
        var value = self
        value.expression = CheckedAtlas.Expression(
            operation: typeBitCount < exact
                ? .extend(expression, bitCount: exact) : .truncate(expression, bitCount: exact), span: expression.span)
        value.typeBitCount = exact
        return value
    }
}
