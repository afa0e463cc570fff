// Checks what the driver itself puts into buffers and takes out of them, `frame.data[i]`, `rx[n].data[i]`: for a device that
// reaches no memory, and is handed all data through a register.

import Metabinary

extension Checker {
    /// An element of a buffer's data.
    private struct DataElement {
        var field: Syntax.LayoutField
        var place: CheckedAtlas.Place
        /// Units: bytes.
        var index: Expression
    }

    /// Whether a name is that of a buffer, or of a pool that is no ring's.
    func leadsToData(_ name: Syntax.Name, _ scope: Scope) -> Bool {
        if scope.device.freePools.contains(where: { $0.name.text == name.text }) { return true }
        return scope.arguments == nil
            && scope.values.last { $0.name?.text == name.text }?.value?.buffer != nil
    }

    /// A read of an element.
    mutating func checkData(
        _ name: Syntax.Name, _ steps: [Syntax.Step], _ span: SourceSpan, _ scope: inout Scope
    ) -> TypedValue? {
        if scope.isOfFact {
            reportDynamic(span, "the data of `\(name.text)` is read while the code runs, and this must be known before")
            return nil
        }
        guard let element = element(name, steps, span, &scope) else { return nil }
        return value(of: element.field, at: element.place, element.index, span)
    }

    /// A store to an element.
    mutating func checkDataAssignment(
        _ name: Syntax.Name, _ steps: [Syntax.Step], _ expression: Syntax.Expression, _ scope: inout Scope,
        _ code: inout [Checked]
    ) {
        guard let element = element(name, steps, name.span, &scope),
            let value = check(element.field, expression, name.span, nil, &scope)
        else { return }
        code.append(.store(element.place, index: element.index, value.expression, name.span))
    }

    /// Follows the steps behind the name of a buffer or a pool.
    private mutating func element(
        _ name: Syntax.Name, _ steps: [Syntax.Step], _ span: SourceSpan, _ scope: inout Scope
    ) -> DataElement? {
        checkMemory(name.span, scope)
        var steps = steps[...]
        guard let (number, plan) = buffer(name, &steps, &scope) else { return nil }
        guard case .member(let member) = steps.popFirst(), member.text == "data", let bitCount = plan.dataBitCount,
            case .index(let index) = steps.popFirst(), steps.isEmpty
        else {
            diagnostics.report(
                .wrongPath, span, "this leads to no data of a buffer of `\(plan.name.text)`",
                mend: plan.dataBitCount == nil
                    ? "write `data TYPE` in the pool, of a type as wide as what is moved at a time"
                    : "write `BUFFER.data[INDEX]` or `\(plan.name.text)[NUMBER].data[INDEX]`")
            return nil
        }
        let count = plan.byteCount / UInt64(bitCount / 8)
        guard let offset = checkIndex(index, member, Syntax.Number(value: count, span: name.span), bitCount, &scope)
        else { return nil }
        // Bits of the one and of the other, which both have bounds: so has what they make together.
        let start = binary(.shiftLeft, number, self.number(plan.shift, name.span))
        return DataElement(
            field: Syntax.LayoutField(
                name: member, offset: Syntax.Number(value: 0, span: name.span), bitCount: bitCount, writer: .both,
                allowed: Syntax.Allowed(span: name.span)),
            place: .part(region: plan.region, 0, bitCount: bitCount, offset: 0), index: binary(.or, start, offset))
    }

    /// The number of the buffer, and what it is one of.
    private mutating func buffer(
        _ name: Syntax.Name, _ steps: inout ArraySlice<Syntax.Step>, _ scope: inout Scope
    ) -> (number: Expression, plan: BufferPlan)? {
        guard scope.device.freePools.contains(where: { $0.name.text == name.text }) else {
            guard let value = check(name, &scope), let pool = value.buffer else { return nil }
            return (value.converted(to: 32).expression, buffers[pool])
        }
        guard let pool = findBuffers(name) else { return nil }
        let plan = buffers[pool]
        guard case .index(let index) = steps.popFirst() else {
            diagnostics.report(
                .wrongPath, name.span, "`\(name.text)` has \(plan.count) buffers",
                mend: "write `\(name.text)[NUMBER].data[INDEX]`")
            return nil
        }
        let count = Syntax.Number(value: plan.count, span: name.span)
        return checkIndex(index, name, count, 8, &scope).map { ($0, plan) }
    }
}
