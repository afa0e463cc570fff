// A whole report as one typed value, and what it says of its run. The host harness makes it from what a serial line gave;
// nothing here decides by a single sign: a run has passed only if every record came unharmed, could be read, and says so.

import Hardware
import Pipeline
import Report

/// A report, read.
public struct MachineReport: Sendable {
    /// Every record whose frame holds, in the order in which they came.
    public let records: [Record]
    /// What did not arrive as it was sent.
    public let damage: [Damage]
    /// Records that arrived but have no meaning.
    public private(set) var errors: [ReportError] = []
    /// What of a report without a verdict was announced and did not come: it would have, for all that is known.
    public private(set) var missing: [ReportError] = []
    /// How the kernel was entered, `pvh` or `multiboot2`; empty where record 0 is missing.
    public private(set) var entry: [UInt8] = []
    /// What tells this boot from others; `nil` where record 0 is missing.
    public private(set) var nonce: BootNonce?
    /// The kernel's command line, without the nonce.
    public private(set) var options: [UInt8] = []
    /// What the kernel did, in its order, ASCII.
    public private(set) var steps: [[UInt8]] = []
    /// The rules that the image carries.
    public private(set) var rules: ReportedRules?
    /// What of the machine was wrong and was skipped.
    public private(set) var oddities: [ReportedOddity] = []
    public private(set) var facts = MachineFacts()
    /// What ends a call that does not return; `nil` in reports from before there was one.
    public private(set) var watchdog: ReportedWatchdog?
    public private(set) var drivers: [ReportedDriver] = []
    public private(set) var refusals: [ReportedRefusal] = []
    /// Functions that are to have a driver, and that no description matched.
    public private(set) var undescribed: [PCIFunction] = []
    public private(set) var results: [ReportedResult] = []
    /// What went through the cards, a value a card.
    public private(set) var exchanges: [ReportedExchange] = []
    /// Where the state of all drivers lies; `nil` in reports from before there was one place for it.
    public private(set) var privateRegion: PrivateRegion?
    /// What devices wrote to guard space: the first of each card, while the exchange counts all.
    public private(set) var overruns: [ReportedOverrun] = []
    /// Drivers that were not called again.
    public private(set) var quarantines: [ReportedQuarantine] = []
    public private(set) var tests: [ReportedTest] = []
    public private(set) var faults: [ReportedFault] = []
    public private(set) var verdict: ReportedVerdict?
    public private(set) var outcome = ReportOutcome.incomplete

    /// Reads what a reader has gathered; the reader should have finished. Where whoever booted the machine gave it a nonce,
    /// a report with any other has not passed.
    public init(_ reader: RecordReader, demanding nonce: UInt64? = nil) {
        records = reader.records
        damage = reader.damage
        var factsReader = FactsReader()
        var generation = GenerationReader()
        var exchange = ExchangeReader()
        var judgement = VerdictReader()
        for record in records.inReadingOrder {
            do throws(ReportError) {
                var fields = try RecordFields(record)
                switch fields.form.section {
                case .boot: try read(&fields, factsReader.facts.placement)
                case .facts: try factsReader.read(&fields)
                case .factsInWords: break
                case .generation: try generation.read(&fields, facts: factsReader.facts)
                case .exchange: try exchange.read(&fields)
                case .harm: try readHarm(&fields)
                case .verdict: try judgement.read(&fields)
                }
            } catch {
                errors.append(error)
            }
        }
        let contradictions = generation.contradictions(facts: factsReader.facts)
        if judgement.verdict == nil { missing = contradictions } else { errors += contradictions }
        facts = factsReader.facts
        drivers = generation.drivers
        refusals = generation.refusals
        undescribed = generation.undescribed
        results = generation.results
        exchanges = exchange.exchanges
        tests = judgement.tests
        faults = judgement.faults
        verdict = judgement.verdict
        outcome = judge(plannedCount: judgement.plannedCount, nonce)
    }

    /// Reads a whole report at once; one that was cut may end in the middle of a line.
    public init(
        bytes: some Sequence<UInt8>, lineEnd: RecordReader.LineEnd = .wire, isCut: Bool = false,
        demanding nonce: UInt64? = nil
    ) {
        var reader = RecordReader(lineEnd: lineEnd)
        reader.read(bytes)
        reader.finish(isCut: isCut)
        self.init(reader, demanding: nonce)
    }

    /// Takes a record of the boot.
    private mutating func read(_ fields: inout RecordFields, _ placement: PlacementFacts) throws(ReportError) {
        switch fields.form {
        case .start:
            guard fields.record.number == 0 else {
                throw .unexpectedKind(record: fields.record.number, text: fields.record.text)
            }
            entry = fields.text()
            nonce = BootNonce(
                value: try fields.number(), source: try fields.element(of: BootNonce.Source.allCases, \.word))
            options = fields.text()
        case .step: steps.append(fields.text())
        case .oddity: oddities.append(ReportedOddity(place: try fields.number(), words: fields.text()))
        case .rules: rules = ReportedRules(byteCount: try fields.number(), checksum: try fields.number())
        case .watchdog: watchdog = .limit(seconds: try fields.number(), frequency: try fields.number())
        case .noWatchdog: watchdog = .absent(reason: fields.text())
        case .privateRegion:
            let start = VirtualAddress(rawValue: try fields.number())
            let byteCount: UInt64 = try fields.number()
            let physical = PhysicalAddress(rawValue: try fields.number())
            guard start == placement.data, physical == placement.dataPhysical, byteCount <= placement.dataByteCount
            else { throw fields.malformed("the start of the range of the record data") }
            privateRegion = PrivateRegion(
                start: start, physical: physical, byteCount: byteCount, guardByteCount: try fields.number())
        default: break  // for people alone
        }
    }

    /// Takes a record of what a device or a driver did that it should not.
    private mutating func readHarm(_ fields: inout RecordFields) throws(ReportError) {
        if fields.form == .overrun {
            overruns.append(try ReportedOverrun(&fields))
        } else {
            quarantines.append(try ReportedQuarantine(&fields))
        }
    }

    private func judge(plannedCount: Int?, _ demanded: UInt64?) -> ReportOutcome {
        if !damage.isEmpty { return .damaged(damage) }
        if !errors.isEmpty { return .unreadable(errors) }
        if entry.isEmpty && verdict != nil { return .failed(reason: "the first record is not that of a report") }
        let fault = faults.first.map { fault in
            let subject = fault.subject.isEmpty ? "" : " \"\(Self.text(fault.subject))\""
            return "fault \(Self.text(fault.name))\(subject) during \(Self.text(fault.activity))"
        }
        guard let verdict else {
            if let fault { return .failed(reason: fault) }
            return .incomplete
        }
        if verdict.outcome == .failed {
            // Of a fault the verdict says no more than that it was one.
            if let fault, Self.text(verdict.reason) == "fault" { return .failed(reason: fault) }
            if !verdict.reason.isEmpty { return .failed(reason: Self.text(verdict.reason)) }
            return .failed(reason: fault ?? "\(verdict.failedCount) of \(verdict.testCount) tests")
        }
        if let reason = foreignReason(verdict, demanded) { return .failed(reason: reason) }
        let word = "\(verdict.outcome.word)"
        if let fault { return .failed(reason: "\(fault), though the verdict says \(word)") }
        if let quarantine = quarantines.first {
            return .failed(reason: "\(quarantine), though the verdict says \(word)")
        }
        // A card that waits in vain fails one test: it skips the rest.
        let silentCount = exchanges.count { $0.lacksPeer }
        let failedCount = tests.count { !$0.hasPassed }
        guard failedCount == silentCount, verdict.failedCount == failedCount,
            (verdict.outcome == .noPeer) == (silentCount > 0)
        else { return .failed(reason: "failed tests, though the verdict says \(word)") }
        guard tests.count == verdict.testCount, tests.count == plannedCount ?? 0 else {
            return .failed(
                reason: "\(tests.count) tests came, \(plannedCount ?? 0) were planned, the verdict counts "
                    + "\(verdict.testCount)")
        }
        return verdict.outcome == .passed ? .passed : .noPeer(reason: Self.text(verdict.reason))
    }

    /// Why a report is not, or not all, of the boot that was asked for.
    private func foreignReason(_ verdict: ReportedVerdict, _ demanded: UInt64?) -> String? {
        guard let nonce else { return "the first record has no nonce" }
        guard verdict.nonce == nonce.value else { return "the first and the last record are of two boots" }
        guard let demanded, demanded != nonce.value else { return nil }
        return "a report of another boot: its nonce is \(Self.digits(nonce.value)) by \(nonce.source.word), "
            + "that of this boot \(Self.digits(demanded))"
    }

    /// A nonce as reports write it.
    private static func digits(_ nonce: UInt64) -> String {
        let digits = String(nonce, radix: 16)
        return String(repeating: "0", count: BootNonce.digitCount - digits.count) + digits
    }

    /// ASCII for people.
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
