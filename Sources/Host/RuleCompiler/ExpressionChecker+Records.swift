// Checks what is put into memory: whole descriptors, which become one store for each eight bytes, and single fields.

extension ExpressionChecker {
    /// A whole descriptor as numbers of 64 bits, the first bytes in the low bits; fields that are left out are zero.
    ///
    /// - Parameter pool: index of the buffers that addresses in it lead to.
    func words(_ node: Node, _ layout: Layout, _ pool: Int?) -> [Expression]? {
        if case .call(let name, let arguments, _) = node {
            return enter(name, arguments, node.span) { words($0.value, layout, pool) }
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
        var known = [UInt64](repeating: 0, count: Int((layout.byteCount.value ?? 8) / 8))
        var dynamic = [Expression?](repeating: nil, count: known.count)
        for field in fields {
            guard let node = find(field.name, in: layout),
                let value = check(field.value, in: node, field.name.span, pool), let offset = node.offset.value,
                offset / 8 < known.count
            else { continue }
            let (word, shift) = (Int(offset / 8), offset % 8 * 8)
            if value.isKnown {
                known[word] |= value.number << shift
            } else {
                dynamic[word] = value.converted(to: 64).expression.shifted(left: shift).joined(to: dynamic[word])
            }
        }
        return zip(known, dynamic).map { known, dynamic in
            guard let dynamic else { return .number(known, node.span) }
            return known == 0 ? dynamic : .binary(.or, dynamic, .number(known, node.span), node.span)
        }
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
        guard let value, let fitted = typing.fitted(value, node.bitCount, expression.span, "field \(node.name)") else {
            return nil
        }
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
