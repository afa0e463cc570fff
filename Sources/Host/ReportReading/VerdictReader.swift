// Turns the records of self-tests, faults and the verdict back into values. MachineReport calls it record by record and
// weighs what it found.

import Report

/// Collects self-tests, faults and the verdict.
struct VerdictReader {
    private(set) var tests: [ReportedTest] = []
    private(set) var faults: [ReportedFault] = []
    private(set) var verdict: ReportedVerdict?
    private(set) var plannedCount: Int?

    /// Takes a record. Returns whether it is of a kind that is read here.
    mutating func read(_ record: Record) throws(ReportError) -> Bool {
        if record.isKind("KTAP") {
            guard record.text[...].isSpelled("KTAP version 1") else {
                throw .malformed(record: record.number, text: record.text, expected: "KTAP version 1")
            }
        } else if record.kind.starts(with: [0x31, 0x2E, 0x2E]) {
            let fields = try RecordFields(record)
            plannedCount = try fields.decimal(record.text.dropFirst(3), "a count of tests")
        } else if record.isKind("ok") {
            try readTest(record, hasPassed: true, behind: 3)
        } else if record.isKind("not") {
            try readTest(record, hasPassed: false, behind: 7)
        } else if record.isKind("fault") {
            try readFault(RecordFields(record))
        } else if record.isKind("verdict") {
            try readVerdict(RecordFields(record))
        } else {
            return false
        }
        return true
    }

    /// `ok 1 clock advances`, `not ok 2 clock advances`
    private mutating func readTest(_ record: Record, hasPassed: Bool, behind length: Int) throws(ReportError) {
        let expected = "ok or not ok, the number of the next test and its name"
        let malformed = ReportError.malformed(record: record.number, text: record.text, expected: expected)
        guard record.text.prefix(length).isSpelled(hasPassed ? "ok " : "not ok ") else { throw malformed }
        let digits = record.text.dropFirst(length).prefix { (0x30...0x39).contains($0) }
        guard (1...6).contains(digits.count) else { throw malformed }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let name = record.text.dropFirst(length + digits.count)
        guard number == tests.count + 1, name.first == 0x20, name.count > 1 else { throw malformed }
        tests.append(ReportedTest(number: number, hasPassed: hasPassed, name: Array(name.dropFirst())))
    }

    /// `fault page-fault vector=14 error=0x2 rip=0x101a2c address=0xdead0000 during "scanning PCI"`
    private mutating func readFault(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let name = Array(try fields.word("the name of a fault"))
        var fault = ReportedFault(name: name, subject: [], activity: [])
        if let subject = try? fields.quoted("a subject") { fault.subject = subject }
        while fields.hasMore, !fields.takes("during") {
            let (key, value) = try fields.keyAndValue("key=value or during")
            if key[...].isSpelled("vector") {
                fault.vector = try fields.decimal(value, "a vector")
            } else if key[...].isSpelled("error") {
                fault.errorCode = try fields.prefixed(value[...], "an error code")
            } else if key[...].isSpelled("rip") {
                fault.instruction = try fields.prefixed(value[...], "an address")
            } else if key[...].isSpelled("address") {
                fault.address = try fields.prefixed(value[...], "an address")
            } else if key[...].isSpelled("bound") {
                guard value.suffix(2)[...].isSpelled("us") else { throw fields.malformed("a bound in us") }
                fault.boundMicroseconds = try fields.decimal(value.dropLast(2), "a bound in us")
            } else {
                throw fields.malformed("vector=, error=, rip=, address=, bound= or during")
            }
        }
        fault.activity = try fields.quoted("during and an activity")
        try fields.end()
        faults.append(fault)
    }

    /// `verdict passed nonce=0123456789abcdef tests=4 failed=0`
    private mutating func readVerdict(_ start: RecordFields) throws(ReportError) {
        var fields = start
        let hasPassed = fields.takes("passed")
        guard hasPassed || fields.takes("failed") else { throw fields.malformed("passed or failed") }
        let nonce = try fields.nonce()
        var verdict = ReportedVerdict(hasPassed: hasPassed, nonce: nonce, testCount: 0, failedCount: 0, reason: [])
        if let count = fields.optionalValue("tests") { verdict.testCount = try fields.decimal(count, "a count") }
        if let count = fields.optionalValue("failed") { verdict.failedCount = try fields.decimal(count, "a count") }
        if let reason = fields.optionalValue("reason") { verdict.reason = Array(reason) }
        try fields.end()
        self.verdict = verdict
    }
}
