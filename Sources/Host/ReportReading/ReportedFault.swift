// A fault as a report tells of it. VerdictReader gathers it.

/// A CPU exception, a trap of the Swift runtime or an expired wait.
public struct ReportedFault: Hashable, Sendable {
    /// `page-fault`, `swift-trap`, `expired-wait` and so on, ASCII.
    public var name: [UInt8]
    /// Number of the exception; absent for what the processor did not raise.
    public var vector: Int?
    /// Error code of the exception, where it has one.
    public var errorCode: UInt64?
    /// Address of the instruction.
    public var instruction: UInt64?
    /// Address that a page fault was about.
    public var address: UInt64?
    /// What an expired wait waited for, or what a trap says; ASCII.
    public var subject: [UInt8]
    /// Bound of an expired wait. Units: microseconds.
    public var boundMicroseconds: UInt64?
    /// Activity in which it happened, ASCII.
    public var activity: [UInt8]
}
