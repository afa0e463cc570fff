// Checks the statements of the static stage: `when`, `for each` and `choose`. Each arm is checked as if it were the only one;
// what comes after them must be right after either, so arms end in the same state.

import Metabinary

extension FunctionChecker {
    /// An arm that was checked, with the scope that it leaves.
    private typealias StaticArm = (code: [Checked], returns: Bool, scope: Scope)

    /// Checks an arm of which it is known while generating whether it is there.
    private func checkStaticArm(_ nodes: [Statement]) -> StaticArm {
        let outer = scope
        let (code, returns) = checkBlock(nodes, from: outer.depth)
        let inner = scope
        scope = outer
        return (code, returns, inner)
    }

    /// Goes on after arms, which must leave what they were given in the same state. Returns whether they return.
    private func join(_ arms: [StaticArm], _ span: SourceSpan) -> Bool {
        for arm in arms { scope.used.formUnion(arm.scope.used) }
        guard let first = arms.first, let last = arms.last else { return false }
        if arms.contains(where: { $0.returns != first.returns }) {
            report(.armsReturnDifferently, span)
            return false
        }
        let buffer = scope.buffers.keys.sorted().first { name in
            arms.contains { $0.scope.buffers[name] != first.scope.buffers[name] }
        }
        let slot = scope.slots.indices.first { index in
            arms.contains { $0.scope.slots[index].state != first.scope.slots[index].state }
        }
        if !first.returns, buffer != nil || slot != nil {
            let name = buffer ?? slot.flatMap { scope.values[scope.slots[$0].place].name?.text } ?? ""
            report(.armsMoveDifferently, span, name)
        }
        scope.buffers = last.scope.buffers
        scope.slots = last.scope.slots
        return first.returns
    }

    // MARK: Choosing while generating

    /// `when CONDITION { … } else { … }`
    func checkWhen(_ span: SourceSpan, _ condition: Node, _ arm: [Statement], _ otherwise: [Statement]?) -> Bool {
        let value = check(condition)
        let arms = [checkStaticArm(arm), checkStaticArm(otherwise ?? [])]
        let returns = join(arms, span)
        guard let value else { return returns }
        let depth = scope.depth
        if !value.isStatic {
            report(.dynamicCondition, condition.span)
        } else if value.numbers.high > 1 {
            report(.numberIsNoCondition, condition.span, value.bitCount)
        } else if value.isKnown {
            // Nothing is left to decide: the arm is here as it is, less the places of its values.
            code.append(
                .when(.number(1, span), arms[value.number == 1 ? 0 : 1].code, otherwise: [], depth: depth, span))
        } else {
            code.append(.when(value.expression, arms[0].code, otherwise: arms[1].code, depth: depth, span))
        }
        return returns
    }

    /// `choose { … } or { … }`
    func checkChoose(_ span: SourceSpan, _ nodes: [[Statement]]) -> Bool {
        usesChoice = true
        let choice = stage.addChoice(member.name.text, span, nodes.count)
        let arms = nodes.map(checkStaticArm)
        let returns = join(arms, span)
        var rest = arms.last?.code ?? []
        for (index, arm) in arms.dropLast().enumerated().reversed() {
            let tried = Expression(operation: .choice(choice), span: span)
            let isTried = Expression.binary(.equal, tried, .number(UInt64(index), span), span)
            rest = [.when(isTried, arm.code, otherwise: rest, depth: scope.depth, span)]
        }
        code += rest
        return returns
    }

    // MARK: Repeating while generating

    /// `for each NAME in 0..<COUNT { … }`, `for each NAME in 0, 3, 5 { … }`
    func checkEach(_ span: SourceSpan, _ name: Name, _ range: Syntax.EachRange, _ body: [Statement]) {
        checkName(name)
        let depth = scope.depth
        let count: Expression?
        var opening: [Checked] = []
        switch range {
        case .count(let node):
            let value = eachCount(node)
            count = value?.expression
            let counter = value.map { Self.counter(upTo: max($0.numbers.high, 1) - 1, depth, name.span, $0.fact) }
            scope.push(name, counter)
        case .list(let nodes):
            count = .number(UInt64(nodes.count), span)
            scope.push(nil, nil)
            let place = Self.counter(upTo: UInt64(nodes.count) - 1, depth, name.span)
            let value = eachEntries(nodes).map { stage.entry(of: $0, at: place, name.span) }
            if let value { opening = [.value(value.expression)] }
            scope.push(name, value)
        }
        let body = checkBody(body, from: depth, span)
        if let count { code.append(.each(count, opening + body, span)) }
    }

    /// The number of a run, which is known while generating and nowhere else.
    private static func counter(upTo last: UInt64, _ place: Int, _ span: SourceSpan, _ below: String? = nil)
        -> TypedValue
    {
        var counter = TypedValue(numbers: StaticNumbers(0, last), .local(place, span))
        counter.expression = .local(place, span)
        counter.below = below
        return counter
    }

    private func eachCount(_ node: Node) -> TypedValue? {
        guard let value = check(node) else { return nil }
        guard value.isStatic else {
            return typing.reportDynamic(
                node.span, "`for each` repeats while code is generated, and this is known only later")
        }
        let most = value.numbers.high
        if most == 0 { return report(.loopNeverRuns, node.span) }
        guard most <= UInt64(MetabinaryLimit.itemCount) else {
            return report(.tooManyRuns, node.span, most, MetabinaryLimit.itemCount)
        }
        return value
    }

    /// The numbers of a list, each the same on every machine.
    private func eachEntries(_ nodes: [Node]) -> [UInt64]? {
        var entries: [UInt64] = []
        for node in nodes {
            guard let value = check(node) else { continue }
            if value.isKnown {
                entries.append(value.number)
            } else {
                typing.reportDynamic(node.span, "an entry of the list is not the same on every machine")
            }
        }
        report(.tooManyItems, nodes[0].span, nodes.count, over: MetabinaryLimit.entryCount, "entries")
        return entries.count == nodes.count ? entries : nil
    }
}
