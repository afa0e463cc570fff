// What silicon with a DP8390 does and QEMU's model does not, each switched on by a test: remote DMA that ends late or not at
// all, an address that is not there before the card was set up, frames that are given up. NE2000Card asks here where it matters.
// Sources: Linux, drivers/net/ethernet/8390/ne2k-pci.c (ne2k_pci_block_output, ne2k_pci_init_one); DP8390D, 10.3 (TSR, ABT).

/// Weaknesses of an NE2000.
public struct NE2000Quirks: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Remote DMA that writes ends some time after the last word.
    public static let endsRemoteLate = Self(rawValue: 1 << 0)
    /// The next remote DMA that writes does not end before a reset.
    public static let hangsRemote = Self(rawValue: 1 << 1)
    /// After a reset the address is noise until the card was set up: deaf, looped back, no interrupts, two bytes at a time.
    public static let hidesAddress = Self(rawValue: 1 << 2)
    /// Every other frame collides too often and is given up.
    public static let abortsSending = Self(rawValue: 1 << 3)
}

/// What the quirks have done to a card.
struct NE2000Weakness {
    /// When remote DMA ends. Units: time-stamp counts.
    var remoteEnd: UInt64?
    var isHung = false
    var frameCount = 0
    var isAborted = false
    /// Since the last reset; whoever left the card running did that too.
    var wasSetUp = true
}

extension NE2000Card {
    /// Units: microseconds from the last word to the end of remote DMA: more than a few looks, less than a frame.
    private static let remoteMicroseconds: UInt64 = 200

    /// Whether the end of remote DMA is told of here, some time later or not at all.
    func delaysRemoteEnd() -> Bool {
        guard remote == .write, !quirks.isDisjoint(with: [.endsRemoteLate, .hangsRemote]) else { return false }
        weakness.isHung = quirks.contains(.hangsRemote)
        if !weakness.isHung { weakness.remoteEnd = now() + Self.remoteMicroseconds * countsPerMicrosecond }
        return true
    }

    /// Tells of remote DMA whose end was delayed.
    func endRemote() {
        guard let end = weakness.remoteEnd, now() >= end else { return }
        weakness.remoteEnd = nil
        raise(Interrupt.remoteDone)
    }

    /// Whether what was written last may not be there yet.
    var isRemoteUnderWay: Bool { stepsToTell > 0 || weakness.remoteEnd != nil || weakness.isHung }

    /// Whether the address can be read. Once the card was set up for it, it can be when it runs too.
    var showsAddress: Bool { weakness.wasSetUp || !quirks.contains(.hidesAddress) }

    /// Remote DMA begins.
    func noteSetUp() {
        let (isDeaf, isLooped) = (receiveControl & 1 << 5 != 0, transmitControl & 0b110 != 0)
        if isDeaf, isLooped, interruptMask == 0, dataControl & 1 != 0 { weakness.wasSetUp = true }
    }

    /// Whether the frame that is sent now is given up.
    func aborts() -> Bool {
        weakness.frameCount += 1
        weakness.isAborted = quirks.contains(.abortsSending) && weakness.frameCount % 2 == 1
        return weakness.isAborted
    }

    /// A reset ends what hangs.
    func resetWeakness() {
        if weakness.isHung { quirks.remove(.hangsRemote) }
        weakness = NE2000Weakness()
        weakness.wasSetUp = false
    }
}
