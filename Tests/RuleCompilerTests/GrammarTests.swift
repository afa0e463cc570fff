// The grammar of the manual against the lexer and the parser: the same words and signs, every shipped text is a sentence
// of it, and every sentence that it gives by chance is read. METAOS_SENTENCES raises their number, METAOS_SEED sets the
// seed.

import Foundation
import Support
import Testing

@testable import RuleCompiler

@Suite struct GrammarTests {
    private static func grammar() throws -> Grammar {
        try Grammar(try #require(Manual.read().blocks.first { $0.kind == "ebnf" }).text)
    }

    private static let tokenKinds: Set<String> = ["NAME", "NUMBER", "TEXT", "LINE"]

    @Test func `every rule is defined, and every rule but the first is used`() throws {
        let grammar = try Self.grammar()
        #expect(grammar.uses.subtracting(grammar.names).subtracting(Self.tokenKinds).isEmpty)
        #expect(Set(grammar.names.dropFirst()).subtracting(grammar.uses).isEmpty)
        #expect(Set(grammar.names).count == grammar.names.count)
        #expect(grammar.names.count > 30)
    }

    @Test func `the grammar has the keywords and signs of the lexer, and no word that the parser does not know`() throws
    {
        let terminals = try Self.grammar().terminals
        let words = terminals.filter { $0.first?.isLetter == true }
        #expect(Set(Token.keywords).subtracting(words).isEmpty)
        #expect(terminals.subtracting(words).subtracting(["0"]) == Set(Token.signs).subtracting(["..."]))
        #expect(words.isDisjoint(with: Token.reservedWords))
        let manual = try Manual.read().text
        let kept = try #require(manual.firstRange(of: /are no names: [^.]+\./))
        let names = manual[kept].matches(of: /`(\w+)`/).map { String($0.1) }
        #expect(names == Token.keywords)
        for word in Token.reservedWords { #expect(manual.contains("`\(word)`")) }
        let parser = try Self.sources("Parser", "Syntax", "Token")
        let quoted = parser.matches(of: /"(\w+)"/).map { String($0.1) }
        let cases = parser.matches(of: /\n +case ([\w, ]+)\n/).flatMap { $0.1.split(separator: ", ").map(String.init) }
        #expect(words.subtracting(quoted + cases).isEmpty)
    }

    @Test func `every rule is a function of the parser, except those that its loops read`() throws {
        let parser = try Self.sources("Parser")
        let functions = Set(parser.matches(of: /func `?(\w+)`?[(<]/).map { String($0.1) })
        // Levels of operators; what opens with a name; lists in braces.
        let inLoops: Set = [
            "either", "both", "sum", "product", "shift", "call", "routine", "fields",
        ]
        #expect(Set(try Self.grammar().names).subtracting(functions) == inLoops)
    }

    /// Placeholders of forms that stand for numbers or values; others stand for names.
    private static let numbers: Set = [
        "NUMBER", "VERSION", "OFFSET", "LOW", "HIGH", "FIRST", "VALUE", "CONDITION",
    ]

    @Test func `the form of every rule is a beginning of what the grammar has for it`() throws {
        let grammar = try Self.grammar()
        let declarations =
            Parser.fileRules.map { ($0.word, $0.form) } + Parser.classRules.map { ($0.word, $0.form) }
            + Parser.deviceRules.map { ($0.word, $0.form) }
        let statements = Parser.statementRules.map { ($0.word, "statement", $0.form) }
        let named = ["generate": "function", "require": "member"]
        for (word, rule, form) in declarations.map({ ($0, named[$0] ?? $0, $1) }) + statements {
            let texts = form.matches(of: /`([^`]+)`/).map { String($0.1) }
                .filter { rule == "member" || $0.split(separator: " ").first.map(String.init) == word }
            #expect(!texts.isEmpty, "\(form)")
            for text in texts {
                // What is between braces is left out.
                let tokens = Self.tokens(of: text.replacing(/\ … .*/, with: "")).map { token in
                    guard token.kind == "NAME", token.text == token.text.uppercased() else { return token }
                    return token.text == "TYPE"
                        ? ("NAME", "u8") : (Self.numbers.contains(token.text) ? "NUMBER" : "NAME", token.text)
                }
                #expect(grammar.recognises(tokens, as: rule).reached == tokens.count, "\(text)")
            }
        }
    }

    /// The texts of the compiler's files whose names begin so.
    private static func sources(_ prefixes: String...) throws -> String {
        let folder = Fixture.package.appending(path: "Sources/Host/RuleCompiler")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { file in prefixes.contains(where: file.hasPrefix) }
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }.joined()
    }

    /// The tokens of a text as the grammar calls them.
    private static func tokens(of text: String) -> [(kind: String, text: String)] {
        let diagnostics = DiagnosticCollector(sources: [SourceText(RuleSource(name: "a", text: text))])
        let tokens = Lexer.tokens(ofSource: 0, diagnostics).dropLast()
        return zip(tokens, tokens.dropFirst().map(Optional.some) + [nil]).flatMap { token, next in
            let isLast = next.map { $0.isFirstOnLine || $0.text == "}" } ?? true
            let line = token.text == "return" && isLast ? [("LINE", "the end of the line")] : []
            return [Self.named(token)] + line
        }
    }

    private static func named(_ token: Token) -> (kind: String, text: String) {
        switch token.kind {
        case .name: ("NAME", token.text)
        case .number: ("NUMBER", token.text)
        case .quoted: ("TEXT", token.text)
        case .sign: ("SIGN", token.text)
        default: ("WORD", token.text)
        }
    }

    @Test func `the shipped atlas and the fixtures are sentences, and texts that cannot be read are none`() throws {
        let grammar = try Self.grammar()
        for source in try Fixture.atlas() + Fixture.passing().flatMap(\.sources) {
            let tokens = Self.tokens(of: source.text)
            let (isSentence, reached) = grammar.recognises(tokens)
            let place = tokens.dropFirst(max(0, reached - 4)).prefix(8).map(\.text).joined(separator: " ")
            #expect(isSentence, "\(source.name): up to `\(place)`")
        }
        for fixture in try Fixture.failing() where fixture.name.hasPrefix("M002") {
            #expect(!grammar.recognises(Self.tokens(of: fixture.text)).isSentence)
        }
    }

    @Test func `sentences that the grammar gives are read by the parser`() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["METAOS_SENTENCES"].flatMap { Int($0) } ?? 300
        let seed = environment["METAOS_SEED"].flatMap { UInt64($0) } ?? 1
        let grammar = try Self.grammar()
        let syntactic: Set<DiagnosticIdentifier> = [
            .unexpectedCharacter, .unexpectedToken, .malformedNumber, .reservedWord,
        ]
        for number in 0..<count {
            var random = SeededGenerator(seed: seed &+ UInt64(number) &* 0x2545_F491_4F6C_DD1D)
            let words = grammar.sentence(of: grammar.names[0], depth: 24, &random) { kind, random in
                switch kind {
                case "NUMBER": String(Int.random(in: 0...9, using: &random))
                case "TEXT": "\"b.meta\""
                case "LINE": "\n"
                default: ["a1", "b2", "C3", "d_4", "E"].randomElement(using: &random) ?? "a1"
                }
            }
            let text = words.joined(separator: " ")
            let diagnostics = DiagnosticCollector(sources: [SourceText(RuleSource(name: "a", text: text))])
            _ = Parser.parse(diagnostics)
            let found = diagnostics.found.filter { syntactic.contains($0.identifier) }
            #expect(found.isEmpty, "seed \(seed), sentence \(number): \(found.first?.message ?? "")\n\(text)")
        }
    }
}
