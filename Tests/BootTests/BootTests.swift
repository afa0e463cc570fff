// Every machine of the table boots to a passed verdict, gives its cards a driver that says the truth, and carries in its
// report all that the host needs to generate the same bytes.

import Hardware
import Machines
import Metabinary
import Pipeline
import ReportReading
import RuleCompiler
import Testing

@Suite("A boot")
struct BootTests {
    @Test("passes, and each card's driver reads its link and its address", arguments: Scenario.all)
    func passes(_ scenario: Scenario) throws {
        let result = try Images.boot(scenario)
        try #require(result.outcome == .passed, "\(result.tail)")
        try #require(result.report.tests.count == 6 + 5 * scenario.cards.count)
        let names = result.report.tests.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(
            names[2..<5] == [
                "a fault ends the call and no more", "executable pages refuse writes",
                "writable pages refuse execution",
            ])
        #expect(names.last == "guard space is whole")
        #expect(result.report.quarantines.isEmpty && result.report.overruns.isEmpty)
        #expect(result.values(of: "mac") == scenario.cards)
        #expect(result.values(of: "link") == scenario.cards.map { _ in "1" })
        #expect(result.report.refusals.isEmpty)
        #expect(result.report.drivers.count == scenario.cards.count)
        #expect(result.report.exchanges.count == scenario.cards.count)
        for exchange in result.report.exchanges { expectAnswers(exchange) }
    }

    /// Expects that a card came up, and that the gateway of QEMU's user-mode network answered through it.
    private func expectAnswers(_ exchange: ReportedExchange) {
        #expect(exchange.bringup == Array("ready".utf8) && exchange.isLinkUp == true)
        // The gateway's station is made of 52:55 and its address (libslirp, src/slirp.c, special_ethaddr).
        #expect(exchange.resolution?.peer == Array("10.0.2.2".utf8))
        #expect(exchange.resolution?.station == Array("52:55:0a:00:02:02".utf8))
        #expect(exchange.echo?.isAnswered == true && exchange.echo?.byteCount == 56)
        #expect(exchange.counts?.bad == 0 && exchange.counts?.malformed == 0)
        #expect(exchange.counts?.lost == 0 && exchange.counts?.bringups == 0)
    }

    @Test("can be generated again on the host from its report, byte for byte", arguments: Scenario.all)
    func isReplayed(_ scenario: Scenario) throws {
        let reported = try Images.boot(scenario).report
        let metabinary = try Atlas.metabinary()
        #expect(reported.rules?.checksum == metabinary.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
        let image = try MetabinaryImage(metabinary)
        var generator = Generator(reported.facts, image, observer: SilentObserver())
        var generated: [GeneratedDriver] = []
        for function in generator.functions {
            guard let outcome = generator.generate(for: function) else { continue }
            switch outcome {
            case .driver(let driver): generated.append(driver)
            case .refused(let refusal): Issue.record("refused on the host: \(refusal)")
            }
        }
        try #require(generated.count == reported.drivers.count)
        for (mine, theirs) in zip(generated, reported.drivers.map(\.driver)) {
            #expect(mine.function == theirs.function)
            #expect(mine.name == theirs.name)
            #expect(mine.functions.map(\.entry) == theirs.functions.map(\.entry))
            #expect(mine.functions.map(\.bytes) == theirs.functions.map(\.bytes))
            #expect(mine.functions.map(\.marks) == theirs.functions.map(\.marks))
        }
    }
}

extension BootResult {
    /// What the generated functions of a name returned, in the order in which they ran.
    func values(of function: String) -> [String] {
        report.results.filter { $0.name == Array(function.utf8) }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// The end of what the serial line gave, for the message of a failed test.
    var tail: String { "\(ending), \(outcome)\n" + String(decoding: serial.suffix(1500), as: UTF8.self) }
}
