// What went through a card during an exchange, in numbers. The kernel counts; the report carries the counts to the host.

/// Frames of an exchange, and what it took to go on.
public struct ExchangeCounts: Hashable, Sendable {
    /// Frames that were handed to the card.
    public var sent: UInt64 = 0
    /// Good frames that the card gave.
    public var received: UInt64 = 0
    /// Received frames that answer nothing.
    public var stray: UInt64 = 0
    /// Received frames that are no whole packets, or carry other data than was sent.
    public var malformed: UInt64 = 0
    /// What the card gave as damaged.
    public var bad: UInt64 = 0
    /// How often what the card wrote made no sense.
    public var lost: UInt64 = 0
    /// Guard spaces that were found written to.
    public var overruns: UInt64 = 0
    /// How often the card was brought up anew, where frames were lost or guard space was written to.
    public var bringups: UInt64 = 0

    /// Whether something came through the card that should not, or what it wrote made no sense: then silence may be its own.
    public var haveHarm: Bool { malformed + bad + lost + overruns > 0 }

    public init() {}
}
