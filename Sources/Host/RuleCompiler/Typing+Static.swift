// Checks what is computed with values that are known while code is generated, and not before: facts, entries of tables. The
// target computes them; here it is proved, for every number that they may be, that what it computes means something.

import Metabinary

extension Typing {
    func staticSum(_ left: TypedValue, _ right: TypedValue, isDifference: Bool, _ span: SourceSpan) -> TypedValue {
        let opcode: Opcode = isDifference ? .subtract : .add
        let (numbers, isPartial) = StaticNumbers.combined(opcode, left.numbers, right.numbers)
        // Of two numbers that are known, what a conversion would keep is known too.
        let wrapped = isDifference ? left.number &- right.number : left.number &+ right.number
        let isKnown = left.isKnown && right.isKnown
        var value = TypedValue(
            numbers: isKnown ? StaticNumbers(wrapped) : (isPartial ? nil : numbers) ?? StaticNumbers(0, .max),
            .binary(opcode, left, right, span))
        value.sum = .init(left, right, isDifference: isDifference)
        value.uncut = left.uncut ?? right.uncut ?? (isPartial ? isDifference ? .mayBeNegative : .mayExceed64Bits : nil)
        return value
    }

    func staticProduct(_ left: TypedValue, _ right: TypedValue, _ span: SourceSpan) -> TypedValue? {
        let (numbers, isPartial) = StaticNumbers.combined(.multiply, left.numbers, right.numbers)
        guard let numbers, !isPartial else { return report(.productPast64Bits, span) }
        return TypedValue(numbers: numbers, .binary(.multiply, left, right, span))
    }

    /// A value of the device by a fact, which must be a power of two whatever it is.
    func product(_ value: TypedValue, byFact factor: TypedValue, _ span: SourceSpan) -> TypedValue? {
        guard let values = factor.numbers.values, values.allSatisfy({ $0.nonzeroBitCount == 1 }) else {
            return report(.factorNoPowerOfTwo, span)
        }
        let places = UInt8(factor.numbers.high.trailingZeroBitCount)
        guard value.bitCount + places <= 64 else { return report(.productTooWide, span, value.bitCount + places) }
        let widened = value.widened(to: value.bitCount + places)
        return TypedValue(
            .binary(.multiply, widened, factor, span), bitCount: value.bitCount + places,
            typeBitCount: widened.typeBitCount ?? 64)
    }

    /// `A / B`, `A % B`: of static values only.
    func quotient(_ left: TypedValue, _ right: TypedValue, isRest: Bool, _ span: SourceSpan) -> TypedValue? {
        guard !reportAddress([left, right], span) else { return nil }
        guard left.isStatic, right.isStatic else { return report(.dynamicDivision, span) }
        let opcode: Opcode = isRest ? .remainder : .divide
        let (numbers, isPartial) = StaticNumbers.combined(opcode, left.numbers, right.numbers)
        guard let numbers, !isPartial, right.numbers.low > 0 else {
            return report(right.isKnown ? .dividedByZero : .mayBeDividedByZero, right.span)
        }
        return TypedValue(numbers: numbers, .binary(opcode, left, right, span))
    }

    func staticCombination(_ left: TypedValue, _ right: TypedValue, isAnd: Bool, _ span: SourceSpan) -> TypedValue {
        var value = staticCombination(isAnd ? .and : .or, left, right, span)
        value.bits = left.bits
        if !value.isKnown { value.loose = isAnd ? left.looseBits & right.looseBits : left.looseBits | right.looseBits }
        return value
    }

    /// What an operation makes of two values that refuses no number.
    func staticCombination(_ opcode: Opcode, _ left: TypedValue, _ right: TypedValue, _ span: SourceSpan) -> TypedValue
    {
        let numbers = StaticNumbers.combined(opcode, left.numbers, right.numbers).numbers
        return TypedValue(numbers: numbers ?? StaticNumbers(0, .max), .binary(opcode, left, right, span))
    }

    /// A shift by a fact, or of one.
    func shift(_ left: TypedValue, byFact count: TypedValue, isLeft: Bool, _ span: SourceSpan) -> TypedValue? {
        let most = count.numbers.high
        guard most < 64, isLeft ? most + UInt64(left.bitCount) <= 64 : most < UInt64(left.typeBitCount ?? 64) else {
            return report(.shiftTooFar, span, left.bitCount, most)
        }
        let value = isLeft ? left.widened(to: left.bitCount + UInt8(most)) : left
        let opcode: Opcode = isLeft ? .shiftLeft : .shiftRight
        guard let typeBitCount = value.typeBitCount else { return staticCombination(opcode, value, count, span) }
        let expression = Expression.binary(opcode, value, count, span)
        let least = UInt8(count.numbers.low)
        let bitCount = isLeft ? left.bitCount + UInt8(most) : left.bitCount > least ? left.bitCount - least : 1
        return TypedValue(expression, bitCount: bitCount, typeBitCount: typeBitCount)
    }
}
