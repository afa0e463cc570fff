// Recursive descent from tokens to the syntax tree: its state, and the top level. The grammar is in the manual
// (Sources/Atlas/MANUAL.md, "Grammar"); each rule of it is a function of its name here, and a test compares the two.
// It looks no name up. `RuleCompiler` runs it; after a mistake it goes on at the next declaration or statement.

import Metabinary

/// Parser of the sources of one run.
final class Parser: Reporting {
    /// A rule of the grammar cannot go on; the diagnostic is already noted.
    struct Failure: Error {}

    /// Types of results and registers, with their number of bits.
    static let types: [(name: String, bitCount: UInt8)] = [
        ("bool", 1), ("u8", 8), ("u16", 16), ("u32", 32), ("u48", 48), ("u64", 64),
    ]

    static let fileRules: [Rule<Declared<Syntax.Atlas>>] = [
        Rule("import", "write `import \"FILE.meta\"`, of a file beside this one", Parser.import),
        Rule("class", "write `class NAME VERSION { … }`", \.classes, Parser.class),
        Rule("device", "write `device NAME is CLASS { … }`", \.devices, Parser.device),
    ]

    let diagnostics: DiagnosticCollector
    private var atlas = Syntax.Atlas()
    /// Those of the source at hand.
    private(set) var tokens: [Token] = []
    var position = 0
    /// How the rule at hand is written: the fix-it for what does not fit it. A rule that knows better what is meant sets
    /// it; after the rule, or the item of a list, it is what it was before.
    var form = ""
    /// Braces that are open before the current token.
    var braceDepth = 0
    /// Words that open a line in the blocks around the current token.
    var openers: [String] = []
    /// Something in the file or declaration at hand could not be read.
    var isBroken = false
    /// Blocks of statements around the current token.
    var blockDepth = 0
    /// Parentheses around the current token.
    var parenthesisDepth = 0
    /// Operators of the expression at hand.
    var operatorCount = 0

    private init(_ diagnostics: DiagnosticCollector) { self.diagnostics = diagnostics }

    /// The declarations of all sources.
    static func parse(_ diagnostics: DiagnosticCollector) -> Syntax.Atlas {
        let parser = Parser(diagnostics)
        for index in diagnostics.sources.indices {
            parser.tokens = Lexer.tokens(ofSource: index, diagnostics)
            parser.position = 0
            if parser.file() { parser.atlas.brokenSources.insert(index) }
        }
        return parser.atlas
    }

    /// The statements of a block that begins here; `nil` where it is none.
    static func block(of tokens: [Token], _ diagnostics: DiagnosticCollector) -> [Statement]? {
        guard let last = tokens.last else { return nil }
        let parser = Parser(diagnostics)
        parser.tokens = tokens + [Token(kind: .end, text: "", span: last.span, isFirstOnLine: true)]
        return try? parser.block()
    }

    /// Reads a source.

    ///
    /// - Returns: Whether something in it could not be read.
    private func file() -> Bool {
        var isBrokenFile = false
        while current.kind != .end {
            let start = position
            isBroken = false
            do throws(Failure) {
                guard let declared = try read(Self.fileRules) else {
                    throw failure(
                        expected: "a declaration",
                        fixIt: "at the top level are `import \"FILE\"`, then `class NAME VERSION { … }` and "
                            + "`device NAME is CLASS { … }`")
                }
                declared.put(&atlas)
            } catch {
                (isBroken, atlas.isBroken) = (true, true)
                if position == start { take() }
                while current.kind != .end, !current.isFirstOnLine || !Self.fileRules.contains(where: opens) { take() }
                braceDepth = 0
            }
            isBrokenFile = isBrokenFile || isBroken
        }
        return isBrokenFile
    }

    private func `import`() throws(Failure) -> Declared<Syntax.Atlas> {
        guard !tokens[..<position].contains(where: { $0.text == "{" }) else {
            throw failure(expected: "a declaration", fixIt: "move the import to the head of the file", at: previous)
        }
        guard current.kind == .quoted else { throw failure(expected: "a file in quotes") }
        let file = take()
        return Declared(
            unnamed: Syntax.Import(file: String(file.text.dropFirst().dropLast()), span: file.span), \.imports)
    }
}
