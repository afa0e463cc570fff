// What silicon of the RTL8139 family does and QEMU's model does not, each switched on by a test: aborts, underruns, pairs
// that are read early, sleep, frames that stay unfinished, stores that wait. RTL8139Card asks here where it matters.
// Sources: RTL8139D(L) datasheet, sections 5.2 (TSD), 5.7 (TCR) and 5.9 (9346CR); Linux,
// drivers/net/ethernet/realtek/8139too.c, for HLTCLK, CONFIG1 of old chips, 0xFFF0 that stays, and stores that are kept back.

/// Weaknesses of an RTL8139.
public struct RTL8139Quirks: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Every frame collides too often the first time: TABT and TER, and nothing is sent until CLRABT.
    public static let abortsSending = Self(rawValue: 1 << 0)
    /// OWN says that a buffer was read, long before its frame has left.
    public static let readsEarly = Self(rawValue: 1 << 1)
    /// Memory is slow: a frame of which fewer than 1 KiB were in hand when it began leaves in pieces (TUN).
    public static let underruns = Self(rawValue: 1 << 2)
    /// The next frame received stays unfinished until a reset.
    public static let hangsReceiving = Self(rawValue: 1 << 3)
    /// The clock is halted, and nothing works, a reset neither.
    public static let sleeps = Self(rawValue: 1 << 4)
    /// An RTL8139 of the first kind, powered down by CONFIG1.
    public static let isOld = Self(rawValue: 1 << 5)
    /// Stores stay on their way until something is read.
    public static let keepsStores = Self(rawValue: 1 << 6)
    /// A full ring ends receiving until RXOVW is acknowledged.
    public static let stopsWhenFull = Self(rawValue: 1 << 7)
}

/// What the quirks have done to a card.
struct RTL8139Weakness {
    var isClockHalted = false
    var isFull = false
    /// Times that a frame was read: every other time it is aborted.
    var frameCount = 0
    /// The pair whose frame is being given up, or was: nothing is sent until CLRABT.
    var aborting: Int?
    /// Pairs whose frames left in pieces.
    var torn: Set<Int> = []
    /// Stores on their way.
    var stores: [(offset: UInt64, value: UInt32)] = []
}

extension RTL8139Card {
    /// HWVERID of an RTL8139 and of an RTL8139D, and where it is in TCR (5.7).
    private static let oldVersion: UInt32 = 0x4000_0000
    static let versionBits: UInt32 = 0x7CC0_0000
    private static let isPoweredDown: UInt8 = 1 << 0 | 1 << 1
    private static let transmitAbort: UInt32 = 1 << 30
    private static let receiveOverflow: UInt32 = 1 << 4
    private static let transmitError: UInt32 = 1 << 3

    func takeQuirks() {
        weakness.isClockHalted = quirks.contains(.sleeps)
        guard quirks.contains(.isOld) else { return }
        self[RTL8139Register.tcr, 4] = Self.oldVersion
        bytes[Int(RTL8139Register.config1)] |= Self.isPoweredDown
    }

    /// Neither engines nor a reset go on.
    var isAsleep: Bool {
        weakness.isClockHalted
            || quirks.contains(.isOld) && bytes[Int(RTL8139Register.config1)] & Self.isPoweredDown != 0
    }

    /// Whether a store waits for a read.
    func keeps(_ offset: UInt64, _ value: UInt32) -> Bool {
        guard quirks.contains(.keepsStores) else { return false }
        weakness.stores.append((offset, value))
        return true
    }

    /// A read pushes what is on its way before it.
    func deliverStores() {
        let stores = weakness.stores
        weakness.stores = []
        for store in stores { set(store.offset, store.value) }
    }

    // MARK: Sending

    /// Whether a frame that is read now leaves as it is; else what becomes of its pair is noted.
    func leavesWhole(_ slot: Int, threshold: Int, _ byteCount: Int) -> Bool {
        weakness.frameCount += 1
        if quirks.contains(.abortsSending), weakness.frameCount % 2 == 1 {
            weakness.aborting = slot
            return false
        }
        guard quirks.contains(.underruns), threshold < min(byteCount, 1024) else { return true }
        weakness.torn.insert(slot)
        return false
    }

    /// Gives a frame up where it is due; the pair is the card's still.
    func abort(_ slot: Int) -> Bool {
        guard weakness.aborting == slot else { return false }
        self[RTL8139Register.tsd + UInt64(slot) * 4, 4] |= Self.transmitAbort
        raise(Self.transmitError)
        return true
    }

    /// CLRABT: the frame that was given up is sent again. Only then may it be written (5.7).
    func clearAbort() {
        guard let slot = weakness.aborting, !pending.contains(slot) else {
            return object(.outOfSequence(offset: RTL8139Register.tcr))
        }
        self[RTL8139Register.tsd + UInt64(slot) * 4, 4] &= ~Self.transmitAbort
        weakness.aborting = nil
        queue.insert(slot, at: 0)
    }

    // MARK: Receiving

    /// Whether the frame that is under way ends now.
    var endsFrames: Bool { !quirks.contains(.hangsReceiving) }

    /// A reset lets go of a frame that hangs, and of all that was under way.
    func resetWeakness() {
        if copy != nil { quirks.remove(.hangsReceiving) }
        (weakness.isFull, weakness.aborting, weakness.torn, weakness.stores) = (false, nil, [], [])
    }

    /// A frame found no room.
    func fill() {
        guard quirks.contains(.stopsWhenFull) else { return }
        weakness.isFull = true
        raise(Self.receiveOverflow)
    }

    /// A write to ISR.
    func acknowledge(_ causes: UInt32) {
        self[RTL8139Register.isr, 2] &= ~causes
        if causes & Self.receiveOverflow != 0 { weakness.isFull = false }
    }
}
