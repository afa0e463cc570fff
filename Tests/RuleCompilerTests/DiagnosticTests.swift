// Every identifier has a file that provokes it, at the place that the file states, and a nearby one that passes.

import RuleCompiler
import Testing

@Suite struct DiagnosticTests {
    @Test func `Every identifier has a failing and a passing fixture, and no fixture is without one`() throws {
        let identifiers = DiagnosticIdentifier.allCases.map(\.text)
        #expect(try Fixture.failing().map { String($0.name.prefix(4)) } == identifiers)
        #expect(try Fixture.passing().map(\.name) == Fixture.failing().map(\.name))
    }

    @Test func `Every failing fixture gives its diagnostic at the stated place and no other`() throws {
        for fixture in try Fixture.failing() {
            let found = fixture.compilation.diagnostics
            #expect(found.map(\.summary) == fixture.expectations, "\(fixture.name)")
            #expect(Set(found.map(\.identifier.text)) == [String(fixture.name.prefix(4))], "\(fixture.name)")
        }
    }

    @Test func `Every diagnostic shows its identifier, place, line, caret, reason and fix-it`() throws {
        let first =
            /^(?<file>[^:]+):(?<line>\d+):(?<column>\d+): \w+\[(?<identifier>M\d{3})\]: (?<reason>.+[^.])$/
        for fixture in try Fixture.failing() {
            for diagnostic in fixture.compilation.diagnostics {
                let lines = diagnostic.description.split(separator: "\n", omittingEmptySubsequences: false)
                try #require(lines.count == 4, "\(diagnostic)")
                let match = try #require(lines[0].wholeMatch(of: first), "\(diagnostic)")
                #expect(match.identifier == diagnostic.identifier.text)
                #expect(match.reason.split(separator: " ").count >= 3, "\(diagnostic)")
                let source = try #require(fixture.sources.first { $0.name == match.file })
                let row = try #require(Int(match.line)) - 1
                let text = source.text.split(separator: "\n", omittingEmptySubsequences: false)[row]
                #expect(lines[1] == "    " + text)
                // The caret stands below the first character that is meant, which is no blank.
                let column = try #require(Int(match.column))
                let caret = lines[2].dropFirst(4)
                #expect(caret.prefix { $0 == " " || $0 == "\t" }.count == column - 1)
                #expect(caret.drop { $0 == " " || $0 == "\t" }.wholeMatch(of: /\^~*/) != nil, "\(diagnostic)")
                let shown = Array(text)
                #expect(column > shown.count || shown[column - 1] != " ", "\(diagnostic)")
                #expect(lines[3].hasPrefix("fix-it: ") && lines[3].count > 14, "\(diagnostic)")
            }
        }
    }

    @Test func `A fixture that passes differs from the one that fails by a few lines`() throws {
        for (failing, passing) in zip(try Fixture.failing(), try Fixture.passing()) {
            let lines = [failing, passing].map { fixture in
                fixture.text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("// ") }
            }
            let changes = lines[1].difference(from: lines[0]).count
            #expect((1...20).contains(changes), "\(failing.name): \(changes) lines")
        }
    }

    @Test func `A fixture that is missing, or provokes something else, is noticed`() throws {
        let failing = try Fixture.failing()
        #expect(failing.dropFirst().map { String($0.name.prefix(4)) } != DiagnosticIdentifier.allCases.map(\.text))
        let passing = try #require(Fixture.passing().first)
        #expect(passing.compilation.diagnostics.isEmpty)
        let other = Fixture(name: failing[0].name, text: failing[1].text)
        #expect(other.compilation.diagnostics.first?.identifier.text != String(other.name.prefix(4)))
    }

    @Test func `Every passing fixture compiles`() throws {
        for fixture in try Fixture.passing() {
            #expect(fixture.compilation.diagnostics.map(\.description) == [], "\(fixture.name)")
            #expect(fixture.compilation.metabinary != nil, "\(fixture.name)")
        }
    }
}
