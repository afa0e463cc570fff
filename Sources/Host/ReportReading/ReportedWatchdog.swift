// The watchdog over calls of generated code, as a report tells of it: MachineReport reads it, and tests look at it.

/// What ends a call that does not return.
public enum ReportedWatchdog: Hashable, Sendable {
    /// A timer that was tried, after so many seconds; its frequency in hertz.
    case limit(seconds: UInt32, frequency: UInt64)
    /// Nothing, and why: ASCII.
    case absent(reason: [UInt8])

    /// `watchdog seconds=90 hertz=7812500` or `watchdog none "the timer does not count"`
    init(_ record: Record) throws(ReportError) {
        var fields = try RecordFields(record)
        if fields.takes("none") {
            self = .absent(reason: try fields.quoted("why there is none"))
        } else {
            let seconds: UInt32 = try fields.decimal(fields.value("seconds"), "a number of seconds")
            self = .limit(seconds: seconds, frequency: try fields.decimal(fields.value("hertz"), "a frequency"))
        }
        try fields.end()
    }
}
