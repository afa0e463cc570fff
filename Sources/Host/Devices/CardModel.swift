// The cards that can be simulated, and what is known of each besides its registers.

import Pipeline

/// A model of a card.
public enum CardModel: String, CaseIterable, Hashable, Sendable {
    /// Intel 82540EM.
    case gigabit
    /// Intel 82574L.
    case gigabitExpress
    /// Realtek RTL8139D.
    case byteRing
    /// A virtio network card with split queues.
    case virtio
    /// One of the old form alone.
    case legacyVirtio
    /// Intel 8255x.
    case lists
    /// An NE2000 on PCI: a DP8390 with memory of its own.
    case ownMemory
    /// AMD Am79C970A: a LANCE on PCI.
    case lance

    /// Whether its driver takes buffers back in any order, which is more than the contract `packet_nic 2` promises.
    public var takesAnyOrder: Bool { self == .gigabit || self == .gigabitExpress }

    /// A card of this model, as firmware leaves it.
    ///
    /// - Parameter facts: those that a driver was generated for, which the card is to have.
    func card(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming, failures: FailurePlan,
        facts: [NamedFact], seed: UInt64
    ) -> SimulatedCard {
        switch self {
        case .gigabit, .gigabitExpress:
            GigabitCard(
                memory: memory, stationAddress: stationAddress, timing: timing, failures: failures,
                isExpress: self == .gigabitExpress, seed: seed)
        case .byteRing:
            RTL8139Card(
                memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        case .lists:
            ListCard(
                memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        case .ownMemory:
            NE2000Card(
                memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        case .lance:
            PCnetCard(
                memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        case .virtio, .legacyVirtio:
            VirtioCard(
                memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, facts: facts,
                isLegacy: self == .legacyVirtio, seed: seed)
        }
    }
}
