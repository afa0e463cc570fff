// A simulated 82540EM, harsher than QEMU's: it resets and links late, completes late and in batches, writes noise where
// the datasheet promises nothing, and objects to whatever hardware would punish in silence. A FailurePlan makes it lie.
// It models registers, the two legacy descriptor rings and address filters; not the PHY, offloads, flow control, VLANs
// or interrupts beyond their mask. SimulatedMachine drives it.
// Source: Intel 8254x manual, 317453-006, revision 4.0; sections in parentheses.

/// A network card behind a register window and two rings.
public final class GigabitCard {
    public let timing: CardTiming
    /// What is wrong with the card.
    public var failures: FailurePlan {
        didSet { failingRegisters.failures = failures.registers }
    }
    /// Station address in the EEPROM, first byte on the wire first.
    public let stationAddress: [UInt8]
    /// What the driver did wrong, in order.
    public private(set) var violations: [Violation] = []
    /// The first violation that no failure of the card can have caused.
    public private(set) var certainViolation: Violation?
    /// Whether the function may move data (PCI command register, bit 2).
    public var isBusMaster = true
    /// Accesses to the window after which the card is gone.
    public var goneAfter: Int?
    /// Frames that arrived and found no room or no open receiver.
    public internal(set) var missedCount = 0
    /// Frames that the address filter kept away.
    public internal(set) var filteredCount = 0
    /// What time it is, and how long a microsecond is. Units: time-stamp counts.
    public var now: () -> UInt64 = { 0 }
    public var countsPerMicrosecond: UInt64 = 1000
    /// The instruction that runs.
    public var place: () -> CodePlace = { CodePlace(function: "", offset: 0) }

    let memory: DirectMemory
    var generator: SeededGenerator
    var registers: [UInt32]
    let transmitRing = DescriptorRing(.transmit)
    let receiveRing = DescriptorRing(.receive)
    var buffersOwned: Set<UInt64> = []
    var sent: [[UInt8]] = []
    var partial: [UInt8] = []
    var incoming: [[UInt8]] = []
    var incomingByteCount = 0
    var reports: [ReceiveReport] = []

    private var resetEnd: UInt64?
    /// Before this time after a reset began, not even the control register may be touched: 1 us (13.4.1, RST).
    private var untouchableUntil: UInt64 = 0
    private var stationAddressTime: UInt64?
    private var linkTime: UInt64?
    private var eepromTime: UInt64 = 0
    private var failingRegisters = FailingRegisters()
    /// Firmware used the card and has not been cleared away yet.
    private(set) var isLeftRunning = true

    private static let reset: UInt32 = 1 << 26  // CTRL.RST (13.4.1)
    private static let setLinkUp: UInt32 = 1 << 6  // CTRL.SLU
    static let linkUp: UInt32 = 1 << 1  // STATUS.LU (13.4.2)
    static let enable: UInt32 = 1 << 1  // RCTL.EN, TCTL.EN (13.4.22, 13.4.33)

    /// A card as firmware leaves it: engines on, rings somewhere in low memory, interrupts unmasked.
    public init(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming = .late,
        failures: FailurePlan = .none, seed: UInt64
    ) {
        precondition(stationAddress.count == 6, "a station address has six bytes")
        self.memory = memory
        self.stationAddress = stationAddress
        self.timing = timing
        self.failures = failures
        failingRegisters.failures = failures.registers
        generator = SeededGenerator(seed: seed)
        registers = [UInt32](repeating: 0, count: Int(CardRegister.windowByteCount / 4))
        for word in 0..<128 { self[CardRegister.mta + UInt64(word * 4)] = UInt32(truncatingIfNeeded: generator.next()) }
        loadStationAddress()
        self[CardRegister.ctrl] = Self.setLinkUp | 1
        self[CardRegister.status] = Self.linkUp | 1
        self[CardRegister.ims] = 0x9D
        self[CardRegister.rctl] = Self.enable
        self[CardRegister.tctl] = Self.enable
        transmitRing.base = 0x9000
        receiveRing.base = 0x9400
        transmitRing.byteCount = 1024
        receiveRing.byteCount = 1024
        transmitRing.isEnabled = true
        receiveRing.isEnabled = true
        receiveRing.tail = 63
    }

    subscript(offset: UInt64) -> UInt32 {
        get { registers[Int(offset / 4)] }
        set { registers[Int(offset / 4)] = newValue }
    }

    func object(_ kind: Violation.Kind) {
        let violation = Violation(kind, at: place())
        if kind.isCertain, certainViolation == nil { certainViolation = violation }
        violations.append(violation)
    }

    /// Drops all violations so far: those of a time when the card failed.
    public func forgetViolations() {
        violations = []
        certainViolation = nil
    }

    /// Whether the link is up.
    public var isLinkUp: Bool { self[CardRegister.status] & Self.linkUp != 0 }

    private var isResetting: Bool { resetEnd != nil }

    // MARK: Accesses

    /// A read of the window.
    public func read(_ offset: UInt64, byteCount: Int) -> UInt64 {
        countDown()
        step()
        if failures.isGone { return .max }
        guard isRegister(offset, byteCount) else { return .max }
        let held: UInt32
        if isResetting, offset != CardRegister.ctrl || now() < untouchableUntil {
            object(.accessDuringReset(offset: offset))
            held = UInt32(truncatingIfNeeded: generator.next())
        } else {
            held = value(of: offset)
        }
        return UInt64(
            failingRegisters.read(
                offset, value: held, resetValue: CardRegister.row(at: offset).afterReset, at: microseconds,
                noise: &generator))
    }

    private var microseconds: UInt64 { now() / countsPerMicrosecond }

    private func countDown() {
        guard let left = goneAfter else { return }
        goneAfter = left > 0 ? left - 1 : nil
        if left == 0 { failures.isGone = true }
    }

    private func value(of offset: UInt64) -> UInt32 {
        switch offset {
        case CardRegister.icr:  // clears on read (13.4.17)
            defer { self[offset] = 0 }
            return self[offset]
        case CardRegister.ics, CardRegister.imc: return 0  // write-only (13.4.19, 13.4.21)
        case CardRegister.tdh: return UInt32(transmitRing.head)
        case CardRegister.tdt: return UInt32(transmitRing.tail)
        case CardRegister.rdh: return UInt32(receiveRing.done)
        case CardRegister.rdt: return UInt32(receiveRing.tail)
        case CardRegister.eerd: return eepromWord(self[offset])
        default: return self[offset]
        }
    }

    /// EERD: DONE in bit 4, the word in bits 31:16 (13.4.4).
    private func eepromWord(_ request: UInt32) -> UInt32 {
        guard request & 1 != 0, now() >= eepromTime else { return request & 0xFF01 }
        let word = Int(request >> 8 & 0xFF)
        let data = word < 3 ? UInt32(stationAddress[word * 2]) | UInt32(stationAddress[word * 2 + 1]) << 8 : 0
        return request & 0xFF01 | 0x10 | data << 16
    }

    /// A write to the window.
    public func write(_ offset: UInt64, byteCount: Int, value: UInt64) {
        countDown()
        defer { step() }
        if failures.isGone { return }
        guard isRegister(offset, byteCount) else { return }
        let row = CardRegister.row(at: offset)
        let value = UInt32(truncatingIfNeeded: value)
        if row.isReadOnly { return object(.readOnlyRegister(offset: offset)) }
        if value & row.reserved != 0 { object(.reservedBits(offset: offset, bits: value & row.reserved)) }
        if isResetting { return object(.accessDuringReset(offset: offset)) }
        let held = offset == CardRegister.icr ? self[offset] : self.value(of: offset)  // which a read would clear
        guard failingRegisters.takes(offset, value, held: held, at: microseconds) else { return }
        set(offset, value)
    }

    private func isRegister(_ offset: UInt64, _ byteCount: Int) -> Bool {
        guard byteCount == 4, offset % 4 == 0 else {  // 13.2.1: all registers are accessed as 32 bits
            object(.accessWidth(offset: offset, byteCount: byteCount))
            return false
        }
        guard offset < CardRegister.windowByteCount, CardRegister.rowNumbers[Int(offset / 4)] != 0 else {
            object(.noRegister(offset: offset))
            return false
        }
        return true
    }

    private func set(_ offset: UInt64, _ value: UInt32) {
        switch offset {
        case CardRegister.ctrl: setControl(value)
        case CardRegister.icr: self[offset] &= ~value
        case CardRegister.ics: raise(value)
        case CardRegister.ims: self[offset] |= value
        case CardRegister.imc: self[CardRegister.ims] &= ~value
        case CardRegister.rctl: setEngine(receiveRing, offset, value)
        case CardRegister.tctl: setEngine(transmitRing, offset, value)
        case CardRegister.rdbal...CardRegister.rdlen: setRing(receiveRing, offset, value)
        case CardRegister.tdbal...CardRegister.tdlen: setRing(transmitRing, offset, value)
        case CardRegister.rdh: setHead(receiveRing, offset, value)
        case CardRegister.tdh: setHead(transmitRing, offset, value)
        case CardRegister.rdt: setTail(receiveRing, value)
        case CardRegister.tdt: setTail(transmitRing, value)
        case CardRegister.eerd:
            self[offset] = value
            eepromTime = now() + 5 * countsPerMicrosecond
        default: self[offset] = value
        }
    }

    // MARK: Reset and link

    private func setControl(_ value: UInt32) {
        self[CardRegister.ctrl] = value
        if value & Self.reset != 0 {
            clear()
            resetEnd = now() + draw(timing.resetMicroseconds)
            untouchableUntil = now() + countsPerMicrosecond
        } else if value & Self.setLinkUp != 0, !isLinkUp, linkTime == nil {
            linkTime = now() + draw(timing.linkMicroseconds)
        } else if value & Self.setLinkUp == 0 {
            linkTime = nil
            self[CardRegister.status] &= ~Self.linkUp
        }
    }

    private func draw(_ microseconds: ClosedRange<Int>) -> UInt64 {
        UInt64(generator.number(in: microseconds)) * countsPerMicrosecond
    }

    /// What a reset does at once: everything stops. The multicast table keeps what it holds (14.4 has it cleared).
    private func clear() {
        for row in CardRegister.rows where row.offset != CardRegister.mta && row.offset != CardRegister.ctrl {
            for word in 0..<row.count { self[row.offset + UInt64(word * 4)] = 0 }
        }
        transmitRing.clear()
        receiveRing.clear()
        buffersOwned = []
        incoming = []
        incomingByteCount = 0
        partial = []
        linkTime = nil
        stationAddressTime = nil
        isLeftRunning = false
    }

    private func finishReset() {
        resetEnd = nil
        for offset in [CardRegister.ctrl, CardRegister.status] {
            self[offset] = CardRegister.row(at: offset).afterReset
        }
        stationAddressTime = now() + draw(timing.eepromMicroseconds)
    }

    private func loadStationAddress() {
        var low: UInt32 = 0
        for index in 0..<4 { low |= UInt32(stationAddress[index]) << UInt32(8 * index) }
        self[CardRegister.ral0] = low
        self[CardRegister.rah0] = UInt32(stationAddress[4]) | UInt32(stationAddress[5]) << 8 | 1 << 31  // AV (13.5.3)
    }

    /// Sets interrupt causes. After a reset everything is masked, and this driver serves none.
    func raise(_ causes: UInt32) {
        self[CardRegister.icr] |= causes
        let raised = self[CardRegister.icr] & self[CardRegister.ims]
        if raised != 0, !isLeftRunning { object(.interruptRaised(causes: raised)) }
    }

    // MARK: Time

    /// Lets the card work.
    public func step() {
        guard !failures.isGone else { return }
        for write in failingRegisters.step(at: microseconds) { set(write.offset, write.value) }
        if let end = resetEnd {
            guard now() >= end else { return }
            finishReset()
        }
        if let time = stationAddressTime, now() >= time {
            stationAddressTime = nil
            loadStationAddress()
        }
        if let time = linkTime, now() >= time {
            linkTime = nil
            self[CardRegister.status] |= Self.linkUp
            raise(1 << 2)  // LSC (13.4.17)
        }
        guard !isLeftRunning, isLinkUp else { return }
        transmitStep()
        receiveStep()
        repeatCompletions()
        if failures.rings.areRestless { misbehave() }
    }

    /// Lets the card work for so many steps.
    public func step(_ count: Int) { for _ in 0..<count { step() } }

    /// Frames that left since this was last asked.
    public func takeSent() -> [[UInt8]] {
        defer { sent = [] }
        return sent
    }

    /// What was reported of received frames since this was last asked.
    public func takeReports() -> [ReceiveReport] {
        defer { reports = [] }
        return reports
    }
}
