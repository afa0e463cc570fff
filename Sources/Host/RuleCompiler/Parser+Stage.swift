// The grammar of the static stage.
//
//     fact      = "fact" NAME [ "in" NUMBER "…" NUMBER ] "=" ( expression | alternatives )
//     alternatives = "choose" expression { "," expression }
//     table     = "table" NAME "=" NUMBER { "," NUMBER }
//     probe     = "probe" NAME ":" TYPE [ "=" NUMBER ] ( "reads" | "restores" NAME { "," NAME } | "resets" ) block
//     quantity  = NUMBER | NAME
//     when      = "when" expression block [ "else" block ]
//     each      = "for" "each" NAME "in" ( "0" "..<" expression | expression { "," expression } ) block
//     choose    = "choose" block "or" block { "or" block }
//     fail      = "fail"
//     learned   = "capability" NUMBER [ "where" "byte" NUMBER "==" NUMBER ] "," ( "u8" | "u16" | "u32" ) "at" NUMBER

import Metabinary

extension Parser {
    /// Words that open a declaration of the static stage where a name follows; elsewhere they are names.
    static let stageWords = ["fact", "table", "probe"]

    /// Whether a declaration of the static stage begins here.
    var isAtStageWord: Bool { current.kind == .name && Self.stageWords.contains(current.text) && isBeforeName }

    mutating func parseFact() throws(Failure) -> Syntax.Fact {
        let form = "write `fact NAME = VALUE`, `fact NAME in LOW…HIGH = VALUE` or `fact NAME = choose VALUE, VALUE`"
        take()
        let factName = try name("the name of the fact", mend: form)
        var range: (low: Syntax.Number, high: Syntax.Number)?
        if isAtWord("in") {
            take()
            range = try parseRange(form)
        }
        try expect(.equals, mend: form)
        guard isAt(.choose) else {
            return Syntax.Fact(name: factName, range: range, values: [try parseExpression()])
        }
        let span = take().span
        var values: [Syntax.Expression] = []
        repeat { values.append(try parseExpression()) } while takes(.comma)
        checkAlternatives(values.count, span)
        return Syntax.Fact(name: factName, range: range, values: values)
    }

    private mutating func checkAlternatives(_ count: Int, _ span: SourceSpan) {
        guard count < 2 || count > MetabinaryLimit.alternativeCount else { return }
        diagnostics.report(
            count < 2 ? .needlessChoice : .limitExceeded, span,
            count < 2 ? "there is one alternative" : "\(count) alternatives",
            mend: count < 2
                ? "take `choose` out, or add what else would do" : "\(MetabinaryLimit.alternativeCount) are the most")
    }

    mutating func parseTable() throws(Failure) -> Syntax.Table {
        let form = "write `table NAME = NUMBER, NUMBER`"
        take()
        let tableName = try name("the name of the table", mend: form)
        try expect(.equals, mend: form)
        var entries: [Syntax.Number] = []
        repeat { entries.append(try number("an entry of a table", atMost: .max, mend: form)) } while takes(.comma)
        if entries.count > MetabinaryLimit.entryCount {
            diagnostics.report(
                .limitExceeded, tableName.span, "\(entries.count) entries",
                mend: "\(MetabinaryLimit.entryCount) are the most")
        }
        return Syntax.Table(name: tableName, entries: entries)
    }

    mutating func parseProbe(_ isBroken: inout Bool) throws(Failure) -> Syntax.Probe {
        let form = "write `probe NAME: TYPE reads { … }` (or `restores REGISTER, REGISTER`, or `resets`)"
        take()
        let probeName = try name("the name of the probe", mend: form)
        try expect(.colon, mend: form)
        let start = current.span
        let type = try parseType().0 ?? 32
        if type > 32 {
            diagnostics.report(
                .valueTooWide, start, "a probe finds out 32 bits at most", mend: "give it type `u32`, or ask twice")
        }
        let limit = UInt64.max >> UInt64(64 - min(type, 32))
        var assumed: Syntax.Number?
        if takes(.equals) { assumed = try number("what is assumed", atMost: limit, mend: form) }
        guard let purity = Syntax.Purity.allCases.first(where: { isAtWord($0.rawValue) }) else {
            throw fail(expected: "`reads`, `restores` or `resets`", mend: form)
        }
        take()
        var registers: [Syntax.Name] = []
        if purity == .restores {
            repeat { registers.append(try name("a register that is put back", mend: form)) } while takes(.comma)
        }
        let member = Syntax.Member(
            name: probeName, result: .value(probeName, bitCount: type), resultSpan: start)
        let function = try parseBody(of: member, &isBroken, declarations: Self.declarations)
        return Syntax.Probe(
            function: function, bitCount: min(type, 32), assumed: assumed, purity: purity, registers: registers)
    }

    /// A number, or the name of a fact in its place.
    mutating func quantity(_ what: String, atMost limit: UInt64, mend: String) throws(Failure) -> Syntax.Number {
        guard current.kind == .name else { return try number(what, atMost: limit, mend: mend) }
        let fact = try name(what, mend: mend)
        return Syntax.Number(value: nil, span: fact.span, fact: fact, limit: limit)
    }

    // MARK: Statements

    mutating func parseWhen(_ depth: Int) throws(Failure) -> Syntax.Statement {
        let span = take().span
        let condition = try parseExpression()
        let arm = try parseBlock(depth, "write `when CONDITION { … }`")
        guard isAtWord("else") else { return .when(span, condition, arm, otherwise: nil) }
        take()
        return .when(span, condition, arm, otherwise: try parseBlock(depth, "write `else { … }`"))
    }

    mutating func parseChoose(_ depth: Int) throws(Failure) -> Syntax.Statement {
        let form = "write `choose { … } or { … }`"
        let span = take().span
        var arms = [try parseBlock(depth, form)]
        while isAtWord("or") {
            take()
            arms.append(try parseBlock(depth, form))
        }
        checkAlternatives(arms.count, span)
        return .choose(span, arms)
    }

    /// Behind `for each`.
    mutating func parseEach(_ span: SourceSpan, _ depth: Int) throws(Failure) -> Syntax.Statement {
        let form = "write `for each NAME in 0..<COUNT { … }` or `for each NAME in NUMBER, NUMBER { … }`"
        take()
        let counter = try name("the name of the counter", mend: form)
        try expectWord("in", mend: form)
        if case .number(0) = current.kind, isBefore(.upTo) {
            take()
            take()
            let count = try parseExpression()
            return .each(span, counter, .count(count), try parseBlock(depth, form))
        }
        var list: [Syntax.Expression] = []
        repeat { list.append(try parseExpression()) } while takes(.comma)
        return .each(span, counter, .list(list), try parseBlock(depth, form))
    }

    // MARK: What discovery learned

    /// `capability 0x09 where byte 3 == 2, u32 at 16`
    mutating func parseCapabilityNumber() throws(Failure) -> Syntax.Expression {
        let form = "write `capability ID where byte NUMBER == NUMBER, u32 at NUMBER`"
        let span = take().span
        let identifier = try number("a capability ID", atMost: 0xFF, mend: form)
        var mark: (part: Syntax.LocatorPart, value: Syntax.Number)?
        if isAtWord("where") {
            take()
            let part = try parseByte(form)
            try expect(.equal, mend: form)
            mark = (part, try number("a byte", atMost: 0xFF, mend: form))
        }
        try expect(.comma, mend: form)
        let part = try parsePart(form)
        return .capability(
            Syntax.CapabilityNumber(identifier: identifier, mark: mark, part: part), span.joined(with: previousSpan))
    }
}
