// Checks branches, waits and loops that run as code. Buffers that an arm moves must be moved in every arm that goes on.

extension FunctionChecker {
    /// Checks the arm of a branch in a scope of its own.
    func checkArm(_ nodes: [Statement]) -> Block {
        let outer = scope
        let result = checkBlock(nodes, from: outer.depth)
        let inner = scope
        scope = outer
        scope.used.formUnion(inner.used)
        guard !result.returns else { return result }
        for (name, state) in outer.buffers where inner.buffers[name]?.isMoved != state.isMoved {
            let place = outer.values.compactMap(\.name).first { $0.text == name }?.span ?? member.name.span
            report(.movedInOneArm, place, name)
        }
        return result
    }

    func checkIf(_ span: SourceSpan, _ condition: Node, _ arm: [Statement], _ otherwise: [Statement]?) -> Bool {
        let decision = checkCondition(condition)
        let first = checkArm(arm)
        let second = otherwise.map(checkArm)
        if let decision { code.append(.condition(decision, first.code, otherwise: second?.code, span)) }
        return first.returns && second?.returns == true
    }

    /// The boolean of a condition, as a comparison of bits in their place.
    private func checkCondition(_ node: Node) -> Expression? {
        guard let value = check(node) else { return nil }
        if value.isStatic { return report(.staticCondition, node.span) }
        guard value.typeBitCount == 1 else { return report(.numberIsNoCondition, node.span, value.bitCount) }
        return value.extract.map { typing.compare($0, .notEqual, 0, node.span) } ?? value.expression
    }

    func checkWait(_ span: SourceSpan, _ condition: Node, _ bound: Number?, _ expired: Statement) {
        let outer = pending
        pending = PendingAccesses()
        let decision = checkCondition(condition)
        let look = pending.before
        if let queue = pending.queue { reportDropped(queue, "the wait") }
        pending = outer
        let arm = checkArm([expired])
        guard let bound else { return report(.unboundedWait, span) }
        guard let decision else { return }
        code.append(.wait(decision, look: look, microseconds: bound.value ?? 0, expired: arm.code, span))
    }

    // MARK: Loops

    /// `for NAME in 0..<NUMBER { … }`
    func checkCount(_ span: SourceSpan, _ name: Name, _ count: Number, _ body: [Statement]) {
        // What is only done a number of times needs no counter.
        let counter = name.text == "_" ? nil : name
        if let counter { checkName(counter) }
        var count = count
        if let name = count.fact, fact(name) == nil, visibleNames.contains(where: { $0.text == name.text }) {
            report(.dynamicCount, name.span, name)
            scope.used.insert(name.text)
            use.insert(name.text)
            count = Number(value: nil, span: name.span)
        }
        count = stage.settled(count, "a loop runs once at least") { $0 > 0 }
        let runs = count.value ?? 1
        if runs == 0 { report(.loopNeverRuns, count.span) }
        let depth = scope.depth
        let bitCount = UInt8(max(1, 64 - (max(runs, 1) - 1).leadingZeroBitCount))
        var number = TypedValue(.local(depth, name.span), bitCount: bitCount, typeBitCount: 32)
        number.below = count.fact?.text
        scope.push(counter, number)
        let body = checkBody(body, from: depth, span)
        code.append(loop(stage.value(of: count), body, span))
    }

    /// Checks the body of a loop, which runs many times: it must not return at once, nor move what is there once.
    func checkBody(_ nodes: [Statement], from depth: Int, _ span: SourceSpan) -> [Checked] {
        let before = scope.buffers
        let (code, returns) = checkBlock(nodes, from: depth)
        checkLoop(returns, before, span)
        return code
    }

    /// - Parameter before: the buffers before the loop.
    func checkLoop(_ returns: Bool, _ before: [String: BufferState], _ span: SourceSpan) {
        report(if: returns, .loopReturnsAtOnce, span)
        for (name, state) in before where scope.buffers[name] != state { report(.movedInLoop, span, name) }
        scope.buffers = before
    }

    /// `for NAME in 0..<FACT { … }`: the count is a fact, the loop runs all the same.
    func loop(_ count: TypedValue, _ body: [Checked], _ span: SourceSpan) -> Checked {
        count.isKnown ? .loop(count: count.number, body, span) : .loopOf(count.expression, body, span)
    }

    // MARK: State

    /// Gives every state its first value, and every ring its first positions.
    func resetState(_ span: SourceSpan) {
        checkMemory(span)
        (use.resetsState, resetsState) = (true, true)
        for ring in plan.rings {
            put(ring.sends ? "first_position" : "first_positions", at: span, MadeName.names(of: ring, span))
        }
        for state in names.device.states {
            guard let cell = plan.stateCells[state.name.text] else { continue }
            let first = Expression.number(state.first.value ?? 0, span)
            guard let count = state.count, count.value != nil, let bitCount = state.bitCount else {
                code.append(.set(cell: cell, index: nil, first, span))
                continue
            }
            let counter = Expression.local(scope.depth, span)
            let value = state.pool == nil ? first : counter.truncated(to: 16, span)
            let index = counter.offset(ofElementsOf: bitCount, span)
            code.append(loop(stage.value(of: count), [.set(cell: cell, index: index, value, span)], span))
        }
    }

    /// `flush REGISTER`: what was written before has arrived at the device once the read is done.
    func checkFlush(_ span: SourceSpan, _ name: Name) {
        guard let register = names.register(name, "name a register of the device that writes are to reach") else {
            return
        }
        guard register.count == nil else { return _ = reportTable(name, name.span) }
        if register.isQueue { return reportDropped(name, "the flush") }
        if let value = load(register, at: nil, span) { add(value.expression) }
    }
}
