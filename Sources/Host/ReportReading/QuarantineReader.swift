// Turns the records of quarantined drivers back into values. MachineReport calls it record by record.

import Hardware
import Report

/// Collects what a report tells of quarantined drivers.
struct QuarantineReader {
    private(set) var quarantines: [ReportedQuarantine] = []

    /// Takes a record. Returns whether it is of the kind that is read here.
    mutating func read(_ record: Record) throws(ReportError) -> Bool {
        guard record.isKind("quarantine") else { return false }
        var fields = try RecordFields(record)
        let address = try fields.functionAddress()
        let name = Array(try fields.word("the name of a description"))
        let (reason, subject) = try fields.keyAndValue("a reason")
        var quarantine = ReportedQuarantine(
            function: address, driver: name, reason: reason, subject: subject, activity: [])
        if reason[...].isSpelled("fault") {
            try Self.readFault(&fields, &quarantine)
        } else if reason[...].isSpelled("endless") {
            quarantine.instruction = try Self.instruction(&fields)
        } else if reason[...].isSpelled("breach") || reason[...].isSpelled("argument") {
            quarantine.value = try fields.prefixed(fields.value("value"), "a value")
        } else if !Self.isPlain(reason[...]) {
            throw fields.malformed(
                "fault=, endless=, bringup=, breach=, argument=, overrun=, missing=, installation= or called=")
        }
        guard fields.takes("during") else { throw fields.malformed("during and an activity") }
        quarantine.activity = try fields.quoted("an activity")
        try fields.end()
        quarantines.append(quarantine)
        return true
    }

    /// Whether a reason stands alone.
    private static func isPlain(_ reason: ArraySlice<UInt8>) -> Bool {
        reason.isSpelled("bringup") || reason.isSpelled("overrun") || reason.isSpelled("missing")
            || reason.isSpelled("installation") || reason.isSpelled("called")
    }

    /// `vector=14 error=0x0 rip=0x40000000 at=link+0x0 line=74 address=0x50000008`
    private static func readFault(
        _ fields: inout RecordFields, _ quarantine: inout ReportedQuarantine
    ) throws(ReportError) {
        var fault = ReportedQuarantine.Fault(
            vector: try fields.decimal(fields.value("vector"), "a vector"),
            errorCode: try fields.prefixed(fields.value("error"), "an error code"))
        quarantine.instruction = try instruction(&fields)
        if let address = fields.optionalValue("address") { fault.address = try fields.prefixed(address, "an address") }
        quarantine.fault = fault
    }

    /// `rip=0x40000000 at=link+0x0 line=74`
    private static func instruction(
        _ fields: inout RecordFields
    ) throws(ReportError) -> ReportedQuarantine.Instruction {
        var instruction = ReportedQuarantine.Instruction(
            address: try fields.prefixed(fields.value("rip"), "an address"))
        if let place = fields.optionalValue("at") {
            instruction.place = Array(place)
            instruction.line = try fields.decimal(fields.value("line"), "a line")
        }
        return instruction
    }
}
