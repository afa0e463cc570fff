// The weaknesses of silicon that a simulated gigabit card has if it is told to, one by one: what a driver has to do for a real
// card and QEMU's does not ask for. They are no failures: a driver that knows its card never meets them. Tests set them.
// Sources: Linux, drivers/net/ethernet/intel: e1000/e1000_hw.c (e1000_reset_hw), e1000/e1000_main.c (e1000_tx_map,
// e1000_power_up_phy), e1000e/82571.c (e1000_reset_hw_82571, e1000_initialize_hw_bits_82571), e1000e/netdev.c
// (e1000e_get_hw_control); iPXE, src/drivers/net/intel.c (intel_reset).

/// Weaknesses of a gigabit card.
public struct GigabitQuirks: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A reset leaves the EEPROM unread until CTRL_EXT.EE_RST, which comes 10 us later at the earliest and takes 2 ms: 82544.
    public static let forgetsEEPROM = Self(rawValue: 1 << 0)
    /// It is on PCI-X, and stops for good at a buffer whose last byte has bit 2 of its address clear: 82544.
    public static let isOnPCIX = Self(rawValue: 1 << 1)
    /// Its PHY was powered down by whoever used it last.
    public static let hasSleepingPHY = Self(rawValue: 1 << 2)
    /// Its PHY finds no link before it was reset.
    public static let hasHungPHY = Self(rawValue: 1 << 3)
    /// Requests are on their way for 10 ms after the engines were turned off; a reset that cuts one hangs the card.
    public static let hasRequestsUnderWay = Self(rawValue: 1 << 4)
    /// It has requests on its way for 60 ms after GIO_DISABLE.
    public static let isSlowMaster = Self(rawValue: 1 << 5)
    /// It never says that no request is on its way; a reset helps.
    public static let isEndlessMaster = Self(rawValue: 1 << 6)
    /// Completions get lost without GCR2 bit 0: what was sent is never told of.
    public static let losesCompletions = Self(rawValue: 1 << 7)
    /// Bits that the card needs start with the wrong values, and received frames are judged by their checksums.
    public static let hasWrongDefaults = Self(rawValue: 1 << 8)
    /// Firmware has the PHY until it hands it over, and takes the frames while no driver says that it is loaded.
    public static let hasFirmware = Self(rawValue: 1 << 9)
    /// What is in the NVM sets the PHY up for 25 ms after it was read; who touches the link before has none.
    public static let setsPHYUpLate = Self(rawValue: 1 << 10)
    /// Its NVM is flash, which is read when told to.
    public static let hasFlash = Self(rawValue: 1 << 11)
}

/// Where a card is with its weaknesses.
struct GigabitWeakness {
    /// BMCR of the PHY: IEEE 802.3, 22.2.4.1.
    var phyControl: UInt16 = 0x1140
    var needsPHYReset = false
    var phyResetStart: UInt64?
    /// When the word that MDIC asked for is there.
    var mdicTime: UInt64 = 0
    /// When the last request comes to its end.
    var requestsEnd: UInt64 = 0
    /// When nobody has to wait for the master any longer.
    var masterWaitEnd: UInt64 = .max
    var reloadEnd: UInt64 = 0
    /// When the EEPROM was read.
    var readEnd: UInt64 = 0
    /// When firmware hands the PHY over, once it was asked.
    var ownershipTime: UInt64?
    /// What was done too early, or without asking, has spoilt the link until the next reset.
    var isSpoilt = false

    /// A reset of the card, which leaves the PHY as it is.
    mutating func restart(afterReset quirks: GigabitQuirks) {
        requestsEnd = 0
        masterWaitEnd = .max
        readEnd = 0
        isSpoilt = false
        ownershipTime = nil
    }
}

extension GigabitCard {
    private static let powerDown: UInt16 = 1 << 11
    private static let phyReset: UInt32 = 1 << 31  // CTRL.PHY_RST
    private static let rereadsEEPROM: UInt32 = 1 << 13  // CTRL_EXT.EE_RST
    private static let isOwner: UInt32 = 1 << 5  // EXTCNF_CTRL: MDIO_SW_OWNERSHIP

    /// A quirk was switched on or off.
    func takeQuirks() {
        weakness.phyControl = quirks.contains(.hasSleepingPHY) ? 0x1940 : 0x1140
        weakness.needsPHYReset = quirks.contains(.hasHungPHY)
        if !hasLink { self[CardRegister.status] &= ~Self.linkUp }
        setDefaults()
    }

    /// What registers hold after a reset.
    func setDefaults() {
        if quirks.contains(.isOnPCIX) { self[CardRegister.status] |= 1 << 13 }
        if quirks.contains(.hasFlash) { self[CardRegister.eec] |= 3 << 15 }
        guard quirks.contains(.hasWrongDefaults) else { return }
        self[CardRegister.ctrlExt] = 1 << 23
        self[CardRegister.tarc0] = 0xF << 27
        self[CardRegister.rxcsum] = 0x300
    }

    // MARK: Reset

    /// Whether the EEPROM is read by CTRL_EXT.EE_RST alone.
    var readsWhenTold: Bool { !quirks.isDisjoint(with: [.forgetsEEPROM, .hasFlash]) }

    /// Whether it is busy with its EEPROM, and not to be written to.
    var isReloading: Bool { now() < weakness.reloadEnd }

    func setExtendedControl(_ value: UInt32) {
        self[CardRegister.ctrlExt] = value & ~Self.rereadsEEPROM
        guard value & Self.rereadsEEPROM != 0 else { return }
        if quirks.contains(.forgetsEEPROM) { weakness.reloadEnd = now() + 1_999 * countsPerMicrosecond }
        reloadEEPROM()
    }

    /// How long requests go on after GIO_DISABLE.
    var masterDisableDelay: UInt64 {
        if quirks.contains(.isEndlessMaster) { return 1 << 62 }
        return quirks.contains(.isSlowMaster) ? 60_000 * countsPerMicrosecond : draw(timing.eepromMicroseconds)
    }

    /// Whether a reset is what ends its requests: it was waited for.
    var endsInReset: Bool { quirks.contains(.isEndlessMaster) && now() >= weakness.masterWaitEnd }

    /// A reset comes.
    func hangWhereRequestsAreCut() {
        if quirks.contains(.hasFirmware), ownership & Self.isOwner == 0 {
            object(.outOfSequence(offset: CardRegister.extcnf))
        }
        guard quirks.contains(.hasRequestsUnderWay) else { return }
        let isBusy = transmitRing.isEnabled || receiveRing.isEnabled || now() < weakness.requestsEnd
        guard isBusy else { return }
        object(.outOfSequence(offset: CardRegister.ctrl))
        failures.isGone = true
    }

    // MARK: PHY

    /// Whether the PHY finds its partner.
    var hasLink: Bool {
        weakness.phyControl & Self.powerDown == 0 && !weakness.needsPHYReset && !weakness.isSpoilt
    }

    /// Whether the PHY is held in reset, which takes 10 us.
    func resetsPHY(_ control: UInt32) -> Bool {
        guard control & Self.phyReset == 0 else {
            weakness.phyResetStart = weakness.phyResetStart ?? now()
            return true
        }
        if let start = weakness.phyResetStart, now() >= start + 10 * countsPerMicrosecond {
            weakness.needsPHYReset = false
            weakness.phyControl = 0x1140
        }
        weakness.phyResetStart = nil
        return false
    }

    /// Somebody touches the link.
    func disturbSetUp() {
        guard quirks.contains(.setsPHYUpLate) else { return }
        if now() < weakness.readEnd + 25_000 * countsPerMicrosecond { weakness.isSpoilt = true }
    }

    /// A command to the PHY: operation in bits 27:26, its address in 25:21, a register of it in 20:16, data below (13.4.7).
    func setMDIC(_ value: UInt32) {
        disturbSetUp()
        if quirks.contains(.hasFirmware), ownership & Self.isOwner == 0 {
            object(.outOfSequence(offset: CardRegister.mdic))
        }
        self[CardRegister.mdic] = value & 0x0FFF_FFFF
        weakness.mdicTime = now() + 60 * countsPerMicrosecond
        let isControl = value >> 21 & 31 == 1 && value >> 16 & 31 == 0
        if value >> 26 & 3 == 1, isControl { weakness.phyControl = UInt16(truncatingIfNeeded: value) }
    }

    /// MDIC: READY in bit 28, ERROR in bit 30; no PHY but that at address 1.
    var mdic: UInt32 {
        let asked = self[CardRegister.mdic]
        guard asked >> 26 & 3 != 0 else { return asked | 1 << 28 }
        guard now() >= weakness.mdicTime else { return asked & 0xFFFF_0000 }
        guard asked >> 21 & 31 == 1 else { return asked | 1 << 28 | 1 << 30 }
        let isRead = asked >> 26 & 3 == 2 && asked >> 16 & 31 == 0
        return asked & 0xFFFF_0000 | 1 << 28 | (isRead ? UInt32(weakness.phyControl) : asked & 0xFFFF)
    }

    /// EXTCNF_CTRL: the PHY is the driver's once firmware has let go of it.
    var ownership: UInt32 {
        let held = self[CardRegister.extcnf]
        guard quirks.contains(.hasFirmware) else { return held }
        return now() >= weakness.ownershipTime ?? .max ? held : held & ~Self.isOwner
    }

    func setOwnership(_ value: UInt32) {
        self[CardRegister.extcnf] = value
        let isAsked = value & Self.isOwner != 0
        weakness.ownershipTime = isAsked ? weakness.ownershipTime ?? now() + 4_000 * countsPerMicrosecond : nil
    }

    // MARK: Engines

    /// Whether frames are the driver's.
    var isHost: Bool { !quirks.contains(.hasFirmware) || self[CardRegister.ctrlExt] & 1 << 28 != 0 }

    /// Whether what was sent is told of.
    var completes: Bool { !quirks.contains(.losesCompletions) || self[CardRegister.gcr2] & 1 != 0 }

    /// IPE: the checksum of a frame's IPv4 header, of a frame that has none.
    var checkSumErrors: UInt8 {
        quirks.contains(.hasWrongDefaults) && self[CardRegister.rxcsum] & 0x300 != 0 ? 0x40 : 0
    }

    /// Bits that silicon needs before an engine starts.
    func checkBits(of ring: DescriptorRing) {
        guard quirks.contains(.hasWrongDefaults), ring.name == .transmit else { return }
        let isRight = [
            CardRegister.tarc0: self[CardRegister.tarc0] & 0x7C00_0000 == 1 << 26,
            CardRegister.ctrlExt: self[CardRegister.ctrlExt] & 0x00C0_0000 == 1 << 22,
            CardRegister.txdctl1: self[CardRegister.txdctl1] & 1 << 22 != 0,
        ]
        for (offset, _) in isRight.sorted(by: { $0.key < $1.key }).filter({ !$0.value }) {
            object(.outOfSequence(offset: offset))
        }
    }

    /// The engine stops for good at that descriptor.
    func hangsAtDescriptor(_ slot: Int) -> Bool {
        guard quirks.contains(.isOnPCIX), let descriptor = pointer(transmitRing, slot) else { return false }
        let length = UInt64(descriptor.load(fromByteOffset: 8, as: UInt16.self))
        guard (descriptor.load(as: UInt64.self) &+ length &- 1) & 4 == 0 else { return false }
        transmitRing.isEnabled = false
        return true
    }
}
