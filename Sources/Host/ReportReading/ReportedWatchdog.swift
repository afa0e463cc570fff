// The watchdog over calls of generated code, as a report tells of it: MachineReport reads it, and tests look at it.

/// What ends a call that does not return.
public enum ReportedWatchdog: Hashable, Sendable {
    /// A timer that was tried, after so many seconds; its frequency in hertz.
    case limit(seconds: UInt32, frequency: UInt64)
    /// Nothing, and why: ASCII.
    case absent(reason: [UInt8])
}
