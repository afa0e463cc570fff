// Checks what rules do with buffers that go by number: moving one, its address and its number, states that hold some, and
// what is released.

import Metabinary

extension Checker {
    /// Index of the buffers behind a name, `nil` where they are unknown or wrong, which is reported.
    ///
    /// - Parameter owned: whether they must have owners; if not, records of any memory will do.
    mutating func findBuffers(_ name: Syntax.Name, owned: Bool = true) -> Int? {
        usedNames.insert(name.text)
        if let index = buffers.firstIndex(where: { $0.name.text == name.text && ($0.isOwned || !owned) }) {
            return index
        }
        if !lacksMemory {
            reportUnknown(
                "ring or pool", name, among: buffers.map(\.name.text),
                mend: "declare `ring \(name.text) of …` or `pool \(name.text) { … }`")
        }
        return nil
    }

    /// Moves a buffer that the function owns to where buffers of that index are kept.
    mutating func move(
        _ arguments: [Syntax.Expression], into pool: Int, _ span: SourceSpan, _ scope: inout Scope
    ) -> Expression? {
        guard arguments.count == 1, case .name(let name) = arguments[0] else {
            diagnostics.report(.wrongArguments, span, "this takes one buffer", mend: "name the buffer that moves")
            return nil
        }
        guard let value = check(name, &scope) else { return nil }
        guard value.buffer == pool else {
            diagnostics.report(
                .wrongArguments, name.span, "`\(name.text)` is no buffer of `\(buffers[pool].name.text)`",
                mend: "only buffers of a ring's own pool stand in its slots, and of a state's own in it")
            return nil
        }
        scope.moved[name.text] = true
        return value.converted(to: 16).expression
    }

    /// The address of a buffer: the pool's, plus number times stride. It is known once memory is placed, or later: nothing
    /// may take it for a number of the text, be the buffer's number one.
    func address(ofBuffer value: TypedValue, _ pool: Int, _ span: SourceSpan) -> TypedValue {
        let plan = buffers[pool]
        let start = Expression(operation: .address(region: plan.region), span: span)
        let number = value.converted(to: 64).expression
        let stride = pool < rings.count ? rings[pool].sizes.stride : nil
        let address =
            if let stride, !stride.isKnown {
                binary(.add, binary(.multiply, number, stride.expression), start)
            } else if value.isKnown {
                binary(.add, start, self.number(value.number << plan.shift, span))
            } else {
                binary(.add, binary(.shiftLeft, number, self.number(plan.shift, span)), start)
            }
        var result = TypedValue(address, bitCount: 64, typeBitCount: 64)
        result.addressed = pool
        result.isOfAddress = true
        result.kind = .address
        return result
    }

    /// How many buffers there are at least, where a fact says how many.
    private func leastCount(of pool: Int) -> UInt64 {
        pool < rings.count ? rings[pool].sizes.lastBuffer.numbers.low + 1 : buffers[pool].count
    }

    /// `frame.address`, `frame.number`
    mutating func property(_ field: Syntax.Name, ofBuffer value: TypedValue, _ pool: Int) -> TypedValue? {
        switch field.text {
        case "address":
            let count = leastCount(of: pool)
            // An argument was checked; of what was kept, only the bits are known.
            if value.highest == nil, Self.most(value) >= count {
                diagnostics.report(
                    .unboundedIndex, field.span,
                    "of a buffer that was kept only the bits of its number are known, up to \(Self.most(value)); "
                        + "`\(buffers[pool].name.text)` has \(count)",
                    mend: "have a power of two of buffers; or tell the device of a buffer before it is kept")
            }
            return address(ofBuffer: value, pool, field.span)
        case "number":
            var number = value
            number.buffer = nil
            return number
        default:
            reportUnknown(
                "property", field, among: ["address", "number"], mend: "a buffer has an `address` and a `number`")
            return nil
        }
    }

    /// `tx[i].address`: that of a buffer or a record by its number, whoever owns it.
    mutating func checkBuffer(
        _ name: Syntax.Name, _ index: Syntax.Expression, _ field: Syntax.Name?, _ scope: inout Scope
    ) -> TypedValue? {
        checkMemory(name.span, scope)
        guard let pool = findBuffers(name, owned: false), let value = check(index, &scope) else { return nil }
        guard let field, field.text == "address" else {
            diagnostics.report(
                .notAValue, name.span, "a buffer of `\(name.text)` is no value",
                mend: "write `\(name.text)[INDEX].address`")
            return nil
        }
        let count = leastCount(of: pool)
        let most = Self.most(value)
        let slots = pool < rings.count ? rings[pool].sizes.count.fact : nil
        guard most < count || value.below != nil && value.below == slots else {
            diagnostics.report(
                .unboundedIndex, index.span, "the index may be \(most), `\(name.text)` has \(count) buffers",
                mend: "bound it by `&`, or count with `for NAME in 0..<\(count)`")
            return nil
        }
        return address(ofBuffer: value, pool, field.span)
    }

    /// `tx.count`, `rx.bytes`
    mutating func property(_ field: Syntax.Name, of base: Syntax.Name, _ scope: Scope) -> TypedValue? {
        guard let index = findBuffers(base) else { return nil }
        let plan = buffers[index]
        func known(_ value: UInt64) -> TypedValue { TypedValue(number: value, number(value, field.span)) }
        var property: TypedValue
        switch field.text {
        case "count": property = index < rings.count ? rings[index].sizes.count : known(plan.count)
        case "bytes": property = index < rings.count ? rings[index].sizes.stride : known(plan.byteCount)
        default:
            reportUnknown(
                "property", field, among: ["count", "bytes"],
                mend: "a ring or a pool has `count`, its slots or buffers, and `bytes`, the size of a buffer")
            return nil
        }
        property.expression = placed(property, field.span)
        if field.text == "bytes" { property.kind = .length }
        return property
    }

    // MARK: States that hold buffers

    /// `let idle = held[slot].exchange(frame)`
    mutating func checkOwner(
        _ name: Syntax.Name, _ state: Syntax.State, _ index: Syntax.Expression?, _ method: Syntax.Name,
        _ arguments: [Syntax.Expression], _ scope: inout Scope, _ code: inout [Checked]
    ) {
        checkName(name, scope)
        checkMemory(name.span, scope)
        usedNames.insert(state.name.text)
        let pool = state.pool.flatMap { findBuffers($0) }
        guard method.text == "exchange", let pool, let cell = stateCells[state.name.text] else {
            if method.text != "exchange" {
                diagnostics.report(
                    .wrongArguments, method.span, "a state that holds buffers has no `\(method.text)`",
                    mend: "write `let NAME = \(state.name.text).exchange(BUFFER)`, by an index if it is a table")
            }
            _ = scope.push(name, nil)
            return
        }
        var place: Expression?
        if let index {
            guard let offset = checkIndex(index, state.name, state.count, 16, &scope) else {
                _ = scope.push(name, nil)
                return
            }
            code.append(.value(offset))
            place = Scope.local(scope.push(nil, nil), method.span)
        } else if state.count != nil {
            _ = reportTable(state.name, method.span)
        }
        code.append(.value(get(cell, method.span, index: place)))
        var value = TypedValue(
            Scope.local(scope.values.count, name.span), bitCount: buffers[pool].bitCount, typeBitCount: 16)
        value.buffer = pool
        if let buffer = move(arguments, into: pool, method.span, &scope) {
            code.append(.set(cell: cell, index: place, buffer, method.span))
        }
        _ = scope.push(name, value)
        scope.moved[name.text] = false
    }

    /// Reports a state that is used as a number and is none.
    mutating func reportNoNumber(_ state: Syntax.State, _ span: SourceSpan) {
        guard state.array == nil else { return reportCursor(state, span) }
        diagnostics.report(
            .ownerMisused, span, "`\(state.name.text)` holds buffers, no numbers",
            mend: "write `let NAME = \(state.name.text).exchange(BUFFER)`, by an index if it is a table")
    }

    // MARK: Release

    /// `release BUFFER`: the device has it by other means than a slot.
    mutating func checkRelease(_ name: Syntax.Name, _ scope: inout Scope) {
        guard let value = check(name, &scope) else { return }
        guard value.buffer != nil else {
            return diagnostics.report(
                .releasedNothing, name.span, "`\(name.text)` is no buffer that this function owns",
                mend: "name a parameter `own POOL`, or what came of `exchange`")
        }
        scope.moved[name.text] = true
    }
}
