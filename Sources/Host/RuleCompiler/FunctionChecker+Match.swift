// Checks `match`: its arms cover every number that the value may be, and each of their ranges decides something. The
// arms become branches, each in the branch that the one before it leaves open; the last one asks nothing.

extension FunctionChecker {
    /// Checks a `match` and appends its code; true if every arm returns.
    func checkMatch(_ span: SourceSpan, _ node: Node, _ arms: [Syntax.Arm]) -> Bool {
        let value = check(node).flatMap { typing.reportAddress([$0], node.span) ? nil : $0 }
        report(if: value?.isStatic == true, .staticMatch, node.span)
        guard var value, !value.isStatic else {
            // Names that the arms use are used all the same.
            for arm in arms { _ = checkArm(arm.statements) }
            return false
        }
        checkCover(arms, value.bitCount, span)
        code.append(.value(value.expression))
        let place = scope.push(nil, value)
        value.extract = nil
        value.sum = nil
        let blocks = arms.map { checkArm($0.statements) }
        var rest: [Checked]?
        for (arm, block) in zip(arms, blocks).reversed() {
            guard rest != nil, let ranges = arm.ranges else {
                rest = block.code
                continue
            }
            value.expression = .local(place, arm.span)
            guard let condition = isInside(ranges, value, arm.span) else { continue }
            rest = [.condition(condition, block.code, otherwise: rest, arm.span)]
        }
        code += rest ?? []
        return !arms.isEmpty && blocks.allSatisfy(\.returns)
    }

    /// Reports ranges that decide nothing, and a number that no arm takes.
    private func checkCover(_ arms: [Syntax.Arm], _ bitCount: UInt8, _ span: SourceSpan) {
        let most = Typing.mask(bitCount)
        /// Numbers that no arm so far takes, in rising order.
        var open: [ClosedRange<UInt64>] = [0...most]
        for arm in arms {
            guard let ranges = arm.ranges else {
                if open.isEmpty {
                    report(.armNeverRuns, arm.span, "the arms before it take all numbers of \(bitCount) bits")
                }
                open = []
                continue
            }
            for range in ranges {
                guard let low = range.low.value, let high = range.high.value else { return }
                let itsSpan = range.low.span.joined(with: range.high.span)
                guard low <= high else {
                    report(.armNeverRuns, itsSpan, "no number is from \(low) up to \(high)")
                    continue
                }
                if high > most {
                    report(.armNeverRuns, itsSpan, "the value has \(bitCount) bits and is \(most) at most")
                } else if !open.contains(where: { $0.overlaps(low...high) }) {
                    report(.armNeverRuns, itsSpan, "the arms before it take these numbers")
                }
                open = open.flatMap { Self.parts(of: $0, without: low...high) }
            }
        }
        guard let first = open.first else { return }
        report(
            .valuesNotCovered, span, first.lowerBound == first.upperBound ? "" : "\(first.lowerBound)…",
            first.upperBound)
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
    private func isInside(_ ranges: [(low: Number, high: Number)], _ value: TypedValue, _ span: SourceSpan)
        -> Expression?
    {
        let most = Typing.mask(value.bitCount)
        var joined: Expression?
        for range in ranges {
            guard let low = range.low.value, let high = range.high.value, low <= high, high <= most else { return nil }
            let (lowest, highest) = (TypedValue(low, span), TypedValue(high, span))
            var part: Expression?
            if low == high {
                part = typing.compare(value, lowest, .equal, span).expression
            } else {
                if low > 0 { part = typing.compare(lowest, value, .unsignedLessOrEqual, span).expression }
                if high < most || low == 0 {
                    let below = typing.compare(value, highest, .unsignedLessOrEqual, span).expression
                    part = part.map { .binary(.and, $0, below, span) } ?? below
                }
            }
            guard let part else { return nil }
            joined = joined.map { .binary(.or, $0, part, span) } ?? part
        }
        return joined
    }
}
