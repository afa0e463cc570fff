// Checks what is computed with values that are known while code is generated, and not before: facts, entries of tables. The
// target computes them; here it is proved, for every number that they may be, that what it computes means something.

import Metabinary

extension Typing {
    func staticSum(_ left: TypedValue, _ right: TypedValue, isDifference: Bool, _ span: SourceSpan) -> TypedValue {
        let (numbers, isPartial) = StaticNumbers.combined(left.numbers, right.numbers) { left, right in
            let (result, isTooFar) =
                isDifference ? left.subtractingReportingOverflow(right) : left.addingReportingOverflow(right)
            return isTooFar ? nil : result
        }
        // Of two numbers that are known, what a conversion would keep is known too.
        let wrapped = isDifference ? left.number &- right.number : left.number &+ right.number
        let isKnown = left.isKnown && right.isKnown
        var value = TypedValue(
            numbers: isKnown ? StaticNumbers(wrapped) : (isPartial ? nil : numbers) ?? StaticNumbers(0, .max),
            .binary(isDifference ? .subtract : .add, left, right, span))
        value.sum = .init(left, right, isDifference: isDifference)
        value.uncut = left.uncut ?? right.uncut ?? (isPartial ? isDifference ? .mayBeNegative : .mayExceed64Bits : nil)
        return value
    }

    func staticProduct(_ left: TypedValue, _ right: TypedValue, _ span: SourceSpan) -> TypedValue? {
        let (numbers, isPartial) = StaticNumbers.combined(left.numbers, right.numbers) { left, right in
            let (result, isTooFar) = left.multipliedReportingOverflow(by: right)
            return isTooFar ? nil : result
        }
        guard let numbers, !isPartial else {
            return report(
                .valueTooWide, span, "the product may need more than 64 bits",
                "multiply smaller numbers, or give the fact a range")
        }
        return TypedValue(numbers: numbers, .binary(.multiply, left, right, span))
    }

    /// A value of the device by a fact, which must be a power of two whatever it is.
    func product(_ value: TypedValue, byFact factor: TypedValue, _ span: SourceSpan) -> TypedValue? {
        guard let values = factor.numbers.values, values.allSatisfy({ $0.nonzeroBitCount == 1 }) else {
            return report(
                .dynamicProduct, span, "the factor may be no power of two",
                "choose it among powers of two, or add shifted values")
        }
        let places = UInt8(factor.numbers.high.trailingZeroBitCount)
        guard value.bitCount + places <= 64 else {
            return report(
                .valueTooWide, span, "the product may need \(value.bitCount + places) bits",
                "keep a part of the value by `&`")
        }
        let widened = value.widened(to: value.bitCount + places)
        return TypedValue(
            .binary(.multiply, widened, factor, span), bitCount: value.bitCount + places,
            typeBitCount: widened.typeBitCount ?? 64)
    }

    /// `A / B`, `A % B`: of static values only.
    func quotient(_ left: TypedValue, _ right: TypedValue, isRest: Bool, _ span: SourceSpan) -> TypedValue? {
        guard !reportAddress([left, right], span) else { return nil }
        guard left.isStatic, right.isStatic else {
            return report(
                .dynamicProduct, span, "a value that is known only while the code runs is divided",
                "shift it, or keep its low bits by `&`: generated code does not divide")
        }
        let bounds = isRest ? (low: UInt64(0), high: right.numbers.high == 0 ? 0 : right.numbers.high - 1) : nil
        let (numbers, isPartial) = StaticNumbers.combined(left.numbers, right.numbers, bounds: bounds) { left, right in
            right == 0 ? nil : isRest ? left % right : left / right
        }
        guard let numbers, !isPartial, right.numbers.low > 0 else {
            return report(
                .dividedByZero, right.span, right.isKnown ? "this is zero" : "this may be zero",
                "give the fact a range without 0, or choose it among other numbers")
        }
        return TypedValue(numbers: numbers, .binary(isRest ? .remainder : .divide, left, right, span))
    }

    func staticCombination(_ left: TypedValue, _ right: TypedValue, isAnd: Bool, _ span: SourceSpan) -> TypedValue {
        let most = max(left.numbers.high, right.numbers.high)
        let bounds =
            isAnd
            ? (low: 0, high: min(left.numbers.high, right.numbers.high))
            : (
                low: max(left.numbers.low, right.numbers.low),
                high: most == 0 ? 0 : .max >> UInt64(most.leadingZeroBitCount)
            )
        let numbers = StaticNumbers.combined(left.numbers, right.numbers, bounds: bounds) { isAnd ? $0 & $1 : $0 | $1 }
        var value = TypedValue(
            numbers: numbers.numbers ?? StaticNumbers(0, .max), .binary(isAnd ? .and : .or, left, right, span))
        value.bits = left.bits
        if !value.isKnown { value.loose = isAnd ? left.looseBits & right.looseBits : left.looseBits | right.looseBits }
        return value
    }

    func staticComparison(_ left: TypedValue, _ right: TypedValue, _ opcode: Opcode, _ span: SourceSpan) -> TypedValue {
        let bounds = left.isKnown && right.isKnown ? nil : (low: UInt64(0), high: UInt64(1))
        let numbers = StaticNumbers.combined(left.numbers, right.numbers, bounds: bounds) { left, right in
            switch opcode {
            case .equal: left == right ? 1 : 0
            case .notEqual: left != right ? 1 : 0
            case .below: left < right ? 1 : 0
            default: left <= right ? 1 : 0
            }
        }
        return TypedValue(numbers: numbers.numbers ?? StaticNumbers(0, 1), .binary(opcode, left, right, span))
    }

    /// A shift by a fact, or of one.
    func shift(_ left: TypedValue, byFact count: TypedValue, isLeft: Bool, _ span: SourceSpan) -> TypedValue? {
        let most = count.numbers.high
        guard most < 64, isLeft ? most + UInt64(left.bitCount) <= 64 : most < UInt64(left.typeBitCount ?? 64) else {
            return report(
                .shiftTooFar, span, "a value of \(left.bitCount) bits may be shifted by \(most)",
                "shift by less, or keep fewer bits of the value first")
        }
        let value = isLeft ? left.widened(to: left.bitCount + UInt8(most)) : left
        let expression = Expression.binary(isLeft ? .shiftLeft : .shiftRight, value, count, span)
        guard let typeBitCount = value.typeBitCount else {
            let (least, most) = (count.numbers.low, count.numbers.high)
            let bounds =
                isLeft
                ? (low: left.numbers.low << least, high: left.numbers.high << most)
                : (low: left.numbers.low >> most, high: left.numbers.high >> least)
            let (numbers, _) = StaticNumbers.combined(left.numbers, count.numbers, bounds: bounds) {
                isLeft ? $0 << $1 : $0 >> $1
            }
            return TypedValue(numbers: numbers ?? StaticNumbers(0, .max), expression)
        }
        let least = UInt8(count.numbers.low)
        let bitCount = isLeft ? left.bitCount + UInt8(most) : left.bitCount > least ? left.bitCount - least : 1
        return TypedValue(expression, bitCount: bitCount, typeBitCount: typeBitCount)
    }
}
