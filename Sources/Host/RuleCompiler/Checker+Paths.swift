// Checks ways into shared memory that is no ring, `rx_used.elements[i].id`: which part they lead into, by which index, and
// who writes what stands there.

import Metabinary

extension Checker {
    /// Where a way into memory ends.
    struct PathEnd {
        var plan: MemoryPlan
        /// The field; `nil` for a whole record.
        var field: Syntax.LayoutField?
        /// Units: bytes from the start of the part, without the index.
        var offset: UInt64 = 0
        var part = 0
        var index: Expression?
        /// Steps behind the field.
        var rest: ArraySlice<Syntax.Step>
    }

    /// Whether a name is that of a memory, be it wrong.
    func isMemory(_ name: Syntax.Name, _ scope: Scope) -> Bool {
        scope.device.memories.contains { $0.name.text == name.text }
    }

    /// Whether a field is that of no layout but the address of a record.
    func isAddress(_ field: Syntax.Name, ofRecordOf name: Syntax.Name, _ scope: Scope) -> Bool {
        guard field.text == "address", let plan = memories.first(where: { $0.name.text == name.text }) else {
            return false
        }
        return isMemory(name, scope) && !plan.layout.fields.contains { $0.name.text == field.text }
    }

    private mutating func reportPath(_ span: SourceSpan, _ what: String, _ mend: String) {
        diagnostics.report(.wrongPath, span, what, mend: mend)
    }

    /// Follows the steps into a memory.
    private mutating func follow(_ name: Syntax.Name, _ steps: [Syntax.Step], _ scope: inout Scope) -> PathEnd? {
        usedNames.insert(name.text)
        checkMemory(name.span, scope)
        guard let plan = memories.first(where: { $0.name.text == name.text }) else { return nil }
        var end = PathEnd(plan: plan, rest: steps[...])
        if plan.count > 1 {
            guard case .index(let node) = end.rest.popFirst() else {
                reportPath(name.span, "`\(name.text)` has \(plan.count) records", "write `\(name.text)[INDEX].FIELD`")
                return nil
            }
            end.index = pathIndex(node, name, plan.count, plan.recordByteCount, &scope)
            guard end.index != nil else { return nil }
        }
        guard let step = end.rest.popFirst() else { return end }
        guard case .member(let member) = step, let field = field(member, of: plan.layout),
            let offset = field.offset.value, let part = plan.parts[field.name.text], offset >= plan.partOffsets[part]
        else {
            if case .index = step { reportPath(name.span, "`\(name.text)` is one record", "take the index out") }
            return nil
        }
        end.field = field
        end.part = part
        end.offset = offset - plan.partOffsets[part]
        let inner = scope.device.layouts.first { $0.name.text == field.layout?.text }
        if plan.count > 1, field.count != nil {
            reportPath(member.span, "`\(member.text)` is an array in one of many records", "name a field before it")
            return nil
        }
        if let count = field.count?.value {
            guard case .index(let node) = end.rest.popFirst() else {
                reportPath(member.span, "`\(member.text)` has \(count) elements", "write `\(member.text)[INDEX]`")
                return nil
            }
            end.index = pathIndex(node, member, count, inner?.byteCount.value ?? UInt64(field.bitCount) / 8, &scope)
            guard end.index != nil else { return nil }
        }
        guard let inner else { return end }
        guard case .member(let member) = end.rest.popFirst() else {
            reportPath(
                member.span, "`\(member.text)` holds whole records", "write `\(member.text).FIELD`, of one of them")
            return nil
        }
        guard let field = self.field(member, of: inner), let offset = field.offset.value else { return nil }
        end.field = field
        end.offset += offset
        return end
    }

    private mutating func field(_ name: Syntax.Name, of layout: Syntax.Layout) -> Syntax.LayoutField? {
        if let field = layout.fields.first(where: { $0.name.text == name.text }) { return field }
        reportUnknown(
            "field", name, among: layout.fields.map(\.name.text),
            mend: "declare it in the layout at \(place(layout.name.span))")
        return nil
    }

    /// The byte offset of an element of that size.
    private mutating func pathIndex(
        _ node: Syntax.Expression, _ name: Syntax.Name, _ count: UInt64, _ byteCount: UInt64, _ scope: inout Scope
    ) -> Expression? {
        let number = Syntax.Number(value: count, span: name.span)
        guard let index = checkIndex(node, name, number, 8, &scope) else { return nil }
        guard byteCount > 1 else { return index }
        return binary(.shiftLeft, index, self.number(UInt64(byteCount.trailingZeroBitCount), node.span))
    }

    private static func place(of end: PathEnd, _ bitCount: UInt8) -> CheckedAtlas.Place {
        .part(region: end.plan.region, end.part, bitCount: bitCount, offset: end.offset)
    }

    // MARK: Reads

    /// A read of memory; each time that its name stands in a rule, memory is read.
    mutating func checkPath(
        _ name: Syntax.Name, _ steps: [Syntax.Step], _ span: SourceSpan, _ scope: inout Scope
    ) -> TypedValue? {
        if leadsToData(name, scope) { return checkData(name, steps, span, &scope) }
        guard isMemory(name, scope) else {
            usedNames.insert(name.text)
            if let first = checkedNames(scope).first(where: { $0.text == name.text }) {
                reportPath(name.span, "`\(first.text)` is no memory of records", "take what stands behind it out")
            } else if !scope.device.isBroken {
                reportUnknown(
                    "name", name, among: checkedNames(scope).map(\.text),
                    mend: "declare `memory \(name.text) of LAYOUT { … }`")
            }
            return nil
        }
        guard let end = follow(name, steps, &scope) else { return nil }
        guard let field = end.field else {
            reportPath(name.span, "a whole record of `\(name.text)` is no number", "name one of its fields")
            return nil
        }
        guard field.writer != .driver else {
            diagnostics.report(
                .wrongWriter, span,
                "the driver writes `\(field.name.text)`: what stands there now, the device may have put",
                mend: "keep what was written, or read a field by `device` or `both`")
            return nil
        }
        let value = value(of: field, at: Self.place(of: end, field.bitCount), end.index, span)
        guard let step = end.rest.first else { return value }
        guard case .member(let bits) = step, end.rest.count == 1 else {
            reportPath(
                name.span, "the way goes on behind field `\(field.name.text)`", "end it there, or with a bit of it")
            return nil
        }
        return self.field(bits, of: value, span, field.name.text)
    }

    /// A field in memory as a value, in the processor's order of bytes.
    func value(
        of field: Syntax.LayoutField, at place: CheckedAtlas.Place, _ index: Expression?, _ span: SourceSpan
    ) -> TypedValue {
        var expression = Expression(operation: .load(place, index: index), span: span)
        if field.isBig { expression = .init(operation: .swap(expression, bitCount: field.bitCount), span: span) }
        var value = TypedValue(expression, bitCount: field.bitCount, typeBitCount: field.bitCount)
        value.whole = .init(name: field.name, bitCount: field.bitCount, fields: field.bits)
        value.bits = field.bits
        return value
    }

    // MARK: Writes

    /// `tx_available.index = VALUE`, `tx_table[i] = Descriptor { … }`
    mutating func checkPathAssignment(
        _ name: Syntax.Name, _ steps: [Syntax.Step], _ expression: Syntax.Expression, _ scope: inout Scope,
        _ code: inout [Checked]
    ) {
        if let cursor = cursor(name, scope) { return reportCursor(cursor, name.span) }
        if leadsToData(name, scope) { return checkDataAssignment(name, steps, expression, &scope, &code) }
        guard isMemory(name, scope) else { return _ = checkPath(name, steps, name.span, &scope) }
        guard let end = follow(name, steps, &scope) else { return }
        guard let field = end.field else { return checkRecord(end, name, expression, &scope, &code) }
        guard end.rest.isEmpty else {
            return reportPath(
                name.span, "the way goes on behind field `\(field.name.text)`", "write the whole field in one store")
        }
        guard let value = check(field, expression, name.span, end.plan.pool, &scope) else { return }
        code.append(.store(Self.place(of: end, field.bitCount), index: end.index, value.expression, name.span))
    }

    /// A whole record, as one store for each eight bytes; an array behind its plain fields stays as it is.
    private mutating func checkRecord(
        _ end: PathEnd, _ name: Syntax.Name, _ expression: Syntax.Expression, _ scope: inout Scope,
        _ code: inout [Checked]
    ) {
        guard let byteCount = end.plan.wholeByteCount else {
            return reportPath(
                name.span, "a record of `\(name.text)` is no whole number of stores", "write its fields one by one")
        }
        guard let words = words(expression, end.plan.layout, end.plan.pool, &scope)?.prefix(Int(byteCount / 8)) else {
            return
        }
        for (position, word) in words.enumerated() {
            let place = CheckedAtlas.Place.part(
                region: end.plan.region, 0, bitCount: 64, offset: UInt64(8 * position))
            code.append(.store(place, index: end.index, word, name.span))
        }
    }

    // MARK: Actions

    /// `rx.start()`: tells the device where the memory is.
    mutating func checkMemoryAction(
        _ base: Syntax.Name, _ method: Syntax.Name, _ arguments: [Syntax.Expression], _ scope: Scope,
        _ code: inout [Checked]
    ) {
        usedNames.insert(base.text)
        checkMemory(base.span, scope)
        guard method.text == "start", arguments.isEmpty else {
            return report(noAction: method, "a memory has `start()`")
        }
        guard let plan = memories.first(where: { $0.name.text == base.text }) else { return }
        guard let register = plan.registers.low else {
            return report(noAction: method, "no register takes the address of `\(base.text)`")
        }
        let address = Expression(operation: .address(region: plan.region), span: method.span)
        let isWide = register.bitCount == 64
        let low = isWide ? address : binary(.and, address, number(0xFFFF_FFFF, method.span))
        write(register, low, &code)
        if let high = plan.registers.high {
            write(high, binary(.shiftRight, address, number(32, method.span)), &code)
        }
        if let bytes = plan.registers.bytes {
            write(bytes, number(plan.count * plan.recordByteCount, method.span), &code)
        }
    }
}
