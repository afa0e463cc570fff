// Checks the statements of the static stage: `when`, `for each` and `choose`. Each arm is checked as if it were the only one;
// what stands behind must be right after either, so arms end in the same state.

import Metabinary

extension Checker {
    /// An arm that was checked, with the scope that it leaves.
    private typealias StaticArm = (code: [Checked], returns: Bool, scope: Scope)

    /// Checks an arm of which it is known while generating whether it is there.
    private mutating func checkStaticArm(_ nodes: [Syntax.Statement], _ scope: Scope) -> StaticArm {
        var inner = scope
        let result = checkBlock(nodes, &inner, from: scope.values.count)
        return (result.code, result.returns, inner)
    }

    /// Goes on behind arms, which must leave what they were given in the same state. Returns whether they return.
    private mutating func join(_ arms: [StaticArm], _ span: SourceSpan, _ scope: inout Scope) -> Bool {
        for arm in arms { scope.used.formUnion(arm.scope.used) }
        guard let first = arms.first else { return false }
        if arms.contains(where: { $0.returns != first.returns }) {
            diagnostics.report(
                .armsDiffer, span, "one arm returns and the other goes on",
                mend: "put what stands behind into the arm that goes on: only one of them is generated")
            return false
        }
        let differing = scope.moved.keys.sorted().first { name in
            arms.contains { $0.scope.moved[name] != first.scope.moved[name] }
        }
        let slot = scope.slots.indices.first { index in
            arms.contains { !Self.isAlike($0.scope.slots[index], first.scope.slots[index]) }
        }
        if !first.returns, differing != nil || slot != nil {
            let name = differing ?? slot.flatMap { scope.values[scope.slots[$0].place].name?.text } ?? ""
            diagnostics.report(
                .armsDiffer, span, "`\(name)` is moved, written or posted in one arm and not in the other",
                mend: "do it in every arm, or before them")
        }
        scope.moved = arms[arms.count - 1].scope.moved
        scope.slots = arms[arms.count - 1].scope.slots
        return first.returns
    }

    private static func isAlike(_ slot: Scope.Slot, _ other: Scope.Slot) -> Bool {
        slot.isClaimed == other.isClaimed && slot.isWritten == other.isWritten && slot.isFilled == other.isFilled
            && slot.isPosted == other.isPosted
    }

    // MARK: Choosing while generating

    /// `when CONDITION { … } else { … }`
    mutating func checkWhen(
        _ span: SourceSpan, _ condition: Syntax.Expression, _ arm: [Syntax.Statement],
        _ otherwise: [Syntax.Statement]?, _ scope: inout Scope, _ code: inout [Checked]
    ) -> Bool {
        let value = check(condition, &scope)
        let arms = [checkStaticArm(arm, scope), checkStaticArm(otherwise ?? [], scope)]
        let returns = join(arms, span, &scope)
        guard let value else { return returns }
        guard value.isStatic else {
            diagnostics.report(
                .dynamicCondition, condition.span, "the condition is known only while the code runs",
                mend: "use `if`, which chooses while running; `when` chooses while code is generated")
            return returns
        }
        guard value.numbers.high <= 1 else {
            diagnostics.report(
                .notACondition, condition.span, "a number of \(value.bitCount) bits is no condition",
                mend: "compare it: `VALUE != 0`")
            return returns
        }
        let depth = scope.values.count
        if value.isKnown {
            // Nothing is left to decide: the arm stands here as it is, less the places of its values.
            code.append(.when(number(1, span), arms[value.number == 1 ? 0 : 1].code, otherwise: [], depth: depth, span))
        } else {
            code.append(.when(value.expression, arms[0].code, otherwise: arms[1].code, depth: depth, span))
        }
        return returns
    }

    /// `choose { … } or { … }`
    mutating func checkChoose(
        _ span: SourceSpan, _ nodes: [[Syntax.Statement]], _ scope: inout Scope, _ code: inout [Checked]
    ) -> Bool {
        usesChoice = true
        let choice = addChoice(scope.member.name.text, span, nodes.count)
        var arms: [StaticArm] = []
        for node in nodes { arms.append(checkStaticArm(node, scope)) }
        let returns = join(arms, span, &scope)
        var rest = arms.last?.code ?? []
        for (index, arm) in arms.dropLast().enumerated().reversed() {
            let isTried = Expression(
                operation: .binary(
                    .equal, .init(operation: .choice(choice), span: span), number(UInt64(index), span)), span: span)
            rest = [.when(isTried, arm.code, otherwise: rest, depth: scope.values.count, span)]
        }
        code += rest
        return returns
    }

    // MARK: Repeating while generating

    /// `for each NAME in 0..<COUNT { … }`, `for each NAME in 0, 3, 5 { … }`
    mutating func checkEach(
        _ span: SourceSpan, _ name: Syntax.Name, _ range: Syntax.EachRange, _ body: [Syntax.Statement],
        _ scope: inout Scope, _ code: inout [Checked]
    ) {
        checkName(name, scope)
        let depth = scope.values.count
        var opening: [Checked] = []
        var count: Expression?
        switch range {
        case .count(let node):
            let value = eachCount(node, &scope)
            count = value?.expression
            var counter = value.map {
                TypedValue(numbers: StaticNumbers(0, max($0.numbers.high, 1) - 1), Scope.local(depth, name.span))
            }
            counter?.expression = Scope.local(depth, name.span)
            counter?.below = value?.fact
            _ = scope.push(name, counter)
        case .list(let nodes):
            count = number(UInt64(nodes.count), span)
            _ = scope.push(nil, nil)
            let entries = eachEntries(nodes, &scope)
            var place = TypedValue(
                numbers: StaticNumbers(0, UInt64(nodes.count) - 1), Scope.local(depth, name.span))
            place.expression = Scope.local(depth, name.span)
            let value = entries.map { entry(of: $0, at: place, name.span) }
            if let value { opening = [.value(value.expression)] }
            _ = scope.push(name, value)
        }
        let moved = scope.moved
        let result = checkBlock(body, &scope, from: depth)
        checkLoop(result.returns, moved, span, &scope)
        guard let count else { return }
        code.append(.each(count, opening + result.code, span))
    }

    private mutating func eachCount(_ node: Syntax.Expression, _ scope: inout Scope) -> TypedValue? {
        guard let value = check(node, &scope) else { return nil }
        guard value.isStatic else {
            reportDynamic(node.span, "`for each` repeats while code is generated, and this is known only later")
            return nil
        }
        guard value.numbers.high > 0, value.numbers.high <= UInt64(MetabinaryLimit.itemCount) else {
            diagnostics.report(
                .valueTooWide, node.span,
                value.numbers.high == 0
                    ? "the loop never runs" : "the loop may run \(value.numbers.high) times while code is generated",
                mend: value.numbers.high == 0
                    ? "take it out" : "\(MetabinaryLimit.itemCount) is the most; `for` repeats while running")
            return nil
        }
        return value
    }

    /// The numbers of a list, each the same on every machine.
    private mutating func eachEntries(_ nodes: [Syntax.Expression], _ scope: inout Scope) -> [UInt64]? {
        var entries: [UInt64] = []
        for node in nodes {
            guard let value = check(node, &scope) else { continue }
            guard value.isKnown else {
                reportDynamic(node.span, "an entry of the list is not the same on every machine")
                continue
            }
            entries.append(value.number)
        }
        if nodes.count > MetabinaryLimit.entryCount {
            diagnostics.report(
                .limitExceeded, nodes[0].span, "\(nodes.count) entries",
                mend: "\(MetabinaryLimit.entryCount) are the most")
        }
        return entries.count == nodes.count ? entries : nil
    }

    /// `for NAME in 0..<FACT { … }`: the count is a fact, the loop runs all the same.
    func loop(_ count: TypedValue, _ body: [Checked], _ span: SourceSpan) -> Checked {
        count.isKnown ? .loop(count: count.number, body, span) : .loopOf(count.expression, body, span)
    }
}
