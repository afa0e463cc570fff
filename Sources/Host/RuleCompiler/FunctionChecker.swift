// Checks functions and probes: statements in order, block by block. What an expression is worth is the base's; what rings
// do, branches and what a return owes are in the files beside. There is one checker a function.

import Metabinary
import Program

/// Checker of one function or probe.
final class FunctionChecker: ExpressionChecker {
    /// Values that may be on the stack of the target's machine at a time; expressions need room above them.
    private static let valueLimit = 64

    typealias Block = (code: [Checked], returns: Bool)

    /// The code of the block at hand.
    var code: [Checked] = []
    /// Whether it gives states their first values, as what brings a device up does.
    var resetsState = false
    /// Stores by which the device is told of a buffer that was given to the function.
    var handedOver: Set<SourceSpan> = []

    /// A function, checked.
    func check(_ node: Syntax.Function) -> CheckedAtlas.Function {
        let rule = diagnostics.rule(
            member.name, member.resultName, bitCount: member.resultBitCount, outcomes: checkOutcomes())
        checkParameters(rule)
        if !check(node.statements) {
            if case .nothing = member.result {
                checkOwners(isSuccess: true, node.closingBrace)
                code.append(.returnValue(nil, node.closingBrace))
            } else if !names.device.isBroken {
                report(.missingReturn, node.closingBrace, member.name)
            }
        }
        leave(to: 0)
        checkCode(of: node)
        return CheckedAtlas.Function(name: member.name, rule: rule, statements: code)
    }

    // MARK: Parameters

    /// Takes the arguments as they come, then each as the rule sees it: in its range, and under its name.
    private func checkParameters(_ rule: FunctionDescription) {
        report(.tooManyParameters, member.name.span, member.parameters.count, over: MetabinaryLimit.parameterCount)
        for (index, node) in member.parameters.enumerated() {
            // A boolean comes as a byte, of which the lowest bit counts: machine code has no narrower argument.
            let bitCount = node.ring == nil ? max(node.bitCount ?? 32, 8) : 32
            rule.parameters.append(
                ParameterDescription(name: node.name.bytes, type: ValueType(rawValue: bitCount) ?? .u32))
            add(.init(operation: .parameter(index), span: node.name.span))
        }
        for (index, node) in member.parameters.enumerated() {
            checkName(node.name)
            let argument = Expression.local(index, node.name.span)
            let value =
                if let ring = node.ring { given(ring, node, argument) } else {
                    number(node, argument, rule.parameters[index].type.bitCount)
                }
            code.append(.value(value?.expression ?? argument))
            scope.push(node.name, value)
        }
    }

    /// The number of a buffer that moves in, none that its pool has not.
    private func given(_ pool: Name, _ node: Syntax.Parameter, _ argument: Expression) -> TypedValue? {
        guard let found = plan.findBuffers(pool) else { return nil }
        scope.buffers[node.name.text] = .given
        checkCaller(owns: plan.buffers[found])
        let refusal = refusal(of: node.name)
        let highest = plan.buffers[found].count - 1
        let operation: Expression.Operation =
            if let last = plan.buffers[found].sizes?.lastBuffer, !last.isKnown {
                .boundOf(argument, lowest: 0, highest: last.expression, refusal: refusal)
            } else { .bound(argument, lowest: 0, highest: highest, refusal: refusal) }
        var value = TypedValue(
            .init(operation: operation, span: node.name.span), bitCount: plan.buffers[found].bitCount, typeBitCount: 32)
        value.buffer = found
        value.highest = highest
        return value
    }

    /// Reports buffers that all begin in slots to send from, or in a state: none leaves these but for another one, so that
    /// the caller would never own any.
    private func checkCaller(owns buffers: BufferPlan) {
        let ring = plan.rings.named(buffers.name)
        let state = names.device.states.first { $0.pool?.text == buffers.name.text }
        let count = ring.map { $0.sends ? $0.count : 0 } ?? state.map { $0.count?.value ?? 1 }
        guard count == buffers.count else { return }
        let owner = ring.map { "the slots of \($0.name)" } ?? state.map { "\($0.name)" } ?? ""
        report(.noneForCaller, buffers.name.span, buffers.name, buffers.count, owner, member.name)
    }

    /// A number in its range, if it has one; of a boolean the lowest bit.
    private func number(_ node: Syntax.Parameter, _ argument: Expression, _ typeBitCount: UInt8) -> TypedValue {
        let bitCount = node.bitCount ?? typeBitCount
        let most = Typing.mask(bitCount)
        var value = TypedValue(argument, bitCount: bitCount, typeBitCount: typeBitCount)
        if let range = node.range {
            let (lowest, highest) = (range.low.value ?? 0, range.high.value ?? most)
            report(
                if: lowest > highest || highest > most || bitCount == 1, .emptyRange,
                range.low.span.joined(with: range.high.span), bitCount)
            value.expression = .init(
                operation: .bound(argument, lowest: lowest, highest: highest, refusal: refusal(of: node.name)),
                span: node.name.span)
            value.bitCount = min(bitCount, UInt8(max(1, 64 - highest.leadingZeroBitCount)))
            value.highest = highest
        }
        return bitCount == 1 ? value.converted(to: 1) : value
    }

    // MARK: Blocks

    /// Appends a value that has no name, and returns its place.
    @discardableResult func add(_ value: Expression) -> Int {
        code.append(.value(value))
        return scope.push(nil, nil)
    }

    /// Checks statements in their place; true if the last of them returns.
    func check(_ nodes: [Statement]) -> Bool {
        var returns = false
        for node in nodes {
            if returns {
                report(.unreachableStatement, node.span)
                break
            }
            guard scope.depth < Self.valueLimit else {
                report(.tooManyNamedValues, node.span, Self.valueLimit)
                scope.used.formUnion(scope.values.compactMap(\.name?.text))
                return true
            }
            let outer = pending
            pending = PendingAccesses()
            let start = code.count
            returns = check(node)
            code.insert(contentsOf: pending.before, at: start)
            pending = outer
        }
        return returns
    }

    /// Checks a block: what it names ends with it.
    func checkBlock(_ nodes: [Statement], from depth: Int) -> Block {
        var returns = false
        let code = collected {
            returns = check(nodes)
            leave(to: depth)
        }
        return (code, returns)
    }

    /// The code that something appends.
    func collected(_ body: () -> Void) -> [Checked] {
        let outer = code
        defer { code = outer }
        code = []
        body()
        return code
    }

    /// Forgets the values above a place, and reports those that nothing has used.
    func leave(to depth: Int) {
        while scope.depth > depth {
            let (name, _) = scope.values.removeLast()
            // Where a ring is wrong, what would have used the name was not looked at.
            guard let name, !scope.used.contains(name.text), isWhole else { continue }
            report(.unusedValue, name.span, name)
        }
        scope.slots.removeAll { $0.place >= depth }
    }

    func checkName(_ name: Name) {
        guard scope.made.isEmpty, let first = visibleNames.first(where: { $0.text == name.text }) else { return }
        reportDuplicates([first, name], "a device and its function")
    }

    // MARK: Statements

    /// Checks a statement and appends its code; true if it returns.
    private func check(_ node: Statement) -> Bool {
        let span = node.span
        switch node.kind {
        case .letValue(let name, let value): checkLet(name, value)
        case .variable(let node, let first): checkVariable(node, first)
        case .letClaim(let name, let value, let otherwise): checkClaim(name, value, otherwise)
        case .assign(let name, let index, let value): checkAssignment(name, index, value)
        case .run(let name, let request, let bound, let expired): checkRun(name, request, bound, expired)
        case .assignPath(let name, let steps, let value): checkPathAssignment(name, steps, value)
        case .call(.call(let name, let arguments, _)): return checkRoutine(name, arguments)
        case .call(let value): checkAction(value)
        case .condition(let condition, let arm, let otherwise): return checkIf(span, condition, arm, otherwise)
        case .match(let value, let arms): return checkMatch(span, value, arms)
        case .wait(let condition, let bound, let expired): checkWait(span, condition, bound, expired)
        case .pause(let time): code.append(.pause(microseconds: time.value ?? 0, span))
        case .count(let name, let count, let body): checkCount(span, name, count, body)
        case .slots(let name, let ring, let body): checkSlots(span, name, ring, body)
        case .publish: code.append(.publish(span))
        case .fence: code.append(.fence(span))
        case .release(let name): checkRelease(name)
        case .flush(let name): checkFlush(span, name)
        case .resetState: resetState(span)
        case .when(let condition, let arm, let otherwise): return checkWhen(span, condition, arm, otherwise)
        case .each(let name, let range, let body): checkEach(span, name, range, body)
        case .choose(let arms): return checkChoose(span, arms)
        case .fail:
            checkFail(span)
            return true
        case .returnValue(let value):
            if probe != nil { checkAnswer(span, value) } else { code.append(checkReturn(span, value)) }
            return true
        }
        return false
    }

    private func checkLet(_ name: Name, _ expression: Node) {
        if case .method(let base, let method, let arguments, _) = expression {
            return checkLetMethod(name, base, nil, method, arguments)
        }
        if case .elementMethod(let base, let index, let method, let arguments, _) = expression,
            case .state(let state)? = names[base], state.pool != nil
        {
            return checkLetMethod(name, base, index, method, arguments)
        }
        let value = check(expression)
        checkName(name)
        if let value { code.append(.value(value.expression)) }
        scope.push(name, value)
    }

    /// `var word: u16 = 0`: nothing flows out of a loop but through memory, so a variable is a cell of the driver's own. It
    /// has its first value again whenever the statement runs.
    private func checkVariable(_ node: State, _ first: Node) {
        stage.addCell(ofVariable: node)
        checkState(node, node.name, nil, first)
        checkName(node.name)
        var value = TypedValue(.number(0, node.name.span), bitCount: 1, typeBitCount: node.bitCount ?? 64)
        value.variable = node
        code.append(.value(value.expression))
        scope.push(node.name, value)
    }

    // MARK: Definitions of statements

    /// `send(bit)`: puts the statements of a definition in; true if they return. They see the device's names, their parameters
    /// and none of the function's names, which in turn sees none of theirs. An argument is computed once, before them. A
    /// return in one returns from the function.
    private func checkRoutine(_ name: Name, _ arguments: [Node]) -> Bool {
        if case .code(let made)? = scope.made[name.text] {
            code += made
            return false
        }
        guard
            let node = names.find(
                name, \.routines, "definition of statements",
                "declare `define \(name.text)() { … }` in device \(names.device.name)"), mayPutIn(name)
        else { return false }
        guard !scope.definitions.contains(name.text) else {
            report(.definedByItself, name.span, name, node.name.span)
            return false
        }
        guard arguments.count == node.parameters.count else {
            report(.wrongValueCount, name.span, name, node.name.span, node.parameters.count, arguments.count)
            return false
        }
        let start = scope.depth
        for argument in arguments {
            let value = check(argument)
            if let value { code.append(.value(value.expression)) }
            scope.push(nil, value)
        }
        let outer = scope
        scope.values = outer.values.map { (nil, $0.value) }
        (scope.used, scope.slots) = ([], [])
        scope.definitions.append(name.text)
        for (index, parameter) in node.parameters.enumerated() {
            checkName(parameter)
            scope.values[start + index].name = parameter
        }
        let returns = check(node.statements)
        for case (let local?, _) in scope.values where isWhole && !scope.used.contains(local.text) {
            report(.unusedName, local.span, local)
        }
        report(if: !returns && scope.buffers != outer.buffers, .bufferKeptByDefinition, node.name.span, name)
        // They lie on the stack as if they stood here.
        let depth = scope.depth
        scope = outer
        while scope.depth < depth { scope.push(nil, nil) }
        return returns
    }
}
