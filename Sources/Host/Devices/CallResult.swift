// What one call of a generated function gave.

/// Result and cost of a call.
public struct CallResult: Hashable, Sendable {
    /// RAX, all 64 bits of it.
    public var value: UInt64
    public var instructionCount: Int
    /// Units: time-stamp counts of the simulated clock.
    public var elapsed: UInt64

    public init(value: UInt64, instructionCount: Int, elapsed: UInt64) {
        self.value = value
        self.instructionCount = instructionCount
        self.elapsed = elapsed
    }
}
