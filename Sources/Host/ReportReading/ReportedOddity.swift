// An oddity that discovery met, as a report tells of it.

/// Something of a machine that breaks its standard and was skipped.
public struct ReportedOddity: Hashable, Sendable {
    /// Where: a physical address, a port, or a place in configuration space.
    public var place: UInt64
    /// What is wrong, ASCII.
    public var words: [UInt8]
}
