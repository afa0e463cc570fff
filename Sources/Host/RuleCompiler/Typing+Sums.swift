// Sums, differences, products and inverses. A sum is as wide as it can become; what may be below zero, or need more than 64
// bits, must be cut before anything else is done with it. Cutting goes down to what was added, as the low bits of a sum are
// those of the sum of the low bits.

import Metabinary

extension Typing {
    func sum(_ left: TypedValue, _ right: TypedValue, isDifference: Bool, _ span: SourceSpan) -> TypedValue? {
        guard !reportAddress([left, right], span) else { return nil }
        if left.isStatic, right.isStatic { return staticSum(left, right, isDifference: isDifference, span) }
        let (most, other) = (left.mostOfBits, right.mostOfBits)
        let (limit, exceeds) =
            isDifference ? most.subtractingReportingOverflow(other) : most.addingReportingOverflow(other)
        var uncut = left.uncut ?? right.uncut
        if isDifference, !left.isStatic || exceeds {
            uncut = uncut ?? .mayBeNegative
        } else if exceeds {
            uncut = uncut ?? .mayExceed64Bits
        }
        let largest = isDifference ? most : exceeds ? .max : limit
        let bitCount = UInt8(max(1, 64 - largest.leadingZeroBitCount))
        let widest = max(left.typeBitCount ?? 1, right.typeBitCount ?? 1)
        let type = bitCount <= widest && widest > 1 ? widest : bitCount <= 32 ? 32 : 64
        var expression = Expression.binary(
            isDifference ? .subtract : .add, left.converted(to: type), right.converted(to: type), span)
        // The target's machine does not know that what is taken off is never more than what is there.
        if isDifference, bitCount < type {
            expression = .binary(.and, expression, .number(Self.mask(bitCount), span), span)
        }
        var value = TypedValue(expression, bitCount: bitCount, typeBitCount: type)
        value.highest = isDifference ? left.most : left.most.addingReportingOverflow(right.most).partialValue
        value.sum = .init(left, right, isDifference: isDifference)
        value.uncut = uncut
        return value
    }

    func product(_ left: TypedValue, _ right: TypedValue, _ span: SourceSpan) -> TypedValue? {
        guard !reportAddress([left, right], span) else { return nil }
        if left.isStatic, right.isStatic, !left.isKnown || !right.isKnown { return staticProduct(left, right, span) }
        if left.isStatic && right.isStatic {
            let (number, exceeds) = left.number.multipliedReportingOverflow(by: right.number)
            guard !exceeds else { return report(.productPast64Bits, span) }
            return TypedValue(number, span)
        }
        let (factor, value) = left.isStatic ? (left, right) : (right, left)
        if factor.isStatic, !factor.isKnown { return product(value, byFact: factor, span) }
        guard factor.isStatic, factor.number.nonzeroBitCount == 1 else {
            return report(factor.isStatic ? .factorOfOddBits : .dynamicFactors, span, factor.number)
        }
        let places = UInt64(factor.number.trailingZeroBitCount)
        guard places > 0 else { return value }
        return shift(value, by: TypedValue(places, span), isLeft: true, span, count: span)
    }

    /// All bits of a value's width turned round; a static value has 64.
    func inverse(_ value: TypedValue, _ span: SourceSpan) -> TypedValue? {
        guard !reportAddress([value], span) else { return nil }
        if value.isStatic {
            return TypedValue(
                numbers: value.numbers.mapped { ~$0 } ?? StaticNumbers(~value.numbers.high, ~value.numbers.low),
                .binary(.subtract, .number(.max, span), value.expression, span))
        }
        if value.typeBitCount == 1 { return compare(value, TypedValue(0, span), .equal, span) }
        let ones = Self.mask(value.bitCount)
        return sum(TypedValue(ones, span), value, isDifference: true, span)
    }
}
