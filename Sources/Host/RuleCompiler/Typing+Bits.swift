// Bits: masks, fields put together, comparisons and shifts.

import Metabinary

extension Typing {
    func combine(_ left: TypedValue, _ right: TypedValue, isAnd: Bool, _ span: SourceSpan) -> TypedValue {
        let opcode: Opcode = isAnd ? .and : .or
        if left.isStatic, right.isStatic, !left.isKnown || !right.isKnown {
            return staticCombination(left, right, isAnd: isAnd, span)
        }
        if left.isStatic && right.isStatic {
            let expression = Expression(operation: .binary(opcode, left.expression, right.expression), span: span)
            var value = TypedValue(number: isAnd ? left.number & right.number : left.number | right.number, expression)
            value.bits = left.bits
            return value
        }
        // Of a mask, what the other value cannot have needs no room.
        let (first, second, type) = joined(
            isAnd ? left.keepingLow(right.typeBitCount) : left, isAnd ? right.keepingLow(left.typeBitCount) : right)
        var value = TypedValue(
            .binary(opcode, first, second, span),
            bitCount: isAnd ? min(left.bitCount, right.bitCount) : max(left.bitCount, right.bitCount),
            typeBitCount: type)
        value.bits = left.bits
        value.loose = isAnd ? left.looseBits & right.looseBits : left.looseBits | right.looseBits
        value.isOfAddress = left.isOfAddress || right.isOfAddress
        // One less than a power of two bounds what it masks.
        if isAnd { value.below = Self.oneMore(than: right) ?? Self.oneMore(than: left) }
        // A mask leaves what it is; bits put together are no number of one kind any more.
        if isAnd, left.isStatic || right.isStatic { value.kind = left.kind ?? right.kind }
        return value
    }

    /// The fact that a value is one less than.
    private static func oneMore(than value: TypedValue) -> String? {
        guard value.isStatic, let sum = value.sum, sum.isDifference, sum.right.isKnown, sum.right.number == 1 else {
            return nil
        }
        return sum.left.fact
    }

    /// Two values, at least one of them dynamic, carried by one type.
    private func joined(_ left: TypedValue, _ right: TypedValue) -> (Expression, Expression, UInt8) {
        let widest = max(left.typeBitCount ?? 0, right.typeBitCount ?? 0)
        let bitsOfStatic = left.isStatic ? left.bitCount : right.isStatic ? right.bitCount : 0
        let type = bitsOfStatic <= widest ? widest : bitsOfStatic <= 32 ? 32 : 64
        return (left.converted(to: type).expression, right.converted(to: type).expression, type)
    }

    func compare(_ left: TypedValue, _ right: TypedValue, _ opcode: Opcode, _ span: SourceSpan) -> TypedValue {
        if left.isStatic && right.isStatic { return staticCombination(opcode, left, right, span) }
        if opcode == .equal || opcode == .notEqual, let extract = left.extract, right.isKnown,
            right.bitCount <= extract.bitCount
        {
            return TypedValue(compare(extract, opcode, right.number, span), bitCount: 1, typeBitCount: 1)
        }
        let (first, second, _) = joined(left, right)
        return TypedValue(.binary(opcode, first, second, span), bitCount: 1, typeBitCount: 1)
    }

    /// A field compared in its place, by a mask.
    func compare(_ extract: TypedValue.Extract, _ opcode: Opcode, _ number: UInt64, _ span: SourceSpan) -> Expression {
        func constant(_ value: UInt64) -> Expression { .number(value, span) }
        var bits = extract.base
        if extract.bitCount < extract.typeBitCount {
            let mask = (UInt64.max >> UInt64(64 - extract.bitCount)) << UInt64(extract.low)
            bits = .binary(.and, bits, constant(mask), span)
        }
        return .binary(opcode, bits, constant(number << UInt64(extract.low)), span)
    }

    func shift(_ left: TypedValue, by count: TypedValue, isLeft: Bool, _ span: SourceSpan, count countSpan: SourceSpan)
        -> TypedValue?
    {
        if count.isStatic, !count.isKnown || left.isStatic && !left.isKnown {
            return shift(left, byFact: count, isLeft: isLeft, span)
        }
        guard count.isStatic else { return report(.dynamicShiftCount, countSpan) }
        let bits = UInt64(left.bitCount)
        if isLeft, count.number > 64 - bits || count.number > 63 {
            return report(.shiftedPastBit63, span, bits, count.number, 64 - bits)
        }
        if !isLeft, count.number >= bits {
            return report(bits > 1 ? .shiftedOut : .bitShiftedOut, span, bits, count.number, bits - 1)
        }
        let places = UInt8(count.number)
        let value = isLeft ? left.widened(to: left.bitCount + places) : left
        let expression = Expression(
            operation: .binary(isLeft ? .shiftLeft : .shiftRight, value.expression, count.expression), span: span)
        guard let typeBitCount = value.typeBitCount else {
            return TypedValue(number: isLeft ? value.number << count.number : value.number >> count.number, expression)
        }
        var result = TypedValue(
            expression, bitCount: isLeft ? left.bitCount + places : left.bitCount - places, typeBitCount: typeBitCount)
        result.isOfAddress = left.isOfAddress
        return result
    }
}
