// What the card told its driver of a received frame, lies included, so that a test knows what the driver must answer.

/// A receive descriptor as it was written back.
public struct ReceiveReport: Hashable, Sendable {
    /// Length in the descriptor. Units: bytes.
    public var byteCount: Int
    public var isEnd: Bool
    public var errors: UInt8

    public init(byteCount: Int, isEnd: Bool, errors: UInt8) {
        self.byteCount = byteCount
        self.isEnd = isEnd
        self.errors = errors
    }

    /// Whether a driver has to refuse it: it errs, is not whole, or is longer than its buffer.
    public var isBad: Bool { errors != 0 || !isEnd || byteCount > 2048 }
}
