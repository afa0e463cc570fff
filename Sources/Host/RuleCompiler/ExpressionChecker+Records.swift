// Checks what is put into memory: whole descriptors, which become one store for each eight bytes, and single fields.

/// A store of a part of a record.
struct RecordStore {
    /// Units: bytes from the record's start.
    var offset: UInt64
    var bitCount: UInt8 = 64
    var span: SourceSpan
    /// What is put there, each by its offset in the record.
    var parts: [(offset: UInt64, value: TypedValue)] = []

    var end: UInt64 { offset + UInt64(bitCount) / 8 }

    var value: CheckedAtlas.Expression {
        var known: UInt64 = 0
        var dynamic: CheckedAtlas.Expression?
        for part in parts {
            let shift = (part.offset - offset) * 8
            if part.value.isKnown {
                known |= part.value.number << shift
            } else {
                dynamic = part.value.converted(to: bitCount).expression.shifted(left: shift).joined(to: dynamic)
            }
        }
        guard let dynamic else { return .number(known, span) }
        return known == 0 ? dynamic : .binary(.or, dynamic, .number(known, span), span)
    }

    /// Two stores where an address is one half and the other half is known only while the code runs, too: no bound of the
    /// whole says what each may be.
    func apart(_ layout: Layout) -> [RecordStore] {
        let tells = layout.addresses.contains { $0.bitCount == 32 && (offset..<end).contains($0.offset.value ?? 0) }
        let halves = [offset, offset + 4].map { start in
            RecordStore(
                offset: start, bitCount: 32, span: span, parts: parts.filter { (start..<start + 4).contains($0.offset) }
            )
        }
        return tells && halves.allSatisfy { $0.parts.contains { !$0.value.isKnown } } ? halves : [self]
    }
}

extension ExpressionChecker {
    /// A whole descriptor as stores in rising order; fields that are left out are zero.
    ///
    /// - Parameter pool: index of the buffers that addresses in it lead to.
    func recordStores(_ node: Node, _ layout: Layout, _ pool: Int?) -> [RecordStore]? {
        if case .call(let name, let arguments, _) = node {
            return enter(name, arguments, node.span) { recordStores($0.value, layout, pool) }
        }
        guard case .record(let name, let fields, _) = node else {
            return report(.numberIsNoRecord, node.span, layout.name)
        }
        guard name.text == layout.name.text else { return report(.recordOfOtherLayout, name.span, layout.name) }
        reportDuplicates(fields.map(\.name), "this \(layout.name)")
        for address in layout.addresses where !fields.contains(where: { $0.name.text == address.name.text }) {
            report(.addressLeftOut, node.span, address.name)
        }
        plan.checkLeftOut(layout, fields.map(\.name), node.span)
        var stores = (0..<(layout.byteCount.value ?? 8) / 8).map { RecordStore(offset: 8 * $0, span: node.span) }
        for field in fields {
            guard let node = find(field.name, in: layout),
                let value = check(field.value, in: node, field.name.span, pool), let offset = node.offset.value,
                let index = stores.firstIndex(where: { offset < $0.end })
            else { continue }
            stores[index].parts.append((offset, value))
        }
        return stores.flatMap { $0.apart(layout) }
    }

    /// What is put into a field, as wide as it is and in its order of bytes.
    func check(_ expression: Node, in node: LayoutField, _ span: SourceSpan, _ pool: Int?) -> TypedValue? {
        guard node.writer != .device else { return report(.deviceWritesField, span, node.name, node.name.span) }
        let value = within(bits: node.bits) { check(expression) }
        let told = if let target = node.target { plan.findBuffers(target, owned: false) } else { pool }
        if node.meaning == .address || node.meaning == .base, let value {
            // Where an address takes more bits than its field has, no driver is generated.
            guard let told else { return nil }
            return value.addressed == told ? value.converted(to: node.bitCount) : reportNoAddress(expression.span, told)
        }
        let what = "field \(node.name)"
        // A part of an address is a number like any other, but for a length.
        let isAddress = value?.addressed != nil || node.meaning == .length && value?.isOfAddress == true
        if isAddress { return report(.addressElsewhere, expression.span, what) }
        guard let value, let fitted = typing.fitted(value, node.bitCount, expression.span, what) else { return nil }
        if let told { plan.checkLength(value, in: node, plan.buffers[told], expression.span) }
        plan.checkAllowed(fitted, in: node, expression.span)
        guard node.isBig else { return fitted }
        if fitted.isKnown { return TypedValue(Typing.swapped(fitted.number, node.bitCount), fitted.span) }
        var turned = fitted
        turned.expression = .init(operation: .swap(fitted.expression, bitCount: node.bitCount), span: fitted.span)
        return turned
    }

    @discardableResult func reportNoAddress(_ span: SourceSpan, _ pool: Int) -> TypedValue? {
        let name = plan.buffers[pool].name.text
        return report(.notAnAddressOfPool, span, plan.buffers[pool].isOwned ? "buffer" : "record", name)
    }
}
