// Checks results: values, outcomes and what they carry, and that every buffer is where the outcome says. It decides how a
// result is laid out; everybody else reads that in the metabinary.
//
// Layout of outcomes: the outcome's number; where any outcome carries fields, in bits 39:32, and the fields in bits
// 31:0; else in bits 7:0.

import Metabinary

extension Checker {
    /// Bits of the outcome's number.
    private static let outcomeBitCount: UInt8 = 8
    /// Where the number stands beside fields.
    private static let outcomeShift: UInt8 = 32

    private static func carriesFields(_ outcomes: [Syntax.Outcome]) -> Bool { outcomes.contains { !$0.fields.isEmpty } }

    /// The number that stands for an outcome, in its place.
    private static func code(of index: Int, _ outcomes: [Syntax.Outcome]) -> UInt64 {
        var number: UInt64 = 0
        for (position, outcome) in outcomes[...index].enumerated() {
            number = outcome.number.map { $0.value ?? 0 } ?? (position == 0 ? 0 : number + 1)
        }
        return number << UInt64(carriesFields(outcomes) ? outcomeShift : 0)
    }

    static func resultName(_ member: Syntax.Member) -> String {
        switch member.result {
        case .nothing: "none"
        case .value(let name, _): name.text
        case .outcomes: "outcome"
        }
    }

    static func resultBitCount(_ member: Syntax.Member) -> UInt8 {
        switch member.result {
        case .nothing: 0
        case .value(_, let bitCount): bitCount ?? 1
        case .outcomes(let outcomes): carriesFields(outcomes) ? outcomeShift + outcomeBitCount : outcomeBitCount
        }
    }

    /// Checks the outcomes of a function, and lays them out.
    mutating func checkOutcomes(_ member: Syntax.Member, of device: Syntax.Device) -> [ResultOutcome] {
        reportDuplicates(member.parameters.map(\.name), "the parameters of `\(member.name.text)`")
        guard case .outcomes(let outcomes) = member.result else { return [] }
        checkCount(outcomes.count, atMost: MetabinaryLimit.outcomeCount, "outcomes", member.name)
        reportDuplicates(outcomes.map(\.name), "the outcomes of `\(member.name.text)`")
        for outcome in outcomes {
            checkFields(outcome.fields, "outcome", outcome.name, Self.outcomeShift)
            checkCount(outcome.fields.count, atMost: MetabinaryLimit.outcomeFieldCount, "fields", outcome.name)
        }
        var seen: Set<UInt64> = []
        for (index, outcome) in outcomes.enumerated() {
            let number = Self.code(of: index, outcomes)
            let isTooLarge = number >> UInt64(Self.carriesFields(outcomes) ? Self.outcomeShift : 0) > 255
            guard isTooLarge || !seen.insert(number).inserted else { continue }
            diagnostics.report(
                .wrongOutcome, outcome.name.span, "outcome `\(outcome.name.text)` has no number of its own up to 255",
                mend: "give it one: `\(outcome.name.text) NUMBER`")
        }
        return outcomes.enumerated().map { index, outcome in
            ResultOutcome(
                name: Array(outcome.name.text.utf8), pattern: Self.code(of: index, outcomes),
                fields: outcome.fields.compactMap { laidOut($0, device) })
        }
    }

    private mutating func checkCount(_ count: Int, atMost limit: Int, _ what: String, _ name: Syntax.Name) {
        guard count > limit else { return }
        diagnostics.report(
            .limitExceeded, name.span, "`\(name.text)` has \(count) \(what)", mend: "\(limit) are the most")
    }

    /// A field as it stands in a result; `nil` for one that was reported.
    private mutating func laidOut(_ field: Syntax.Field, _ device: Syntax.Device) -> ResultOutcome.Field? {
        let pool = field.pool.flatMap { findBuffers($0) }
        guard let low = field.low.value, let high = field.high.value, low <= high,
            high < UInt64(Self.outcomeShift)
        else { return nil }
        return ResultOutcome.Field(
            name: Array(field.name.text.utf8), firstBit: UInt8(low), bitCount: UInt8(high - low + 1),
            memory: pool.map { buffers[$0].region - device.windows.count })
    }

    /// What a function returns for arguments out of range.
    mutating func refusal(of member: Syntax.Member, _ parameter: Syntax.Name) -> UInt64 {
        if case .outcomes(let outcomes) = member.result,
            let index = outcomes.firstIndex(where: { $0.name.text == "refused" && $0.fields.isEmpty })
        {
            return Self.code(of: index, outcomes)
        }
        diagnostics.report(
            .wrongOutcome, parameter.span, "`\(parameter.text)` is checked, and there is no outcome to refuse it",
            mend: "add the outcome `refused` to `\(member.name.text)`")
        return 0
    }

    /// Checks what a function returns.
    mutating func checkReturn(
        _ span: SourceSpan, _ expression: Syntax.Expression?, _ scope: inout Scope
    ) -> CheckedAtlas.Statement {
        let member = scope.member
        guard let expression else {
            if case .nothing = member.result {
                checkOwners(isSuccess: true, span, &scope)
            } else {
                diagnostics.report(
                    .wrongOutcome, span, "`\(member.name.text)` has a result, and none is returned",
                    mend: "write `return VALUE`")
            }
            return .returnValue(nil, span)
        }
        switch member.result {
        case .nothing:
            diagnostics.report(
                .wrongOutcome, expression.span, "`\(member.name.text)` gives nothing", mend: "write `return` alone")
            return .returnValue(nil, span)
        case .value(_, let bitCount):
            let value = check(expression, &scope)
            checkOwners(isSuccess: true, span, &scope)
            guard let value, let bitCount else { return .returnValue(nil, span) }
            return .returnValue(result(value, bitCount, expression.span), span)
        case .outcomes(let outcomes):
            let value = outcome(expression, outcomes, &scope)
            return .returnValue(value, span)
        }
    }

    /// The value as the declared result carries it.
    private mutating func result(_ value: TypedValue, _ bitCount: UInt8, _ span: SourceSpan) -> CheckedAtlas.Expression
    {
        if value.bitCount > bitCount {
            diagnostics.report(
                .valueTooWide, span, "the value may need \(value.bitCount) bits, the result has \(bitCount)",
                mend: "keep a part of it by a field or by `&`, or declare a wider result")
            return value.expression
        }
        let types: [UInt8] = [1, 8, 16, 32, 64]
        return value.converted(to: types.first { $0 >= bitCount } ?? 64).expression
    }

    // MARK: Outcomes

    private mutating func outcome(
        _ expression: Syntax.Expression, _ outcomes: [Syntax.Outcome], _ scope: inout Scope
    ) -> CheckedAtlas.Expression? {
        var name: Syntax.Name
        var fields: [(name: Syntax.Name, value: Syntax.Expression)] = []
        switch expression {
        case .name(let word): name = word
        case .record(let word, let given, _): (name, fields) = (word, given)
        default:
            reportOutcome(expression.span, outcomes)
            return nil
        }
        guard let index = outcomes.firstIndex(where: { $0.name.text == name.text }) else {
            reportOutcome(name.span, outcomes)
            return nil
        }
        let node = outcomes[index]
        reportDuplicates(fields.map(\.name), "this outcome")
        let missing = node.fields.first { field in !fields.contains { $0.name.text == field.name.text } }
        if let missing {
            diagnostics.report(
                .wrongOutcome, expression.span,
                "outcome `\(name.text)` carries `\(missing.name.text)`, which is not given",
                mend: "write `\(name.text) { \(node.fields.map { "\($0.name.text): VALUE" }.joined(separator: ", ")) }`"
            )
        }
        var packed: CheckedAtlas.Expression?
        for field in fields {
            guard let part = check(field.name, field.value, of: node, &scope) else { continue }
            packed = packed.map { .init(operation: .binary(.or, $0, part), span: part.span) } ?? part
        }
        checkOwners(isSuccess: index == 0, expression.span, &scope)
        let number = Self.code(of: index, outcomes)
        let constant = CheckedAtlas.Expression(operation: .number(number), span: expression.span)
        guard let packed else { return constant }
        return number == 0 ? packed : .init(operation: .binary(.or, packed, constant), span: expression.span)
    }

    private mutating func reportOutcome(_ span: SourceSpan, _ outcomes: [Syntax.Outcome]) {
        diagnostics.report(
            .wrongOutcome, span, "this is none of the outcomes of the function",
            mend: "return one of " + outcomes.map { "`\($0.name.text)`" }.joined(separator: ", "))
    }

    /// A value in the place of its field, 64 bits wide.
    private mutating func check(
        _ name: Syntax.Name, _ expression: Syntax.Expression, of outcome: Syntax.Outcome, _ scope: inout Scope
    ) -> CheckedAtlas.Expression? {
        guard let field = outcome.fields.first(where: { $0.name.text == name.text }) else {
            diagnostics.report(
                .wrongOutcome, name.span, "outcome `\(outcome.name.text)` carries no `\(name.text)`",
                mend: "take it out, or declare it at \(place(outcome.name.span))")
            return nil
        }
        var value: TypedValue?
        // A buffer that is returned moves to the caller.
        if case .name(let word) = expression, scope.moved[word.text] != nil {
            value = check(word, &scope)
            scope.moved[word.text] = true
        } else {
            value = check(expression, &scope)
        }
        guard let value, let low = field.low.value, let high = field.high.value, low <= high,
            high < UInt64(Self.outcomeShift)
        else { return nil }
        guard UInt64(value.bitCount) <= high - low + 1 else {
            diagnostics.report(
                .valueTooWide, expression.span,
                "the value may need \(value.bitCount) bits, `\(name.text)` has \(high - low + 1)",
                mend: "keep a part of it by `&`, or give the outcome's field more bits")
            return nil
        }
        if let pool = field.pool.flatMap({ findBuffers($0) }), let buffer = value.buffer, buffer != pool {
            diagnostics.report(
                .wrongArguments, expression.span, "this is no buffer of `\(buffers[pool].name.text)`",
                mend: "give one of its own, or say at the outcome whose buffer it is")
        }
        let part = value.converted(to: 64).expression
        guard low > 0 else { return part }
        let places = CheckedAtlas.Expression(operation: .number(low), span: part.span)
        return .init(operation: .binary(.shiftLeft, part, places), span: part.span)
    }

    // MARK: Owners

    /// Checks that each buffer is where the caller is told: what was given is moved if, and only if, all went well;
    /// what the function took out of a slot is moved always.
    mutating func checkOwners(isSuccess: Bool, _ span: SourceSpan, _ scope: inout Scope) {
        for name in scope.moved.keys.sorted() {
            let isMoved = scope.moved[name] == true
            let isGiven = scope.given.contains(name)
            guard isMoved != (isGiven ? isSuccess : true) else { continue }
            diagnostics.report(
                .bufferKept, span,
                isMoved
                    ? "`\(name)` was moved, and the caller is told that it still owns it" : "`\(name)` is lost here",
                mend: isMoved
                    ? "move it only where the first outcome, success, is returned"
                    : "move it into a slot or into the outcome before the return")
        }
    }
}
