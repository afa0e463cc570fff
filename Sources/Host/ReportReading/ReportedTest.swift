// A self-test as a report tells of it. VerdictReader gathers it.

/// The line of a self-test.
public struct ReportedTest: Hashable, Sendable {
    public var number: Int
    public var hasPassed: Bool
    /// Description with its directive, if any, ASCII.
    public var name: [UInt8]
}
