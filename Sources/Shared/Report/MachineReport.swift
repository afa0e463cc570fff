// A whole report as one typed value, and what it says of its run. The host harness makes it from what a serial line gave;
// nothing here decides by a single sign: a run has passed only if every record came unharmed, could be read, and says so.

import Hardware

/// How a run ended, as its report tells it.
public enum Outcome: Hashable, Sendable {
    case passed
    case failed(reason: String)
    /// Some of the report did not arrive as it was sent; what did arrive proves nothing.
    case damaged([Damage])
    /// The report arrived, but some of it has no meaning or contradicts the rest.
    case unreadable([ReportError])
    /// The report ends before a verdict.
    case incomplete
}

/// Something of a machine that breaks its standard and was skipped.
public struct ReportedOddity: Hashable, Sendable {
    /// Where: a physical address, a port, or a place in configuration space.
    public var place: UInt64
    /// What is wrong, ASCII.
    public var words: [UInt8]
}

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
    /// The kernel's command line.
    public private(set) var options: [UInt8] = []
    /// What the kernel did, in its order, ASCII.
    public private(set) var steps: [[UInt8]] = []
    /// What of the machine was wrong and was skipped.
    public private(set) var oddities: [ReportedOddity] = []
    public private(set) var facts = MachineFacts()
    public private(set) var drivers: [ReportedDriver] = []
    public private(set) var refusals: [ReportedRefusal] = []
    public private(set) var results: [FunctionResult] = []
    public private(set) var tests: [SelfTest] = []
    public private(set) var faults: [Fault] = []
    public private(set) var verdict: Verdict?
    public private(set) var outcome = Outcome.incomplete

    /// Reads what a reader has gathered; the reader should have finished.
    public init(_ reader: RecordReader) {
        records = reader.records
        damage = reader.damage
        var factsReader = FactsReader()
        var generation = GenerationReader()
        var judgement = VerdictReader()
        for record in records {
            do throws(ReportError) {
                if try factsReader.read(record) { continue }
                if try generation.read(record, facts: factsReader.facts) { continue }
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
        tests = judgement.tests
        faults = judgement.faults
        verdict = judgement.verdict
        outcome = judge(plannedCount: judgement.plannedCount)
    }

    /// Reads a whole report at once.
    public init(bytes: some Sequence<UInt8>, lineEnd: RecordReader.LineEnd = .wire) {
        var reader = RecordReader(lineEnd: lineEnd)
        reader.read(bytes)
        reader.finish()
        self.init(reader)
    }

    /// Takes the first record, and the records that say again in words what `cpuid` says in numbers.
    private mutating func readOther(_ record: Record) throws(ReportError) {
        if record.isKind("cpu") || record.isKind("brand") || record.isKind("cache") {
            guard record.text.suffix(9)[...].isSpelled(" by=cpuid") else {
                throw .malformed(record: record.number, text: record.text, expected: "by=cpuid at the end")
            }
            return
        }
        if record.isKind("step") {
            var fields = try RecordFields(record)
            steps.append(try fields.quoted("a step"))
            return try fields.end()
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
        guard fields.takes("1") else { throw fields.malformed("version 1 of the format") }
        entry = Array(try fields.value("entry"))
        options = Array(try fields.value("options"))
        try fields.end()
    }

    private func judge(plannedCount: Int?) -> Outcome {
        if !damage.isEmpty { return .damaged(damage) }
        if !errors.isEmpty { return .unreadable(errors) }
        let fault = faults.first.map { "fault \(Self.text($0.name)) during \(Self.text($0.activity))" }
        guard let verdict else {
            if let fault { return .failed(reason: fault) }
            return .incomplete
        }
        if !verdict.hasPassed {
            if !verdict.reason.isEmpty { return .failed(reason: Self.text(verdict.reason)) }
            return .failed(reason: fault ?? "\(verdict.failedCount) of \(verdict.testCount) tests")
        }
        if let fault { return .failed(reason: "\(fault), though the verdict says passed") }
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

    /// ASCII for people.
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension Outcome: CustomStringConvertible {
    public var description: String {
        switch self {
        case .passed: "passed"
        case .failed(let reason): "failed: \(reason)"
        case .damaged(let damage): "damaged: \(damage[0])" + Self.rest(damage.count)
        case .unreadable(let errors): "unreadable: \(errors[0])" + Self.rest(errors.count)
        case .incomplete: "incomplete: the report ends before a verdict"
        }
    }

    private static func rest(_ count: Int) -> String { count > 1 ? " and \(count - 1) more" : "" }
}
