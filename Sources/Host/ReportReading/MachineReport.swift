// A whole report as one typed value, and what it says of its run. The host harness makes it from what a serial line gave;
// nothing here decides by a single sign: a run has passed only if every record came unharmed, could be read, and says so.

import Hardware
import Report

/// A report, read.
public struct MachineReport: Sendable {
    /// Every record whose frame holds, in the order in which they came.
    public let records: [Record]
    /// What did not arrive as it was sent.
    public let damage: [Damage]
    /// Records that arrived but have no meaning.
    public private(set) var errors: [ReportError] = []
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
        var guards = GuardReader()
        var exchange = ExchangeReader()
        var quarantine = QuarantineReader()
        var judgement = VerdictReader()
        for record in records {
            do throws(ReportError) {
                if try factsReader.read(record) { continue }
                if try generation.read(record, facts: factsReader.facts) { continue }
                if try guards.read(record, factsReader.facts.placement) { continue }
                if try exchange.read(record) { continue }
                if try quarantine.read(record) { continue }
                if try judgement.read(record) { continue }
                try readOther(record)
            } catch {
                errors.append(error)
            }
        }
        errors += generation.contradictions(facts: factsReader.facts)
        facts = factsReader.facts
        drivers = generation.drivers
        refusals = generation.refusals
        results = generation.results
        privateRegion = guards.privateRegion
        overruns = guards.overruns
        exchanges = exchange.exchanges
        quarantines = quarantine.quarantines
        tests = judgement.tests
        faults = judgement.faults
        verdict = judgement.verdict
        outcome = judge(plannedCount: judgement.plannedCount, nonce)
    }

    /// Reads a whole report at once.
    public init(bytes: some Sequence<UInt8>, lineEnd: RecordReader.LineEnd = .wire, demanding nonce: UInt64? = nil) {
        var reader = RecordReader(lineEnd: lineEnd)
        reader.read(bytes)
        reader.finish()
        self.init(reader, demanding: nonce)
    }

    /// Takes the first record, and those that are for people alone: that say again in words what `cpuid` and `capability`
    /// say in numbers, and that a function was woken.
    private mutating func readOther(_ record: Record) throws(ReportError) {
        if record.isKind("cpu") || record.isKind("brand") || record.isKind("cache") {
            guard record.text.suffix(9)[...].isSpelled(" by=cpuid") else {
                throw .malformed(record: record.number, text: record.text, expected: "by=cpuid at the end")
            }
            return
        }
        if record.isKind("power") || record.isKind("msi") || record.isKind("msi-x") || record.isKind("express")
            || record.isKind("woken")
        {
            guard record.text.suffix(7)[...].isSpelled(" by=pci") else {
                throw .malformed(record: record.number, text: record.text, expected: "by=pci at the end")
            }
            return
        }
        if record.isKind("step") {
            var fields = try RecordFields(record)
            steps.append(try fields.quoted("a step"))
            return try fields.end()
        }
        if record.isKind("rules") {
            var fields = try RecordFields(record)
            let byteCount: Int = try fields.size("the size of the rules")
            let checksum: UInt32 = try fields.hexadecimal(fields.value("crc"), 8, "a checksum")
            rules = ReportedRules(byteCount: byteCount, checksum: checksum)
            return try fields.end()
        }
        if record.isKind("heap") {
            var fields = try RecordFields(record)
            let _: UInt64 = try fields.prefixed("the start of the heap")
            let _: UInt64 = try fields.size("the size of the heap")
            let _: UInt64 = try fields.decimal(fields.value("tables"), "a count of page tables")
            _ = try fields.source()
            return try fields.end()
        }
        if record.isKind("watchdog") {
            watchdog = try ReportedWatchdog(record)
            return
        }
        if record.isKind("oddity") {
            var fields = try RecordFields(record)
            let place: UInt64 = try fields.prefixed("a place")
            oddities.append(ReportedOddity(place: place, words: try fields.quoted("what is wrong")))
            return try fields.end()
        }
        guard record.isKind("metaos"), record.number == 0 else {
            throw .unexpectedKind(record: record.number, text: record.text)
        }
        var fields = try RecordFields(record)
        guard fields.takes("2") else { throw fields.malformed("version 2 of the format; boot again for a new report") }
        entry = Array(try fields.value("entry"))
        let value = try fields.nonce()
        let word = try fields.value("by")
        guard let source = BootNonce.Source.allCases.first(where: { word.isSpelled($0.word) }) else {
            throw fields.malformed("option, rdrand or clock")
        }
        nonce = BootNonce(value: value, source: source)
        options = Array(try fields.value("options"))
        try fields.end()
    }

    private func judge(plannedCount: Int?, _ demanded: UInt64?) -> ReportOutcome {
        if !damage.isEmpty { return .damaged(damage) }
        if !errors.isEmpty { return .unreadable(errors) }
        if entry.isEmpty && verdict != nil { return .failed(reason: "the first record is not that of a report") }
        let fault = faults.first.map { "fault \(Self.text($0.name)) during \(Self.text($0.activity))" }
        guard let verdict else {
            if let fault { return .failed(reason: fault) }
            return .incomplete
        }
        if !verdict.hasPassed {
            if !verdict.reason.isEmpty { return .failed(reason: Self.text(verdict.reason)) }
            return .failed(reason: fault ?? "\(verdict.failedCount) of \(verdict.testCount) tests")
        }
        if let reason = foreignReason(verdict, demanded) { return .failed(reason: reason) }
        if let fault { return .failed(reason: "\(fault), though the verdict says passed") }
        if let quarantine = quarantines.first {
            return .failed(reason: "\(quarantine), though the verdict says passed")
        }
        let failedCount = tests.count { !$0.hasPassed }
        guard failedCount == 0, verdict.failedCount == 0 else {
            return .failed(reason: "failed tests, though the verdict says passed")
        }
        guard tests.count == verdict.testCount, tests.count == plannedCount ?? 0 else {
            return .failed(
                reason: "\(tests.count) tests came, \(plannedCount ?? 0) were planned, the verdict counts "
                    + "\(verdict.testCount)")
        }
        return .passed
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
