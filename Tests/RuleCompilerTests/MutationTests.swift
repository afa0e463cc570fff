// Damaged rules: whatever the text, the compiler answers with diagnostics inside the text or with an image that its
// reader accepts. METAOS_MUTANTS raises the number of mutants, METAOS_SEED sets the seed.

import Foundation
import Metabinary
import RuleCompiler
import Support
import Testing

@Suite struct MutationTests {
    /// Words and signs that mutants are given.
    private static let pieces: [String] = [
        "class", "device", "match", "window", "register", "generate", "require", "let", "return", "is", "at", "ro",
        "wo",
        "{", "}", "(", ")", ",", ":", ".", "=", "->", "…", "...", "|", "&", "<<", ">>", "0", "1", "31", "64", "0x",
        "0xFFFFFFFFFFFFFFFFF", "18446744073709551615", "u8", "u48", "u64", "bool", "await", "\n", "//", "\u{0}", "é",
        "𝄞",
        "\"", ";", String(repeating: "(", count: 40), String(repeating: "{", count: 40),
    ]

    private static func environment(_ name: String, default value: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? value
    }

    @Test func `Mutants of the atlas and the fixtures are compiled or refused, never trapped on`() throws {
        let seed = Self.environment("METAOS_SEED", default: 1)
        let count = Self.environment("METAOS_MUTANTS", default: 400)
        var random = SeededGenerator(seed: seed)
        let originals = try (Fixture.atlas() + Fixture.passing().flatMap(\.sources)).map {
            Array($0.text.unicodeScalars)
        }
        var compiled = 0
        for index in 0..<count {
            let original = originals[Int(index) % originals.count]
            let text = mutant(of: original, originals.randomElement(using: &random) ?? original, &random)
            let result = RuleCompiler.compile([RuleSource(name: "mutant", text: text)])
            if let bytes = result.metabinary {
                compiled += 1
                #expect(throws: Never.self, "seed \(seed), mutant \(index):\n\(text)") { try MetabinaryImage(bytes) }
            }
            let lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count
            for diagnostic in result.diagnostics {
                let isInside =
                    diagnostic.line >= 1 && diagnostic.line <= lineCount && diagnostic.column >= 1
                    && diagnostic.column <= diagnostic.sourceLine.unicodeScalars.count + 1
                    && diagnostic.column + diagnostic.length <= max(2, diagnostic.sourceLine.unicodeScalars.count + 2)
                #expect(isInside, "seed \(seed), mutant \(index): \(diagnostic)\n\(text)")
            }
        }
        print("mutants: \(count), seed \(seed), compiled \(compiled)")
    }

    /// One to four edits: take out a run, double it, put a piece in, put a run of another text in.
    private func mutant(
        of original: [Unicode.Scalar], _ other: [Unicode.Scalar], _ random: inout SeededGenerator
    ) -> String {
        var text = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...text.count, using: &random)
            let end = min(text.count, place + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: text.removeSubrange(place..<end)
            case 1: text.insert(contentsOf: Array(text[place..<end]), at: place)
            case 2: text.replaceSubrange(place..<end, with: other.dropFirst(place).prefix(end - place))
            case 3 where Int.random(in: 0..<4, using: &random) == 0: text.removeSubrange(place...)
            default:
                let piece = Self.pieces.randomElement(using: &random) ?? ""
                text.replaceSubrange(place..<min(end, place + 2), with: piece.unicodeScalars)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text)
        return String(view)
    }
}
