// How a caller treats a driver during an exchange of frames.

/// Habits of the caller, in ranges from which the seed draws.
public struct ExchangePolicy: Hashable, Sendable {
    /// Frames put into the transmit ring before the doorbell is rung.
    public var burst = 1...120
    /// Frames that arrive from the wire at once.
    public var arrivals = 0...40
    /// Calls of receive in a round.
    public var receives = 0...60
    /// Received buffers that the caller keeps before it gives them back.
    public var kept = 0...200
    /// Steps that the card gets between rounds.
    public var steps = 0...60
    /// Whether the caller only asks for what has come, and sends only what fits.
    public var isPolite = false
    /// Units: bytes, without check sum.
    public var frameByteCounts = 60...1514

    public init() {}

    /// Bursts, lulls, and buffers held back until both rings stall.
    public static let rough = ExchangePolicy()

    /// One frame out, one frame in, as a first test against an emulator does.
    public static var polite: ExchangePolicy {
        var policy = ExchangePolicy()
        policy.burst = 1...1
        policy.arrivals = 1...1
        policy.receives = 1...1
        policy.kept = 0...0
        policy.isPolite = true
        return policy
    }
}
