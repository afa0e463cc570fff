// Checks functions: statements in order, each value with its stage, width and type. Reads of a device are dynamic,
// numbers are static, and a shift count must be static.

extension Checker {
    /// Values that one function may name: each stays on the stack of the target's evaluator.
    private static let valueLimit = 32

    /// What the expressions of a function may name.
    struct Scope {
        let device: Syntax.Device
        /// The values that `let` has named so far; `nil` for one whose expression was wrong.
        var values: [(name: Syntax.Name, value: TypedValue?)] = []
        var used: Set<String> = []
    }

    mutating func checkFunction(_ node: Syntax.Function, of device: Syntax.Device) -> CheckedAtlas.Function {
        var function = CheckedAtlas.Function(
            name: node.member.name, resultName: node.member.resultName.text,
            resultBitCount: node.member.resultBitCount ?? 1, returnSpan: node.closingBrace)
        var scope = Scope(device: device)
        var hasReturned = false
        for statement in node.statements {
            if hasReturned {
                reportUnreachable(statement)
                break
            }
            switch statement {
            case .letValue(let name, let expression):
                guard scope.values.count < Self.valueLimit else {
                    diagnostics.report(
                        .limitExceeded, name.span, "more than \(Self.valueLimit) named values in a function",
                        mend: "join some of them into one")
                    return function
                }
                let value = check(expression, &scope)
                checkName(name, scope)
                scope.values.append((name, value))
                if let value { function.values.append(value.expression) }
            case .returnValue(let span, let expression):
                hasReturned = true
                function.returnSpan = span
                guard let value = check(expression, &scope), let bitCount = node.member.resultBitCount else { break }
                function.values.append(result(value, bitCount, expression.span))
            }
        }
        guard !device.isBroken else { return function }
        if !hasReturned {
            diagnostics.report(
                .missingReturn, node.closingBrace, "`\(node.member.name.text)` ends without a return",
                mend: "end it with `return VALUE`")
        }
        for (name, _) in scope.values where !scope.used.contains(name.text) {
            diagnostics.report(
                .unusedName, name.span, "`\(name.text)` is never used",
                mend: "use it or take it out: what it reads from the device would be read for nothing")
        }
        return function
    }

    private mutating func reportUnreachable(_ statement: Syntax.Statement) {
        let span =
            switch statement {
            case .letValue(let name, _): name.span
            case .returnValue(let span, _): span
            }
        diagnostics.report(
            .unreachableStatement, span, "a statement behind the return never runs",
            mend: "take it out, or move it before the return")
    }

    private mutating func checkName(_ name: Syntax.Name, _ scope: Scope) {
        let device = scope.device
        let others = device.windows.map(\.name) + device.registers.map(\.name) + scope.values.map(\.name)
        guard let first = others.first(where: { $0.text == name.text }) else { return }
        reportDuplicates([first, name], "device `\(device.name.text)` and its function")
    }

    /// The value as the declared result carries it.
    private mutating func result(_ value: TypedValue, _ bitCount: UInt8, _ span: SourceSpan) -> CheckedAtlas.Expression
    {
        if value.bitCount > bitCount {
            diagnostics.report(
                .valueTooWide, span, "the value may need \(value.bitCount) bits, the result has \(bitCount)",
                mend: "keep a part of it by a field or by `&`, or declare a wider result")
            return value.expression
        }
        let types: [UInt8] = [1, 8, 16, 32, 64]
        return value.converted(to: types.first { $0 >= bitCount } ?? 64).expression
    }

    /// The value of an expression, `nil` where a mistake in it is reported.
    private mutating func check(_ expression: Syntax.Expression, _ scope: inout Scope) -> TypedValue? {
        switch expression {
        case .number(let number):
            guard let value = number.value else { return nil }
            return TypedValue(number: value, .init(operation: .number(value), span: number.span))
        case .name(let name):
            return check(name, &scope)
        case .field(let base, let field):
            return check(field, of: base, &scope)
        case .binary(let left, let sign, let span, let right):
            let first = check(left, &scope)
            let second = check(right, &scope)
            guard let first, let second else { return nil }
            switch sign {
            case .and, .or: return combine(first, second, isAnd: sign == .and, span)
            case .shiftLeft, .shiftRight:
                return shift(first, by: second, isLeft: sign == .shiftLeft, span, count: right.span)
            }
        }
    }

    private mutating func check(_ name: Syntax.Name, _ scope: inout Scope) -> TypedValue? {
        let device = scope.device
        if let index = scope.values.firstIndex(where: { $0.name.text == name.text }) {
            scope.used.insert(name.text)
            var value = scope.values[index].value
            value?.expression = .init(operation: .local(index), span: name.span)
            return value
        }
        if let register = device.registers.first(where: { $0.name.text == name.text }) {
            return read(register, name.span, device)
        }
        if let window = device.windows.first(where: { $0.name.text == name.text }) {
            diagnostics.report(
                .notAValue, name.span, "`\(window.name.text)` is a window, not a value",
                mend: "name one of its registers; inside a function registers stand without their window")
            return nil
        }
        if !device.isBroken {
            reportUnknown(
                "name", name, among: device.registers.map(\.name.text) + scope.values.map(\.name.text),
                mend: "declare a register of that name, or `let \(name.text) = VALUE` before")
        }
        return nil
    }

    /// A read of a register; each time that its name stands in a rule, the device is read.
    private mutating func read(_ register: Syntax.Register, _ span: SourceSpan, _ device: Syntax.Device) -> TypedValue?
    {
        guard register.isReadable else {
            diagnostics.report(
                .unreadableRegister, span, "register `\(register.name.text)` is `wo`: it cannot be read",
                mend: "read another register; or correct its access at \(place(register.name.span))")
            return nil
        }
        guard let offset = register.offset.value,
            let window = device.windows.firstIndex(where: { $0.name.text == register.window.text })
        else { return nil }
        var value = TypedValue(
            .init(operation: .load(window: window, bitCount: register.bitCount, offset: offset), span: span),
            bitCount: register.bitCount, typeBitCount: register.bitCount)
        value.register = register
        return value
    }

    private mutating func check(_ field: Syntax.Name, of base: Syntax.Name, _ scope: inout Scope) -> TypedValue? {
        if scope.device.windows.contains(where: { $0.name.text == base.text }) {
            diagnostics.report(
                .notAValue, base.span, "`\(base.text)` is a window, not a value",
                mend: "write `\(field.text)`: inside a function registers stand without their window")
            return nil
        }
        guard let value = check(base, &scope) else { return nil }
        guard let register = value.register else {
            diagnostics.report(
                .notAValue, base.span, "`\(base.text)` is a computed value and has no fields",
                mend: "take the field of a register, or of a name that `let` gave to a register")
            return nil
        }
        guard let node = register.fields.first(where: { $0.name.text == field.text }) else {
            reportUnknown(
                "field", field, among: register.fields.map(\.name.text),
                mend: "declare it in braces behind the register at \(place(register.name.span))")
            return nil
        }
        guard let low = node.low.value, let high = node.high.value, low <= high, high < UInt64(register.bitCount)
        else { return nil }
        return extract(value, low: UInt8(low), high: UInt8(high), of: register, field.span)
    }

    /// The bits of a field, moved down to bit 0.
    private func extract(
        _ value: TypedValue, low: UInt8, high: UInt8, of register: Syntax.Register, _ span: SourceSpan
    ) -> TypedValue {
        func number(_ value: UInt64) -> CheckedAtlas.Expression { .init(operation: .number(value), span: span) }
        let bitCount = high - low + 1
        var expression = value.expression
        if low > 0 {
            expression = .init(operation: .shiftRight(expression, number(UInt64(low))), span: span)
        }
        if bitCount == 1 {
            expression = .init(operation: .truncate(expression, bitCount: 1), span: span)
            return TypedValue(expression, bitCount: 1, typeBitCount: 1)
        }
        if high < register.bitCount - 1 {
            expression = .init(operation: .and(expression, number(UInt64.max >> UInt64(64 - bitCount))), span: span)
        }
        return TypedValue(expression, bitCount: bitCount, typeBitCount: register.bitCount)
    }

    private func combine(_ left: TypedValue, _ right: TypedValue, isAnd: Bool, _ span: SourceSpan) -> TypedValue {
        if left.isStatic && right.isStatic {
            let expression = CheckedAtlas.Expression(
                operation: isAnd ? .and(left.expression, right.expression) : .or(left.expression, right.expression),
                span: span)
            return TypedValue(number: isAnd ? left.number & right.number : left.number | right.number, expression)
        }
        let widest = max(left.typeBitCount ?? 0, right.typeBitCount ?? 0)
        let bitsOfStatic = left.isStatic ? left.bitCount : right.isStatic ? right.bitCount : 0
        let type = bitsOfStatic <= widest ? widest : bitsOfStatic <= 32 ? 32 : 64
        let first = left.converted(to: type).expression
        let second = right.converted(to: type).expression
        return TypedValue(
            .init(operation: isAnd ? .and(first, second) : .or(first, second), span: span),
            bitCount: isAnd ? min(left.bitCount, right.bitCount) : max(left.bitCount, right.bitCount),
            typeBitCount: type)
    }

    private mutating func shift(
        _ left: TypedValue, by count: TypedValue, isLeft: Bool, _ span: SourceSpan, count countSpan: SourceSpan
    ) -> TypedValue? {
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
            operation: isLeft
                ? .shiftLeft(value.expression, count.expression) : .shiftRight(value.expression, count.expression),
            span: span)
        guard let typeBitCount = value.typeBitCount else {
            return TypedValue(number: isLeft ? value.number << count.number : value.number >> count.number, expression)
        }
        return TypedValue(
            expression, bitCount: isLeft ? left.bitCount + places : left.bitCount - places, typeBitCount: typeBitCount)
    }
}
