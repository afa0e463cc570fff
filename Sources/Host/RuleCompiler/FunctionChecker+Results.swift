// Checks results: values, outcomes and what they carry, and that every buffer is where the outcome says. How a result is
// laid out, OutcomeLayout decides.

import Metabinary

extension FunctionChecker {
    /// Checks the outcomes of the function, and lays them out.
    func checkOutcomes() -> [ResultOutcome] {
        reportDuplicates(member.parameters.map(\.name), "the parameters of \(member.name)")
        guard case .outcomes(let outcomes) = member.result else { return [] }
        checkCount(outcomes.count, atMost: MetabinaryLimit.outcomeCount, "outcomes", member.name)
        reportDuplicates(outcomes.names, "the outcomes of \(member.name)")
        for outcome in outcomes {
            checkFields(outcome.fields, "outcome", outcome.name, OutcomeLayout.shift)
            checkCount(outcome.fields.count, atMost: MetabinaryLimit.outcomeFieldCount, "fields", outcome.name)
        }
        var seen: Set<UInt64> = []
        for (index, outcome) in outcomes.enumerated() {
            let number = OutcomeLayout.number(of: index, outcomes)
            guard number > 255 || !seen.insert(number).inserted else { continue }
            report(
                .wrongOutcome, outcome.name.span, "outcome \(outcome.name) has no number of its own up to 255",
                "give it one: `\(outcome.name.text) NUMBER`")
        }
        return outcomes.enumerated().map { index, outcome in
            ResultOutcome(
                name: Array(outcome.name.text.utf8), pattern: OutcomeLayout.code(of: index, outcomes),
                fields: outcome.fields.compactMap(laidOut))
        }
    }

    private func checkCount(_ count: Int, atMost limit: Int, _ what: String, _ name: Name) {
        report(if: count > limit, .limitExceeded, name.span, "\(name) has \(count) \(what)", "\(limit) are the most")
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
        report(
            .wrongOutcome, parameter.span, "\(parameter) is checked, and there is no outcome to refuse it",
            "add the outcome `refused` to \(member.name)")
        return 0
    }

    /// Checks what the function returns.
    func checkReturn(_ span: SourceSpan, _ expression: Node?) -> Checked {
        guard let expression else {
            if case .nothing = member.result {
                checkOwners(isSuccess: true, span)
            } else {
                report(.wrongOutcome, span, "\(member.name) has a result, and none is returned", "write `return VALUE`")
            }
            return .returnValue(nil, span)
        }
        switch member.result {
        case .nothing:
            report(.wrongOutcome, expression.span, "\(member.name) gives nothing", "write `return` alone")
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
            report(
                .valueTooWide, span, "the value may need \(value.bitCount) bits, the result has \(bitCount)",
                "keep a part of it by a field or by `&`, or declare a wider result")
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
            return report(
                .wrongOutcome, name?.span ?? expression.span, "this is none of the outcomes of the function",
                "return one of " + outcomes.map { "`\($0.name.text)`" }.joined(separator: ", "))
        }
        let node = outcomes[index]
        reportDuplicates(fields.map(\.name), "this outcome")
        let missing = node.fields.first { field in !fields.contains { $0.name.text == field.name.text } }
        if let missing {
            let all = node.fields.map { "\($0.name.text): VALUE" }.joined(separator: ", ")
            report(
                .wrongOutcome, expression.span, "outcome \(node.name) carries \(missing.name), which is not given",
                "write `\(node.name.text) { \(all) }`")
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

    /// A value in the place of its field, 64 bits wide.
    private func check(_ name: Name, _ expression: Node, of outcome: Syntax.Outcome) -> Expression? {
        guard let field = outcome.fields.named(name) else {
            return report(
                .wrongOutcome, name.span, "outcome \(outcome.name) carries no \(name)",
                "take it out, or declare it at \(place(outcome.name.span))")
        }
        var value: TypedValue?
        // A buffer that is returned moves to the caller.
        if case .name(let word) = expression, scope.buffers[word.text] != nil {
            value = check(word)
            moved(word)
        } else {
            value = check(expression)
        }
        guard let value, let (low, high) = field.range(within: UInt64(OutcomeLayout.shift)) else { return nil }
        guard UInt64(value.bitCount) <= high - low + 1 else {
            return report(
                .valueTooWide, expression.span,
                "the value may need \(value.bitCount) bits, \(name) has \(high - low + 1)",
                "keep a part of it by `&`, or give the outcome's field more bits")
        }
        if let pool = field.pool.flatMap({ plan.findBuffers($0) }), let buffer = value.buffer, buffer != pool {
            report(
                .wrongArguments, expression.span, "this is no buffer of \(plan.buffers[pool].name)",
                "give one of its own, or say at the outcome whose buffer it is")
        }
        return value.converted(to: 64).expression.shifted(left: low)
    }

    // MARK: Owners

    /// Checks that each buffer is where the caller is told.
    func checkOwners(isSuccess: Bool, _ span: SourceSpan) {
        for (name, state) in scope.buffers.sorted(by: { $0.key < $1.key }) {
            guard let complaint = state.complaintAtReturn(isSuccess: isSuccess) else { continue }
            report(.bufferKept, span, complaint.what.replacing("BUFFER", with: "`\(name)`"), complaint.mend)
        }
    }
}
