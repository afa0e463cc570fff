// Checks what rules do with rings: claim, reap, post and notify, the buffers that slots own, and loops over all slots.
// This is where these words get their meaning: plain loads, stores and branches.

import Metabinary

extension Checker {
    typealias Expression = CheckedAtlas.Expression

    func number(_ value: UInt64, _ span: SourceSpan) -> Expression { .init(operation: .number(value), span: span) }

    func binary(_ opcode: Opcode, _ left: Expression, _ right: Expression) -> Expression {
        .init(operation: .binary(opcode, left, right), span: left.span)
    }

    func get(_ cell: Int, _ span: SourceSpan, index: Expression? = nil) -> Expression {
        .init(operation: .get(cell: cell, index: index), span: span)
    }

    /// Index of a ring's plan, `nil` where it is unknown or wrong, which is reported.
    mutating func findRing(_ name: Syntax.Name, _ scope: Scope) -> Int? {
        usedNames.insert(name.text)
        checkMemory(name.span, scope)
        if let index = rings.firstIndex(where: { $0.name.text == name.text }) { return index }
        if !scope.device.isBroken, !scope.device.rings.contains(where: { $0.name.text == name.text }) {
            reportUnknown(
                "ring", name, among: rings.map(\.name.text),
                mend: "declare `ring \(name.text) of …` in device `\(scope.device.name.text)`")
        }
        return nil
    }

    /// Index of a slot in the scope, `nil` for a name that is none, which is reported.
    private mutating func findSlot(_ name: Syntax.Name, _ scope: inout Scope) -> Int? {
        guard let value = check(name, &scope) else { return nil }
        if value.slot == nil {
            diagnostics.report(
                .notAValue, name.span, "`\(name.text)` is no slot",
                mend: "`let SLOT = RING.claim() else return …` gives one")
        }
        return value.slot
    }

    /// The byte offset of the slot behind another, around the ring's end.
    private func following(_ offset: Expression, _ ring: RingPlan) -> Expression {
        binary(
            .and, binary(.add, offset, number(ring.slotByteCount, offset.span)), ring.sizes.offsetMask.expression)
    }

    /// Whether the device has not set the bit that says it is done with the slots at all these offsets.
    private func isPending(_ offsets: [Expression], _ ring: RingPlan) -> Expression {
        let span = offsets[0].span
        let loads = offsets.map { offset in
            Expression(
                operation: .load(
                    .slots(
                        region: ring.region, bitCount: ring.done.field.bitCount,
                        offset: ring.done.field.offset.value ?? 0),
                    index: offset), span: span)
        }
        let joined = loads.dropFirst().reduce(loads[0]) { binary(.and, $0, $1) }
        return binary(.equal, binary(.and, joined, number(ring.done.mask, span)), number(0, span))
    }

    private mutating func misuse(_ span: SourceSpan, _ message: String, _ mend: String) {
        diagnostics.report(.slotMisused, span, message, mend: mend)
    }

    // MARK: Claims

    /// `let slot = tx.claim() else return busy`, `let slot = rx.reap() else return none`
    mutating func checkClaim(
        _ name: Syntax.Name, _ expression: Syntax.Expression, _ otherwise: Syntax.Statement, _ scope: inout Scope,
        _ code: inout [Checked]
    ) {
        let arm = checkArm([otherwise], &scope)
        checkName(name, scope)
        guard case .method(let base, let method, let arguments, _) = expression, arguments.isEmpty,
            method.text == "claim" || method.text == "reap"
        else {
            diagnostics.report(
                .wrongArguments, expression.span, "this cannot fail: there is nothing for `else`",
                mend: "only `RING.claim()` and `RING.reap()` can; else write `let NAME = VALUE`")
            _ = scope.push(name, nil)
            return
        }
        guard let index = findRing(base, scope) else {
            _ = scope.push(name, nil)
            return
        }
        let ring = rings[index]
        let isReap = method.text == "reap"
        if isReap, ring.sends {
            misuse(
                method.span, "ring `\(base.text)` sends: nothing is received from it", "write `\(base.text).claim()`")
        }
        code.append(.value(get(isReap ? ring.reapCell : ring.claimCell, base.span)))
        var slot = Scope.Slot(ring: index, place: scope.values.count)
        var value = TypedValue(Scope.local(slot.place, name.span), bitCount: 32, typeBitCount: 32)
        value.slot = scope.slots.count
        _ = scope.push(name, value)
        let offset = Scope.local(slot.place, base.span)
        if isReap || ring.sends {
            code.append(.value(following(offset, ring)))
            slot.next = scope.push(nil, nil)
        }
        slot.isClaimed = !isReap
        slot.isFilled = isReap || ring.sends
        let next = Scope.local(slot.next ?? 0, base.span)
        if isReap {
            // The slot before the one that is filled next is never reaped, so that equal positions mean: none is empty.
            code.append(
                .condition(binary(.equal, next, get(ring.claimCell, base.span)), arm.code, otherwise: nil, base.span))
            code.append(.condition(isPending([offset], ring), arm.code, otherwise: nil, base.span))
            code.append(.set(cell: ring.reapCell, index: nil, next, base.span))
        } else if ring.sends {
            // The slot behind is free too, so that head and tail are equal only if nothing is to be sent.
            code.append(.condition(isPending([offset, next], ring), arm.code, otherwise: nil, base.span))
        } else {
            code.append(
                .condition(binary(.equal, offset, get(ring.reapCell, base.span)), arm.code, otherwise: nil, base.span))
        }
        scope.slots.append(slot)
    }

    // MARK: Buffers

    /// Where the table of buffers keeps the one of a slot: two bytes a slot.
    private func tableIndex(_ slot: Scope.Slot, _ span: SourceSpan) -> Expression {
        if let counter = slot.counter { return binary(.shiftLeft, Scope.local(counter, span), number(1, span)) }
        return binary(
            .shiftRight, Scope.local(slot.place, span), number(rings[slot.ring].slotShift - 1, span))
    }

    /// `let idle = slot.exchange(frame)`, `let buffer = slot.take()`
    mutating func checkLetMethod(
        _ name: Syntax.Name, _ base: Syntax.Name, _ method: Syntax.Name, _ arguments: [Syntax.Expression],
        _ scope: inout Scope, _ code: inout [Checked]
    ) {
        if let state = scope.device.states.first(where: { $0.name.text == base.text }), state.pool != nil {
            return checkOwner(name, state, nil, method, arguments, &scope, &code)
        }
        checkName(name, scope)
        if scope.device.rings.contains(where: { $0.name.text == base.text }) {
            diagnostics.report(
                .wrongArguments, base.span.joined(with: method.span), "`\(base.text).\(method.text)` can fail",
                mend: "say what then: `let NAME = \(base.text).\(method.text)() else return …`")
            _ = scope.push(name, nil)
            return
        }
        guard let index = findSlot(base, &scope) else {
            _ = scope.push(name, nil)
            return
        }
        let slot = scope.slots[index]
        let ring = rings[slot.ring]
        let isExchange = method.text == "exchange"
        guard isExchange || method.text == "take" && arguments.isEmpty else {
            diagnostics.report(
                .wrongArguments, method.span, "a slot has no `\(method.text)` that gives something",
                mend: "it has `exchange(BUFFER)` and `take()`")
            _ = scope.push(name, nil)
            return
        }
        if !slot.isFilled {
            misuse(method.span, "`\(base.text)` owns no buffer here", "a slot gives its buffer once")
        }
        code.append(.value(tableIndex(slot, base.span)))
        let place = scope.push(nil, nil)
        let table = Scope.local(place, base.span)
        code.append(.value(get(ring.bufferCell, base.span, index: table)))
        var value = TypedValue(
            Scope.local(place + 1, name.span), bitCount: buffers[slot.ring].bitCount, typeBitCount: 16)
        value.buffer = slot.ring
        if isExchange {
            if let buffer = move(arguments, into: slot.ring, method.span, &scope) {
                code.append(.set(cell: ring.bufferCell, index: table, buffer, method.span))
            }
        }
        scope.slots[index].isFilled = isExchange
        _ = scope.push(name, value)
        scope.moved[name.text] = false
    }

    // MARK: Actions

    /// `tx.post(slot)`, `tx.notify()`, `rx.start()`, `slot.put(buffer)`
    mutating func checkAction(_ node: Syntax.Expression, _ scope: inout Scope, _ code: inout [Checked]) {
        guard case .method(let base, let method, let arguments, _) = node else {
            diagnostics.report(
                .unexpectedToken, node.span, "a value alone does nothing", mend: "name it by `let`, or return it")
            return
        }
        if scope.device.memories.contains(where: { $0.name.text == base.text }) {
            return checkMemoryAction(base, method, arguments, scope, &code)
        }
        if let cursor = cursor(base, scope) { return checkAdvance(of: cursor, method, arguments, &scope, &code) }
        guard scope.device.rings.contains(where: { $0.name.text == base.text }) else {
            guard let index = findSlot(base, &scope) else { return }
            let slot = scope.slots[index]
            guard method.text == "put" else {
                return report(noAction: method, "a slot has `put(BUFFER)`; what gives a buffer stands behind `let`")
            }
            if slot.isFilled {
                misuse(method.span, "`\(base.text)` owns a buffer already", "use `exchange`, or put once")
            }
            guard let buffer = move(arguments, into: slot.ring, method.span, &scope) else { return }
            let table = tableIndex(slot, base.span)
            code.append(.set(cell: rings[slot.ring].bufferCell, index: table, buffer, method.span))
            scope.slots[index].isFilled = true
            return
        }
        guard let index = findRing(base, scope) else { return }
        switch method.text {
        case "post": checkPost(rings[index], index, method.span, arguments, &scope, &code)
        case "notify" where arguments.isEmpty: notify(rings[index], index, method.span, scope, &code)
        case "start" where arguments.isEmpty: start(rings[index], method.span, &code)
        default: report(noAction: method, "a ring has `post(SLOT)`, `notify()` and `start()`")
        }
    }

    mutating func report(noAction method: Syntax.Name, _ mend: String) {
        diagnostics.report(.wrongArguments, method.span, "there is no such `\(method.text)`", mend: mend)
    }

    private mutating func checkPost(
        _ ring: RingPlan, _ index: Int, _ span: SourceSpan, _ arguments: [Syntax.Expression], _ scope: inout Scope,
        _ code: inout [Checked]
    ) {
        guard arguments.count == 1, case .name(let name) = arguments[0] else {
            return diagnostics.report(
                .wrongArguments, span, "`post` takes one slot", mend: "write `\(ring.name.text).post(SLOT)`")
        }
        guard let slotIndex = findSlot(name, &scope) else { return }
        let slot = scope.slots[slotIndex]
        guard slot.ring == index, slot.isClaimed, !slot.isPosted else {
            return misuse(
                name.span, "`\(name.text)` was not claimed of ring `\(ring.name.text)`, or is posted already",
                "claim a slot, fill it and post it once")
        }
        guard slot.isWritten, slot.isFilled else {
            return misuse(
                name.span, "`\(name.text)` is posted before it is \(slot.isWritten ? "given a buffer" : "written")",
                "write the whole descriptor and move a buffer in first")
        }
        scope.slots[slotIndex].isPosted = true
        let next = slot.next.map { Scope.local($0, span) } ?? following(Scope.local(slot.place, span), ring)
        code.append(.set(cell: ring.claimCell, index: nil, next, span))
    }

    func write(_ register: Syntax.Register, _ value: Expression, _ code: inout [Checked]) {
        guard let target = registerPlaces[register.name.text] else { return }
        code += steps(before: register, value.span)
        code.append(.store(.register(window: target.window, target.index), index: nil, value, value.span))
    }

    /// The doorbell. A ring that sends tells the first slot that is not filled; one that receives the last that is.
    private func notify(_ ring: RingPlan, _ index: Int, _ span: SourceSpan, _ scope: Scope, _ code: inout [Checked]) {
        let posted = scope.slots.last { $0.ring == index && $0.isPosted }
        let offset: Expression
        if ring.sends {
            offset = posted?.next.map { Scope.local($0, span) } ?? get(ring.claimCell, span)
        } else if let posted {
            offset = Scope.local(posted.place, span)
        } else {
            let before = binary(.subtract, get(ring.claimCell, span), number(ring.slotByteCount, span))
            offset = binary(.and, before, ring.sizes.offsetMask.expression)
        }
        code.append(.publish(span))
        write(ring.registers.tail, binary(.shiftRight, offset, number(ring.slotShift, span)), &code)
    }

    /// Tells the device where the ring is, and that nothing of it is used.
    private func start(_ ring: RingPlan, _ span: SourceSpan, _ code: inout [Checked]) {
        let address = Expression(operation: .address(region: ring.region), span: span)
        write(ring.registers.low, binary(.and, address, number(0xFFFF_FFFF, span)), &code)
        write(ring.registers.high, binary(.shiftRight, address, number(32, span)), &code)
        write(ring.registers.bytes, placed(ring.sizes.byteCount, span), &code)
        write(ring.registers.head, number(0, span), &code)
    }

    /// `for slot in rx { … }`: over all slots, each owning the buffer of its own number again.
    mutating func checkSlots(
        _ span: SourceSpan, _ name: Syntax.Name, _ ringName: Syntax.Name, _ body: [Syntax.Statement],
        _ scope: inout Scope, _ code: inout [Checked]
    ) {
        checkName(name, scope)
        guard let index = findRing(ringName, scope) else { return }
        let ring = rings[index]
        let depth = scope.values.count
        let moved = scope.moved
        let counter = scope.push(nil, nil)
        var slot = Scope.Slot(ring: index, place: counter + 1, counter: counter)
        slot.isFilled = true
        var value = TypedValue(Scope.local(slot.place, name.span), bitCount: 32, typeBitCount: 32)
        value.slot = scope.slots.count
        _ = scope.push(name, value)
        let slotIndex = scope.slots.count
        scope.slots.append(slot)
        let number = Expression(operation: .truncate(Scope.local(counter, span), bitCount: 16), span: span)
        let opening: [Checked] = [
            .value(binary(.shiftLeft, Scope.local(counter, span), self.number(ring.slotShift, span))),
            .set(cell: ring.bufferCell, index: tableIndex(slot, span), number, span),
        ]
        let result = check(body, &scope)
        if !scope.slots[slotIndex].isWritten {
            misuse(name.span, "the loop leaves `\(name.text)` as it was", "write the whole descriptor of every slot")
        }
        leaveSlots(to: depth, &scope)
        checkLoop(result.returns, moved, span, &scope)
        code.append(loop(ring.sizes.count, opening + result.code, span))
    }

    private func leaveSlots(to depth: Int, _ scope: inout Scope) {
        scope.values.removeLast(scope.values.count - depth)
        scope.slots.removeAll { $0.place >= depth }
    }

    /// A static value where it is used.
    func placed(_ value: TypedValue, _ span: SourceSpan) -> Expression {
        .init(operation: value.expression.operation, span: span)
    }

    /// A field of a descriptor in the ring; each time that it stands in a rule, memory is read.
    mutating func field(
        _ field: Syntax.Name, ofSlot index: Int, _ base: Syntax.Name, _ scope: inout Scope
    ) -> TypedValue? {
        let slot = scope.slots[index]
        let ring = rings[slot.ring]
        if field.text == "buffer" {
            guard let counter = slot.counter else {
                misuse(field.span, "the buffer of `\(base.text)` stands in the table", "`take()` it, or `exchange` it")
                return nil
            }
            let own = TypedValue(
                Scope.local(counter, field.span), bitCount: UInt8(64 - (ring.count - 1).leadingZeroBitCount),
                typeBitCount: 32)
            return address(ofBuffer: own, slot.ring, field.span)
        }
        guard let node = ring.layout.fields.first(where: { $0.name.text == field.text }) else {
            if let view = view(field, of: slot) { return view }
            reportUnknown(
                "field", field, among: ring.layout.fields.map(\.name.text) + ["index", "offset"],
                mend: "declare it in the layout at \(place(ring.layout.name.span))")
            return nil
        }
        guard node.writer != .driver else {
            diagnostics.report(
                .wrongWriter, field.span,
                "the driver writes `\(field.text)`: what stands there now, the device may have put",
                mend: "keep what was written, or read a field by `device` or `both`")
            return nil
        }
        guard let offset = node.offset.value else { return nil }
        return value(
            of: node, at: .slots(region: ring.region, bitCount: node.bitCount, offset: offset),
            Scope.local(slot.place, base.span), field.span)
    }
}
