// Checks cursors: positions that run around an array. A cursor is one cell that counts freely. Its array has a power
// of two of elements, and its type room for two laps at least, so that the count wraps where an even lap ends: the
// index is the low bits of the count, the parity of the lap the bit above them, and nothing but the count is ever
// stored. Here too are the views of a ring's slots, whose cells hold byte offsets instead.

import Metabinary

extension Checker {
    /// The elements of an array, and the bytes of one where they lie in shared memory.
    private typealias Elements = (count: TypedValue, byteCount: UInt64?)

    // MARK: Declarations

    /// `cursor next over used.elements`
    mutating func planCursor(
        _ node: Syntax.State, around array: Syntax.ArrayName, _ device: Syntax.Device,
        _ checked: inout CheckedAtlas.Device
    ) {
        guard let bitCount = node.bitCount else { return }
        let cell = checked.cells.count
        stateCells[node.name.text] = cell
        checked.cells.append(
            CheckedAtlas.Cell(
                name: node.name.text, bitCount: bitCount, count: 1, mask: .max >> UInt64(64 - bitCount)))
        guard let elements = elements(of: array, device) else { return }
        let count = elements.count
        let span = array.base.span.joined(with: array.last.span)
        let (verb, most) = (count.isKnown ? "has" : "may have", count.numbers.high)
        if let wrong = (count.numbers.values ?? []).first(where: { $0 < 2 || $0.nonzeroBitCount != 1 }) {
            return diagnostics.report(
                .cursorMisused, span, "`\(array.last.text)` \(verb) \(wrong) elements",
                mend: "make it a power of two, two at least: the index of `\(node.name.text)` is low bits of its count")
        }
        guard most.trailingZeroBitCount < bitCount else {
            return diagnostics.report(
                .cursorMisused, span, "`\(array.last.text)` \(verb) \(most) elements, u\(bitCount) counts no two laps",
                mend: "leave the type of `\(node.name.text)` out, which is u16 then")
        }
        cursors[node.name.text] = CursorPlan(
            cell: cell, bitCount: bitCount, count: count, elementByteCount: elements.byteCount)
    }

    /// The elements of what a cursor runs around; `nil` where there are none, or where what is wrong of it is reported
    /// at its own declaration.
    private mutating func elements(of array: Syntax.ArrayName, _ device: Syntax.Device) -> Elements? {
        let base = array.base
        func isNamed(_ name: Syntax.Name) -> Bool { name.text == base.text }
        if device.memories.contains(where: { isNamed($0.name) }) {
            return memories.first { isNamed($0.name) }.flatMap { elements(of: array, in: $0, device) }
        }
        if array.field != nil {
            // Only memories have fields.
        } else if device.rings.contains(where: { isNamed($0.name) }) {
            return rings.first { isNamed($0.name) }.map { ($0.sizes.count, $0.slotByteCount) }
        } else if device.freePools.contains(where: { isNamed($0.name) }) {
            return buffers.first { isNamed($0.name) }.map { (known($0.count, base.span), $0.byteCount) }
        } else if let count = device.states.first(where: { isNamed($0.name) })?.count {
            return count.value?.nonzeroBitCount == 1 ? (value(of: count, device), nil) : nil
        } else if let count = device.registers.first(where: { isNamed($0.name) })?.count {
            return (value(of: count, device), nil)
        }
        if Self.names(of: device).contains(where: isNamed) {
            reportNoArray(array)
        } else if !device.isBroken {
            reportUnknown(
                "array", base, among: Self.names(of: device).map(\.text),
                mend: "declare `memory \(base.text) of LAYOUT { count NUMBER, base REGISTER }` or "
                    + "`state \(base.text)[COUNT]: TYPE = 0`")
        }
        return nil
    }

    /// The records of a memory, or the elements of an array in its layout.
    private mutating func elements(
        of array: Syntax.ArrayName, in memory: MemoryPlan, _ device: Syntax.Device
    ) -> Elements? {
        guard let name = array.field else {
            if memory.count > 1 { return (known(memory.count, array.base.span), memory.recordByteCount) }
            reportNoArray(array)
            return nil
        }
        guard let field = memory.layout.fields.first(where: { $0.name.text == name.text }) else {
            reportUnknown(
                "field", name, among: memory.layout.fields.map(\.name.text),
                mend: "declare it in the layout at \(place(memory.layout.name.span))")
            return nil
        }
        guard let count = field.count?.value, memory.count == 1 else {
            reportNoArray(array)
            return nil
        }
        let inner = device.layouts.first { $0.name.text == field.layout?.text }
        return (known(count, name.span), inner?.byteCount.value ?? UInt64(field.bitCount) / 8)
    }

    private mutating func reportNoArray(_ array: Syntax.ArrayName) {
        diagnostics.report(
            .cursorMisused, array.base.span.joined(with: array.last.span),
            "`\(array.last.text)` is no array to run around",
            mend: "name a ring, a memory of several records, an array in the layout of a memory, a pool by itself, or "
                + "a state or a register with `[COUNT]`")
    }

    // MARK: Views

    /// The cursor that a name stands for, unless a parameter of the definition at hand has that name.
    func cursor(_ name: Syntax.Name, _ scope: Scope) -> Syntax.State? {
        guard scope.arguments?[name.text] == nil else { return nil }
        return scope.device.states.first { $0.name.text == name.text && $0.array != nil }
    }

    /// Reports a cursor that is used as a number.
    mutating func reportCursor(_ cursor: Syntax.State, _ span: SourceSpan) {
        usedNames.insert(cursor.name.text)
        diagnostics.report(
            .cursorMisused, span, "`\(cursor.name.text)` is a cursor, no number to read or to set",
            mend: "take its `index`, `offset`, `lap` or `count`; it moves by `\(cursor.name.text).advance()`")
    }

    /// `next.index`, `next.offset`, `next.lap`, `next.count`
    mutating func view(
        _ view: Syntax.Name, of cursor: Syntax.State, _ span: SourceSpan, _ scope: Scope
    ) -> TypedValue? {
        guard !scope.isOfFact else {
            reportDynamic(span, "`\(cursor.name.text)` moves while the code runs, and this must be known before")
            return nil
        }
        usedNames.insert(cursor.name.text)
        checkMemory(span, scope)
        guard let plan = cursors[cursor.name.text] else { return nil }
        let count = TypedValue(get(plan.cell, span), bitCount: plan.bitCount, typeBitCount: plan.bitCount)
        switch view.text {
        case "count": return count
        case "index": return index(count, plan, span)
        case "lap": return lap(count, plan, span)
        case "offset":
            if let byteCount = plan.elementByteCount {
                return index(count, plan, span).flatMap { offset($0, byteCount, span) }
            }
            diagnostics.report(
                .cursorMisused, span, "`\(cursor.name.text)` runs around nothing that lies in shared memory",
                mend: "take its `index`: an offset is one in a memory, a ring or an array in a layout")
        default:
            reportUnknown(
                "view", view, among: ["index", "offset", "lap", "count"],
                mend: "a cursor has `index`, `offset`, `lap` and `count`")
        }
        return nil
    }

    /// Which element it is at: the low bits of the count.
    private mutating func index(_ count: TypedValue, _ plan: CursorPlan, _ span: SourceSpan) -> TypedValue? {
        guard let last = sum(plan.count, known(1, span), isDifference: true, span) else { return nil }
        var index = combine(count, last, isAnd: true, span)
        index.kind = .index
        return index
    }

    /// Where that element begins: bytes from the start of the array.
    private mutating func offset(_ index: TypedValue, _ byteCount: UInt64, _ span: SourceSpan) -> TypedValue? {
        let places = UInt64(byteCount.trailingZeroBitCount)
        var offset = places == 0 ? index : shift(index, by: known(places, span), isLeft: true, span, count: span)
        offset?.kind = .offset
        return offset
    }

    /// Whether it is in its second lap, its fourth and so on: the bit above the index.
    private func lap(_ count: TypedValue, _ plan: CursorPlan, _ span: SourceSpan) -> TypedValue {
        guard plan.count.isKnown else {
            return compare(combine(count, plan.count, isAnd: true, span), known(0, span), .notEqual, span)
        }
        let bit = UInt8(plan.count.number.trailingZeroBitCount)
        return extract(count, low: bit, high: bit, of: plan.bitCount, span)
    }

    private func known(_ value: UInt64, _ span: SourceSpan) -> TypedValue {
        TypedValue(number: value, number(value, span))
    }

    /// `slot.index`, `slot.offset`; `nil` for any other name.
    func view(_ view: Syntax.Name, of slot: Scope.Slot) -> TypedValue? {
        let ring = rings[slot.ring]
        let offset = Scope.local(slot.place, view.span)
        switch view.text {
        case "index":
            let index =
                slot.counter.map { Scope.local($0, view.span) }
                ?? binary(.shiftRight, offset, number(ring.slotShift, view.span))
            var value = value(of: index, atMost: ring.count - 1, .index)
            value.below = ring.sizes.count.fact
            return value
        case "offset": return value(of: offset, atMost: (ring.count - 1) * ring.slotByteCount, .offset)
        default: return nil
        }
    }

    private func value(of expression: Expression, atMost most: UInt64, _ kind: Syntax.Kind) -> TypedValue {
        var value = TypedValue(expression, bitCount: UInt8(64 - most.leadingZeroBitCount), typeBitCount: 32)
        value.kind = kind
        return value
    }

    // MARK: Moves

    /// `next.advance()`, `next.advance(NUMBER)`
    mutating func checkAdvance(
        of cursor: Syntax.State, _ method: Syntax.Name, _ arguments: [Syntax.Expression], _ scope: inout Scope,
        _ code: inout [Checked]
    ) {
        usedNames.insert(cursor.name.text)
        checkMemory(method.span, scope)
        guard method.text == "advance", arguments.count <= 1 else {
            return report(noAction: method, "a cursor has `advance()` and `advance(NUMBER)`")
        }
        let step = arguments.first.map { self.step($0, of: cursor, &scope) } ?? known(1, method.span)
        guard let step, let plan = cursors[cursor.name.text] else { return }
        let sum = binary(.add, get(plan.cell, method.span), step.expression)
        code.append(.set(cell: plan.cell, index: nil, sum, method.span))
    }

    /// How many elements a cursor is to pass, carried by its type.
    private mutating func step(
        _ node: Syntax.Expression, of cursor: Syntax.State, _ scope: inout Scope
    ) -> TypedValue? {
        guard let value = check(node, &scope), let bitCount = cursor.bitCount else { return nil }
        checkKind(of: value, as: .index, node.span, "what `\(cursor.name.text)` advances by")
        return fitted(value, bitCount, node.span, "cursor `\(cursor.name.text)`")
    }
}
