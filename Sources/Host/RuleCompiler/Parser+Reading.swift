// What all rules of the grammar are made of: the cursor, words and signs, names and numbers, lists. What does not fit is
// reported with the form of the rule at hand as its fix-it, unless its place knows a better one.

extension Parser {
    // MARK: The cursor

    var current: Token { tokens[position] }

    /// The token before the current one.
    var previous: Token { tokens[max(0, position - 1)] }

    /// Place of the token before the current one.
    var previousSpan: SourceSpan { previous.span }

    /// A token after the current one; after the end, the end.
    func ahead(_ distance: Int) -> Token { tokens[min(position + distance, tokens.count - 1)] }

    /// Takes the current token; the end is never passed.
    @discardableResult func take() -> Token {
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

    /// Takes words and signs that have to be here.
    func expect(_ words: String..., fixIt: String? = nil) throws(Failure) {
        for word in words where !takes(word) { throw failure(expected: "`\(word)`", fixIt: fixIt) }
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

    /// A name, with words and signs that have to be before it, and one after it.
    func name(
        _ what: String, after words: String..., before next: String? = nil, fixIt: String? = nil
    ) throws(Failure) -> Name {
        for word in words { try expect(word, fixIt: fixIt) }
        guard current.kind == .name, !Token.reservedWords.contains(current.text) else {
            throw failure(expected: what, fixIt: fixIt)
        }
        let token = take()
        if let next { try expect(next, fixIt: fixIt) }
        return Name(text: token.text, span: token.span)
    }

    /// A number of at most `limit`, after words and signs that have to be before it; a larger one is reported and
    /// its value forgotten.
    func number(_ what: String, atMost limit: UInt64 = .max, after words: String...) throws(Failure) -> Number {
        for word in words { try expect(word) }
        guard case .number(let value) = current.kind else { throw failure(expected: what) }
        let token = take()
        guard let value, value > limit else { return Number(value: value, span: token.span) }
        report(.numberTooLarge, token.span, token.text, what, limit, String(limit, radix: 16, uppercase: true))
        return Number(value: nil, span: token.span)
    }

    /// A number, or the name of a fact in its place.
    func quantity(_ what: String, atMost limit: UInt64) throws(Failure) -> Number {
        guard current.kind == .name else { return try number(what, atMost: limit) }
        let fact = try name(what)
        return Number(value: nil, span: fact.span, fact: fact, limit: limit)
    }

    /// `NUMBER [ "…" NUMBER ]`
    func range(_ low: String, _ high: String) throws(Failure) -> (low: Number, high: Number) {
        let first = try number(low)
        if takes("…") { return (first, try number(high)) }
        // What makes a range in other languages, where the highest bit may come first.
        guard isAt("-") || isAt(":"), ahead(1).isNumber else { return (first, first) }
        let (firstText, sign) = (previous.text, take())
        let last = try number(high)
        let isRising = first.value ?? 0 <= last.value ?? 0
        let texts = isRising ? [firstText, previous.text] : [previous.text, firstText]
        report(.foreignRange, sign.span, sign.text, texts[0], texts[1])
        return isRising ? (first, last) : (last, first)
    }

    /// `[ "in" NUMBER "…" NUMBER ]`
    func bounds() throws(Failure) -> (low: Number, high: Number)? {
        guard takes("in") else { return nil }
        let range = try range("the least value", "the largest value")
        if range.low.span == range.high.span { try expect("…") }
        return range
    }

    /// `NUMBER "us"`
    func time(atMost limit: UInt64) throws(Failure) -> Number {
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
        _ item: @autoclosure () throws(Failure) -> Item, fixIt: String? = nil
    ) throws(Failure) -> [Item] {
        try expect("(")
        let items = isAt(")") ? [] : try list(item())
        try expect(")", fixIt: fixIt)
        return items
    }

    /// `[ "[" inner "]" ]`
    func bracketed<Inner>(_ form: String, _ inner: @autoclosure () throws(Failure) -> Inner) throws(Failure) -> Inner? {
        guard takes("[") else { return nil }
        let node = try written(form, inner())
        try expect("]", fixIt: form)
        return node
    }

    /// `"{" item { "," item } "}"`
    @discardableResult func braced<Item>(_ item: @autoclosure () throws(Failure) -> Item, fixIt: String? = nil)
        throws(Failure) -> [Item]
    {
        try expect("{")
        let items = try list(item())
        try expect("}", fixIt: fixIt)
        return items
    }

    // MARK: Mistakes

    /// Reports the current token, or another one, as wrong here.
    func failure(expected: String, fixIt: String? = nil, at place: Token? = nil) -> Failure {
        let token = place ?? current
        let habit = ForeignHabit.words[token.text]
        if token.kind == .name, Token.reservedWords.contains(token.text) {
            let other = "take it out, or another word if it is meant as a name: it is kept for a statement to come"
            report(.reservedWord, token.span, token.text, habit ?? other)
        } else {
            let mend = habit ?? mend(token, fixIt ?? form, among: "\(expected) \(fixIt ?? form)")
            report(.unexpectedToken, token.span, expected, token.shown, mend)
        }
        return Failure()
    }

    /// The mend, with what a name is nearly of the words in quotes of a text before it.
    func mend(_ token: Token, _ mend: String, among text: String) -> String {
        token.kind == .name ? NameDistance.mend(token.text, mend, among: text) : mend
    }

    /// Reports a property that something does not have.
    func unknownProperty(_ name: Name, of what: String) -> Failure {
        report(.unknownProperty, name.span, what, name, mend(previous, form, among: form))
        return Failure()
    }

    func exceeded(_ what: String) -> Failure {
        report(.tooDeep, current.span, what)
        return Failure()
    }

    /// "`a`, `b` or `c`"
    static func listed(_ words: [String], _ conjunction: String) -> String {
        let quoted = words.map { "`\($0)`" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
    }
}
