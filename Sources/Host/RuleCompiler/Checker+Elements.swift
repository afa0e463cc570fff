// Checks reads of registers and of state: single ones, and elements of arrays and tables, whose index is bounded by its
// bits. Here too is `flush`, a read whose value is dropped.

import Metabinary

extension Checker {
    /// `TABLE[VALUE]`, `TABLE[VALUE].FIELD`
    mutating func checkElement(
        _ name: Syntax.Name, _ index: Syntax.Expression, _ field: Syntax.Name?, _ span: SourceSpan,
        _ scope: inout Scope
    ) -> TypedValue? {
        if let field, isAddress(field, ofRecordOf: name, scope) { return checkBuffer(name, index, field, &scope) }
        if isMemory(name, scope) {
            return checkPath(name, [.index(index)] + (field.map { [.member($0)] } ?? []), span, &scope)
        }
        if scope.device.freePools.contains(where: { $0.name.text == name.text }) {
            return checkBuffer(name, index, field, &scope)
        }
        if scope.device.tables.contains(where: { $0.name.text == name.text }) {
            guard let entry = entry(of: name, index, span, &scope) else { return nil }
            if let field { reportUnknown("field", field, among: [], mend: "an entry of a table has none") }
            return entry
        }
        if scope.isOfFact, isDynamic(name, scope.device) {
            reportDynamic(name.span, "`\(name.text)` is read while the code runs, and this must be known before")
            return nil
        }
        var value: TypedValue?
        if let register = scope.device.registers.first(where: { $0.name.text == name.text }) {
            guard let place = checkIndex(index, register.name, register.count, register.bitCount, &scope) else {
                return nil
            }
            value = load(register, at: place, span)
        } else if let state = scope.device.states.first(where: { $0.name.text == name.text }) {
            usedNames.insert(name.text)
            checkMemory(name.span, scope)
            guard state.isNumber else {
                reportNoNumber(state, name.span)
                return nil
            }
            guard let bitCount = state.bitCount,
                let place = checkIndex(index, state.name, state.count, bitCount, &scope)
            else { return nil }
            value = get(state, at: place, span)
        } else if checkedNames(scope).contains(where: { $0.text == name.text }) {
            diagnostics.report(
                .notAValue, name.span, "`\(name.text)` has no elements",
                mend: "only registers and states that are declared as `NAME[COUNT]` have")
        } else if !scope.device.isBroken {
            reportUnknown(
                "name", name, among: checkedNames(scope).map(\.text),
                mend: "declare `register WINDOW.\(name.text)[COUNT] at …` or `state \(name.text)[COUNT]: …`")
        }
        guard let value, let field else { return value }
        return self.field(field, of: value, span, name.text)
    }

    /// A read of a register; each time that its name stands in a rule, the device is read.
    mutating func load(_ register: Syntax.Register, at index: Expression?, _ span: SourceSpan) -> TypedValue? {
        guard register.isReadable else {
            diagnostics.report(
                .unreadableRegister, span, "register `\(register.name.text)` is `wo`: it cannot be read",
                mend: "read another register; or correct its access at \(place(register.name.span))")
            return nil
        }
        prepareLoad(register, span)
        guard let target = target(of: register) else { return nil }
        readRegisters.insert(register.name.text)
        var value = TypedValue(
            .init(operation: .load(.register(window: target.window, target.index), index: index), span: span),
            bitCount: register.bitCount, typeBitCount: register.bitCount)
        value.whole = .init(name: register.name, bitCount: register.bitCount, fields: register.fields)
        value.bits = register.fields
        value.kind = register.kind
        return value
    }

    /// A read of the state.
    mutating func get(_ state: Syntax.State, at index: Expression?, _ span: SourceSpan) -> TypedValue? {
        guard let cell = stateCells[state.name.text], let typeBitCount = state.bitCount else { return nil }
        usedNames.insert(state.name.text)
        let high = state.range?.high.value ?? .max
        let bitCount = UInt8(max(1, 64 - high.leadingZeroBitCount))
        var value = TypedValue(
            .init(operation: .get(cell: cell, index: index), span: span), bitCount: min(bitCount, typeBitCount),
            typeBitCount: typeBitCount)
        value.kind = state.kind
        return value
    }

    // MARK: Indices

    /// The byte offset of an element of an array or a table.
    mutating func checkIndex(
        _ node: Syntax.Expression, _ name: Syntax.Name, _ count: Syntax.Number?, _ bitCount: UInt8,
        _ scope: inout Scope
    ) -> Expression? {
        guard let value = check(node, &scope) else { return nil }
        checkKind(of: value, as: .index, node.span, "the index of `\(name.text)`")
        guard let whole = count, let most = whole.value else {
            diagnostics.report(
                .wrongArguments, node.span, "`\(name.text)` has no elements", mend: "take the index out")
            return nil
        }
        let count = least(of: whole) ?? most
        let fits =
            value.isStatic ? value.numbers.high < count : value.bitCount < 64 && UInt64(1) << value.bitCount <= count
        let isInside = fits || value.below != nil && value.below == whole.fact?.text
        guard isInside else {
            diagnostics.report(
                .unboundedIndex, node.span,
                "the index may use \(value.bitCount) bits, `\(name.text)` has \(count) elements",
                mend: "bound it by `&`, or count with `for NAME in 0..<\(count)`")
            return nil
        }
        return Self.offset(of: value.converted(to: 32).expression, bitCount, node.span)
    }

    /// The byte offset of an element by its index.
    static func offset(of index: Expression, _ bitCount: UInt8, _ span: SourceSpan) -> Expression {
        guard bitCount > 8 else { return index }
        let shift = Expression(operation: .number(UInt64((bitCount / 8).trailingZeroBitCount)), span: span)
        return Expression(operation: .binary(.shiftLeft, index, shift), span: span)
    }

    /// Reports a table that is named without an index.
    mutating func reportTable(_ name: Syntax.Name, _ span: SourceSpan) -> TypedValue? {
        diagnostics.report(
            .wrongArguments, span, "`\(name.text)` has elements, and none of them is named",
            mend: "write `\(name.text)[INDEX]`")
        return nil
    }

    // MARK: Flushes

    /// `flush REGISTER`: what was written before has arrived at the device once the read is done.
    mutating func checkFlush(
        _ span: SourceSpan, _ name: Syntax.Name, _ scope: inout Scope, _ code: inout [Checked]
    ) {
        guard let register = scope.device.registers.first(where: { $0.name.text == name.text }) else {
            if !scope.device.isBroken {
                reportUnknown(
                    "register", name, among: scope.device.registers.map(\.name.text),
                    mend: "name a register of the device that writes are to reach")
            }
            return
        }
        guard register.count == nil else { return _ = reportTable(name, name.span) }
        if register.isQueue { return reportDropped(name, "the flush") }
        guard let value = load(register, at: nil, span) else { return }
        code.append(.value(value.expression))
        _ = scope.push(nil, nil)
    }
}
