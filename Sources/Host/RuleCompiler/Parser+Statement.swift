// What functions do.

import Metabinary

extension Parser {
    /// Statements that a word opens; an assignment or a call opens with a name.
    static let statementRules: [Rule<Statement.Kind>] = [
        Rule("let", "write `let NAME = VALUE`", Parser.letStatement),
        Rule("var", "write `var NAME: TYPE in LOW…HIGH = FIRST`", Parser.variableStatement),
        Rule("if", "write `if CONDITION { … }`", Parser.ifStatement),
        Rule("match", "write `match VALUE covering { 0: { … } 1…3: { … } else: { … } }`", Parser.matchStatement),
        Rule("wait", "write `wait CONDITION within NUMBER us else return VALUE`", Parser.waitStatement),
        Rule("pause", "write `pause NUMBER us`", Parser.pauseStatement),
        Rule("for", "write `for NAME in 0..<NUMBER { … }` or `for NAME in RING { … }`", Parser.forStatement),
        Rule("publish", "write `publish`") { _ in { .publish } }, Rule("fence", "write `fence`") { _ in { .fence } },
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

    func statement() throws(Failure) -> Statement {
        guard blockDepth < MetabinaryLimit.blockDepth else {
            throw exceeded("blocks are more than \(MetabinaryLimit.blockDepth) deep")
        }
        if isAt("fail"), !["=", "[", "."].contains(ahead(1).text) { return Statement(kind: .fail, span: take().span) }
        let span = current.span
        guard let kind = try read(Self.statementRules) else { return try written(Self.statementForm, action()) }
        return Statement(kind: kind, span: span)
    }

    /// A mistake in a block ends the statement that it belongs to: the function goes on after it.
    func block() throws(Failure) -> [Statement] {
        try expect("{")
        blockDepth += 1
        defer { blockDepth -= 1 }
        var statements: [Statement] = []
        while !takes("}") { statements.append(try statement()) }
        return statements
    }

    // MARK: What opens with a name

    /// An assignment or a call.
    private func action() throws(Failure) -> Statement {
        guard ["=", "[", ".", "("].contains(ahead(1).text) else { throw failure(expected: "a statement or `}`") }
        let target = try expression()
        switch target {
        case .method, .elementMethod:
            return Statement(kind: takes("within") ? try run(nil, target) : .call(target), span: target.span)
        case .call where !isAt("="): return Statement(kind: .call(target), span: target.span)
        default: break
        }
        try expect("=", fixIt: "write `NAME[INDEX] = VALUE`")
        guard let (name, kind) = Self.assignment(target, try expression()) else {
            throw failure(expected: "a statement or `}`")
        }
        return Statement(kind: kind, span: name.span)
    }

    /// The statement that stores to what an expression names; `nil` for one that names no place.
    private static func assignment(_ target: Syntax.Expression, _ value: Syntax.Expression) -> (Name, Statement.Kind)? {
        switch target {
        case .name(let name): (name, .assign(name, index: nil, value))
        case .element(let name, let index, nil, _): (name, .assign(name, index: index, value))
        case .field(let name, let field): (name, .assignPath(name, [.member(field)], value))
        case .element(let name, let index, let field?, _):
            (name, .assignPath(name, [.index(index), .member(field)], value))
        case .path(let name, let steps, _): (name, .assignPath(name, steps, value))
        default: nil
        }
    }

    /// What comes after the request of a mailbox: the bound, and what is returned where the device keeps silent.
    private func run(_ name: Name?, _ request: Syntax.Expression) throws(Failure) -> Statement.Kind {
        form = "write `let NAME = MAILBOX.run(VALUE) within NUMBER us else return VALUE`"
        return try .run(name, request, time(atMost: MetabinaryLimit.waitMicroseconds), `return`(after: "else"))
    }

    private func letStatement() throws(Failure) -> Statement.Kind {
        let valueName = try name("the name of the value", before: "=")
        let value = try expression()
        if takes("within") { return try run(valueName, value) }
        return isAt("else") ? .letClaim(valueName, value, try `return`(after: "else")) : .letValue(valueName, value)
    }

    private func variableStatement() throws(Failure) -> Statement.Kind {
        let zero = Number(value: 0, span: previousSpan)
        let node = try State(
            name: name("the name of the variable", before: ":"), bitCount: type(), range: bounds(), kind: kind(),
            first: zero)
        try expect("=")
        return .variable(node, try expression())
    }

    private func `return`(after word: String) throws(Failure) -> Statement {
        try expect(word)
        form = "write `return VALUE`"
        if takes("fail") { return Statement(kind: .fail, span: previousSpan) }
        try expect("return")
        let span = previousSpan
        return Statement(kind: try returnStatement(), span: span)
    }

    private func returnStatement() throws(Failure) -> Statement.Kind {
        // After a return without a value, the brace or the next line follows at once.
        .returnValue(isAt("}") || current.isFirstOnLine ? nil : try expression())
    }

    // MARK: Branches

    private func ifStatement() throws(Failure) -> Statement.Kind {
        try .condition(condition(), block(), otherwise: elseBlock())
    }

    /// An expression where nothing is assigned.
    private func condition() throws(Failure) -> Syntax.Expression {
        let left = try expression()
        guard isAt("=") else { return left }
        report(.assignedCondition, current.span)
        return .binary(left, .equal, take().span, try expression())
    }

    private func whenStatement() throws(Failure) -> Statement.Kind {
        try .when(condition(), block(), otherwise: elseBlock())
    }

    private func elseBlock() throws(Failure) -> [Statement]? {
        guard takes("else") else { return nil }
        guard isAt("if") else { return try written("write `else { … }`", block()) }
        report(.elseWithIf, current.span)
        return [try statement()]
    }

    private func chooseStatement() throws(Failure) -> Statement.Kind {
        let span = previousSpan
        let arms = try list(block(), by: "or")
        checkAlternatives(arms.count, span)
        return .choose(arms)
    }

    private func matchStatement() throws(Failure) -> Statement.Kind {
        let value = try expression()
        try expect("covering", "{")
        var arms: [Syntax.Arm] = []
        while !takes("}") { arms.append(try arm(after: arms.count)) }
        return .match(value, arms)
    }

    /// Each arm is in the branch that the ones before it leave open.
    private func arm(after count: Int) throws(Failure) -> Syntax.Arm {
        let start = current.span
        let ranges = takes("else") ? nil : try list(range("a number, or `else`", "the largest number"))
        let span = start.joined(with: previousSpan)
        try expect(":")
        blockDepth += count
        defer { blockDepth -= count }
        return Syntax.Arm(span: span, ranges: ranges, statements: try block())
    }

    // MARK: Loops

    private func forStatement() throws(Failure) -> Statement.Kind {
        if isAt("each"), ahead(1).kind == .name, ahead(1).text != "in" { return try eachStatement() }
        let counter = try name("the name of the counter", before: "in")
        guard case .number(let first) = current.kind else {
            return .slots(counter, ring: try name("a ring, or `0..<NUMBER`"), try block())
        }
        guard first == 0 else { throw failure(expected: "`0`", fixIt: form + ": counting starts at 0") }
        take()
        try expect("..<")
        return .count(counter, try quantity("the runs of a loop", atMost: MetabinaryLimit.loopCount), try block())
    }

    private func eachStatement() throws(Failure) -> Statement.Kind {
        form = "write `for each NAME in 0..<COUNT { … }` or `for each NAME in NUMBER, NUMBER { … }`"
        take()
        let counter = try name("the name of the counter", before: "in")
        let range = takes("0", "..<") ? Syntax.EachRange.count(try expression()) : .list(try list(expression()))
        return .each(counter, range, try block())
    }

    // MARK: Time, registers, buffers

    private func waitStatement() throws(Failure) -> Statement.Kind {
        let condition = try condition()
        let bound = takes("within") ? try time(atMost: MetabinaryLimit.waitMicroseconds) : nil
        return .wait(condition, bound, try `return`(after: "else"))
    }

    private func pauseStatement() throws(Failure) -> Statement.Kind {
        try .pause(time(atMost: MetabinaryLimit.pauseMicroseconds))
    }

    private func flushStatement() throws(Failure) -> Statement.Kind { try .flush(name("the name of a register")) }

    private func releaseStatement() throws(Failure) -> Statement.Kind { try .release(name("the name of a buffer")) }

    private func resetStatement() throws(Failure) -> Statement.Kind {
        try expect("state")
        return .resetState
    }
}
