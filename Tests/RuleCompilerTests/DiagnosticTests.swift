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
            #expect(found.first?.identifier.text == String(fixture.name.prefix(4)), "\(fixture.name)")
            #expect(found.allSatisfy { !$0.message.isEmpty && !$0.mend.isEmpty }, "\(fixture.name)")
        }
    }

    @Test func `Every passing fixture compiles`() throws {
        for fixture in try Fixture.passing() {
            #expect(fixture.compilation.diagnostics.map(\.description) == [], "\(fixture.name)")
            #expect(fixture.compilation.metabinary != nil, "\(fixture.name)")
        }
    }

    @Test func `Every identifier is documented in one line of its own`() {
        let lines = DiagnosticIdentifier.allCases.map(\.documentation)
        #expect(lines.allSatisfy { $0.hasSuffix(".") && !$0.contains("\n") })
        #expect(Set(lines).count == lines.count)
    }
}
