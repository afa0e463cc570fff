// What the compiler says, word by word, where it once misled: a file for each kind of mistake, with what it must say of it
// in leading comments. A mistake is one diagnostic, at the place where it is mended.

import RuleCompiler
import Testing

@Suite struct MessageTests {
    /// The leading comments of a file that begin so.
    private static func comments(_ word: String, of fixture: Fixture) -> [String] {
        fixture.text.split(separator: "\n").prefix { $0.hasPrefix("// ") }
            .filter { $0.hasPrefix("// \(word) ") }.map { String($0.dropFirst(word.count + 4)) }
    }

    @Test func `every mistake is said as its file states, with its mend`() throws {
        let fixtures = try Fixture.all(in: "Tests/RuleCompilerTests/Fixtures/messages")
        #expect(fixtures.count >= 40)
        for fixture in fixtures {
            let found = fixture.compilation.diagnostics
            let said = found.map { "\($0.summary): \($0.message)" }
            #expect(said == Self.comments("expect", of: fixture), "\(fixture.name)")
            #expect(found.map(\.fixIt) == Self.comments("mend", of: fixture), "\(fixture.name)")
        }
    }

    @Test func `warnings are no mistakes: there is a metabinary, and what is wrong hides them`() throws {
        let warning = try #require(Fixture.failing().first { $0.name.hasPrefix("M201") })
        #expect(warning.compilation.metabinary != nil)
        #expect(warning.compilation.diagnostics.allSatisfy { $0.description.contains(": warning[M201]: ") })
        let wrong = Fixture(name: warning.name, text: warning.text.replacing("POWER = ON", with: "POWR = ON"))
        #expect(wrong.compilation.metabinary == nil)
        #expect(wrong.compilation.diagnostics.map(\.identifier.text) == ["M007"])
    }

    @Test func `the shipped atlas is free of warnings`() throws {
        #expect(RuleCompiler.compile(try Fixture.atlas()).diagnostics == [])
    }
}
