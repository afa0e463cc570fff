// What the checker knows of an expression: its stage, the bits that it may use, the type that carries it. Widths grow
// as operators need them, so that no rule can lose a bit without asking for it.

/// An expression with its stage, width and type.
struct TypedValue {
    var expression: CheckedAtlas.Expression
    /// Bits that the value may use.
    var bitCount: UInt8
    /// Bits of the type that carries a dynamic value; `nil` for a static one, which has no type until it meets one.
    var typeBitCount: UInt8?
    /// The value where it is static.
    var number: UInt64
    /// The register whose whole value it is, so that it has that register's fields.
    var register: Syntax.Register?

    /// A static value.
    init(number: UInt64, _ expression: CheckedAtlas.Expression) {
        self.expression = expression
        bitCount = UInt8(max(1, 64 - number.leadingZeroBitCount))
        self.number = number
    }

    /// A dynamic value.
    init(_ expression: CheckedAtlas.Expression, bitCount: UInt8, typeBitCount: UInt8) {
        self.expression = expression
        self.bitCount = bitCount
        self.typeBitCount = typeBitCount
        number = 0
    }

    var isStatic: Bool { typeBitCount == nil }

    /// The same value carried by a type of at least so many bits: nothing changes for a static value.
    func widened(to needed: UInt8) -> TypedValue {
        guard let typeBitCount, typeBitCount < needed else { return self }
        let wider: UInt8 = needed <= 32 ? 32 : 64
        var value = self
        value.expression = CheckedAtlas.Expression(
            operation: .extend(expression, bitCount: wider), span: expression.span)
        value.typeBitCount = wider
        return value
    }

    /// The same value carried by exactly that type, which is wide enough for it.
    func converted(to exact: UInt8) -> TypedValue {
        guard let typeBitCount, typeBitCount != exact else { return self }
        var value = self
        value.expression = CheckedAtlas.Expression(
            operation: typeBitCount < exact
                ? .extend(expression, bitCount: exact) : .truncate(expression, bitCount: exact),
            span: expression.span)
        value.typeBitCount = exact
        return value
    }
}
