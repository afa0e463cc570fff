// The grammar of statements and expressions. `|` binds least, then `&`, then the shifts; all associate to the left.
// Depth and length of an expression are bounded, so that no text can exhaust the stack of this process or of the
// target.
//
//     statement  = "let" NAME "=" expression | "return" expression
//     expression = both { "|" both }
//     both       = shift { "&" shift }
//     shift      = value { ( "<<" | ">>" ) value }
//     value      = NUMBER | NAME [ "." NAME ] | "(" expression ")"

extension Parser {
    /// Operators that one expression may have.
    private static let operatorLimit = 64
    /// Parentheses that may be open at a time.
    private static let depthLimit = 16

    mutating func parseStatement() throws(Failure) -> Syntax.Statement {
        var operatorCount = 0
        switch current.kind {
        case .keyword(.let):
            let form = "write `let NAME = VALUE`"
            take()
            let valueName = try name("the name of the value", mend: form)
            try expect(.equals, mend: form)
            return .letValue(valueName, try parseOr(0, &operatorCount))
        case .keyword(.return):
            let span = take().span
            return .returnValue(span, try parseOr(0, &operatorCount))
        default:
            throw fail(
                expected: "a statement or `}`", mend: "the statements are `let NAME = VALUE` and `return VALUE`")
        }
    }

    private mutating func parseOr(_ depth: Int, _ count: inout Int) throws(Failure) -> Syntax.Expression {
        var left = try parseAnd(depth, &count)
        while isAt(.or) {
            let sign = try takeOperator(&count)
            left = .binary(left, .or, sign, try parseAnd(depth, &count))
        }
        return left
    }

    private mutating func parseAnd(_ depth: Int, _ count: inout Int) throws(Failure) -> Syntax.Expression {
        var left = try parseShift(depth, &count)
        while isAt(.and) {
            let sign = try takeOperator(&count)
            left = .binary(left, .and, sign, try parseShift(depth, &count))
        }
        return left
    }

    private mutating func parseShift(_ depth: Int, _ count: inout Int) throws(Failure) -> Syntax.Expression {
        var left = try parseValue(depth, &count)
        while isAt(.shiftLeft) || isAt(.shiftRight) {
            let kind = isAt(.shiftLeft) ? Syntax.Operator.shiftLeft : .shiftRight
            let sign = try takeOperator(&count)
            left = .binary(left, kind, sign, try parseValue(depth, &count))
        }
        return left
    }

    private mutating func parseValue(_ depth: Int, _ count: inout Int) throws(Failure) -> Syntax.Expression {
        let mend = "a value is a number, a register, a field `REGISTER.FIELD`, a name, or a value in parentheses"
        if case .number = current.kind { return .number(try number("a value", atMost: .max, mend: mend)) }
        if isAt(.openParenthesis) {
            guard depth < Self.depthLimit else {
                throw exceed("parentheses stand more than \(Self.depthLimit) deep")
            }
            take()
            let inner = try parseOr(depth + 1, &count)
            try expect(.closeParenthesis, mend: "close the parenthesis")
            return inner
        }
        let base = try name("a value", mend: mend)
        guard takes(.point) else { return .name(base) }
        return .field(of: base, try name("the name of a field", mend: "write `REGISTER.FIELD`"))
    }

    private mutating func takeOperator(_ count: inout Int) throws(Failure) -> SourceSpan {
        count += 1
        guard count <= Self.operatorLimit else {
            throw exceed("an expression has more than \(Self.operatorLimit) operators")
        }
        return take().span
    }

    private mutating func exceed(_ what: String) -> Failure {
        diagnostics.report(.limitExceeded, current.span, what, mend: "give a part of it a name by `let`")
        return Failure()
    }
}
