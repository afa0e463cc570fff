// Checks results: values, outcomes and what they carry, and that every buffer is where the outcome says. How a result is
// laid out, OutcomeLayout decides.

import Metabinary

extension FunctionChecker {
    /// Checks the outcomes of the function, and lays them out.
    func checkOutcomes() -> [ResultOutcome] {
        reportDuplicates(member.parameters.map(\.name), "the parameters of \(member.name)")
        guard case .outcomes(let outcomes) = member.result else { return [] }
        report(
            .tooManyInOne, member.name.span, outcomes.count, over: MetabinaryLimit.outcomeCount, member.name, "outcomes"
        )
        reportDuplicates(outcomes.names, "the outcomes of \(member.name)")
        for outcome in outcomes {
            checkFields(outcome.fields, "outcome", outcome.name, OutcomeLayout.shift)
            let (count, name) = (outcome.fields.count, outcome.name)
            report(.tooManyInOne, name.span, count, over: MetabinaryLimit.outcomeFieldCount, name, "fields")
        }
        var seen: Set<UInt64> = []
        for (index, outcome) in outcomes.enumerated() {
            let number = OutcomeLayout.number(of: index, outcomes)
            guard number > 255 || !seen.insert(number).inserted else { continue }
            report(.outcomeWithoutNumber, outcome.name.span, outcome.name)
        }
        return outcomes.enumerated().map { index, outcome in
            ResultOutcome(
                name: Array(outcome.name.text.utf8), pattern: OutcomeLayout.code(of: index, outcomes),
                fields: outcome.fields.compactMap(laidOut))
        }
    }

    /// A field as it is in a result; `nil` for one that was reported.
    private func laidOut(_ field: Field) -> ResultOutcome.Field? {
        let pool = field.pool.flatMap { plan.findBuffers($0) }
        guard let (low, high) = field.range(within: UInt64(OutcomeLayout.shift)) else { return nil }
        return ResultOutcome.Field(
            name: Array(field.name.text.utf8), firstBit: UInt8(low), bitCount: UInt8(high - low + 1),
            memory: pool.map { plan.buffers[$0].region - names.device.windows.count })
    }

    /// What the function returns for arguments out of range.
    func refusal(of parameter: Name) -> UInt64 {
        if case .outcomes(let outcomes) = member.result,
            let index = outcomes.firstIndex(where: { $0.name.text == "refused" && $0.fields.isEmpty })
        {
            return OutcomeLayout.code(of: index, outcomes)
        }
        report(.outcomeRefusedMissing, parameter.span, parameter, member.name)
        return 0
    }

    /// Checks what the function returns.
    func checkReturn(_ span: SourceSpan, _ expression: Node?) -> Checked {
        guard let expression else {
            if case .nothing = member.result {
                checkOwners(isSuccess: true, span)
            } else {
                report(.missingResult, span, member.name)
            }
            return .returnValue(nil, span)
        }
        switch member.result {
        case .nothing:
            report(.needlessResult, expression.span, member.name)
            return .returnValue(nil, span)
        case .value(_, let bitCount):
            let value = check(expression)
            checkOwners(isSuccess: true, span)
            guard let value, let bitCount else { return .returnValue(nil, span) }
            return .returnValue(result(value, bitCount, expression.span), span)
        case .outcomes(let outcomes): return .returnValue(outcome(expression, outcomes), span)
        }
    }

    /// The value as the declared result carries it.
    private func result(_ value: TypedValue, _ bitCount: UInt8, _ span: SourceSpan) -> Expression {
        if value.bitCount > bitCount {
            report(.resultTooWide, span, value.bitCount, bitCount)
            return value.expression
        }
        return value.converted(to: [1, 8, 16, 32, 64].first { $0 >= bitCount } ?? 64).expression
    }

    // MARK: Outcomes

    private func outcome(_ expression: Node, _ outcomes: [Syntax.Outcome]) -> Expression? {
        var name: Name?
        var fields: [(name: Name, value: Node)] = []
        if case .name(let word) = expression { name = word }
        if case .record(let word, let given, _) = expression { (name, fields) = (word, given) }
        guard let index = outcomes.firstIndex(where: { $0.name.text == name?.text }) else {
            let all = outcomes.map(\.name.description).joined(separator: ", ")
            let mend = NameDistance.mend(name?.text ?? "", "return one of \(all)", among: all)
            return report(.unknownOutcome, name?.span ?? expression.span, mend)
        }
        let node = outcomes[index]
        for place in fields.indices where !node.fields.has(fields[place].name) {
            fields[place].name = meant(by: fields[place].name, of: node)
        }
        reportDuplicates(fields.map(\.name), "this outcome")
        let missing = node.fields.first { field in !fields.contains { $0.name.text == field.name.text } }
        if let missing {
            let all = node.fields.map { "\($0.name.text): VALUE" }.joined(separator: ", ")
            report(.outcomeFieldMissing, expression.span, node.name, missing.name, all)
        }
        var packed: Expression?
        for field in fields {
            guard let part = check(field.name, field.value, of: node) else { continue }
            packed = part.joined(to: packed)
        }
        checkOwners(isSuccess: index == 0, expression.span)
        let number = OutcomeLayout.code(of: index, outcomes)
        let constant = Expression.number(number, expression.span)
        guard let packed else { return constant }
        return number == 0 ? packed : .binary(.or, packed, constant, expression.span)
    }

    /// Reports a field that an outcome does not have, and returns the one that is nearly of that name, else the same.
    private func meant(by name: Name, of outcome: Syntax.Outcome) -> Name {
        let nearest = NameDistance.nearest(to: name.text, among: outcome.fields.names.map(\.text))
        let mend = nearest.map { "write `\($0)`, if that is meant; else " } ?? ""
        report(.outcomeFieldUnknown, name.span, outcome.name, name, outcome.name.span, mend)
        return Name(text: nearest ?? name.text, span: name.span)
    }

    /// A value in the place of its field, 64 bits wide.
    private func check(_ name: Name, _ expression: Node, of outcome: Syntax.Outcome) -> Expression? {
        var value: TypedValue?
        // A buffer that is returned moves to the caller.
        if case .name(let word) = expression, scope.buffers[word.text] != nil {
            value = check(word)
            moved(word)
        } else {
            value = check(expression)
        }
        guard let value, let field = outcome.fields.named(name),
            let (low, high) = field.range(within: UInt64(OutcomeLayout.shift))
        else { return nil }
        guard UInt64(value.bitCount) <= high - low + 1 else {
            return report(.outcomeFieldTooWide, expression.span, value.bitCount, name, high - low + 1)
        }
        if let pool = field.pool.flatMap({ plan.findBuffers($0) }), let buffer = value.buffer, buffer != pool {
            report(.outcomeOfOtherPool, expression.span, plan.buffers[pool].name)
        }
        return value.converted(to: 64).expression.shifted(left: low)
    }

    // MARK: Owners

    /// Checks that each buffer is where the caller is told.
    func checkOwners(isSuccess: Bool, _ span: SourceSpan) {
        for (name, state) in scope.buffers.sorted(by: { $0.key < $1.key }) {
            if let mistake = state.mistakeAtReturn(isSuccess: isSuccess) { report(mistake, span, name) }
        }
    }
}
