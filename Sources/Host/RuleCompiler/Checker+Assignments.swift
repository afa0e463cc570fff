// Checks assignments: to registers and their arrays, to state, and of whole descriptors to slots, which become one
// store for each eight bytes.

import Metabinary

extension Checker {
    /// `CTRL = SLU | ASDE`, `MTA[i] = 0`, `sequence = VALUE`, `slot = Descriptor { … }`
    mutating func checkAssignment(
        _ name: Syntax.Name, _ index: Syntax.Expression?, _ value: Syntax.Expression, _ scope: inout Scope,
        _ code: inout [Checked]
    ) {
        if let register = scope.device.registers.first(where: { $0.name.text == name.text }) {
            return checkWrite(register, name, index, value, &scope, &code)
        }
        if let state = scope.device.states.first(where: { $0.name.text == name.text }) {
            return checkState(state, name, index, value, &scope, &code)
        }
        if isMemory(name, scope) {
            return checkPathAssignment(name, index.map { [.index($0)] } ?? [], value, &scope, &code)
        }
        guard scope.values.contains(where: { $0.name?.text == name.text }) else {
            if !scope.device.isBroken {
                reportUnknown(
                    "name", name, among: checkedNames(scope).map(\.text),
                    mend: "declare a register or a state of that name")
            }
            return
        }
        guard let target = check(name, &scope) else { return }
        guard let slotIndex = target.slot, index == nil else {
            diagnostics.report(
                .notAValue, name.span, "`\(name.text)` is a value: it stays what it is",
                mend: "give the new value another name by `let`")
            return
        }
        let slot = scope.slots[slotIndex]
        guard slot.isClaimed || slot.counter != nil, !slot.isPosted else {
            diagnostics.report(
                .slotMisused, name.span, "`\(name.text)` is not the driver's to write here",
                mend: "write a slot that was claimed, before it is posted")
            return
        }
        scope.slots[slotIndex].isWritten = true
        guard let words = words(value, rings[slot.ring].layout, slot.ring, &scope) else { return }
        for (position, word) in words.enumerated() {
            code.append(
                .store(
                    .slots(region: rings[slot.ring].region, bitCount: 64, offset: UInt64(8 * position)),
                    index: Scope.local(slot.place, name.span), word, name.span))
        }
    }

    // MARK: Registers and state

    private mutating func checkWrite(
        _ register: Syntax.Register, _ name: Syntax.Name, _ index: Syntax.Expression?, _ expression: Syntax.Expression,
        _ scope: inout Scope, _ code: inout [Checked]
    ) {
        var place: Expression?
        if let index {
            place = checkIndex(index, register.name, register.count, register.bitCount, &scope)
        } else if register.count != nil {
            _ = reportTable(register.name, name.span)
        }
        let readBefore = readRegisters
        readRegisters = []
        let outer = scope.bits
        scope.bits = register.fields
        let value = check(expression, &scope)
        scope.bits = outer
        if let telling = register.telling, telling.meaning == .address, let value {
            if telling.mayBeZero, value.isKnown, value.number == 0 {
                return store(value, in: register, at: place, name, &code)
            }
            let told = telling.targets.compactMap { findBuffers($0, owned: false) }
            guard let first = told.first, !told.contains(where: { $0 == value.addressed }) else {
                return store(value.converted(to: register.bitCount), in: register, at: place, name, &code)
            }
            return reportNoAddress(expression.span, first)
        }
        if register.clearsWritten, readRegisters.contains(name.text) {
            diagnostics.report(
                .readModifyWrite, name.span,
                "register `\(name.text)` is `w1c`: writing back what is read clears all of its bits that are set",
                mend: "write the bits to clear and no others; to clear what was seen, `let seen = \(name.text)` before")
        }
        readRegisters.formUnion(readBefore)
        guard mayWrite(register, name.span, scope) else { return }
        guard register.isWritable else {
            diagnostics.report(
                .unwritableRegister, name.span, "register `\(name.text)` is `ro`: it cannot be written",
                mend: "write another register; or correct its access at \(self.place(register.name.span))")
            return
        }
        guard let value, let fitted = fitted(value, register.bitCount, expression.span, "register `\(name.text)`")
        else {
            return
        }
        checkKind(of: value, as: register.kind, expression.span, "register `\(name.text)`")
        checkTeller(name, fitted, expression.span)
        checkTold(fitted, register.telling, expression.span)
        checkAllowed(fitted, in: register, expression.span)
        store(fitted, in: register, at: place, name, &code)
    }

    private mutating func store(
        _ value: TypedValue, in register: Syntax.Register, at index: Expression?, _ name: Syntax.Name,
        _ code: inout [Checked]
    ) {
        guard let target = target(of: register) else { return }
        code += stepsBeforeStore(register, name.span)
        code.append(
            .store(.register(window: target.window, target.index), index: index, value.expression, name.span))
    }

    private mutating func reportNoAddress(_ span: SourceSpan, _ pool: Int) {
        let name = buffers[pool].name.text
        diagnostics.report(
            .notABuffer, span,
            "this is not the address of a \(buffers[pool].isOwned ? "buffer" : "record") of `\(name)`",
            mend: "write `BUFFER.address`, `slot.buffer` in a loop over slots, or `\(name)[INDEX].address`")
    }

    private mutating func checkState(
        _ state: Syntax.State, _ name: Syntax.Name, _ index: Syntax.Expression?, _ expression: Syntax.Expression,
        _ scope: inout Scope, _ code: inout [Checked]
    ) {
        usedNames.insert(name.text)
        checkMemory(name.span, scope)
        guard state.isNumber else { return reportNoNumber(state, name.span) }
        var place: Expression?
        if let index, let bitCount = state.bitCount {
            place = checkIndex(index, state.name, state.count, bitCount, &scope)
        } else if state.count != nil {
            _ = reportTable(state.name, name.span)
        }
        guard let value = check(expression, &scope), let cell = stateCells[name.text], let bitCount = state.bitCount
        else { return }
        let low = state.range?.low.value ?? 0
        let high = state.range?.high.value ?? (UInt64.max >> UInt64(64 - bitCount))
        checkKind(of: value, as: state.kind, expression.span, "state `\(name.text)`")
        let most = value.isStatic ? value.numbers.high : UInt64.max >> UInt64(64 - value.bitCount)
        guard most <= high, value.isStatic ? value.number >= low : low == 0 else {
            diagnostics.report(
                .valueTooWide, expression.span, "the value may leave the range \(low)…\(high) of `\(name.text)`",
                mend: "keep a part of it by `&`, or widen the range")
            return
        }
        code.append(.set(cell: cell, index: place, value.converted(to: bitCount).expression, name.span))
    }

    /// The value carried by a type, `nil` where it may not fit, which is reported.
    mutating func fitted(
        _ value: TypedValue, _ bitCount: UInt8, _ span: SourceSpan, _ what: String
    ) -> TypedValue? {
        guard value.bitCount <= bitCount else {
            diagnostics.report(
                .valueTooWide, span, "the value may need \(value.bitCount) bits, \(what) has \(bitCount)",
                mend: "keep a part of it by a field or by `&`")
            return nil
        }
        return value.converted(to: bitCount)
    }

    // MARK: Descriptors

    /// A whole descriptor as numbers of 64 bits, the first bytes in the low bits; fields that are left out are zero.
    ///
    /// - Parameter pool: index of the buffers that addresses in it lead to.
    mutating func words(
        _ node: Syntax.Expression, _ layout: Syntax.Layout, _ pool: Int?, _ scope: inout Scope
    ) -> [Expression]? {
        if case .call(let name, let arguments, let end) = node {
            guard var inner = enter(name, arguments, name.span.joined(with: end), &scope) else { return nil }
            return words(inner.node.value, layout, pool, &inner.scope)
        }
        guard case .record(let name, let fields, _) = node else {
            diagnostics.report(
                .notAValue, node.span, "a number is no `\(layout.name.text)`",
                mend: "write `\(layout.name.text) { FIELD: VALUE }`, or a definition that gives one")
            return nil
        }
        guard name.text == layout.name.text else {
            diagnostics.report(
                .notAValue, name.span, "the slot has layout `\(layout.name.text)`",
                mend: "write `\(layout.name.text) { … }`")
            return nil
        }
        reportDuplicates(fields.map(\.name), "this `\(layout.name.text)`")
        for address in layout.addresses where !fields.contains(where: { $0.name.text == address.name.text }) {
            diagnostics.report(
                .notABuffer, node.span, "`\(address.name.text)` is left out: the device would find address 0",
                mend: "give an idle slot a buffer's address too: `\(address.name.text): slot.buffer`")
        }
        checkLeftOut(layout, fields.map(\.name), node.span)
        var known = [UInt64](repeating: 0, count: Int((layout.byteCount.value ?? 8) / 8))
        var dynamic = [Expression?](repeating: nil, count: known.count)
        for field in fields {
            guard let value = check(field.name, field.value, of: layout, pool, &scope), let offset = value.offset,
                offset / 8 < known.count
            else { continue }
            let word = Int(offset / 8)
            let shift = offset % 8 * 8
            if value.value.isKnown {
                known[word] |= value.value.number << shift
                continue
            }
            var part = value.value.converted(to: 64).expression
            if shift > 0 {
                part = .init(operation: .binary(.shiftLeft, part, number(shift, part.span)), span: part.span)
            }
            dynamic[word] = dynamic[word].map { .init(operation: .binary(.or, $0, part), span: part.span) } ?? part
        }
        return zip(known, dynamic).map { known, dynamic in
            guard let dynamic else { return number(known, node.span) }
            guard known != 0 else { return dynamic }
            return .init(operation: .binary(.or, dynamic, number(known, node.span)), span: node.span)
        }
    }

    private mutating func check(
        _ name: Syntax.Name, _ expression: Syntax.Expression, of layout: Syntax.Layout, _ pool: Int?,
        _ scope: inout Scope
    ) -> (value: TypedValue, offset: UInt64?)? {
        guard let node = layout.fields.first(where: { $0.name.text == name.text }) else {
            reportUnknown(
                "field", name, among: layout.fields.map(\.name.text),
                mend: "declare it in the layout at \(place(layout.name.span))")
            return nil
        }
        guard let value = check(node, expression, name.span, pool, &scope) else { return nil }
        return (value, node.offset.value)
    }

    /// What is to stand in a field, as wide as it is and in its order of bytes.
    mutating func check(
        _ node: Syntax.LayoutField, _ expression: Syntax.Expression, _ span: SourceSpan, _ pool: Int?,
        _ scope: inout Scope
    ) -> TypedValue? {
        guard node.writer != .device else {
            diagnostics.report(
                .wrongWriter, span, "only the device writes `\(node.name.text)`; the driver leaves it zero",
                mend: "leave it out, or correct who writes it at \(place(node.name.span))")
            return nil
        }
        let outer = scope.bits
        scope.bits = node.bits
        let value = check(expression, &scope)
        scope.bits = outer
        let told = if let target = node.target { findBuffers(target, owned: false) } else { pool }
        if node.meaning == .address, let value {
            // Where an address takes more bits than its field has, no driver is generated.
            if let told, value.addressed == told { return value.converted(to: node.bitCount) }
            if let told { reportNoAddress(expression.span, told) }
            return nil
        }
        guard let value,
            let fitted = fitted(value, node.bitCount, expression.span, "field `\(node.name.text)`")
        else { return nil }
        if node.meaning == .length, let told { checkLength(value, buffers[told], expression.span) }
        checkAllowed(fitted, in: node, expression.span)
        guard node.isBig else { return fitted }
        if fitted.isKnown {
            let number = Self.swapped(fitted.number, node.bitCount)
            return TypedValue(number: number, self.number(number, fitted.span))
        }
        var turned = fitted
        turned.expression = .init(operation: .swap(fitted.expression, bitCount: node.bitCount), span: fitted.span)
        return turned
    }
}
