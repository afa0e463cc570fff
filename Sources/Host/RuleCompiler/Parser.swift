// Recursive descent from tokens to the syntax tree: its state, and the top level. The grammar stands in the manual
// (Sources/Atlas/MANUAL.md, "Grammar"); each rule of it is a function of its name here, and a test compares the two.
// It looks no name up. `RuleCompiler` runs it; after a mistake it goes on at the next declaration or statement.

import Metabinary

/// Parser of one source.
final class Parser {
    /// A rule of the grammar cannot go on; the diagnostic is already noted.
    struct Failure: Error {}

    /// Types of results and registers, with their number of bits.
    static let types: [(name: String, bitCount: UInt8)] = [
        ("bool", 1), ("u8", 8), ("u16", 16), ("u32", 32), ("u48", 48), ("u64", 64),
    ]

    private static let fileRules: [Rule<Declared<Syntax.Atlas>>] = [
        Rule("import", "write `import \"FILE.meta\"`, of a file beside this one", Parser.import),
        Rule("class", "write `class NAME VERSION { … }`", \.classes, Parser.class),
        Rule("device", "write `device NAME is CLASS { … }`", \.devices, Parser.device),
    ]

    let tokens: [Token]
    var position = 0
    var diagnostics: DiagnosticCollector
    var atlas = Syntax.Atlas()
    /// How the rule at hand is written: the mend for what does not fit it.
    var form = ""
    /// Braces that are open before the current token.
    var braceDepth = 0
    /// Words that open a line in the blocks around the current token.
    var openers: [String] = []
    /// Something in the declaration at hand could not be read.
    var isBroken = false
    /// Blocks of statements around the current token.
    var blockDepth = 0
    /// Parentheses around the current token.
    var parenthesisDepth = 0
    /// Operators of the expression at hand.
    var operatorCount = 0

    private init(source: Int, _ diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
        tokens = Lexer.tokens(ofSource: source, &self.diagnostics)
    }

    /// The declarations of all sources.
    static func parse(_ diagnostics: inout DiagnosticCollector) -> Syntax.Atlas {
        var whole = Syntax.Atlas()
        for index in diagnostics.sources.indices {
            let parser = Parser(source: index, diagnostics)
            parser.file()
            diagnostics = parser.diagnostics
            let part = parser.atlas
            if part.isBroken || part.classes.contains(where: \.isBroken) || part.devices.contains(where: \.isBroken) {
                whole.brokenSources.insert(index)
            }
            whole.imports += part.imports
            whole.classes += part.classes
            whole.devices += part.devices
            whole.isBroken = whole.isBroken || part.isBroken
        }
        return whole
    }

    private func file() {
        while current.kind != .end {
            let start = position
            do throws(Failure) {
                guard let declared = try read(Self.fileRules) else {
                    throw failure(
                        expected: "a declaration",
                        mend:
                            "at the top level stand `import \"FILE\"`, then `class NAME VERSION { … }` and "
                            + "`device NAME is CLASS { … }`")
                }
                declared.put(&atlas)
            } catch {
                atlas.isBroken = true
                if position == start { take() }
                while current.kind != .end, !current.isFirstOnLine || !Self.fileRules.contains(where: opens) { take() }
                braceDepth = 0
            }
        }
    }

    private func `import`() throws(Failure) -> Declared<Syntax.Atlas> {
        guard atlas.classes.isEmpty, atlas.devices.isEmpty else {
            throw failure(expected: "a declaration", mend: "move the import to the head of the file", at: previous)
        }
        guard current.kind == .quoted else { throw failure(expected: "a file in quotes") }
        let file = take()
        return Declared(
            unnamed: Syntax.Import(file: String(file.text.dropFirst().dropLast()), span: file.span), \.imports)
    }
}
