// The kernel calls drivers by the names of their contract, and knows no bit of what they return.

import Machines
import Report
import Testing

@Suite("By the contract of a class, the kernel")
struct ContractTests {
    private static let twoCards = Scenario.all.first { $0.name == "pc, two cards" }

    /// Boots two cards of one family with every text of the atlas changed in one way.
    private func boot(_ changes: [(String, String)]) throws -> BootResult {
        let rules = try AlteredRules { _, text in changes.reduce(text) { $0.replacing($1.0, with: $1.1) } }
        defer { rules.remove() }
        var description = try #require(Self.twoCards).description()
        description.medium = .kernel(path: rules.kernel, commandLine: "")
        return try Machine.boot(description, within: Images.timeLimit)
    }

    @Test("exchanges frames whatever the bits of results")
    func knowsNoBits() throws {
        let result = try boot([
            ("ready | stuck | gone", "ready 7 | stuck 200 | gone"),
            ("sent { buffer: own tx 0…15 } | busy | refused", "sent 3 { buffer: own tx 9…24 } | busy 90 | refused 0"),
            (
                "frame { length: 0…15, buffer: own rx 16…31 } | none | bad { buffer: own rx 16…31 } | lost",
                "frame 255 { buffer: own rx 0…12, length: 15…30 } | none 4 | bad 1 { buffer: own rx 5…20 } | lost 0"
            ), ("done | refused 2", "done 6 | refused"),
        ])
        #expect(result.outcome == .passed, "\(result.tail)")
        #expect(result.report.exchanges.count == 2)
        #expect(result.report.exchanges.allSatisfy { $0.echo?.isAnswered == true })
    }

    @Test(
        "refuses a driver that lacks an outcome, or what it carries",
        arguments: [("lost", "lost", "astray"), ("length", "{ length: ", "{ size: "), ("buffer", "own rx 16", "16")])
    func missesOutcome(_ row: (name: String, text: String, replacement: String)) throws {
        let result = try boot([(row.text, row.replacement)])
        let reasons = result.report.quarantines.map { String(decoding: $0.reason, as: UTF8.self) }
        let subjects = result.report.quarantines.map { String(decoding: $0.subject, as: UTF8.self) }
        #expect(reasons == ["missing", "missing"] && subjects == [row.name, row.name], "\(result.tail)")
        #expect(result.report.faults.isEmpty && result.ending == .exited(status: Ending.failedStatus))
    }
}
