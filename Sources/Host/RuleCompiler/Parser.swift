// Recursive descent from tokens to the syntax tree: the cursor, what all rules of the grammar share, and the top
// level. After a mistake it goes on at the next declaration or statement. It looks no name up.
//
//     file   = { "import" QUOTED } { class | device }
//     class  = "class" NAME NUMBER [ "is" NAME ] "{" { "require" member | state | cursor | fact | table | function } "}"
//     device = "device" NAME "is" NAME "{" { declaration } "}"

/// Parser of the sources of one run.
struct Parser {
    /// A rule of the grammar cannot go on; the diagnostic is already noted.
    struct Failure: Error {}

    /// Types of results and registers, with their number of bits.
    static let types: [(name: String, bitCount: UInt8)] = [
        ("bool", 1), ("u8", 8), ("u16", 16), ("u32", 32), ("u48", 48), ("u64", 64),
    ]

    var diagnostics: DiagnosticCollector
    private(set) var atlas = Syntax.Atlas()
    private let tokens: [Token]
    private var position = 0
    /// Braces that are open before the current token.
    private(set) var braceDepth = 0

    /// - Precondition: `tokens` ends with an `end` token.
    private init(_ tokens: [Token], _ diagnostics: DiagnosticCollector) {
        precondition(tokens.last?.kind == .end, "token run without an end")
        self.tokens = tokens
        self.diagnostics = diagnostics
    }

    /// The declarations of all sources.
    static func parse(_ diagnostics: inout DiagnosticCollector) -> Syntax.Atlas {
        var atlas = Syntax.Atlas()
        for index in diagnostics.sources.indices {
            let tokens = Lexer.tokens(ofSource: index, &diagnostics)
            var parser = Parser(tokens, diagnostics)
            parser.parseSource()
            diagnostics = parser.diagnostics
            let isBroken =
                parser.atlas.isBroken || parser.atlas.classes.contains(where: \.isBroken)
                || parser.atlas.devices.contains(where: \.isBroken)
            if isBroken { atlas.brokenSources.insert(index) }
            atlas.imports += parser.atlas.imports
            atlas.classes += parser.atlas.classes
            atlas.devices += parser.atlas.devices
            atlas.isBroken = atlas.isBroken || parser.atlas.isBroken
        }
        return atlas
    }

    // MARK: The cursor

    var current: Token { tokens[position] }

    /// Takes the current token; the end is never passed.
    @discardableResult
    mutating func take() -> Token {
        let token = current
        if token.kind != .end { position += 1 }
        if token.kind == .sign(.openBrace) { braceDepth += 1 }
        if token.kind == .sign(.closeBrace), braceDepth > 0 { braceDepth -= 1 }
        return token
    }

    /// Place of the token before the current one.
    var previousSpan: SourceSpan { tokens[max(0, position - 1)].span }

    /// Whether a brace stands here that is followed by a name and a colon: fields, and no block.
    var isAtRecord: Bool {
        isAt(.openBrace) && position + 2 < tokens.count && tokens[position + 1].kind == .name
            && tokens[position + 2].kind == .sign(.colon)
    }

    /// Whether a number stands behind the current token.
    var isBeforeNumber: Bool {
        guard position + 1 < tokens.count, case .number = tokens[position + 1].kind else { return false }
        return true
    }

    /// Whether a name stands behind the current token.
    var isBeforeName: Bool { position + 1 < tokens.count && tokens[position + 1].kind == .name }

    /// Whether `as`, a word and `of` stand here: what is told of buffers, and no kind of number.
    var isAtTelling: Bool {
        isAtWord("as") && position + 2 < tokens.count && tokens[position + 2].text == "of"
    }

    /// Whether the token behind the current one is that sign.
    func isBefore(_ sign: Token.Sign) -> Bool {
        position + 1 < tokens.count && tokens[position + 1].kind == .sign(sign)
    }

    /// Whether the token behind the one behind the current one is that word.
    func isBehindNext(_ word: String) -> Bool { position + 2 < tokens.count && tokens[position + 2].text == word }

    /// Whether the token behind the current one is that word.
    func isBefore(_ word: String) -> Bool { position + 1 < tokens.count && tokens[position + 1].text == word }

    func isAt(_ sign: Token.Sign) -> Bool { current.kind == .sign(sign) }

    func isAt(_ keyword: Token.Keyword) -> Bool { current.kind == .keyword(keyword) }

    func isAtWord(_ word: String) -> Bool { current.kind == .name && current.text == word }

    /// Takes the sign if it stands here.
    mutating func takes(_ sign: Token.Sign) -> Bool {
        guard isAt(sign) else { return false }
        take()
        return true
    }

    /// Reports the current token as wrong here.
    mutating func fail(expected: String, mend: String) -> Failure {
        if current.kind == .name, Token.reservedWords.contains(current.text) {
            diagnostics.report(
                .reservedWord, current.span, "`\(current.text)` is reserved and not in the language yet",
                mend: "take it out, or another word if it is meant as a name: it is kept for a statement to come")
        } else {
            diagnostics.report(
                .unexpectedToken, current.span, "expected \(expected), found \(current.shown)", mend: mend)
        }
        return Failure()
    }

    @discardableResult
    mutating func expect(_ sign: Token.Sign, mend: String) throws(Failure) -> Token {
        guard isAt(sign) else { throw fail(expected: "`\(sign.rawValue)`", mend: mend) }
        return take()
    }

    mutating func expectWord(_ word: String, mend: String) throws(Failure) {
        guard current.text == word else { throw fail(expected: "`\(word)`", mend: mend) }
        take()
    }

    mutating func name(_ what: String, mend: String) throws(Failure) -> Syntax.Name {
        guard current.kind == .name, !Token.reservedWords.contains(current.text) else {
            throw fail(expected: what, mend: mend)
        }
        let token = take()
        return Syntax.Name(text: token.text, span: token.span)
    }

    /// A number of at most `limit`; a larger one is reported and its value forgotten.
    mutating func number(_ what: String, atMost limit: UInt64, mend: String) throws(Failure) -> Syntax.Number {
        guard case .number(let value) = current.kind else { throw fail(expected: what, mend: mend) }
        let token = take()
        guard let value, value > limit else { return Syntax.Number(value: value, span: token.span) }
        diagnostics.report(
            .numberTooLarge, token.span, "`\(token.text)` is too large for \(what)",
            mend: "\(limit) (0x\(String(limit, radix: 16, uppercase: true))) is the most")
        return Syntax.Number(value: nil, span: token.span)
    }

    /// A block of declarations or statements that is being read.
    struct Block {
        /// Braces that are open inside it.
        var depth: Int
        /// Index of the token behind its opening brace.
        var start: Int
    }

    /// Takes the brace that opens a block. Where it is missing and the block's first word stands here, that is reported
    /// and the block is read all the same.
    mutating func openBlock(before keywords: [Token.Keyword], mend: String) throws(Failure) -> Block {
        if !takes(.openBrace) {
            let failure = fail(expected: "`{`", mend: mend)
            guard case .keyword(let keyword) = current.kind, keywords.contains(keyword) else { throw failure }
            braceDepth += 1
        }
        return Block(depth: braceDepth, start: position)
    }

    /// Skips what follows a mistake: up to the brace that closes the block, or to one of these keywords where it
    /// begins a line; braces left open before it are taken as forgotten.
    mutating func recover(to keywords: [Token.Keyword], in block: Block) {
        while current.kind != .end {
            let isStage = keywords.contains(.window) || keywords.contains(.require) && !isAtWord("probe")
            if isAtStageWord, current.isFirstOnLine, isStage {
                braceDepth = block.depth
                return
            }
            if case .keyword(let keyword) = current.kind, current.isFirstOnLine {
                if keyword == .class || keyword == .device { return }
                if keywords.contains(keyword) {
                    braceDepth = block.depth
                    return
                }
            }
            if isAt(.closeBrace), braceDepth <= block.depth, mayClose(block) { return }
            let isStray = isAt(.closeBrace) && braceDepth <= block.depth
            take()
            if isStray { braceDepth = block.depth }
        }
    }

    /// Whether a closing brace that stands here may be the block's: it begins a line, or the block is a single line.
    private func mayClose(_ block: Block) -> Bool {
        current.isFirstOnLine || !tokens[min(block.start, position)...position].contains(where: \.isFirstOnLine)
    }

    /// Goes on as if the block at hand had been closed.
    mutating func leaveBlock() { braceDepth -= 1 }

    // MARK: The top level

    private mutating func parseSource() {
        while current.kind != .end {
            let start = position
            do throws(Failure) {
                switch current.kind {
                case .keyword(.import): atlas.imports.append(try parseImport())
                case .keyword(.class): atlas.classes.append(try parseClass())
                case .keyword(.device): atlas.devices.append(try parseDevice())
                default:
                    throw fail(
                        expected: "a declaration",
                        mend:
                            "at the top level stand `import \"FILE\"`, then `class NAME VERSION { … }` and "
                            + "`device NAME is CLASS { … }`")
                }
            } catch {
                atlas.isBroken = true
                if position == start { take() }
                recoverToTopLevel()
            }
        }
    }

    private mutating func recoverToTopLevel() {
        while current.kind != .end, !current.isFirstOnLine || !isAt(.class) && !isAt(.device) && !isAt(.import) {
            take()
        }
        braceDepth = 0
    }

    private mutating func parseImport() throws(Failure) -> Syntax.Import {
        guard atlas.classes.isEmpty, atlas.devices.isEmpty else {
            throw fail(expected: "a declaration", mend: "move the import to the head of the file")
        }
        take()
        guard current.kind == .quoted else {
            throw fail(expected: "a file in quotes", mend: "write `import \"FILE.meta\"`, of a file beside this one")
        }
        let file = take()
        return Syntax.Import(file: String(file.text.dropFirst().dropLast()), span: file.span)
    }

    private mutating func parseClass() throws(Failure) -> Syntax.Class {
        let form = "write `class NAME VERSION { … }`"
        take()
        let className = try name("the name of the class", mend: form)
        let version = try number("the version of a contract", atMost: UInt64(UInt8.max), mend: form)
        var parent: Syntax.Name?
        if isAtWord("is") {
            take()
            parent = try name("the name of a class", mend: "write `class NAME VERSION is CLASS { … }`")
        }
        let declarations: [Token.Keyword] = [.require, .state, .cursor, .generate]
        let block = try openBlock(before: declarations, mend: form)
        var node = Syntax.Class(name: className, version: version, parent: parent)
        while !isAt(.closeBrace) {
            do throws(Failure) {
                if isAt(.generate) {
                    let function = try parseFunction(&node.isBroken, declarations: declarations)
                    node.members.append(function.member)
                    node.functions.append(function)
                    continue
                }
                if isAt(.state) {
                    node.states.append(try parseState())
                    continue
                }
                if isAt(.cursor) {
                    node.states.append(try parseCursor())
                    continue
                }
                if isAtStageWord, isAtWord("fact") {
                    node.facts.append(try parseFact())
                    continue
                }
                if isAtStageWord, isAtWord("table") {
                    node.tables.append(try parseTable())
                    continue
                }
                guard isAt(.require) else {
                    throw fail(
                        expected: "`require`, `state`, `cursor`, `fact`, `table`, `generate` or `}`",
                        mend: "in a class stand members: `require NAME() -> RESULT: TYPE`")
                }
                take()
                if isAtStageWord, isAtWord("fact") {
                    take()
                    node.requiredFacts.append(
                        try name("the name of the fact", mend: "write `require fact NAME`"))
                    continue
                }
                node.members.append(try parseMember())
            } catch {
                node.isBroken = true
                recover(to: declarations, in: block)
                if isAtTopLevelOrEnd { return node }
            }
        }
        take()
        return node
    }

    /// Whether a block has to end here although its brace is missing.
    var isAtTopLevelOrEnd: Bool { current.kind == .end || isAt(.class) || isAt(.device) }
}
