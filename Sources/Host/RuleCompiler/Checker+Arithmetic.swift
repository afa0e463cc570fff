// Checks sums, differences, products, inverses and the conversions that cut them. A sum is as wide as it can become; what
// may be below zero, or need more than 64 bits, must be cut before anything else is done with it. Cutting goes down to
// what was added, as the low bits of a sum are those of the sum of the low bits.

import Metabinary

extension Checker {
    /// Types that a value is cut to by `NAME(VALUE)`.
    static let conversions: [String: UInt8] = ["u8": 8, "u16": 16, "u32": 32]

    private static func mask(_ bitCount: UInt8) -> UInt64 { .max >> UInt64(64 - bitCount) }

    /// The largest number that the bits of a value may be.
    static func most(_ value: TypedValue) -> UInt64 {
        value.isStatic ? value.numbers.high : mask(value.bitCount)
    }

    mutating func reportAddress(_ values: [TypedValue], _ span: SourceSpan) -> Bool {
        guard values.contains(where: \.isOfAddress) else { return false }
        diagnostics.report(
            .addressComputed, span, "an address is no number to compute with",
            mend: "give the device the `address` of a buffer as it is")
        return true
    }

    // MARK: Sums

    mutating func sum(
        _ left: TypedValue, _ right: TypedValue, isDifference: Bool, _ span: SourceSpan
    ) -> TypedValue? {
        guard !reportAddress([left, right], span) else { return nil }
        if left.isStatic, right.isStatic, !left.isKnown || !right.isKnown {
            return staticSum(left, right, isDifference: isDifference, span)
        }
        let most = Self.most(left)
        let other = Self.most(right)
        let (limit, exceeds) =
            isDifference ? most.subtractingReportingOverflow(other) : most.addingReportingOverflow(other)
        var uncut = left.uncut ?? right.uncut
        var value: TypedValue
        if left.isStatic && right.isStatic {
            if exceeds { uncut = uncut ?? (isDifference ? .mayBeNegative : .mayExceed64Bits) }
            value = TypedValue(number: limit, number(limit, span))
        } else {
            if isDifference, !left.isStatic || exceeds {
                uncut = uncut ?? .mayBeNegative
            } else if exceeds {
                uncut = uncut ?? .mayExceed64Bits
            }
            let largest = isDifference ? most : exceeds ? .max : limit
            let bitCount = UInt8(max(1, 64 - largest.leadingZeroBitCount))
            let widest = max(left.typeBitCount ?? 1, right.typeBitCount ?? 1)
            let type = bitCount <= widest && widest > 1 ? widest : bitCount <= 32 ? 32 : 64
            var expression = CheckedAtlas.Expression(
                operation: .binary(
                    isDifference ? .subtract : .add, left.converted(to: type).expression,
                    right.converted(to: type).expression), span: span)
            // The target's machine does not know that what is taken off is never more than what is there.
            if isDifference, bitCount < type {
                expression = .init(
                    operation: .binary(.and, expression, number(Self.mask(bitCount), span)), span: span)
            }
            value = TypedValue(expression, bitCount: bitCount, typeBitCount: type)
            value.highest = isDifference ? left.most : left.most.addingReportingOverflow(right.most).partialValue
        }
        value.sum = .init(left, right, isDifference: isDifference)
        value.uncut = uncut
        return value
    }

    // MARK: Products and inverses

    mutating func product(_ left: TypedValue, _ right: TypedValue, _ span: SourceSpan) -> TypedValue? {
        guard !reportAddress([left, right], span) else { return nil }
        if left.isStatic, right.isStatic, !left.isKnown || !right.isKnown { return staticProduct(left, right, span) }
        if left.isStatic && right.isStatic {
            let (number, exceeds) = left.number.multipliedReportingOverflow(by: right.number)
            guard !exceeds else {
                diagnostics.report(
                    .valueTooWide, span, "the product needs more than 64 bits", mend: "multiply smaller numbers")
                return nil
            }
            return TypedValue(number: number, self.number(number, span))
        }
        let (factor, value) = left.isStatic ? (left, right) : (right, left)
        if factor.isStatic, !factor.isKnown { return product(value, byFact: factor, span) }
        guard factor.isStatic, factor.number.nonzeroBitCount == 1 else {
            diagnostics.report(
                .dynamicProduct, span,
                factor.isStatic
                    ? "\(factor.number) is no power of two" : "both factors are known only while the code runs",
                mend: "multiply by a static power of two, or add shifted values")
            return nil
        }
        let places = UInt64(factor.number.trailingZeroBitCount)
        guard places > 0 else { return value }
        return shift(
            value, by: TypedValue(number: places, number(places, span)), isLeft: true, span, count: span)
    }

    /// All bits of a value's width turned round; a static value has 64.
    mutating func inverse(_ value: TypedValue, _ span: SourceSpan) -> TypedValue? {
        guard !reportAddress([value], span) else { return nil }
        if value.isStatic, !value.isKnown {
            return TypedValue(
                numbers: value.numbers.mapped { ~$0 } ?? StaticNumbers(~value.numbers.high, ~value.numbers.low),
                .init(operation: .binary(.subtract, number(.max, span), value.expression), span: span))
        }
        if value.isStatic { return TypedValue(number: ~value.number, number(~value.number, span)) }
        if value.typeBitCount == 1 { return compare(value, TypedValue(number: 0, number(0, span)), .equal, span) }
        let ones = Self.mask(value.bitCount)
        return sum(TypedValue(number: ones, number(ones, span)), value, isDifference: true, span)
    }

    // MARK: Conversions

    /// `u16(VALUE)`: the low bits of a value.
    mutating func checkConversion(
        to bitCount: UInt8, _ name: Syntax.Name, _ arguments: [Syntax.Expression], _ span: SourceSpan,
        _ scope: inout Scope
    ) -> TypedValue? {
        guard arguments.count == 1 else {
            diagnostics.report(
                .wrongArguments, span, "`\(name.text)` takes one value", mend: "write `\(name.text)(VALUE)`")
            return nil
        }
        guard let value = checkUncut(arguments[0], &scope), !reportAddress([value], arguments[0].span) else {
            return nil
        }
        guard value.uncut != nil || value.bitCount > bitCount else {
            diagnostics.report(
                .nothingCut, span, "the value never needs more than \(value.bitCount) bits: nothing is cut off",
                mend: "take `\(name.text)` out: a value goes wherever it fits")
            return nil
        }
        if value.isStatic, !value.isKnown {
            return TypedValue(
                numbers: value.numbers.mapped { $0 & Self.mask(bitCount) } ?? StaticNumbers(0, Self.mask(bitCount)),
                .init(operation: .truncate(value.expression, bitCount: bitCount), span: span))
        }
        let expression = Self.cut(value, to: bitCount, span)
        var cut = TypedValue(expression, bitCount: bitCount, typeBitCount: bitCount)
        if value.isStatic { cut = TypedValue(number: value.number & Self.mask(bitCount), expression) }
        cut.kind = value.kind
        return cut
    }

    /// The low bits of a value, carried by that type.
    private static func cut(_ value: TypedValue, to bitCount: UInt8, _ span: SourceSpan) -> CheckedAtlas.Expression {
        if value.isKnown { return .init(operation: .number(value.number & mask(bitCount)), span: span) }
        if value.isStatic { return .init(operation: .truncate(value.expression, bitCount: bitCount), span: span) }
        guard let sum = value.sum else { return value.converted(to: bitCount).expression }
        return .init(
            operation: .binary(
                sum.isDifference ? .subtract : .add, cut(sum.left, to: bitCount, span),
                cut(sum.right, to: bitCount, span)), span: value.span)
    }
}
