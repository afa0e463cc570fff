// What becomes of typed values: which bits, type and numbers come of an operation, and which are refused. It knows no
// names; the checkers of expressions and of memories ask.

import Metabinary

/// The rules of types.
struct Typing: Reporting {
    /// Types that a value is cut to by `NAME(VALUE)`.
    static let conversions: [String: UInt8] = ["u8": 8, "u16": 16, "u32": 32]

    let diagnostics: DiagnosticCollector

    static func mask(_ bitCount: UInt8) -> UInt64 { .max >> UInt64(64 - bitCount) }

    /// The number with its bytes in the reverse order.
    static func swapped(_ number: UInt64, _ bitCount: UInt8) -> UInt64 { number.byteSwapped >> UInt64(64 - bitCount) }

    /// The value carried by a type, `nil` where it may not fit, which is reported.
    func fitted(_ value: TypedValue, _ bitCount: UInt8, _ span: SourceSpan, _ what: String) -> TypedValue? {
        guard value.bitCount <= bitCount else { return report(.valueTooWide, span, value.bitCount, what, bitCount) }
        return value.converted(to: bitCount)
    }

    func reportAddress(_ values: [TypedValue], _ span: SourceSpan) -> Bool {
        guard values.contains(where: \.isOfAddress) else { return false }
        report(.addressComputed, span)
        return true
    }

    @discardableResult func reportDynamic(_ span: SourceSpan, _ message: String) -> TypedValue? {
        report(.dynamicFact, span, message)
    }

    // MARK: Parts

    /// A field of what has any.
    func field(_ field: Name, of value: TypedValue, _ span: SourceSpan, _ name: String) -> TypedValue? {
        guard let whole = value.whole else { return report(.noFields, span, name) }
        guard let node = whole.fields.named(field) else {
            return reportUnknown(
                "field", field, among: whole.fields.map(\.name.text),
                "declare it in braces after \(whole.name) at \(place(whole.name.span))")
        }
        guard let (low, high) = node.range(within: UInt64(whole.bitCount)) else { return nil }
        var part = extract(value, low: UInt8(low), high: UInt8(high), of: whole.bitCount, field.span)
        part.kind = node.kind
        return part
    }

    /// The bits of a field, moved down to bit 0.
    func extract(_ value: TypedValue, low: UInt8, high: UInt8, of wholeBitCount: UInt8, _ span: SourceSpan)
        -> TypedValue
    {
        let bitCount = high - low + 1
        var expression = value.expression
        var result: TypedValue
        if low > 0 { expression = .binary(.shiftRight, expression, .number(UInt64(low), span), span) }
        if bitCount == 1 {
            expression = expression.truncated(to: 1, span)
            result = TypedValue(expression, bitCount: 1, typeBitCount: 1)
        } else {
            if high < wholeBitCount - 1 {
                expression = .binary(.and, expression, .number(Self.mask(bitCount), span), span)
            }
            result = TypedValue(expression, bitCount: bitCount, typeBitCount: wholeBitCount)
        }
        result.extract = .init(base: value.expression, low: low, bitCount: bitCount, typeBitCount: wholeBitCount)
        return result
    }

    // MARK: Conversions

    /// The low bits of a value, which says nothing new where it has no others.
    func converted(_ value: TypedValue, to bitCount: UInt8, _ name: Name, _ span: SourceSpan) -> TypedValue? {
        guard value.uncut != nil || value.bitCount > bitCount else {
            return report(.nothingCut, span, value.bitCount, name)
        }
        let mask = Self.mask(bitCount)
        if value.isStatic, !value.isKnown {
            return TypedValue(
                numbers: value.numbers.mapped { $0 & mask } ?? StaticNumbers(0, mask),
                value.expression.truncated(to: bitCount, span))
        }
        let expression = Self.cut(value, to: bitCount, span)
        var cut =
            value.isStatic
            ? TypedValue(number: value.number & mask, expression)
            : TypedValue(expression, bitCount: bitCount, typeBitCount: bitCount)
        cut.kind = value.kind
        return cut
    }

    /// The low bits of a value, carried by that type.
    private static func cut(_ value: TypedValue, to bitCount: UInt8, _ span: SourceSpan) -> Expression {
        if value.isKnown { return .number(value.number & mask(bitCount), span) }
        if value.isStatic { return value.expression.truncated(to: bitCount, span) }
        guard let sum = value.sum else { return value.converted(to: bitCount).expression }
        return .binary(
            sum.isDifference ? .subtract : .add, cut(sum.left, to: bitCount, span), cut(sum.right, to: bitCount, span),
            value.span)
    }
}
