// Turns the records of self-tests, faults and the verdict back into values. MachineReport calls it record by record and
// weighs what it found.

import Report

/// Collects self-tests, faults and the verdict.
struct VerdictReader {
    private(set) var tests: [ReportedTest] = []
    private(set) var faults: [ReportedFault] = []
    private(set) var verdict: ReportedVerdict?
    private(set) var plannedCount: Int?

    /// Takes a record of the section.
    mutating func read(_ fields: inout RecordFields) throws(ReportError) {
        switch fields.form {
        case .plan: plannedCount = try fields.number()
        case .passed, .failed:
            let test = ReportedTest(
                number: try fields.number(), hasPassed: fields.form == .passed, name: fields.text())
            guard test.number == tests.count + 1 else { throw fields.malformed("the number of the next test") }
            tests.append(test)
        case .exception:
            var fault = ReportedFault(name: fields.text(), subject: [], activity: [])
            fault.vector = try fields.number()
            fault.errorCode = try fields.number()
            fault.instruction = try fields.number()
            fault.address = try fields.optionalNumber()
            fault.activity = fields.text()
            faults.append(fault)
        case .fault:
            var fault = ReportedFault(name: fields.text(), subject: [], activity: [])
            if fields.option() { fault.subject = fields.text() }
            fault.boundMicroseconds = try fields.optionalNumber()
            fault.activity = fields.text()
            faults.append(fault)
        case .verdict: verdict = try Self.verdict(&fields)
        default: break  // the line that says which KTAP this is
        }
    }

    private static func verdict(_ fields: inout RecordFields) throws(ReportError) -> ReportedVerdict {
        var verdict = ReportedVerdict(
            outcome: try fields.element(of: Verdict.allCases, \.word), nonce: try fields.number(), testCount: 0,
            failedCount: 0, reason: [])
        if fields.option() {
            verdict.testCount = try fields.number()
            verdict.failedCount = try fields.number()
        }
        verdict.milliseconds = try fields.optionalNumber()
        if fields.option() { verdict.reason = fields.text() }
        return verdict
    }
}
