// The manual against the compiler: every example compiles, alone or in the frame that the manual states, and every bad one
// gives the diagnostic that it names; rules for writing rules have both, and no identifier is missing.

import Foundation
import RuleCompiler
import Testing

@Suite struct ManualTests {
    @Test func `every example compiles, and every bad one gives the diagnostics that it names`() throws {
        let manual = try Manual.read()
        #expect(manual.examples.count > 60)
        for block in manual.examples {
            let found = RuleCompiler.compileAndTry(try Manual.sources(of: manual.source(of: block))).diagnostics
            let identifiers = Set(found.map(\.identifier.text))
            #expect(
                identifiers == Manual.expected(block),
                "line \(block.line): \(found.map(\.description).joined(separator: "\n"))")
        }
    }

    @Test func `every rule for writing rules has a number, a good and a bad example`() throws {
        let manual = try Manual.read()
        let rules = manual.headings.filter { $0.hasPrefix("### Rule ") }
        #expect(rules.count >= 12)
        for (index, rule) in rules.enumerated() {
            #expect(rule.hasPrefix("### Rule \(index + 1): "))
            let blocks = manual.examples.filter { $0.heading == rule }
            #expect(blocks.contains { Manual.expected($0).isEmpty }, "\(rule)")
            #expect(blocks.contains { !Manual.expected($0).isEmpty }, "\(rule)")
        }
    }

    @Test func `the manual says of every diagnostic in a line of its own what the mistake is`() throws {
        let rows = try Manual.read().text.matches(of: /\n\| (M\d{3}) \| (.+\.) \|/)
        #expect(rows.map { String($0.1) } == DiagnosticIdentifier.allCases.map(\.text))
        #expect(Set(rows.map(\.2)).count == rows.count)
    }

    @Test func `the manual names every class of the atlas, with its version and its members`() throws {
        let manual = try Manual.read().text
        for source in try Fixture.atlas() {
            for text in source.text.split(separator: "\n") {
                let line = text.split(separator: "//").first?.replacing(/[ ]+$/, with: "") ?? ""
                if let match = line.firstMatch(of: /^class (\w+) (\d+)/) {
                    #expect(manual.contains("`\(match.1)`, version \(match.2)"), "\(line)")
                } else if source.text.contains("\nclass "),
                    let match = line.firstMatch(of: /^    (require|generate) (.+?)( \{)?$/)
                {
                    #expect(manual.contains(String(match.2)), "\(line)")
                }
            }
        }
    }

    @Test func `a fragment that is wrong, or right where it should be wrong, is noticed`() throws {
        let frame = try #require(Manual.read().blocks.first { $0.words.first == "frame" }).text
        let manual = Manual("```meta frame\n\(frame)```\n```meta function\nPOWER = 1 << 40\n```\n")
        let block = try #require(manual.examples.first)
        let found = RuleCompiler.compile(try Manual.sources(of: manual.source(of: block))).diagnostics
        #expect(found.map(\.identifier.text) == ["M021"])
        #expect(Manual.expected(block).isEmpty)
    }
}
