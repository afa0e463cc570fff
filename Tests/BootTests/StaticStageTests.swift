// The static stage on the target: a probe asks a card in QEMU, alternatives are tried, and the host makes the same bytes from
// the report. The rules are those of the shipped card with more facts.

import Hardware
import Machines
import Metabinary
import Pipeline
import ReportReading
import Testing

@Suite("On the target, the static stage")
struct StaticStageTests {
    /// Which bit of EERD says that a word has been read, and the station address by way of it.
    ///
    /// Source: Intel 8254x SDM, 317453-006, revision 4.0, section 13.4.4 (EERD); later cards of the family moved the bit.
    private static let probe = """
            probe eerd_done: u8 = 0x10 restores EERD {
                EERD = START
                wait EERD & (EARLY | DONE) != 0 within 1_000 us else fail
                return EERD & (EARLY | DONE)
            }
            fact chosen = choose 256, 64
            fact words in 1…3 = eerd_done / eerd_done_unit * 3
            fact eerd_done_unit in 1…16 = eerd_done

        """

    private static let address = """
            generate mac() -> address: u48 {
                EERD = START | ADDRESS(0)
                wait EERD & eerd_done != 0 within 1_000 us else return 0xFFFF_FFFF_FFFF
                let first = EERD.DATA
                EERD = START | ADDRESS(1)
                wait EERD & eerd_done != 0 within 1_000 us else return 0xFFFF_FFFF_FFFF
                let second = EERD.DATA
                EERD = START | ADDRESS(words - 1)
                wait EERD & eerd_done != 0 within 1_000 us else return 0xFFFF_FFFF_FFFF
                return first | second << 16 | EERD.DATA << 32
            }
        """

    /// The shipped card with that probe; its mask says which bits the probe looks at.
    private func rules(lookingAt bits: String = "(EARLY | DONE)") throws -> AlteredRules {
        try AlteredRules { file, text in
            guard file == "e1000.meta" else { return file.contains("nic.meta") ? text : nil }
            guard let start = text.range(of: "    generate mac()"), let end = text.range(of: "    generate bringup()")
            else { return text }
            let changed = String(text[..<start.lowerBound] + Self.address + "\n\n" + text[end.lowerBound...])
            return changed.replacing(
                "EERD   at 0x0014 rw { START: 0,", with: "EERD   at 0x0014 rw { START: 0, EARLY: 1,"
            )
            .replacing("    layout TxDescriptor", with: Self.probe + "    layout TxDescriptor")
            .replacing("count slots,", with: "count chosen,")
            .replacing("    fact slots = 64 << (2 * (room.bytes >= 0x14_0000))", with: "    ")
            .replacing("wait EERD & (EARLY | DONE) != 0 within", with: "wait EERD & \(bits) != 0 within")
        }
    }

    private func boot(_ rules: AlteredRules) throws -> BootResult {
        var description = Scenario.plain.description()
        description.medium = .kernel(path: rules.kernel, commandLine: "")
        return try Machine.boot(description, within: Images.timeLimit)
    }

    @Test("asks a card which bit says done, puts the register back, and the host generates the same from the record")
    func probes() throws {
        let rules = try rules()
        defer { rules.remove() }
        let result = try boot(rules)
        try #require(result.outcome == .passed, "\(result.tail)")
        #expect(result.values(of: "mac") == Scenario.plain.cards)
        let report = result.report
        #expect(report.rules?.checksum == rules.metabinary.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
        let probe = report.facts.probes.first { $0.name.elementsEqual("eerd_done".utf8) }
        #expect(probe?.value == 0x10 && probe?.source == .probe)
        let driver = try #require(report.drivers.first?.driver)
        let choice = driver.choices.first { $0.name.elementsEqual("chosen".utf8) }
        #expect(choice?.costs.count == 2)
        let image = try MetabinaryImage(rules.metabinary)
        var observer = SilentObserver()
        let card = try #require(report.facts.functions.first { $0.address == driver.function })
        let outcomes = generate(report.facts, image, observer: &observer)
        guard outcomes.count == 1, case .driver(let mine) = outcomes[0] else {
            Issue.record("no driver on the host: \(outcomes)")
            return
        }
        #expect(card.device == 0x100E)
        #expect(mine.functions.map(\.bytes) == driver.functions.map(\.bytes))
        #expect(mine.functions.map(\.entry) == driver.functions.map(\.entry))
        #expect(mine.choices == driver.choices && mine.memories == driver.memories && mine.grants == driver.grants)
    }

    @Test("refuses a driver whose probe finds nothing, and names the probe")
    func refuses() throws {
        let rules = try rules(lookingAt: "EARLY")
        defer { rules.remove() }
        let result = try boot(rules)
        let refusal = try #require(result.report.refusals.first, "\(result.tail)")
        #expect(String(decoding: refusal.stage, as: UTF8.self) == "probe")
        #expect(String(decoding: refusal.reason, as: UTF8.self).hasPrefix("probe eerd_done: found nothing, line "))
        #expect(!result.report.facts.probes.contains { $0.name.elementsEqual("eerd_done".utf8) })
        #expect(result.report.drivers.isEmpty)
        #expect(result.outcome == .failed(reason: "a driver was refused"))
    }
}
