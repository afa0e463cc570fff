// Checks functions: statements in order, block by block. What an expression is worth, what rings do and what a return
// owes are in the files beside.

import Metabinary

extension Checker {
    /// Values that may be on the stack of the target's machine at a time; expressions need room above them.
    private static let valueLimit = 64

    typealias Checked = CheckedAtlas.Statement

    mutating func checkFunction(_ node: Syntax.Function, of device: Syntax.Device) -> CheckedAtlas.Function {
        var function = CheckedAtlas.Function(
            name: node.member.name, resultName: Self.resultName(node.member),
            resultBitCount: Self.resultBitCount(node.member))
        var scope = Scope(device: device, member: node.member)
        expansionCount = 0
        function.outcomes = checkOutcomes(node.member, of: device)
        checkParameters(&function, &scope)
        var (code, returns) = check(node.statements, &scope)
        if !returns {
            if case .nothing = node.member.result {
                checkOwners(isSuccess: true, node.closingBrace, &scope)
                code.append(.returnValue(nil, node.closingBrace))
            } else if !device.isBroken {
                diagnostics.report(
                    .missingReturn, node.closingBrace, "`\(node.member.name.text)` ends without a return",
                    mend: "end it with `return VALUE`")
            }
        }
        function.statements += code
        leave(to: 0, &scope)
        return function
    }

    /// Takes the arguments as they come, then each as the rule sees it: in its range, and under its name.
    private mutating func checkParameters(_ function: inout CheckedAtlas.Function, _ scope: inout Scope) {
        let member = scope.member
        if member.parameters.count > MetabinaryLimit.parameterCount {
            diagnostics.report(
                .limitExceeded, member.name.span, "\(member.parameters.count) parameters",
                mend: "\(MetabinaryLimit.parameterCount) are the most: as many as go in registers")
        }
        for (index, node) in member.parameters.enumerated() {
            // A boolean comes as a byte, of which the lowest bit counts: machine code has no narrower argument.
            function.parameters.append((node.name.text, node.ring == nil ? max(node.bitCount ?? 32, 8) : 32))
            let expression = CheckedAtlas.Expression(operation: .parameter(index), span: node.name.span)
            function.statements.append(.value(expression))
            _ = scope.push(nil, nil)
        }
        for (index, node) in member.parameters.enumerated() {
            checkName(node.name, scope)
            let argument = Scope.local(index, node.name.span)
            let value =
                if let ring = node.ring { checkGiven(ring, node, argument, &scope) } else {
                    checkNumber(node, argument, function.parameters[index].bitCount, member)
                }
            function.statements.append(.value(value?.expression ?? argument))
            _ = scope.push(node.name, value)
        }
    }

    /// The number of a buffer that moves in, none that its pool has not.
    private mutating func checkGiven(
        _ pool: Syntax.Name, _ node: Syntax.Parameter, _ argument: Expression, _ scope: inout Scope
    ) -> TypedValue? {
        guard let found = findBuffers(pool) else { return nil }
        scope.moved[node.name.text] = false
        scope.given.insert(node.name.text)
        let refusal = refusal(of: scope.member, node.name)
        let highest = buffers[found].count - 1
        let last = found < rings.count ? rings[found].sizes.lastBuffer : nil
        let operation: Expression.Operation =
            if let last, !last.isKnown {
                .boundOf(argument, lowest: 0, highest: last.expression, refusal: refusal)
            } else {
                .bound(argument, lowest: 0, highest: highest, refusal: refusal)
            }
        var value = TypedValue(
            .init(operation: operation, span: node.name.span), bitCount: buffers[found].bitCount, typeBitCount: 32)
        value.buffer = found
        value.highest = highest
        return value
    }

    /// A number in its range, if it has one; of a boolean the lowest bit.
    private mutating func checkNumber(
        _ node: Syntax.Parameter, _ argument: Expression, _ typeBitCount: UInt8, _ member: Syntax.Member
    ) -> TypedValue {
        let bitCount = node.bitCount ?? typeBitCount
        let most = UInt64.max >> UInt64(64 - bitCount)
        var value = TypedValue(argument, bitCount: bitCount, typeBitCount: typeBitCount)
        if let range = node.range {
            let lowest = range.low.value ?? 0
            let highest = range.high.value ?? most
            if lowest > highest || highest > most || bitCount == 1 {
                diagnostics.report(
                    .valueTooWide, range.low.span.joined(with: range.high.span),
                    "no value of \(bitCount) bits lies in the range", mend: "correct the range or the type")
            }
            let refusal = refusal(of: member, node.name)
            value.expression = .init(
                operation: .bound(argument, lowest: lowest, highest: highest, refusal: refusal), span: node.name.span)
            value.bitCount = min(bitCount, UInt8(max(1, 64 - highest.leadingZeroBitCount)))
            value.highest = highest
        }
        if bitCount == 1 { return value.converted(to: 1) }
        return value
    }

    // MARK: Blocks

    /// Checks statements, and whether the last of them returns.
    mutating func check(_ nodes: [Syntax.Statement], _ scope: inout Scope) -> (code: [Checked], returns: Bool) {
        var code: [Checked] = []
        var returns = false
        for node in nodes {
            if returns {
                diagnostics.report(
                    .unreachableStatement, node.span, "a statement behind the return never runs",
                    mend: "take it out, or move it before the return")
                break
            }
            guard scope.values.count < Self.valueLimit else {
                diagnostics.report(
                    .limitExceeded, node.span, "more than \(Self.valueLimit) named values in a function",
                    mend: "join some of them into one")
                scope.used.formUnion(scope.values.compactMap(\.name?.text))
                return (code, true)
            }
            let outer = pending
            pending = PendingAccesses()
            let start = code.count
            returns = check(node, &scope, &code)
            code.insert(contentsOf: pending.before, at: start)
            pending = outer
        }
        return (code, returns)
    }

    /// Checks a block: what it names ends with it.
    mutating func checkBlock(
        _ nodes: [Syntax.Statement], _ scope: inout Scope, from depth: Int
    ) -> (code: [Checked], returns: Bool) {
        let result = check(nodes, &scope)
        leave(to: depth, &scope)
        return result
    }

    /// Forgets the values above a place, and reports those that nothing has used.
    mutating func leave(to depth: Int, _ scope: inout Scope) {
        while scope.values.count > depth {
            let (name, _) = scope.values.removeLast()
            // Where a ring is wrong, what would have used the name was not looked at.
            let isKnown = !scope.device.isBroken && rings.count == scope.device.rings.count && !lacksMemory
            guard let name, !scope.used.contains(name.text), isKnown else { continue }
            diagnostics.report(
                .unusedName, name.span, "`\(name.text)` is never used",
                mend: "use it or take it out: what it reads from the device would be read for nothing")
        }
        scope.slots.removeAll { $0.place >= depth }
    }

    func checkedNames(_ scope: Scope) -> [Syntax.Name] {
        Self.names(of: scope.device) + scope.values.compactMap(\.name)
    }

    mutating func checkName(_ name: Syntax.Name, _ scope: Scope) {
        guard let first = checkedNames(scope).first(where: { $0.text == name.text }) else { return }
        reportDuplicates([first, name], "a device and its function")
    }

    // MARK: Statements

    /// Checks a statement and appends its code; true if it returns.
    private mutating func check(_ node: Syntax.Statement, _ scope: inout Scope, _ code: inout [Checked]) -> Bool {
        switch node {
        case .letValue(let name, let expression):
            if case .method(let base, let method, let arguments, _) = expression {
                checkLetMethod(name, base, method, arguments, &scope, &code)
                return false
            }
            if case .elementMethod(let base, let index, let method, let arguments, _) = expression,
                let state = scope.device.states.first(where: { $0.name.text == base.text }), state.pool != nil
            {
                checkOwner(name, state, index, method, arguments, &scope, &code)
                return false
            }
            let value = check(expression, &scope)
            checkName(name, scope)
            if let value { code.append(.value(value.expression)) }
            _ = scope.push(name, value)
        case .letClaim(let name, let expression, let otherwise):
            checkClaim(name, expression, otherwise, &scope, &code)
        case .assign(let name, let index, let expression):
            checkAssignment(name, index, expression, &scope, &code)
        case .run(let span, let name, let request, let bound, let expired):
            checkRun(span, name, request, bound, expired, &scope, &code)
        case .assignPath(let name, let steps, let expression):
            checkPathAssignment(name, steps, expression, &scope, &code)
        case .call(.call(let name, let arguments, _)):
            return checkRoutine(name, arguments, &scope, &code)
        case .call(let expression):
            checkAction(expression, &scope, &code)
        case .condition(let span, let condition, let arm, let otherwise):
            return checkIf(span, condition, arm, otherwise, &scope, &code)
        case .match(let span, let value, let arms):
            return checkMatch(span, value, arms, &scope, &code)
        case .wait(let span, let condition, let bound, let expired):
            checkWait(span, condition, bound, expired, &scope, &code)
        case .pause(let span, let time):
            code.append(.pause(microseconds: time.value ?? 0, span))
        case .count(let span, let name, let count, let body):
            checkCount(span, name, count, body, &scope, &code)
        case .slots(let span, let name, let ring, let body):
            checkSlots(span, name, ring, body, &scope, &code)
        case .publish(let span):
            code.append(.publish(span))
        case .fence(let span):
            code.append(.fence(span))
        case .release(_, let name):
            checkRelease(name, &scope)
        case .flush(let span, let name):
            checkFlush(span, name, &scope, &code)
        case .resetState(let span):
            checkMemory(span, scope)
            resetState(span, scope, &code)
        case .when(let span, let condition, let arm, let otherwise):
            return checkWhen(span, condition, arm, otherwise, &scope, &code)
        case .each(let span, let name, let range, let body):
            checkEach(span, name, range, body, &scope, &code)
        case .choose(let span, let arms):
            return checkChoose(span, arms, &scope, &code)
        case .fail(let span):
            checkFail(span, &scope, &code)
            return true
        case .returnValue(let span, let expression) where scope.probe != nil:
            checkAnswer(span, expression, &scope, &code)
            return true
        case .returnValue(let span, let expression):
            code.append(checkReturn(span, expression, &scope))
            return true
        }
        return false
    }

    /// Checks the arm of a branch in a scope of its own; buffers that it moves must be moved in every arm that goes on.
    mutating func checkArm(_ nodes: [Syntax.Statement], _ scope: inout Scope) -> (code: [Checked], returns: Bool) {
        var inner = scope
        let result = checkBlock(nodes, &inner, from: scope.values.count)
        scope.used.formUnion(inner.used)
        if !result.returns {
            for (name, moved) in scope.moved where inner.moved[name] != moved {
                let place = scope.values.compactMap(\.name).first { $0.text == name }?.span ?? scope.member.name.span
                diagnostics.report(
                    .bufferGone, place, "`\(name)` is moved in one arm of a branch and not in the other",
                    mend: "move it before the branch, behind it, or return from the arm")
            }
        }
        return result
    }

    private mutating func checkIf(
        _ span: SourceSpan, _ condition: Syntax.Expression, _ arm: [Syntax.Statement],
        _ otherwise: [Syntax.Statement]?, _ scope: inout Scope, _ code: inout [Checked]
    ) -> Bool {
        let decision = checkCondition(condition, &scope)
        let first = checkArm(arm, &scope)
        var second: (code: [Checked], returns: Bool)?
        if let otherwise { second = checkArm(otherwise, &scope) }
        if let decision { code.append(.condition(decision, first.code, otherwise: second?.code, span)) }
        return first.returns && second?.returns == true
    }

    mutating func checkWait(
        _ span: SourceSpan, _ condition: Syntax.Expression, _ bound: Syntax.Number?, _ expired: Syntax.Statement,
        _ scope: inout Scope, _ code: inout [Checked]
    ) {
        let outer = pending
        pending = PendingAccesses()
        let decision = checkCondition(condition, &scope)
        let look = pending.before
        if let queue = pending.queue { reportDropped(queue, "the wait") }
        pending = outer
        let arm = checkArm([expired], &scope)
        guard let bound else {
            diagnostics.report(
                .unboundedWait, span, "the wait has no bound: a device that is stuck would stop everything",
                mend: "write `wait CONDITION within NUMBER us else return VALUE`")
            return
        }
        guard let decision else { return }
        code.append(.wait(decision, look: look, microseconds: bound.value ?? 0, expired: arm.code, span))
    }

    private mutating func checkCount(
        _ span: SourceSpan, _ name: Syntax.Name, _ count: Syntax.Number, _ body: [Syntax.Statement],
        _ scope: inout Scope, _ code: inout [Checked]
    ) {
        // What is only done a number of times needs no counter.
        let counter = name.text == "_" ? nil : name
        if let counter { checkName(counter, scope) }
        let count = settled(count, scope.device, "a loop runs once at least") { $0 > 0 }
        let runs = count.value ?? 1
        if runs == 0 {
            diagnostics.report(.valueTooWide, count.span, "the loop never runs", mend: "take it out")
        }
        let depth = scope.values.count
        let bitCount = UInt8(max(1, 64 - (max(runs, 1) - 1).leadingZeroBitCount))
        var number = TypedValue(Scope.local(depth, name.span), bitCount: bitCount, typeBitCount: 32)
        number.below = count.fact?.text
        _ = scope.push(counter, number)
        let moved = scope.moved
        let result = checkBlock(body, &scope, from: depth)
        checkLoop(result.returns, moved, span, &scope)
        code.append(loop(value(of: count, scope.device), result.code, span))
    }

    /// The body of a loop runs many times: it must not return at once, nor move what is there once.
    mutating func checkLoop(_ returns: Bool, _ moved: [String: Bool], _ span: SourceSpan, _ scope: inout Scope) {
        if returns {
            diagnostics.report(
                .unreachableStatement, span, "the loop returns in its first run",
                mend: "write what it does without a loop")
        }
        for (name, before) in moved where scope.moved[name] != before {
            diagnostics.report(
                .bufferGone, span, "`\(name)` is moved in a loop, and is gone in its second run",
                mend: "move it outside")
        }
        scope.moved = moved
    }

    /// The boolean of a condition, as a comparison of bits where they stand.
    mutating func checkCondition(_ node: Syntax.Expression, _ scope: inout Scope) -> CheckedAtlas.Expression? {
        guard let value = check(node, &scope) else { return nil }
        if value.isStatic {
            diagnostics.report(
                .staticCondition, node.span, "the condition is known while code is generated",
                mend: "`if` chooses while running; use `when`, which chooses while generating, or take the branch out")
            return nil
        }
        guard value.typeBitCount == 1 else {
            diagnostics.report(
                .notACondition, node.span, "a number of \(value.bitCount) bits is no condition",
                mend: "compare it: `VALUE != 0`")
            return nil
        }
        guard let extract = value.extract else { return value.expression }
        return compare(extract, .notEqual, 0, node.span)
    }

    /// Gives every state its first value, and every ring its first positions.
    private mutating func resetState(_ span: SourceSpan, _ scope: Scope, _ code: inout [Checked]) {
        resetsState = true
        func number(_ value: UInt64) -> CheckedAtlas.Expression { .init(operation: .number(value), span: span) }
        for ring in rings {
            code.append(.set(cell: ring.claimCell, index: nil, number(0), span))
            guard ring.reapCell != ring.claimCell else { continue }
            code.append(.set(cell: ring.reapCell, index: nil, number(0), span))
        }
        for state in scope.device.states {
            guard let cell = stateCells[state.name.text] else { continue }
            let first = number(state.first.value ?? 0)
            guard let count = state.count?.value, let bitCount = state.bitCount else {
                code.append(.set(cell: cell, index: nil, first, span))
                continue
            }
            let counter = Scope.local(scope.values.count, span)
            let index = Self.offset(of: counter, bitCount, span)
            var value = first
            if state.pool != nil { value = .init(operation: .truncate(counter, bitCount: 16), span: span) }
            let body = [Checked.set(cell: cell, index: index, value, span)]
            code.append(
                state.count.map { loop(self.value(of: $0, scope.device), body, span) }
                    ?? .loop(count: count, body, span))
        }
    }
}
