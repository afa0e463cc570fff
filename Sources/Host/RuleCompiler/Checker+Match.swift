// Checks `match`: its arms cover every number that the value may be, and each of their ranges decides something. The
// arms become branches, each in the branch that the one before it leaves open; the last one asks nothing.

import Metabinary

extension Checker {
    /// Checks a `match` and appends its code; true if every arm returns.
    mutating func checkMatch(
        _ span: SourceSpan, _ node: Syntax.Expression, _ arms: [Syntax.Arm], _ scope: inout Scope,
        _ code: inout [Checked]
    ) -> Bool {
        guard let value = check(node, &scope), !reportAddress([value], node.span) else {
            // Names that the arms use are used all the same.
            for arm in arms { _ = checkArm(arm.statements, &scope) }
            return false
        }
        guard !value.isStatic else {
            diagnostics.report(
                .staticCondition, node.span, "the value is known while code is generated",
                mend: "`match` chooses while running: take what the value chooses out of it")
            for arm in arms { _ = checkArm(arm.statements, &scope) }
            return false
        }
        checkCover(arms, value.bitCount, span)
        code.append(.value(value.expression))
        let place = scope.push(nil, value)
        var checked: [(arm: Syntax.Arm, code: [Checked], returns: Bool)] = []
        for arm in arms {
            let result = checkArm(arm.statements, &scope)
            checked.append((arm, result.code, result.returns))
        }
        var rest: [Checked]?
        for (arm, statements, _) in checked.reversed() {
            guard rest != nil, let ranges = arm.ranges else {
                rest = statements
                continue
            }
            var subject = value
            subject.expression = Scope.local(place, arm.span)
            subject.extract = nil
            subject.sum = nil
            guard let condition = isInside(ranges, subject, arm.span) else { continue }
            rest = [.condition(condition, statements, otherwise: rest, arm.span)]
        }
        code += rest ?? []
        return !arms.isEmpty && checked.allSatisfy(\.returns)
    }

    /// Reports ranges that decide nothing, and a number that no arm takes.
    private mutating func checkCover(_ arms: [Syntax.Arm], _ bitCount: UInt8, _ span: SourceSpan) {
        let most = UInt64.max >> UInt64(64 - bitCount)
        /// Numbers that no arm so far takes, in rising order.
        var open: [ClosedRange<UInt64>] = [0...most]
        for arm in arms {
            guard let ranges = arm.ranges else {
                if open.isEmpty { reportNever(arm.span, "the arms before it take all numbers of \(bitCount) bits") }
                open = []
                continue
            }
            for range in ranges {
                guard let low = range.low.value, let high = range.high.value else { return }
                let itsSpan = range.low.span.joined(with: range.high.span)
                guard low <= high else {
                    reportNever(itsSpan, "no number is from \(low) up to \(high)")
                    continue
                }
                if high > most {
                    reportNever(itsSpan, "the value has \(bitCount) bits and is \(most) at most")
                } else if !open.contains(where: { $0.overlaps(low...high) }) {
                    reportNever(itsSpan, "the arms before it take these numbers")
                }
                open = open.flatMap { Self.parts(of: $0, without: low...high) }
            }
        }
        guard let first = open.first else { return }
        diagnostics.report(
            .valuesNotCovered, span,
            "no arm takes \(first.lowerBound == first.upperBound ? "" : "\(first.lowerBound)…")\(first.upperBound)",
            mend: "add an arm for it, or `else: { … }` as the last one")
    }

    private mutating func reportNever(_ span: SourceSpan, _ why: String) {
        diagnostics.report(
            .armNeverRuns, span, "this never decides: \(why)", mend: "take it out, or correct its numbers")
    }

    /// What is left of a range.
    private static func parts(of whole: ClosedRange<UInt64>, without part: ClosedRange<UInt64>) -> [ClosedRange<UInt64>]
    {
        guard whole.overlaps(part) else { return [whole] }
        var parts: [ClosedRange<UInt64>] = []
        if whole.lowerBound < part.lowerBound { parts.append(whole.lowerBound...part.lowerBound - 1) }
        if part.upperBound < whole.upperBound { parts.append(part.upperBound + 1...whole.upperBound) }
        return parts
    }

    /// Whether a value lies in one of these ranges.
    private func isInside(
        _ ranges: [(low: Syntax.Number, high: Syntax.Number)], _ value: TypedValue, _ span: SourceSpan
    ) -> CheckedAtlas.Expression? {
        let most = UInt64.max >> UInt64(64 - value.bitCount)
        var joined: CheckedAtlas.Expression?
        for range in ranges {
            guard let low = range.low.value, let high = range.high.value, low <= high, high <= most else { return nil }
            let lowest = TypedValue(number: low, number(low, span))
            let highest = TypedValue(number: high, number(high, span))
            var part: CheckedAtlas.Expression?
            if low == high {
                part = compare(value, lowest, .equal, span).expression
            } else {
                if low > 0 { part = compare(lowest, value, .belowOrEqual, span).expression }
                if high < most || low == 0 {
                    let below = compare(value, highest, .belowOrEqual, span).expression
                    part = part.map { .init(operation: .binary(.and, $0, below), span: span) } ?? below
                }
            }
            guard let part else { return nil }
            joined = joined.map { .init(operation: .binary(.or, $0, part), span: span) } ?? part
        }
        return joined
    }
}
