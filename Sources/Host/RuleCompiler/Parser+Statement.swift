// The grammar of what functions do.
//
//     function  = "generate" member "{" { statement } "}"
//     statement = [ "let" NAME "=" ] expression "within" NUMBER "us" "else" return
//               | "let" NAME "=" expression [ "else" return ] | NAME [ "[" expression "]" ] "=" expression | NAME "." NAME "(" … ")"
//               | "if" expression block [ "else" block ] | "wait" expression "within" NUMBER "us" "else" return
//               | "match" expression "covering" "{" arm { arm } "}" | "pause" NUMBER "us" | "for" NAME "in" ( "0" "..<" NUMBER | NAME ) block
//               | NAME "(" ")" | NAME step { step } "=" expression | "publish" | "fence" | "flush" NAME | "release" NAME
//               | "reset" "state" | when | each | choose | fail | return
//     arm       = ( range { "," range } | "else" ) ":" block
//     range     = NUMBER [ "…" NUMBER ]
//     return    = "return" [ expression ], which begins on the same line
//     block     = "{" { statement } "}"

import Metabinary

extension Parser {
    /// Words that open a statement; an assignment or a call opens with a name.
    static let statements: [Token.Keyword] = [
        .let, .if, .match, .wait, .pause, .for, .publish, .fence, .flush, .release, .reset, .when, .choose,
        .return,
    ]

    mutating func parseFunction(
        _ isBroken: inout Bool, declarations: [Token.Keyword]
    ) throws(Failure) -> Syntax.Function {
        take()
        return try parseBody(of: try parseMember(), &isBroken, declarations: declarations)
    }

    mutating func parseBody(
        of member: Syntax.Member, _ isBroken: inout Bool, declarations: [Token.Keyword]
    ) throws(Failure) -> Syntax.Function {
        let block = try openBlock(before: Self.statements, mend: "write `generate NAME() -> RESULT: TYPE { … }`")
        var node = Syntax.Function(member: member, closingBrace: member.name.span)
        while !isAt(.closeBrace) {
            do throws(Failure) {
                node.statements.append(try parseStatement(0))
            } catch {
                isBroken = true
                recover(to: Self.statements + declarations, in: block)
                if isAtTopLevelOrEnd { throw error }
                if isAtStageWord, current.isFirstOnLine {
                    leaveBlock()
                    return node
                }
                if case .keyword(let keyword) = current.kind, declarations.contains(keyword),
                    keyword != .match || isBefore("pci")
                {
                    // The function's closing brace is missing too.
                    leaveBlock()
                    return node
                }
            }
        }
        node.closingBrace = take().span
        return node
    }

    private mutating func parseStatement(_ depth: Int) throws(Failure) -> Syntax.Statement {
        guard depth < MetabinaryLimit.blockDepth else {
            throw exceed("blocks stand more than \(MetabinaryLimit.blockDepth) deep")
        }
        if isAtWord("fail"), !isBefore(.equals), !isBefore(.openBracket), !isBefore(.point) {
            return .fail(take().span)
        }
        guard case .keyword(let keyword) = current.kind, Self.statements.contains(keyword) else {
            return try parseAction()
        }
        let span = current.span
        switch keyword {
        case .let: return try parseLet()
        case .if: return try parseIf(depth)
        case .match: return try parseMatch(depth)
        case .wait: return try parseWait()
        case .for: return try parseFor(depth)
        case .return: return try parseReturn()
        case .when: return try parseWhen(depth)
        case .choose: return try parseChoose(depth)
        case .pause:
            take()
            return .pause(span, try parseTime("write `pause NUMBER us`", atMost: MetabinaryLimit.pauseMicroseconds))
        case .publish:
            take()
            return .publish(span)
        case .fence:
            take()
            return .fence(span)
        case .release:
            take()
            return .release(span, try name("the name of a buffer", mend: "write `release BUFFER`"))
        case .flush:
            take()
            return .flush(span, try name("the name of a register", mend: "write `flush REGISTER`"))
        default:
            take()
            guard isAt(.state) else { throw fail(expected: "`state`", mend: "write `reset state`") }
            take()
            return .resetState(span)
        }
    }

    private mutating func parseLet() throws(Failure) -> Syntax.Statement {
        let form = "write `let NAME = VALUE`"
        take()
        let valueName = try name("the name of the value", mend: form)
        try expect(.equals, mend: form)
        let value = try parseExpression()
        if isAtWord("within") { return try parseRun(valueName, value) }
        guard isAtWord("else") else { return .letValue(valueName, value) }
        take()
        return .letClaim(valueName, value, try parseReturn())
    }

    private mutating func parseReturn() throws(Failure) -> Syntax.Statement {
        let form = "write `return VALUE`"
        let span = current.span
        if isAtWord("fail") { return .fail(take().span) }
        guard isAt(.return) else { throw fail(expected: "`return`", mend: form) }
        take()
        // A function that gives nothing returns nothing: the brace or the next line follows at once.
        if isAt(.closeBrace) || diagnostics.line(of: current.span) != diagnostics.line(of: span) {
            return .returnValue(span, nil)
        }
        return .returnValue(span, try parseExpression())
    }

    /// What opens with a name: an assignment, or a call.
    private mutating func parseAction() throws(Failure) -> Syntax.Statement {
        let form =
            "the statements are `let`, `if`, `match`, `wait`, `pause`, `for`, `publish`, `fence`, `flush`, `release`, "
            + "`reset`, `when`, `choose`, `return`, `NAME = VALUE` and `RING.post(SLOT)`"
        guard [.equals, .openBracket, .point, .openParenthesis].contains(where: isBefore) else {
            throw fail(expected: "a statement or `}`", mend: form)
        }
        let target = try parseExpression()
        switch target {
        case .method, .elementMethod: return isAtWord("within") ? try parseRun(nil, target) : .call(target)
        case .call where !isAt(.equals): return .call(target)
        default: break
        }
        try expect(.equals, mend: "write `NAME[INDEX] = VALUE`")
        guard let statement = Self.assignment(target, try parseExpression()) else {
            throw fail(expected: "a statement or `}`", mend: form)
        }
        return statement
    }

    /// What follows the request of a mailbox: the bound, and what is returned where the device keeps silent.
    private mutating func parseRun(
        _ name: Syntax.Name?, _ request: Syntax.Expression
    ) throws(Failure) -> Syntax.Statement {
        let form = "write `let NAME = MAILBOX.run(VALUE) within NUMBER us else return VALUE`"
        take()
        let bound = try parseTime(form)
        try expectWord("else", mend: form)
        return .run(request.span, name, request, bound, try parseReturn())
    }

    mutating func parseTime(
        _ form: String, atMost limit: UInt64 = MetabinaryLimit.waitMicroseconds
    ) throws(Failure) -> Syntax.Number {
        let time = try number("microseconds", atMost: limit, mend: form)
        try expectWord("us", mend: form)
        return time
    }

    private mutating func parseWait() throws(Failure) -> Syntax.Statement {
        let form = "write `wait CONDITION within NUMBER us else return VALUE`"
        let span = take().span
        let condition = try parseExpression()
        var bound: Syntax.Number?
        if isAtWord("within") {
            take()
            bound = try parseTime(form)
        }
        try expectWord("else", mend: form)
        return .wait(span, condition, bound, try parseReturn())
    }

    private mutating func parseIf(_ depth: Int) throws(Failure) -> Syntax.Statement {
        let span = take().span
        let condition = try parseExpression()
        let arm = try parseBlock(depth, "write `if CONDITION { … }`")
        guard isAtWord("else") else { return .condition(span, condition, arm, otherwise: nil) }
        take()
        return .condition(span, condition, arm, otherwise: try parseBlock(depth, "write `else { … }`"))
    }

    /// Each arm stands in the branch that the one before it leaves open.
    private mutating func parseMatch(_ depth: Int) throws(Failure) -> Syntax.Statement {
        let form = "write `match VALUE covering { 0: { … } 1…3: { … } else: { … } }`"
        let span = take().span
        let value = try parseExpression()
        try expectWord("covering", mend: form)
        try expect(.openBrace, mend: form)
        var arms: [Syntax.Arm] = []
        while !isAt(.closeBrace) {
            let start = current.span
            var ranges: [(low: Syntax.Number, high: Syntax.Number)]?
            if isAtWord("else") {
                take()
            } else {
                ranges = []
                repeat {
                    let low = try number("a number, or `else`", atMost: .max, mend: form)
                    let high = takes(.range) ? try number("the largest number", atMost: .max, mend: form) : low
                    ranges?.append((low, high))
                } while takes(.comma)
            }
            let end = previousSpan
            try expect(.colon, mend: form)
            let statements = try parseBlock(depth + arms.count, form)
            arms.append(Syntax.Arm(span: start.joined(with: end), ranges: ranges, statements: statements))
        }
        take()
        return .match(span, value, arms)
    }

    private mutating func parseFor(_ depth: Int) throws(Failure) -> Syntax.Statement {
        let form = "write `for NAME in 0..<NUMBER { … }` or `for NAME in RING { … }`"
        let span = take().span
        if isAtWord("each"), isBeforeName, !isBefore("in") { return try parseEach(span, depth) }
        let counter = try name("the name of the counter", mend: form)
        try expectWord("in", mend: form)
        guard case .number(let first) = current.kind else {
            let ring = try name("a ring, or `0..<NUMBER`", mend: form)
            return .slots(span, counter, ring: ring, try parseBlock(depth, form))
        }
        guard first == 0 else { throw fail(expected: "`0`", mend: form + ": counting starts at 0") }
        take()
        try expect(.upTo, mend: form)
        let count = try quantity("the runs of a loop", atMost: MetabinaryLimit.loopCount, mend: form)
        return .count(span, counter, count, try parseBlock(depth, form))
    }

    /// A mistake in a block ends the statement that it belongs to: the function goes on behind it.
    mutating func parseBlock(_ depth: Int, _ form: String) throws(Failure) -> [Syntax.Statement] {
        try expect(.openBrace, mend: form)
        var statements: [Syntax.Statement] = []
        while !isAt(.closeBrace) { statements.append(try parseStatement(depth + 1)) }
        take()
        return statements
    }
}
