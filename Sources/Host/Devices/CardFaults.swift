// What is wrong with a simulated card: registers that lie, and rings that do.

/// Faults of a card. With none, the card does what the datasheet says.
public struct CardFaults: Hashable, Sendable {
    /// How a register fails. What is written to it goes nowhere.
    public enum RegisterFault: Hashable, Sendable {
        /// Reads always give this value.
        case stuck(UInt32)
        /// Reads give noise.
        case garbage
        /// The register works, but what is written takes effect only after so many steps.
        case late(steps: Int)
    }

    /// Failing registers by offset.
    public var registers: [UInt64: RegisterFault] = [:]
    /// The card is gone: every read gives all ones, nothing else happens.
    public var isGone = false
    /// The card takes descriptors and never writes back that they are done.
    public var neverCompletes = false
    /// Of a thousand received frames, those with a length of 0.
    public var emptyPerMille = 0
    /// Of a thousand received frames, those with a length above the buffer's.
    public var hugePerMille = 0
    /// Of a thousand received frames, those without end of packet.
    public var unendedPerMille = 0
    /// Of a thousand received frames, those with error bits.
    public var errorPerMille = 0
    /// Of a thousand descriptors written back, those whose address is overwritten as well.
    public var scrambledAddressPerMille = 0
    /// Of a thousand steps, those in which a descriptor, whoever owns it, is marked done again.
    public var doneAgainPerMille = 0
    /// Of a thousand steps, those in which noise is written over some descriptor.
    public var noisePerMille = 0

    public init() {}
}
