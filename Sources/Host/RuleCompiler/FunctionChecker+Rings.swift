// Checks what rules do with rings and with buffers that go by number: claims, posts, exchanges, loops over all slots. What
// these words do is said in the prelude, what they may be done to in the tables of ownership.

extension FunctionChecker {
    // MARK: Names

    /// Index of a ring's plan, `nil` where it is unknown or wrong, which is reported.
    private func findRing(_ name: Name) -> Int? {
        use.insert(name.text)
        checkMemory(name.span)
        if let index = plan.rings.firstIndex(where: { $0.name.text == name.text }) { return index }
        guard !names.device.rings.has(name) else { return nil }
        return names.reportNothing(
            "ring", name, among: plan.rings.names.map(\.text),
            "declare `ring \(name.text) of …` in device \(names.device.name)")
    }

    /// Index of a slot in the scope, `nil` for a name that is none, which is reported.
    private func findSlot(_ name: Name) -> Int? {
        guard let value = check(name) else { return nil }
        return value.slot ?? report(.noSlot, name.span, name)
    }

    /// What the prelude calls the parts of a slot's ring, and of the slot.
    private func made(of slot: Scope.Slot, _ span: SourceSpan) -> [String: MadeName] {
        MadeName.names(of: slot, in: plan.rings[slot.ring], span)
    }

    /// Notes what happens to a slot; false where it must not, which is reported.
    ///
    /// - Parameter ring: whose slot it must be, if it matters.
    func happens(_ event: SlotEvent, to index: Int, _ name: Name, _ span: SourceSpan, of ring: Int? = nil) -> Bool {
        let slot = scope.slots[index]
        let (state, mistake) = event.happens(in: (ring ?? slot.ring) == slot.ring ? slot.state : [])
        scope.slots[index].state = state
        guard let mistake else { return true }
        let isTurnedRound = slot.state.contains(.claimed) && [.take, .exchange, .put].contains(event)
        if isTurnedRound, reportTurnedRound(plan.rings[slot.ring], span) { return false }
        report(mistake, span, name, plan.rings[ring ?? slot.ring].name)
        return false
    }

    /// Reports, where a ring is declared, that a class uses it the other way; false where a function of the same file does.
    private func reportTurnedRound(_ ring: RingPlan, _ span: SourceSpan) -> Bool {
        guard span.source != ring.name.span.source else { return false }
        let words = ring.sends ? ("sends", "receives") : ("receives", "sends")
        report(.ringTurnedRound, ring.name.span, ring.name, words.0, words.1, span)
        return true
    }

    // MARK: Slots

    /// Gives a place of the stack to a name, as a slot.
    private func bind(_ name: Name, to slot: Scope.Slot) {
        var value = TypedValue(.local(slot.place, name.span), bitCount: 32, typeBitCount: 32)
        value.slot = scope.slots.count
        scope.values[slot.place] = (name, value)
        scope.slots.append(slot)
    }

    /// `let slot = tx.claim() else return busy`, `let slot = rx.reap() else return none`
    func checkClaim(_ name: Name, _ expression: Node, _ otherwise: Statement) {
        let arm = checkArm([otherwise])
        checkName(name)
        guard case .method(let base, let method, let arguments, _) = expression, arguments.isEmpty,
            method.text == "claim" || method.text == "reap"
        else {
            scope.push(name, nil)
            return report(.cannotFail, expression.span)
        }
        guard let index = findRing(base) else { return _ = scope.push(name, nil) }
        let ring = plan.rings[index]
        let isReap = method.text == "reap"
        if isReap, ring.sends {
            if !reportTurnedRound(ring, method.span) { report(.ringOnlySends, method.span, base) }
            return _ = scope.push(name, nil)
        }
        let word = isReap ? "take_received" : ring.sends ? "claim_to_send" : "claim_to_receive"
        let made = MadeName.names(of: ring, base.span).merging(["refuse": .code(arm.code)]) { $1 }
        let places = put(word, at: base.span, made)
        let state: SlotState = isReap ? .filled : ring.sends ? [.open, .claimed, .filled] : [.open, .claimed, .empty]
        guard let place = places["slot"] else { return }
        bind(name, to: Scope.Slot(ring: index, place: place, next: places["next"], state: state))
    }

    /// `for slot in rx { … }`: over all slots.
    func checkSlots(_ span: SourceSpan, _ name: Name, _ ringName: Name, _ body: [Statement]) {
        checkName(name)
        guard let index = findRing(ringName) else { return }
        let ring = plan.rings[index]
        let depth = scope.depth
        let buffers = scope.buffers
        let slot = Scope.Slot(ring: index, place: depth + 1, counter: depth, state: [.open, .filled])
        let statements = collected {
            scope.push(nil, nil)
            put("open_sweep", at: span, made(of: slot, span))
            let slotIndex = scope.slots.count
            bind(name, to: slot)
            let returns = check(body)
            _ = happens(.leave, to: slotIndex, name, name.span)
            scope.values.removeLast(scope.depth - depth)
            scope.slots.removeAll { $0.place >= depth }
            checkLoop(returns, buffers, span)
        }
        code.append(loop(ring.sizes.count, statements, span))
    }

    // MARK: Buffers

    /// Moves a buffer that the function owns to where buffers of that index are kept.
    private func move(_ arguments: [Node], into pool: Int, _ span: SourceSpan) -> TypedValue? {
        guard arguments.count == 1, case .name(let name) = arguments[0] else { return report(.takesOneBuffer, span) }
        guard var value = check(name) else { return nil }
        guard value.buffer == pool else { return report(.bufferOfOtherPool, name.span, name, plan.buffers[pool].name) }
        moved(name)
        value.buffer = nil
        return value.converted(to: 16)
    }

    /// Notes that a buffer is another's now.
    func moved(_ name: Name) { scope.buffers[name.text] = scope.buffers[name.text]?.moved }

    /// Gives a name to a buffer that was taken out of where it was kept.
    private func bind(_ name: Name, toBuffer pool: Int, at place: Int) {
        var value = TypedValue(.local(place, name.span), bitCount: plan.buffers[pool].bitCount, typeBitCount: 16)
        value.buffer = pool
        scope.values[place] = (name, value)
        scope.buffers[name.text] = .taken
    }

    /// `let idle = slot.exchange(frame)`, `let buffer = slot.take()`, `let idle = held[slot].exchange(frame)`
    func checkLetMethod(_ name: Name, _ base: Name, _ index: Node?, _ method: Name, _ arguments: [Node]) {
        checkName(name)
        let depth = scope.depth
        // What is wrong still has a name.
        defer { if !scope.values[depth...].contains(where: { $0.name?.text == name.text }) { scope.push(name, nil) } }
        if case .state(let state)? = names[base], let pool = state.pool {
            return checkOwner(name, state, pool, index, method, arguments)
        }
        if names.device.rings.has(base) { return report(.canFail, base.span.joined(with: method.span), base, method) }
        guard let slotIndex = findSlot(base) else { return }
        let isExchange = method.text == "exchange"
        guard isExchange || method.text == "take" && arguments.isEmpty else {
            return report(.slotHasNoMethod, method.span, method)
        }
        let slot = scope.slots[slotIndex]
        _ = happens(isExchange ? .exchange : .take, to: slotIndex, base, method.span)
        exchange(name, slot.ring, isExchange ? arguments : nil, made(of: slot, base.span), method.span)
    }

    /// Takes a buffer out of a table, and puts another in its place where one is given.
    private func exchange(
        _ name: Name, _ pool: Int, _ arguments: [Node]?, _ made: [String: MadeName], _ span: SourceSpan
    ) {
        let places = put("take_buffer", at: span, made)
        guard let place = places["buffer"], let at = places["at"] else { return }
        if let arguments, let given = move(arguments, into: pool, span) {
            put("put_buffer", at: span, made.merging(["place": .local(at, span), "given": .value(given)]) { $1 })
        }
        bind(name, toBuffer: pool, at: place)
    }

    /// The same of a state that holds buffers.
    private func checkOwner(
        _ name: Name, _ state: State, _ pool: Name, _ index: Node?, _ method: Name, _ arguments: [Node]
    ) {
        checkMemory(name.span)
        use.insert(state.name.text)
        let pool = plan.findBuffers(pool)
        guard method.text == "exchange" else { return report(.ownerHasNoMethod, method.span, method, state.name) }
        guard let pool, let cell = plan.stateCells[state.name.text] else { return }
        if let index {
            guard let offset = checkIndex(index, state.name, state.count, 16) else { return }
            let made: [String: MadeName] = [
                "buffers": .buffers(cell: cell), "place": .value(TypedValue(offset, bitCount: 32, typeBitCount: 32)),
            ]
            return exchange(name, pool, arguments, made, method.span)
        }
        if state.count != nil { reportTable(state.name, method.span) }
        let place = add(.get(cell, method.span))
        if let given = move(arguments, into: pool, method.span) {
            code.append(.set(cell: cell, index: nil, given.expression, method.span))
        }
        bind(name, toBuffer: pool, at: place)
    }

    /// `release BUFFER`: the device has it by other means than a slot.
    func checkRelease(_ name: Name) {
        guard let value = check(name) else { return }
        guard value.buffer != nil else { return report(.releasedNothing, name.span, name) }
        moved(name)
    }

    // MARK: Actions

    /// `tx.post(slot)`, `tx.notify()`, `rx.start()`, `slot.put(buffer)`, `next.advance()`
    func checkAction(_ node: Node) {
        guard case .method(let base, let method, let arguments, _) = node else { return report(.valueAlone, node.span) }
        switch names[base] {
        case .memory: return checkStart(base, method, arguments)
        case .ring: break
        default:
            if let cursor = cursor(base) { return checkAdvance(of: cursor, method, arguments) }
            return checkPut(base, method, arguments)
        }
        guard let index = findRing(base) else { return }
        let ring = plan.rings[index]
        switch method.text {
        case "post": checkPost(index, method.span, arguments)
        case "notify" where arguments.isEmpty: notify(index, method.span)
        case "start" where arguments.isEmpty:
            use.startedMemories.insert(base.text)
            for word in ["start_low", "start_high", "start_size", "start_head"] {
                put(word, at: method.span, MadeName.names(of: ring, method.span))
            }
        default: reportNoAction(method, "a ring has `post(SLOT)`, `notify()` and `start()`")
        }
    }

    private func reportNoAction(_ method: Name, _ mend: String) {
        report(.noSuchAction, method.span, method, NameDistance.mend(method.text, mend, among: mend))
    }

    private func checkPut(_ base: Name, _ method: Name, _ arguments: [Node]) {
        guard let index = findSlot(base) else { return }
        guard method.text == "put" else {
            return reportNoAction(
                method, "a slot has `put(BUFFER)`; what returns a buffer comes after `let`")
        }
        let slot = scope.slots[index]
        _ = happens(.put, to: index, base, method.span)
        guard let given = move(arguments, into: slot.ring, method.span) else { return }
        put("put_buffer", at: method.span, made(of: slot, base.span).merging(["given": .value(given)]) { $1 })
    }

    private func checkPost(_ ring: Int, _ span: SourceSpan, _ arguments: [Node]) {
        guard arguments.count == 1, case .name(let name) = arguments[0] else {
            let ring = plan.rings[ring].name.text
            return report(.postTakesOneSlot, span, ring)
        }
        guard let index = findSlot(name) else { return }
        let slot = scope.slots[index]
        guard happens(.post, to: index, name, name.span, of: ring) else { return }
        put(slot.next == nil ? "post" : "post_next", at: span, made(of: slot, span))
    }

    private func notify(_ index: Int, _ span: SourceSpan) {
        let ring = plan.rings[index]
        let posted = scope.slots.last { $0.ring == index && $0.state.contains(.posted) }
        guard let place = ring.sends ? posted?.next : posted?.place else {
            return _ = put(ring.sends ? "notify_sent" : "notify_before", at: span, MadeName.names(of: ring, span))
        }
        put("notify", at: span, MadeName.names(of: ring, span).merging(["slot": .local(place, span)]) { $1 })
    }

    /// `rx.start()` of a memory: tells the device where it is.
    private func checkStart(_ base: Name, _ method: Name, _ arguments: [Node]) {
        use.insert(base.text)
        checkMemory(base.span)
        guard method.text == "start", arguments.isEmpty else {
            return reportNoAction(method, "a memory has `start()`")
        }
        guard let memory = plan.memories.named(base) else { return }
        let (low, high, bytes) = memory.registers
        guard let low else {
            return reportNoAction(method, "no register takes the address of \(base)")
        }
        use.startedMemories.insert(base.text)
        let byteCount = TypedValue(memory.count * memory.recordByteCount, method.span)
        var made: [String: MadeName] = ["low": .register(low), "address": .address(of: memory.region, method.span)]
        let takesPage = names.device.memories.named(base)?.takesPage == true
        let half = low.bitCount == 16 ? "_word" : ""
        put(takesPage ? "start_page" : low.bitCount == 64 ? "start_wide" : "start_low" + half, at: method.span, made)
        if let high {
            made["high"] = .register(high)
            put("start_high" + half, at: method.span, made)
        }
        if let bytes {
            put("start_size", at: method.span, ["size": .register(bytes), "byte_count": .value(byteCount)])
        }
    }

    /// `next.advance()`, `next.advance(NUMBER)`
    private func checkAdvance(of cursor: State, _ method: Name, _ arguments: [Node]) {
        use.insert(cursor.name.text)
        checkMemory(method.span)
        guard method.text == "advance", arguments.count <= 1 else {
            return reportNoAction(method, "a cursor has `advance()` and `advance(NUMBER)`")
        }
        var step: TypedValue? = TypedValue(1, method.span)
        if let node = arguments.first {
            step = check(node).flatMap { value in
                typing.checkKind(of: value, as: .index, node.span, "what \(cursor.name) advances by")
                return typing.fitted(value, cursor.bitCount ?? 16, node.span, "cursor \(cursor.name)")
            }
        }
        guard let step, let cell = plan.cursors[cursor.name.text]?.cell else { return }
        let sum = Expression.binary(.add, .get(cell, method.span), step.expression)
        code.append(.set(cell: cell, index: nil, sum, method.span))
    }
}
