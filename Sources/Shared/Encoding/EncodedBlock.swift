// A place that branches lead to, with what the encoder knows of it: the raw material of evidence.

/// Where a block of an encoded function begins.
public struct EncodedBlock: Hashable, Sendable {
    /// What leads there.
    public enum Kind: Hashable, Sendable {
        /// Branches forward.
        case join
        /// The end of a counted loop, with the counter in a register that holds `low` to `high` here.
        case counted(Register, low: UInt64, high: UInt64)
        /// The end of a wait's look, whose start is in a register.
        case clock(Register)
    }

    /// Units: bytes from the function's entry.
    public var offset: Int
    public var kind: Kind
    /// Registers whose values are used after it.
    ///
    /// Layout: bit n stands for the register of number n.
    public var liveRegisters: UInt16
}
