// Checks expressions: each value with its stage, width and type. Reads of a device and of state are dynamic, numbers
// are static, and a shift count must be static.

import Metabinary

extension Checker {
    /// The value of an expression, `nil` where a mistake in it is reported.
    mutating func check(_ expression: Syntax.Expression, _ scope: inout Scope) -> TypedValue? {
        guard let value = checkUncut(expression, &scope) else { return nil }
        guard let uncut = value.uncut else { return value }
        diagnostics.report(
            .uncutValue, expression.span,
            uncut == .mayBeNegative ? "the difference may be below zero" : "the sum may need 65 bits",
            mend: "say how many bits are meant: `u16(…)`; u8, u16 and u32 keep the low ones")
        return nil
    }

    /// The same, for what may add to it or cut it.
    mutating func checkUncut(_ expression: Syntax.Expression, _ scope: inout Scope) -> TypedValue? {
        switch expression {
        case .number(let number):
            guard let value = number.value else { return nil }
            return TypedValue(number: value, .init(operation: .number(value), span: number.span))
        case .name(let name):
            guard let value = check(name, &scope) else { return nil }
            guard value.buffer == nil, value.slot == nil else {
                diagnostics.report(
                    .notAValue, name.span,
                    "`\(name.text)` is a \(value.slot == nil ? "buffer" : "slot"), not a number",
                    mend: value.slot == nil ? "take its `address`, or move it" : "take one of its fields, or post it")
                return nil
            }
            return value
        case .field(let base, let field):
            return check(field, of: base, &scope)
        case .element(let name, let index, let field, let end):
            return checkElement(name, index, field, name.span.joined(with: end), &scope)
        case .path(let name, let steps, let end):
            return checkPath(name, steps, name.span.joined(with: end), &scope)
        case .inverse(let operand, let sign):
            guard let value = check(operand, &scope) else { return nil }
            return inverse(value, sign.joined(with: operand.span))
        case .binary(let left, let sign, let span, let right):
            return checkBinary(left, sign, span, right, &scope)
        case .call(let name, let arguments, let end):
            return checkCall(name, arguments, name.span.joined(with: end), &scope)
        case .capability(let node, let span):
            return check(node, span, scope)
        case .record(let name, _, _):
            diagnostics.report(
                .notAValue, name.span, "a whole `\(name.text)` is no number", mend: "write `SLOT = \(name.text) { … }`")
            return nil
        case .method(let base, let method, _, _), .elementMethod(let base, _, let method, _, _):
            diagnostics.report(
                .notAValue, base.span.joined(with: method.span), "`\(base.text).\(method.text)` is no part of a value",
                mend: "give its result a name: `let NAME = \(base.text).\(method.text)(…)`")
            return nil
        }
    }

    private mutating func checkBinary(
        _ left: Syntax.Expression, _ sign: Syntax.Operator, _ span: SourceSpan, _ right: Syntax.Expression,
        _ scope: inout Scope
    ) -> TypedValue? {
        let adds = sign == .plus || sign == .minus
        let first = adds ? checkUncut(left, &scope) : check(left, &scope)
        // Beside a register, the names of its fields stand for their bits.
        let outer = scope.bits
        if let first, !first.bits.isEmpty { scope.bits = first.bits }
        let second = adds ? checkUncut(right, &scope) : check(right, &scope)
        scope.bits = outer
        guard let first, let second else { return nil }
        switch sign {
        case .plus, .minus:
            var value = sum(first, second, isDifference: sign == .minus, span)
            value?.kind = kindOfSum(first, second, isDifference: sign == .minus, span)
            return value
        case .times: return product(first, second, span)
        case .dividedBy, .remainder: return quotient(first, second, isRest: sign == .remainder, span)
        case .and, .or: return combine(first, second, isAnd: sign == .and, span)
        case .shiftLeft, .shiftRight:
            return shift(first, by: second, isLeft: sign == .shiftLeft, span, count: right.span)
        default: break
        }
        guard !reportAddress([first, second], span) else { return nil }
        checkComparison(first, second, span)
        switch sign {
        case .equal: return compare(first, second, .equal, span)
        case .notEqual: return compare(first, second, .notEqual, span)
        case .below: return compare(first, second, .below, span)
        case .belowOrEqual: return compare(first, second, .belowOrEqual, span)
        case .above: return compare(second, first, .below, span)
        default: return compare(second, first, .belowOrEqual, span)
        }
    }

    // MARK: Names

    /// What a name stands for.
    mutating func check(_ name: Syntax.Name, _ scope: inout Scope) -> TypedValue? {
        let device = scope.device
        if let field = scope.bits.first(where: { $0.name.text == name.text }) { return mask(of: field, name.span) }
        if let argument = scope.arguments?[name.text] { return argument }
        if scope.arguments == nil, let index = scope.values.lastIndex(where: { $0.name?.text == name.text }) {
            scope.used.insert(name.text)
            var value = scope.values[index].value
            value?.expression = Scope.local(index, name.span)
            value?.extract = nil
            if value?.isStatic == false { value?.sum = nil }
            if value?.buffer != nil, scope.moved[name.text] == true {
                diagnostics.report(
                    .bufferGone, name.span, "`\(name.text)` was moved and is another's now",
                    mend: "use it before it moves")
                return nil
            }
            return value
        }
        if let fact = fact(name, scope) { return fact.value }
        if scope.isOfFact, isDynamic(name, device) {
            reportDynamic(name.span, "`\(name.text)` is read while the code runs, and this must be known before")
            return nil
        }
        if let register = device.registers.first(where: { $0.name.text == name.text }) {
            return read(register, name.span)
        }
        if let state = device.states.first(where: { $0.name.text == name.text }) {
            checkMemory(name.span, scope)
            return read(state, name.span)
        }
        let others =
            device.windows.map(\.name) + device.indirectWindows.map(\.name) + device.mailboxes.map(\.name)
            + device.layouts.map(\.name) + device.rings.map(\.name) + device.pools.map(\.name)
            + device.memories.map(\.name) + device.freePools.map(\.name) + device.definitions.map(\.name)
            + device.routines.map(\.name) + device.tables.map(\.name)
        if others.contains(where: { $0.text == name.text }) {
            diagnostics.report(
                .notAValue, name.span, "`\(name.text)` is no value by itself",
                mend:
                    "name a register, a field or a named value; inside a function registers stand without their window")
            return nil
        }
        if !device.isBroken {
            reportUnknown(
                "name", name, among: checkedNames(scope).map(\.text) + scope.bits.map(\.name.text),
                mend: "declare a register of that name, or `let \(name.text) = VALUE` before")
        }
        return nil
    }

    /// All bits of a field, in their place.
    private func mask(of field: Syntax.Field, _ span: SourceSpan) -> TypedValue? {
        guard let low = field.low.value, let high = field.high.value, low <= high, high < 64 else { return nil }
        let mask = (UInt64.max >> (63 - (high - low))) << low
        return TypedValue(number: mask, .init(operation: .number(mask), span: span))
    }

    /// A read of a register; each time that its name stands in a rule, the device is read.
    private mutating func read(_ register: Syntax.Register, _ span: SourceSpan) -> TypedValue? {
        guard register.count == nil else { return reportTable(register.name, span) }
        return load(register, at: nil, span)
    }

    private mutating func read(_ state: Syntax.State, _ span: SourceSpan) -> TypedValue? {
        guard state.isNumber else {
            reportNoNumber(state, span)
            return nil
        }
        guard state.count == nil else { return reportTable(state.name, span) }
        return get(state, at: nil, span)
    }

    // MARK: Fields

    private mutating func check(_ field: Syntax.Name, of base: Syntax.Name, _ scope: inout Scope) -> TypedValue? {
        if let value = question(field, of: base, scope) { return value.value }
        let windows = scope.device.windows.map(\.name) + scope.device.indirectWindows.map(\.name)
        if windows.contains(where: { $0.text == base.text }) {
            diagnostics.report(
                .notAValue, base.span, "`\(base.text)` is a window, not a value",
                mend: "write `\(field.text)`: inside a function registers stand without their window")
            return nil
        }
        if scope.device.rings.contains(where: { $0.name.text == base.text }) {
            return property(field, of: base, scope)
        }
        let isBuffers = scope.device.freePools.contains { $0.name.text == base.text }
        if isBuffers || isMemory(base, scope) && buffers.contains(where: { $0.name.text == base.text && $0.isOwned }) {
            return property(field, of: base, scope)
        }
        if isAddress(field, ofRecordOf: base, scope) {
            return checkBuffer(base, .number(Syntax.Number(value: 0, span: base.span)), field, &scope)
        }
        if isMemory(base, scope) {
            return checkPath(base, [.member(field)], base.span.joined(with: field.span), &scope)
        }
        if let cursor = cursor(base, scope) {
            return view(field, of: cursor, base.span.joined(with: field.span), scope)
        }
        guard let value = check(base, &scope) else { return nil }
        if let slot = value.slot { return self.field(field, ofSlot: slot, base, &scope) }
        if let pool = value.buffer { return property(field, ofBuffer: value, pool) }
        return self.field(field, of: value, base.span, base.text)
    }

    /// A field of what has any.
    mutating func field(
        _ field: Syntax.Name, of value: TypedValue, _ span: SourceSpan, _ name: String
    ) -> TypedValue? {
        guard let whole = value.whole else {
            diagnostics.report(
                .notAValue, span, "`\(name)` is a computed value and has no fields",
                mend: "take the field of a register, or of a name that `let` gave to a register")
            return nil
        }
        guard let node = whole.fields.first(where: { $0.name.text == field.text }) else {
            reportUnknown(
                "field", field, among: whole.fields.map(\.name.text),
                mend: "declare it in braces behind `\(whole.name.text)` at \(place(whole.name.span))")
            return nil
        }
        guard let low = node.low.value, let high = node.high.value, low <= high, high < UInt64(whole.bitCount)
        else { return nil }
        var part = extract(value, low: UInt8(low), high: UInt8(high), of: whole.bitCount, field.span)
        part.kind = node.kind
        return part
    }

    /// The bits of a field, moved down to bit 0.
    func extract(
        _ value: TypedValue, low: UInt8, high: UInt8, of wholeBitCount: UInt8, _ span: SourceSpan
    ) -> TypedValue {
        func number(_ value: UInt64) -> CheckedAtlas.Expression { .init(operation: .number(value), span: span) }
        let bitCount = high - low + 1
        var expression = value.expression
        var result: TypedValue
        if low > 0 {
            expression = .init(operation: .binary(.shiftRight, expression, number(UInt64(low))), span: span)
        }
        if bitCount == 1 {
            expression = .init(operation: .truncate(expression, bitCount: 1), span: span)
            result = TypedValue(expression, bitCount: 1, typeBitCount: 1)
        } else {
            if high < wholeBitCount - 1 {
                expression = .init(
                    operation: .binary(.and, expression, number(UInt64.max >> UInt64(64 - bitCount))), span: span)
            }
            result = TypedValue(expression, bitCount: bitCount, typeBitCount: wholeBitCount)
        }
        result.extract = .init(base: value.expression, low: low, bitCount: bitCount, typeBitCount: wholeBitCount)
        return result
    }

    // MARK: Operators

    func combine(_ left: TypedValue, _ right: TypedValue, isAnd: Bool, _ span: SourceSpan) -> TypedValue {
        let opcode: Opcode = isAnd ? .and : .or
        if left.isStatic, right.isStatic, !left.isKnown || !right.isKnown {
            return staticCombination(left, right, isAnd: isAnd, span)
        }
        if left.isStatic && right.isStatic {
            let expression = CheckedAtlas.Expression(
                operation: .binary(opcode, left.expression, right.expression), span: span)
            var value = TypedValue(
                number: isAnd ? left.number & right.number : left.number | right.number, expression)
            value.bits = left.bits
            return value
        }
        // Of a mask, what the other value cannot have needs no room.
        let (first, second, type) = joined(
            isAnd ? left.keepingLow(right.typeBitCount) : left, isAnd ? right.keepingLow(left.typeBitCount) : right)
        var value = TypedValue(
            .init(operation: .binary(opcode, first, second), span: span),
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
    private func joined(
        _ left: TypedValue, _ right: TypedValue
    ) -> (CheckedAtlas.Expression, CheckedAtlas.Expression, UInt8) {
        let widest = max(left.typeBitCount ?? 0, right.typeBitCount ?? 0)
        let bitsOfStatic = left.isStatic ? left.bitCount : right.isStatic ? right.bitCount : 0
        let type = bitsOfStatic <= widest ? widest : bitsOfStatic <= 32 ? 32 : 64
        return (left.converted(to: type).expression, right.converted(to: type).expression, type)
    }

    func compare(
        _ left: TypedValue, _ right: TypedValue, _ opcode: Opcode, _ span: SourceSpan
    ) -> TypedValue {
        if left.isStatic && right.isStatic { return staticCombination(opcode, left, right, span) }
        if opcode == .equal || opcode == .notEqual, let extract = left.extract, right.isKnown,
            right.bitCount <= extract.bitCount
        {
            return TypedValue(compare(extract, opcode, right.number, span), bitCount: 1, typeBitCount: 1)
        }
        let (first, second, _) = joined(left, right)
        return TypedValue(
            .init(operation: .binary(opcode, first, second), span: span), bitCount: 1, typeBitCount: 1)
    }

    /// A field compared where it stands, by a mask.
    func compare(
        _ extract: TypedValue.Extract, _ opcode: Opcode, _ number: UInt64, _ span: SourceSpan
    ) -> CheckedAtlas.Expression {
        func constant(_ value: UInt64) -> CheckedAtlas.Expression { .init(operation: .number(value), span: span) }
        var bits = extract.base
        if extract.bitCount < extract.typeBitCount {
            let mask = (UInt64.max >> UInt64(64 - extract.bitCount)) << UInt64(extract.low)
            bits = .init(operation: .binary(.and, bits, constant(mask)), span: span)
        }
        return .init(operation: .binary(opcode, bits, constant(number << UInt64(extract.low))), span: span)
    }

    mutating func shift(
        _ left: TypedValue, by count: TypedValue, isLeft: Bool, _ span: SourceSpan, count countSpan: SourceSpan
    ) -> TypedValue? {
        if count.isStatic, !count.isKnown || left.isStatic && !left.isKnown {
            return shift(left, byFact: count, isLeft: isLeft, span)
        }
        guard count.isStatic else {
            diagnostics.report(
                .dynamicShiftCount, countSpan, "the shift count is read from the device",
                mend: "write a number: counts are static")
            return nil
        }
        let bits = UInt64(left.bitCount)
        if isLeft, count.number > 64 - bits || count.number > 63 {
            diagnostics.report(
                .shiftTooFar, span, "a value of \(bits) bits moves past bit 63 when shifted left by \(count.number)",
                mend: "shift by at most \(64 - bits), or keep fewer bits of the value first")
            return nil
        }
        if !isLeft, count.number >= bits {
            diagnostics.report(
                .shiftTooFar, span, "nothing is left of a value of \(bits) bits shifted right by \(count.number)",
                mend: bits > 1 ? "shift by at most \(bits - 1)" : "take the shift out")
            return nil
        }
        let places = UInt8(count.number)
        let value = isLeft ? left.widened(to: left.bitCount + places) : left
        let expression = CheckedAtlas.Expression(
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
