// What functions do.

import Metabinary

extension Parser {
    /// Statements that a word opens; an assignment or a call opens with a name.
    static let statementRules: [Rule<Syntax.Statement>] = [
        Rule("let", "write `let NAME = VALUE`", Parser.letStatement),
        Rule("if", "write `if CONDITION { … }`", Parser.ifStatement),
        Rule("match", "write `match VALUE covering { 0: { … } 1…3: { … } else: { … } }`", Parser.matchStatement),
        Rule("wait", "write `wait CONDITION within NUMBER us else return VALUE`", Parser.waitStatement),
        Rule("pause", "write `pause NUMBER us`", Parser.pauseStatement),
        Rule("for", "write `for NAME in 0..<NUMBER { … }` or `for NAME in RING { … }`", Parser.forStatement),
        Rule("publish", "write `publish`") { parser in { .publish(parser.previousSpan) } },
        Rule("fence", "write `fence`") { parser in { .fence(parser.previousSpan) } },
        Rule("flush", "write `flush REGISTER`", Parser.flushStatement),
        Rule("release", "write `release BUFFER`", Parser.releaseStatement),
        Rule("reset", "write `reset state`", Parser.resetStatement),
        Rule("when", "write `when CONDITION { … }`", Parser.whenStatement),
        Rule("choose", "write `choose { … } or { … }`", Parser.chooseStatement),
        Rule("return", "write `return VALUE`", Parser.returnStatement),
    ]

    static let statementWords = statementRules.map(\.word)

    private static let statementForm =
        "the statements are " + listed(statementWords + ["NAME = VALUE", "RING.post(SLOT)"], "and")

    func statement() throws(Failure) -> Syntax.Statement {
        guard blockDepth < MetabinaryLimit.blockDepth else {
            throw exceeded("blocks stand more than \(MetabinaryLimit.blockDepth) deep")
        }
        if isAt("fail"), !["=", "[", "."].contains(ahead(1).text) { return .fail(take().span) }
        if let statement = try read(Self.statementRules) { return statement }
        return try written(Self.statementForm, action())
    }

    /// A mistake in a block ends the statement that it belongs to: the function goes on after it.
    func block() throws(Failure) -> [Syntax.Statement] {
        try expect("{")
        blockDepth += 1
        defer { blockDepth -= 1 }
        var statements: [Syntax.Statement] = []
        while !takes("}") { statements.append(try statement()) }
        return statements
    }

    // MARK: What opens with a name

    /// An assignment or a call.
    private func action() throws(Failure) -> Syntax.Statement {
        guard ["=", "[", ".", "("].contains(ahead(1).text) else { throw failure(expected: "a statement or `}`") }
        let target = try expression()
        switch target {
        case .method, .elementMethod: return takes("within") ? try run(nil, target) : .call(target)
        case .call where !isAt("="): return .call(target)
        default: break
        }
        try expect("=", mend: "write `NAME[INDEX] = VALUE`")
        guard let statement = Self.assignment(target, try expression()) else {
            throw failure(expected: "a statement or `}`")
        }
        return statement
    }

    /// The statement that stores to what an expression names; `nil` for one that names no place.
    private static func assignment(_ target: Syntax.Expression, _ value: Syntax.Expression) -> Syntax.Statement? {
        switch target {
        case .name(let name): .assign(name, index: nil, value)
        case .element(let name, let index, nil, _): .assign(name, index: index, value)
        case .field(let name, let field): .assignPath(name, [.member(field)], value)
        case .element(let name, let index, let field?, _): .assignPath(name, [.index(index), .member(field)], value)
        case .path(let name, let steps, _): .assignPath(name, steps, value)
        default: nil
        }
    }

    /// What comes after the request of a mailbox: the bound, and what is returned where the device keeps silent.
    private func run(_ name: Syntax.Name?, _ request: Syntax.Expression) throws(Failure) -> Syntax.Statement {
        form = "write `let NAME = MAILBOX.run(VALUE) within NUMBER us else return VALUE`"
        return try .run(
            request.span, name, request, time(atMost: MetabinaryLimit.waitMicroseconds), `return`(after: "else"))
    }

    private func letStatement() throws(Failure) -> Syntax.Statement {
        let valueName = try name("the name of the value", before: "=")
        let value = try expression()
        if takes("within") { return try run(valueName, value) }
        return isAt("else") ? .letClaim(valueName, value, try `return`(after: "else")) : .letValue(valueName, value)
    }

    private func `return`(after word: String) throws(Failure) -> Syntax.Statement {
        try expect(word)
        form = "write `return VALUE`"
        if takes("fail") { return .fail(previousSpan) }
        try expect("return")
        return try returnStatement()
    }

    private func returnStatement() throws(Failure) -> Syntax.Statement {
        let span = previousSpan
        // A function that gives nothing returns nothing: the brace or the next line follows at once.
        return .returnValue(span, isAt("}") || current.isFirstOnLine ? nil : try expression())
    }

    // MARK: Branches

    private func ifStatement() throws(Failure) -> Syntax.Statement {
        try .condition(previousSpan, expression(), block(), otherwise: elseBlock())
    }

    private func whenStatement() throws(Failure) -> Syntax.Statement {
        try .when(previousSpan, expression(), block(), otherwise: elseBlock())
    }

    private func elseBlock() throws(Failure) -> [Syntax.Statement]? {
        takes("else") ? try written("write `else { … }`", block()) : nil
    }

    private func chooseStatement() throws(Failure) -> Syntax.Statement {
        let span = previousSpan
        let arms = try list(block(), by: "or")
        checkAlternatives(arms.count, span)
        return .choose(span, arms)
    }

    private func matchStatement() throws(Failure) -> Syntax.Statement {
        let (span, value) = (previousSpan, try expression())
        try expect("covering", "{")
        var arms: [Syntax.Arm] = []
        while !takes("}") { arms.append(try arm(behind: arms.count)) }
        return .match(span, value, arms)
    }

    /// Each arm is in the branch that the ones before it leave open.
    private func arm(behind count: Int) throws(Failure) -> Syntax.Arm {
        let start = current.span
        let ranges = takes("else") ? nil : try list(range("a number, or `else`", "the largest number"))
        let span = start.joined(with: previousSpan)
        try expect(":")
        blockDepth += count
        defer { blockDepth -= count }
        return Syntax.Arm(span: span, ranges: ranges, statements: try block())
    }

    // MARK: Loops

    private func forStatement() throws(Failure) -> Syntax.Statement {
        let span = previousSpan
        if isAt("each"), ahead(1).kind == .name, ahead(1).text != "in" { return try eachStatement(span) }
        let counter = try name("the name of the counter", before: "in")
        guard case .number(let first) = current.kind else {
            return .slots(span, counter, ring: try name("a ring, or `0..<NUMBER`"), try block())
        }
        guard first == 0 else { throw failure(expected: "`0`", mend: form + ": counting starts at 0") }
        take()
        try expect("..<")
        return .count(
            span, counter, try quantity("the runs of a loop", atMost: MetabinaryLimit.loopCount), try block())
    }

    private func eachStatement(_ span: SourceSpan) throws(Failure) -> Syntax.Statement {
        form = "write `for each NAME in 0..<COUNT { … }` or `for each NAME in NUMBER, NUMBER { … }`"
        take()
        let counter = try name("the name of the counter", before: "in")
        let range = takes("0", "..<") ? Syntax.EachRange.count(try expression()) : .list(try list(expression()))
        return .each(span, counter, range, try block())
    }

    // MARK: Time, registers, buffers

    private func waitStatement() throws(Failure) -> Syntax.Statement {
        let (span, condition) = (previousSpan, try expression())
        let bound = takes("within") ? try time(atMost: MetabinaryLimit.waitMicroseconds) : nil
        return .wait(span, condition, bound, try `return`(after: "else"))
    }

    private func pauseStatement() throws(Failure) -> Syntax.Statement {
        try .pause(previousSpan, time(atMost: MetabinaryLimit.pauseMicroseconds))
    }

    private func flushStatement() throws(Failure) -> Syntax.Statement {
        try .flush(previousSpan, name("the name of a register"))
    }

    private func releaseStatement() throws(Failure) -> Syntax.Statement {
        try .release(previousSpan, name("the name of a buffer"))
    }

    private func resetStatement() throws(Failure) -> Syntax.Statement {
        let span = previousSpan
        try expect("state")
        return .resetState(span)
    }
}
