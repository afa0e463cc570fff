// What all rules of the grammar are made of: the cursor, words and signs, names and numbers, lists. What does not fit is
// reported with the form of the rule at hand as its mend, unless its place knows a better one.

extension Parser {
    // MARK: The cursor

    var current: Token { tokens[position] }

    /// The token before the current one.
    var previous: Token { tokens[max(0, position - 1)] }

    /// Place of the token before the current one.
    var previousSpan: SourceSpan { previous.span }

    /// A token behind the current one; behind the end, the end.
    func ahead(_ distance: Int) -> Token { tokens[min(position + distance, tokens.count - 1)] }

    /// Takes the current token; the end is never passed.
    @discardableResult
    func take() -> Token {
        let token = current
        if token.kind != .end { position += 1 }
        if token.text == "{" { braceDepth += 1 }
        if token.text == "}", braceDepth > 0 { braceDepth -= 1 }
        return token
    }

    // MARK: Words and signs

    func isAt(_ word: String) -> Bool { current.text == word }

    /// Takes words and signs if all of them are here.
    func takes(_ words: String...) -> Bool {
        for (distance, word) in words.enumerated() where ahead(distance).text != word { return false }
        for _ in words { take() }
        return true
    }

    /// Takes words and signs that have to stand here.
    func expect(_ words: String..., mend: String? = nil) throws(Failure) {
        for word in words where !takes(word) { throw failure(expected: "`\(word)`", mend: mend) }
    }

    /// Takes one of these words.
    func word(_ words: String...) throws(Failure) -> String {
        guard words.contains(current.text) else { throw failure(expected: Self.listed(words, "or")) }
        return take().text
    }

    /// Takes a word of a choice.
    func choice<Choice: RawRepresentable<String>>(of choices: [Choice]) throws(Failure) -> Choice {
        guard let choice = choices.first(where: { isAt($0.rawValue) }) else {
            throw failure(expected: Self.listed(choices.map(\.rawValue), "or"))
        }
        take()
        return choice
    }

    // MARK: Names and numbers

    /// A name, with words and signs that have to stand before it, and one behind it.
    func name(
        _ what: String, after words: String..., before next: String? = nil, mend: String? = nil
    ) throws(Failure) -> Syntax.Name {
        for word in words { try expect(word, mend: mend) }
        guard current.kind == .name, !Token.reservedWords.contains(current.text) else {
            throw failure(expected: what, mend: mend)
        }
        let token = take()
        if let next { try expect(next, mend: mend) }
        return Syntax.Name(text: token.text, span: token.span)
    }

    /// A number of at most `limit`, behind words and signs that have to stand before it; a larger one is reported and
    /// its value forgotten.
    func number(
        _ what: String, atMost limit: UInt64 = .max, after words: String...
    ) throws(Failure) -> Syntax.Number {
        for word in words { try expect(word) }
        guard case .number(let value) = current.kind else { throw failure(expected: what) }
        let token = take()
        guard let value, value > limit else { return Syntax.Number(value: value, span: token.span) }
        diagnostics.report(
            .numberTooLarge, token.span, "`\(token.text)` is too large for \(what)",
            mend: "\(limit) (0x\(String(limit, radix: 16, uppercase: true))) is the most")
        return Syntax.Number(value: nil, span: token.span)
    }

    /// A number, or the name of a fact in its place.
    func quantity(_ what: String, atMost limit: UInt64) throws(Failure) -> Syntax.Number {
        guard current.kind == .name else { return try number(what, atMost: limit) }
        let fact = try name(what)
        return Syntax.Number(value: nil, span: fact.span, fact: fact, limit: limit)
    }

    /// `NUMBER [ "…" NUMBER ]`
    func range(_ low: String, _ high: String) throws(Failure) -> (low: Syntax.Number, high: Syntax.Number) {
        let low = try number(low)
        return (low, takes("…") ? try number(high) : low)
    }

    /// `[ "in" NUMBER "…" NUMBER ]`
    func bounds() throws(Failure) -> (low: Syntax.Number, high: Syntax.Number)? {
        takes("in") ? try (number("the least value"), number("the largest value", after: "…")) : nil
    }

    /// `NUMBER "us"`
    func time(atMost limit: UInt64) throws(Failure) -> Syntax.Number {
        let time = try number("microseconds", atMost: limit)
        try expect("us")
        return time
    }

    // MARK: Lists

    /// `item { "," item }`, or with another separator.
    func list<Item>(
        _ item: @autoclosure () throws(Failure) -> Item, by separator: String = ","
    ) throws(Failure) -> [Item] {
        let outer = form
        var items: [Item] = []
        repeat {
            items.append(try item())
            form = outer
        } while takes(separator)
        return items
    }

    /// `"(" [ item { "," item } ] ")"`
    func parenthesised<Item>(
        _ item: @autoclosure () throws(Failure) -> Item, mend: String? = nil
    ) throws(Failure) -> [Item] {
        try expect("(")
        let items = isAt(")") ? [] : try list(item())
        try expect(")", mend: mend)
        return items
    }

    /// `[ "[" inner "]" ]`
    func bracketed<Inner>(
        _ form: String, _ inner: @autoclosure () throws(Failure) -> Inner
    ) throws(Failure) -> Inner? {
        guard takes("[") else { return nil }
        let node = try written(form, inner())
        try expect("]", mend: form)
        return node
    }

    /// `"{" item { "," item } "}"`
    @discardableResult
    func braced<Item>(
        _ item: @autoclosure () throws(Failure) -> Item, mend: String? = nil
    ) throws(Failure) -> [Item] {
        try expect("{")
        let items = try list(item())
        try expect("}", mend: mend)
        return items
    }

    // MARK: Mistakes

    /// Reports the current token, or another one, as wrong here.
    func failure(expected: String, mend: String? = nil, at place: Token? = nil) -> Failure {
        let token = place ?? current
        if token.kind == .name, Token.reservedWords.contains(token.text) {
            diagnostics.report(
                .reservedWord, token.span, "`\(token.text)` is reserved and not in the language yet",
                mend: "take it out, or another word if it is meant as a name: it is kept for a statement to come")
        } else {
            diagnostics.report(
                .unexpectedToken, token.span, "expected \(expected), found \(token.shown)", mend: mend ?? form)
        }
        return Failure()
    }

    /// Reports a property that something does not have.
    func unknownProperty(_ name: Syntax.Name, of what: String) -> Failure {
        diagnostics.report(.unknownName, name.span, "\(what) has no property `\(name.text)`", mend: form)
        return Failure()
    }

    func exceeded(_ what: String) -> Failure {
        diagnostics.report(.limitExceeded, current.span, what, mend: "give a part of it a name by `let`")
        return Failure()
    }

    /// "`a`, `b` or `c`"
    static func listed(_ words: [String], _ conjunction: String) -> String {
        let quoted = words.map { "`\($0)`" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
    }
}
