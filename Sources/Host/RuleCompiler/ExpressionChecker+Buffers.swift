// Checks what values say of buffers, slots and cursors: addresses, numbers, sizes and places.

extension ExpressionChecker {
    // MARK: Buffers

    /// `frame.address`, `frame.number`
    func property(_ field: Name, ofBuffer value: TypedValue, _ pool: Int) -> TypedValue? {
        switch field.text {
        case "address":
            let count = plan.buffers[pool].leastCount
            // An argument was checked; of what was kept, only the bits are known.
            report(
                if: value.highest == nil && value.mostOfBits >= count, .keptBufferUnbounded, field.span,
                value.mostOfBits, plan.buffers[pool].name, count)
            return plan.address(ofBuffer: value, pool, field.span)
        case "number":
            var number = value
            number.buffer = nil
            return number
        default:
            return reportUnknown(
                "property", field, among: ["address", "number"], "a buffer has an `address` and a `number`")
        }
    }

    /// `tx[i].address`: that of a buffer or a record by its number, whoever owns it.
    func checkBuffer(_ name: Name, _ index: Node, _ field: Name?) -> TypedValue? {
        checkMemory(name.span)
        guard let pool = plan.findBuffers(name, owned: false), let value = check(index) else { return nil }
        guard let field, field.text == "address" else { return report(.bufferIsNoValue, name.span, name) }
        let count = plan.buffers[pool].leastCount
        guard value.mostOfBits < count || value.below != nil && value.below == plan.buffers[pool].sizes?.count.fact
        else {
            let mend = Self.mend(ofIndexBelow: count, nil)
            return report(.bufferIndexUnbounded, index.span, value.mostOfBits, name, count, mend)
        }
        return plan.address(ofBuffer: value, pool, field.span)
    }

    /// `tx.count`, `rx.bytes`
    func property(_ field: Name, of base: Name) -> TypedValue? {
        guard let index = plan.findBuffers(base) else { return nil }
        let buffers = plan.buffers[index]
        var property: TypedValue
        switch field.text {
        case "count": property = buffers.sizes?.count ?? TypedValue(buffers.count, field.span)
        case "bytes":
            property = buffers.sizes?.stride ?? TypedValue(buffers.byteCount, field.span)
            property.kind = .length
        default:
            return reportUnknown(
                "property", field, among: ["count", "bytes"],
                "a ring or a pool has `count`, its slots or buffers, and `bytes`, the size of a buffer")
        }
        property.expression.span = field.span
        return property
    }

    // MARK: Slots

    /// A field of a descriptor in the ring; each time that a rule names it, memory is read.
    func field(_ field: Name, ofSlot index: Int, _ base: Name) -> TypedValue? {
        let slot = scope.slots[index]
        let ring = plan.rings[slot.ring]
        if field.text == "buffer" {
            guard let counter = slot.counter else { return report(.bufferIsInTable, field.span, base) }
            let own = TypedValue(.local(counter, field.span), upTo: ring.count - 1)
            return plan.address(ofBuffer: own, slot.ring, field.span)
        }
        guard let node = ring.layout.fields.named(field) else {
            if let view = view(field, of: slot) { return view }
            return reportUnknown(
                "field", field, among: ring.layout.fields.names.map(\.text) + ["index", "offset"],
                "declare it in the layout at \(place(ring.layout.name.span))")
        }
        guard mayRead(node, field.span), let offset = node.offset.value else { return nil }
        return value(
            of: node, at: .slots(region: ring.region, bitCount: node.bitCount, offset: offset),
            .local(slot.place, base.span), field.span)
    }

    /// `slot.index`, `slot.offset`; `nil` for any other name.
    private func view(_ view: Name, of slot: Scope.Slot) -> TypedValue? {
        let ring = plan.rings[slot.ring]
        let offset = Expression.local(slot.place, view.span)
        switch view.text {
        case "index":
            let index: Expression =
                slot.counter.map { .local($0, view.span) }
                ?? .binary(.shiftRight, offset, .number(ring.slotShift, view.span))
            var value = TypedValue(index, upTo: ring.count - 1)
            value.kind = .index
            value.below = ring.sizes.count.fact
            return value
        case "offset":
            var value = TypedValue(offset, upTo: (ring.count - 1) * ring.slotByteCount)
            value.kind = .offset
            return value
        default: return nil
        }
    }

    // MARK: Cursors

    /// The cursor that a name stands for, unless a parameter of the definition at hand has that name.
    func cursor(_ name: Name) -> State? {
        guard scope.arguments?[name.text] == nil, case .state(let state)? = names[name], state.array != nil else {
            return nil
        }
        return state
    }

    /// Reports a cursor that is used as a number.
    @discardableResult func reportCursor(_ cursor: State, _ span: SourceSpan) -> TypedValue? {
        use.insert(cursor.name.text)
        return report(.cursorIsNoNumber, span, cursor.name)
    }

    /// `next.index`, `next.offset`, `next.lap`, `next.count`
    func view(_ view: Name, of cursor: State, _ span: SourceSpan) -> TypedValue? {
        guard !isOfFact else {
            return typing.reportDynamic(span, "\(cursor.name) moves while the code runs, and this must be known before")
        }
        use.insert(cursor.name.text)
        checkMemory(span)
        guard let cursorPlan = plan.cursors[cursor.name.text] else { return nil }
        let bitCount = cursorPlan.bitCount
        let count = TypedValue(.get(cursorPlan.cell, span), bitCount: bitCount, typeBitCount: bitCount)
        switch view.text {
        case "count": return count
        case "index": return index(count, cursorPlan, span)
        case "lap": return lap(count, cursorPlan, span)
        case "offset":
            guard let byteCount = cursorPlan.elementByteCount else {
                return report(.cursorWithoutOffset, span, cursor.name)
            }
            return index(count, cursorPlan, span).flatMap { offset($0, byteCount, span) }
        default:
            return reportUnknown(
                "view", view, among: ["index", "offset", "lap", "count"],
                "a cursor has `index`, `offset`, `lap` and `count`")
        }
    }

    /// Which element it is at: the low bits of the count.
    private func index(_ count: TypedValue, _ plan: CursorPlan, _ span: SourceSpan) -> TypedValue? {
        guard let last = typing.sum(plan.count, TypedValue(1, span), isDifference: true, span) else { return nil }
        var index = typing.combine(count, last, isAnd: true, span)
        index.kind = .index
        return index
    }

    /// Where that element begins: bytes from the start of the array.
    private func offset(_ index: TypedValue, _ byteCount: UInt64, _ span: SourceSpan) -> TypedValue? {
        let places = TypedValue(UInt64(byteCount.trailingZeroBitCount), span)
        var offset = byteCount == 1 ? index : typing.shift(index, by: places, isLeft: true, span, count: span)
        offset?.kind = .offset
        return offset
    }

    /// Whether it is in its second lap, its fourth and so on: the bit above the index.
    private func lap(_ count: TypedValue, _ plan: CursorPlan, _ span: SourceSpan) -> TypedValue {
        guard plan.count.isKnown else {
            let bit = typing.combine(count, plan.count, isAnd: true, span)
            return typing.compare(bit, TypedValue(0, span), .notEqual, span)
        }
        let bit = UInt8(plan.count.number.trailingZeroBitCount)
        return typing.extract(count, low: bit, high: bit, of: plan.bitCount, span)
    }
}

extension TypedValue {
    /// A number that the code keeps in 32 bits.
    init(_ expression: CheckedAtlas.Expression, upTo most: UInt64) {
        self.init(expression, bitCount: UInt8(64 - most.leadingZeroBitCount), typeBitCount: 32)
    }
}
