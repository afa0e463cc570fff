// The grammar of expressions. Comparisons bind least and do not associate; what binds more associates to the left: `|`,
// then `&`, then `+` and `-`, then `*`, then the shifts. Depth and length of an expression are bounded, so that no text can exhaust the stack of this
// process or of the target.
//
//     expression = either [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) either ]
//     either     = both { "|" both }
//     both       = sum { "&" sum }
//     sum        = product { ( "+" | "-" ) product }
//     product    = shift { ( "*" | "/" | "%" ) shift }
//     shift      = value { ( "<<" | ">>" ) value }
//     value      = "~" value | NUMBER | NAME { step } [ "(" [ expression { "," expression } ] ")" ] | record
//                | "(" expression ")" | learned
//     step       = "[" expression "]" | "." NAME
//     record     = NAME "{" NAME ":" expression { "," NAME ":" expression } "}"

extension Parser {
    /// Operators that one expression may have.
    private static let operatorLimit = 64
    /// Parentheses that may be open at a time.
    private static let depthLimit = 16

    private static let comparisons: [(sign: Token.Sign, operator: Syntax.Operator)] = [
        (.equal, .equal), (.notEqual, .notEqual), (.below, .below), (.belowOrEqual, .belowOrEqual), (.above, .above),
        (.aboveOrEqual, .aboveOrEqual),
    ]

    mutating func parseExpression() throws(Failure) -> Syntax.Expression {
        var operatorCount = 0
        return try parseComparison(0, &operatorCount)
    }

    private mutating func parseComparison(_ depth: Int, _ count: inout Int) throws(Failure) -> Syntax.Expression {
        let left = try parseOperators(0, depth, &count)
        guard let comparison = Self.comparisons.first(where: { isAt($0.sign) }) else { return left }
        let sign = try takeOperator(&count)
        return .binary(left, comparison.operator, sign, try parseOperators(0, depth, &count))
    }

    /// Operators that associate to the left, the loosest first.
    private static let levels: [[(sign: Token.Sign, operator: Syntax.Operator)]] = [
        [(.or, .or)], [(.and, .and)], [(.plus, .plus), (.minus, .minus)],
        [(.times, .times), (.dividedBy, .dividedBy), (.remainder, .remainder)],
        [(.shiftLeft, .shiftLeft), (.shiftRight, .shiftRight)],
    ]

    private mutating func parseOperators(
        _ level: Int, _ depth: Int, _ count: inout Int
    ) throws(Failure) -> Syntax.Expression {
        guard level < Self.levels.count else { return try parseValue(depth, &count) }
        var left = try parseOperators(level + 1, depth, &count)
        while let found = Self.levels[level].first(where: { isAt($0.sign) }) {
            let sign = try takeOperator(&count)
            left = .binary(left, found.operator, sign, try parseOperators(level + 1, depth, &count))
        }
        return left
    }

    private mutating func parseValue(_ depth: Int, _ count: inout Int) throws(Failure) -> Syntax.Expression {
        let mend = "a value is a number, a register, a field `REGISTER.FIELD`, a name, or a value in parentheses"
        if case .number = current.kind { return .number(try number("a value", atMost: .max, mend: mend)) }
        if isAt(.inverse) {
            try checkDepth(depth)
            let sign = try takeOperator(&count)
            return .inverse(try parseValue(depth + 1, &count), sign)
        }
        if isAt(.openParenthesis) {
            try checkDepth(depth)
            take()
            let inner = try parseComparison(depth + 1, &count)
            try expect(.closeParenthesis, mend: "close the parenthesis")
            return inner
        }
        if isAtWord("capability"), isBeforeNumber { return try parseCapabilityNumber() }
        let base = try name("a value", mend: mend)
        if isAtRecord { return try parseRecord(base, depth, &count) }
        if isAt(.openParenthesis) {
            let arguments = try parseArguments(depth, &count)
            return .call(base, arguments, previousSpan)
        }
        return try parseSteps(base, depth, &count)
    }

    /// What stands behind a name: indices and fields, or a call of what has them.
    private mutating func parseSteps(
        _ base: Syntax.Name, _ depth: Int, _ count: inout Int
    ) throws(Failure) -> Syntax.Expression {
        var steps: [Syntax.Step] = []
        while true {
            if takes(.openBracket) {
                try checkDepth(depth)
                steps.append(.index(try parseComparison(depth + 1, &count)))
                try expect(.closeBracket, mend: "write `NAME[INDEX]`")
            } else if takes(.point) {
                let member = try fieldName()
                guard isAt(.openParenthesis) else {
                    steps.append(.member(member))
                    continue
                }
                let arguments = try parseArguments(depth, &count)
                if steps.isEmpty { return .method(of: base, member, arguments, previousSpan) }
                guard steps.count == 1, case .index(let index) = steps[0] else {
                    throw fail(expected: "a value", mend: "call `NAME.METHOD(…)` or `NAME[INDEX].METHOD(…)`")
                }
                return .elementMethod(of: base, index, member, arguments, previousSpan)
            } else {
                return Self.value(base, steps, previousSpan)
            }
        }
    }

    /// The name behind a point; what discovery learned is named by words that elsewhere open a declaration.
    private mutating func fieldName() throws(Failure) -> Syntax.Name {
        guard isAt(.device) || isAt(.class) else {
            return try name("the name of a field", mend: "write `NAME.FIELD` or `NAME[INDEX].FIELD`")
        }
        let token = take()
        return Syntax.Name(text: token.text, span: token.span)
    }

    private mutating func parseArguments(_ depth: Int, _ count: inout Int) throws(Failure) -> [Syntax.Expression] {
        try checkDepth(depth)
        take()
        var arguments: [Syntax.Expression] = []
        if !isAt(.closeParenthesis) {
            repeat { arguments.append(try parseComparison(depth + 1, &count)) } while takes(.comma)
        }
        try expect(.closeParenthesis, mend: "separate arguments by `,` and end them with `)`")
        return arguments
    }

    private mutating func parseRecord(
        _ base: Syntax.Name, _ depth: Int, _ count: inout Int
    ) throws(Failure) -> Syntax.Expression {
        let form = "write `\(base.text) { FIELD: VALUE, FIELD: VALUE }`"
        try checkDepth(depth)
        take()
        var fields: [(name: Syntax.Name, value: Syntax.Expression)] = []
        repeat {
            let field = try name("the name of a field", mend: form)
            try expect(.colon, mend: form)
            fields.append((field, try parseComparison(depth + 1, &count)))
        } while takes(.comma)
        try expect(.closeBrace, mend: form)
        return .record(base, fields, previousSpan)
    }

    private mutating func checkDepth(_ depth: Int) throws(Failure) {
        guard depth < Self.depthLimit else { throw exceed("parentheses stand more than \(Self.depthLimit) deep") }
    }

    private mutating func takeOperator(_ count: inout Int) throws(Failure) -> SourceSpan {
        count += 1
        guard count <= Self.operatorLimit else {
            throw exceed("an expression has more than \(Self.operatorLimit) operators")
        }
        return take().span
    }

    mutating func exceed(_ what: String) -> Failure {
        diagnostics.report(.limitExceeded, current.span, what, mend: "give a part of it a name by `let`")
        return Failure()
    }
}
