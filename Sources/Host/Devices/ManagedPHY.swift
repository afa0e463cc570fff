// The PHY of a simulated card behind its management interface: registers 0 and 1 of IEEE 802.3, clause 22, and how long an
// access takes. Only ListCard has one.

/// An Intel 82555, at address 1.
struct ManagedPHY {
    private static let address: UInt32 = 1
    /// Isolate, and power down.
    private static let asleep: UInt16 = 1 << 10 | 1 << 11
    /// Units: microseconds of an access: 64 at most (iPXE src/drivers/net/eepro100.c, mdio_read).
    static let microseconds = 1...64

    /// Register 0: auto-negotiation at 100 Mb/s.
    private var control: UInt16 = 0x3000
    /// Whether the link was down since register 1 was read: it says so once.
    var wasDown = true
    private var data: UInt16 = 0
    private var readyTime: UInt64 = 0

    var isAwake: Bool { control & Self.asleep == 0 }

    mutating func sleep() { control |= Self.asleep }

    /// What the register of the interface holds at a time.
    func shows(at time: UInt64) -> UInt32 { isBusy(at: time) ? 0 : UInt32(data) | 1 << 28 }

    func isBusy(at time: UInt64) -> Bool { time < readyTime }

    /// An access by one word: data, register, address, operation.
    mutating func access(_ word: UInt32, isLinkUp: Bool, readyTime: UInt64) {
        self.readyTime = readyTime
        let register = word >> 16 & 31
        let isHere = word >> 21 & 31 == Self.address
        if word >> 26 & 3 == 1 {
            if isHere, register == 0 { control = UInt16(truncatingIfNeeded: word) }
        } else if !isHere {
            data = 0xFFFF  // nobody drives the line
        } else if register == 0 {
            data = control
        } else if register == 1 {
            data = 0x7809 | (isLinkUp && !wasDown ? 0x24 : 0)
            wasDown = !isLinkUp
        } else {
            data = 0
        }
    }
}

extension ListCard {
    /// A write to the interface: while it is busy, the access before is spoilt.
    func manage(_ word: UInt32) {
        if phy.isBusy(at: now()) { return object(.outOfSequence(offset: ListCardRegister.management)) }
        let wasAwake = phy.isAwake
        phy.access(
            word, isLinkUp: isLinkUp, readyTime: now() + (timing.isImmediate ? 0 : draw(ManagedPHY.microseconds)))
        guard !wasAwake, phy.isAwake else { return }
        // The two ends have to find each other again.
        (isUp, linkTime) = (timing.isImmediate, now() + draw(timing.linkMicroseconds))
        phy.wasDown = true
    }
}
