// Values. Depth and length of an expression are bounded, so that no text can exhaust the stack of this process or of the
// target.

extension Parser {
    /// Operators that one expression may have.
    private static let operatorLimit = 64
    /// Parentheses that may be open at a time.
    private static let depthLimit = 16

    /// They bind least, and do not associate.
    private static let comparisons: [Syntax.Operator] = [
        .equal, .notEqual, .below, .belowOrEqual, .above, .aboveOrEqual,
    ]

    /// Operators that associate to the left, the loosest first.
    private static let levels: [[Syntax.Operator]] = [
        [.or], [.and], [.plus, .minus], [.times, .dividedBy, .remainder], [.shiftLeft, .shiftRight],
    ]

    func expression() throws(Failure) -> Syntax.Expression {
        operatorCount = 0
        return try comparison()
    }

    private func comparison() throws(Failure) -> Syntax.Expression {
        let left = try operators(0)
        if isAt("="), parenthesisDepth > 0 {
            report(.assignedCondition, current.span)
            return .binary(left, .equal, take().span, try operators(0))
        }
        guard let comparison = Self.comparisons.first(where: isAt) else { return left }
        return .binary(left, comparison, try takeOperator(), try operators(0))
    }

    private func operators(_ level: Int) throws(Failure) -> Syntax.Expression {
        guard level < Self.levels.count else { return try value() }
        var left = try operators(level + 1)
        while let found = Self.levels[level].first(where: isAt) {
            left = .binary(left, found, try takeOperator(), try operators(level + 1))
        }
        return left
    }

    private func isAt(_ operator: Syntax.Operator) -> Bool { isAt(`operator`.rawValue) }

    private func takeOperator() throws(Failure) -> SourceSpan {
        operatorCount += 1
        guard operatorCount <= Self.operatorLimit else {
            throw exceeded("an expression has more than \(Self.operatorLimit) operators")
        }
        return take().span
    }

    private func nested<Inner>(_ inner: @autoclosure () throws(Failure) -> Inner) throws(Failure) -> Inner {
        guard parenthesisDepth < Self.depthLimit else {
            throw exceeded("parentheses are more than \(Self.depthLimit) deep")
        }
        parenthesisDepth += 1
        defer { parenthesisDepth -= 1 }
        return try inner()
    }

    private func value() throws(Failure) -> Syntax.Expression {
        if current.isNumber { return .number(try number("a value")) }
        if isAt("~") { return try nested(inverse()) }
        if isAt("(") { return try nested(parenthesis()) }
        if isAt("capability"), ahead(1).isNumber { return try learned() }
        let base = try name(
            "a value",
            fixIt: "a value is a number, a register, a field `REGISTER.FIELD`, a name, or a value in parentheses")
        if isAtRecord { return .record(base, try nested(record(base)), previousSpan) }
        if isAt("(") { return .call(base, try arguments(), previousSpan) }
        return try steps(base)
    }

    private func inverse() throws(Failure) -> Syntax.Expression {
        let sign = try takeOperator()
        return .inverse(try value(), sign)
    }

    private func parenthesis() throws(Failure) -> Syntax.Expression {
        take()
        let inner = try comparison()
        try expect(")", fixIt: "close the parenthesis")
        return inner
    }

    private func arguments() throws(Failure) -> [Syntax.Expression] {
        try nested(parenthesised(comparison(), fixIt: "separate arguments by `,` and end them with `)`"))
    }

    private func record(_ base: Name) throws(Failure) -> [(name: Name, value: Syntax.Expression)] {
        try written("write `\(base.text) { FIELD: VALUE, FIELD: VALUE }`", braced(recordField()))
    }

    private func recordField() throws(Failure) -> (name: Name, value: Syntax.Expression) {
        let field = try name("the name of a field", before: ":")
        return (field, try comparison())
    }

    /// What comes after a name: indices and fields, or a call of what has them.
    private func steps(_ base: Name) throws(Failure) -> Syntax.Expression {
        var steps: [Syntax.Step] = []
        while true {
            if takes("[") {
                steps.append(.index(try nested(comparison())))
                try expect("]", fixIt: "write `NAME[INDEX]`")
            } else if takes(".") {
                let member = try fieldName()
                guard isAt("(") else {
                    steps.append(.member(member))
                    continue
                }
                let arguments = try arguments()
                if steps.isEmpty { return .method(of: base, member, arguments, previousSpan) }
                guard steps.count == 1, case .index(let index) = steps[0] else {
                    throw failure(expected: "a value", fixIt: "call `NAME.METHOD(…)` or `NAME[INDEX].METHOD(…)`")
                }
                return .elementMethod(of: base, index, member, arguments, previousSpan)
            } else {
                return Self.target(base, steps, previousSpan)
            }
        }
    }

    /// The name after a point; what discovery learned is named by words that elsewhere open a declaration.
    private func fieldName() throws(Failure) -> Name {
        guard isAt("device") || isAt("class") else {
            return try name("the name of a field", fixIt: "write `NAME.FIELD` or `NAME[INDEX].FIELD`")
        }
        let token = take()
        return Name(text: token.text, span: token.span)
    }

    /// What an expression that begins with a name means, by the steps after it.
    private static func target(_ base: Name, _ steps: [Syntax.Step], _ end: SourceSpan) -> Syntax.Expression {
        switch (steps.first, steps.dropFirst().first, steps.count) {
        case (nil, _, _): .name(base)
        case (.member(let field), _, 1): .field(of: base, field)
        case (.index(let index), _, 1): .element(of: base, index, field: nil, end)
        case (.index(let index), .member(let field), 2): .element(of: base, index, field: field, end)
        default: .path(base, steps, end)
        }
    }

    /// What discovery learned: `capability 0x09 where byte 3 == 2, u32 at 16`
    private func learned() throws(Failure) -> Syntax.Expression {
        let start = take().span
        let node = try written(
            "write `capability ID where byte NUMBER == NUMBER, u32 at NUMBER`",
            Syntax.CapabilityNumber(identifier: capabilityIdentifier(), mark: mark(), part: part(after: ",")))
        return .capability(node, start.joined(with: previousSpan))
    }
}
