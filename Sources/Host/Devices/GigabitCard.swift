// A simulated 82540EM or 82574L, harsher than QEMU's: it resets and links late, completes late and in batches, writes noise where
// the datasheet promises nothing, and objects to whatever hardware would punish in silence. A FailurePlan makes it lie,
// GigabitQuirks give it the weaknesses of silicon.
// It models registers, the two legacy descriptor rings and address filters; of the PHY its control register alone; not
// offloads, flow control, VLANs or interrupts beyond their mask. SimulatedMachine drives it.
// Source: Intel 8254x manual, 317453-006, revision 4.0; sections in parentheses. Of what the 82574L has otherwise: Intel 82574
// datasheet, 317694-024, revision 3.4.

/// A network card behind a register window and two rings.
public final class GigabitCard: SimulatedCard {
    /// Whether it is an 82574L.
    let isExpress: Bool
    let table: CardRegister.Table
    var registers: [UInt32]
    let transmitRing = DescriptorRing(.transmit)
    let receiveRing = DescriptorRing(.receive)
    var buffersOwned: Set<UInt64> = []
    var partial: [UInt8] = []

    var resetEnd: UInt64?
    /// Before this time after a reset began, not even the control register may be touched: 1 us (13.4.1, RST).
    private var untouchableUntil: UInt64 = 0
    private var stationAddressTime: UInt64?
    private var linkTime: UInt64?
    private var eepromTime: UInt64 = 0
    /// Firmware used the card and has not been cleared away yet.
    private(set) var isLeftRunning = true

    private static let reset: UInt32 = 1 << 26  // CTRL.RST (13.4.1)
    private static let setLinkUp: UInt32 = 1 << 6  // CTRL.SLU
    static let linkUp: UInt32 = 1 << 1  // STATUS.LU (13.4.2)
    static let enable: UInt32 = 1 << 1  // RCTL.EN, TCTL.EN (13.4.22, 13.4.33)

    // Of the 82574L: GIO_DISABLE, GIO_ENABLED, AUTO_RD, EXSTEN and a bit of GCR that has to be set (10.2.2.1 to 3, 10.2.5.14,
    // 10.2.8.1).
    private static let masterDisable: UInt32 = 1 << 2
    private static let mastersBus: UInt32 = 1 << 19
    private static let automaticReadDone: UInt32 = 1 << 9
    private static let extendedStatus: UInt32 = 1 << 15
    private static let mustBeSet: UInt32 = 1 << 22
    private var masterDisableTime: UInt64?
    /// What is weak in this card.
    public var quirks: GigabitQuirks = [] {
        didSet { takeQuirks() }
    }
    var weakness = GigabitWeakness()
    /// Whether nobody loads the address registers from the EEPROM, as in the model of Bochs 2.7.
    public var keepsAddressInEEPROM = false {
        didSet { if keepsAddressInEEPROM { (self[CardRegister.ral0], self[CardRegister.rah0]) = (0, 0) } }
    }

    /// A card as firmware leaves it: engines on, rings somewhere in low memory, interrupts unmasked.
    public init(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming = .late,
        failures: FailurePlan = .none, isExpress: Bool = false, seed: UInt64
    ) {
        self.isExpress = isExpress
        table = isExpress ? CardRegister.express : CardRegister.gigabit
        registers = [UInt32](repeating: 0, count: Int(CardRegister.windowByteCount / 4))
        super.init(memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        for word in 0..<128 { self[CardRegister.mta + UInt64(word * 4)] = UInt32(truncatingIfNeeded: generator.next()) }
        loadStationAddress()
        self[CardRegister.ctrl] = Self.setLinkUp | 1
        self[CardRegister.status] = Self.linkUp | 1 | (isExpress ? Self.mastersBus : 0)
        if isExpress { self[CardRegister.rfctl] = Self.extendedStatus }
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

    /// Whether the link is up.
    override public var isLinkUp: Bool { self[CardRegister.status] & Self.linkUp != 0 }

    private var isResetting: Bool { resetEnd != nil }

    // MARK: Accesses

    /// A read of the window.
    override public func read(bar: Int, _ offset: UInt64, byteCount: Int) -> UInt64 {
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
                offset, value: held, resetValue: table.row(at: offset).afterReset, at: microseconds,
                noise: &generator))
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
        case CardRegister.eec where !isExpress:  // granted where nobody reads it: EE_REQ, EE_GNT (13.4.3)
            let isGranted = self[offset] & 1 << 6 != 0 && stationAddressTime == nil
            return self[offset] & ~(1 << 7) | (isGranted ? 1 << 7 : 0)
        case CardRegister.mdic: return mdic
        case CardRegister.extcnf: return ownership
        default: return self[offset]
        }
    }

    /// EERD: the number of a word in bits 15:8, DONE in bit 4, the word in bits 31:16 (13.4.4); of an 82574L the number in
    /// bits 15:2 and DONE in bit 1 (10.2.2.4).
    private func eepromWord(_ request: UInt32) -> UInt32 {
        let asked = request & (isExpress ? 0xFFFD : 0xFF01)
        guard request & 1 != 0, now() >= eepromTime else { return asked }
        let word = Int(asked >> (isExpress ? 2 : 8))
        let data = word < 3 ? UInt32(stationAddress[word * 2]) | UInt32(stationAddress[word * 2 + 1]) << 8 : 0
        return asked | (isExpress ? 0x2 : 0x10) | data << 16
    }

    /// A write to the window.
    override public func write(bar: Int, _ offset: UInt64, byteCount: Int, value: UInt64) {
        countDown()
        defer { step() }
        if failures.isGone { return }
        guard isRegister(offset, byteCount) else { return }
        let row = table.row(at: offset)
        let value = UInt32(truncatingIfNeeded: value)
        if row.isReadOnly { return object(.readOnlyRegister(offset: offset)) }
        if isReloading { return object(.accessDuringReset(offset: offset)) }
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
        guard offset < CardRegister.windowByteCount, table.numbers[Int(offset / 4)] != 0 else {
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
        case CardRegister.ctrlExt: setExtendedControl(value)
        case CardRegister.mdic: setMDIC(value)
        case CardRegister.extcnf: setOwnership(value)
        default: self[offset] = value
        }
    }

    // MARK: Reset and link

    private func setControl(_ value: UInt32) {
        self[CardRegister.ctrl] = value
        if isExpress, value & (Self.masterDisable | Self.reset) == Self.masterDisable, masterDisableTime == nil {
            masterDisableTime = now() + masterDisableDelay
            weakness.masterWaitEnd = now() + 80_000 * countsPerMicrosecond
        }
        if value & Self.reset != 0 {
            // A request that is on its way when the reset comes hangs the bus (5.2.2).
            if isExpress, self[CardRegister.status] & Self.mastersBus != 0, !endsInReset {
                object(.outOfSequence(offset: CardRegister.ctrl))
            }
            hangWhereRequestsAreCut()
            clear()
            resetEnd = now() + draw(timing.resetMicroseconds)
            untouchableUntil = now() + countsPerMicrosecond
        } else if resetsPHY(value) {
            linkTime = nil
            self[CardRegister.status] &= ~Self.linkUp
        } else if value & Self.setLinkUp != 0, !isLinkUp, linkTime == nil {
            disturbSetUp()
            linkTime = now() + draw(timing.linkMicroseconds)
        } else if value & Self.setLinkUp == 0 {
            linkTime = nil
            self[CardRegister.status] &= ~Self.linkUp
        }
    }

    /// What a reset does at once: everything stops. The multicast table keeps what it holds (14.4 has it cleared).
    private func clear() {
        for row in table.rows where row.offset != CardRegister.mta && row.offset != CardRegister.ctrl {
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
        masterDisableTime = nil
        weakness.restart(afterReset: quirks)
        isLeftRunning = false
        forgetFailures()
    }

    private func finishReset() {
        resetEnd = nil
        for offset in [CardRegister.ctrl, CardRegister.status] {
            self[offset] = table.row(at: offset).afterReset
        }
        setDefaults()
        if !readsWhenTold { reloadEEPROM() }
    }

    func reloadEEPROM() { stationAddressTime = now() + draw(timing.eepromMicroseconds) }

    private func loadStationAddress() {
        guard !keepsAddressInEEPROM else { return }
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

    /// What has to be set up before an engine starts.
    func checkExpressSetup(of ring: DescriptorRing) {
        guard isExpress else { return }
        checkBits(of: ring)
        if self[CardRegister.gcr] & Self.mustBeSet == 0 { object(.outOfSequence(offset: CardRegister.gcr)) }
        if ring.name == .receive, self[CardRegister.rfctl] & Self.extendedStatus != 0 {
            object(.outOfSequence(offset: CardRegister.rfctl))
        }
    }

    // MARK: Time

    /// Lets the card work.
    override public func step() {
        guard !failures.isGone else { return }
        for write in failingRegisters.step(at: microseconds) { set(write.offset, write.value) }
        if let end = resetEnd {
            guard now() >= end else { return }
            finishReset()
        }
        if let time = masterDisableTime, now() >= time {
            masterDisableTime = nil
            self[CardRegister.status] &= ~Self.mastersBus
        }
        if let time = stationAddressTime, now() >= time {
            stationAddressTime = nil
            if isExpress { self[CardRegister.eec] |= Self.automaticReadDone }
            weakness.readEnd = now()
            loadStationAddress()
        }
        if let time = linkTime, now() >= time, hasLink {
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

    // MARK: Memory

    /// An access of the driver to a ring or a pool that is about to happen. The card works meanwhile, so that what the
    /// driver reads first may be older than what it reads next.
    override public func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
        let physical = memory.physical(of: virtual)
        if memory.holds(physical, byteCount: 1, kind: .pool) {
            object(.bufferTouched(virtual: virtual, isWrite: isWrite))
        }
        if isWrite {
            for ring in [transmitRing, receiveRing] where ring.isEnabled {
                guard let slot = ring.slot(at: physical), ring.owns(slot) else { continue }
                object(.descriptorChanged(ring.name, slot: slot))
            }
        } else if generator.happens(perMille: timing.suddenPerMille) {
            (transmitRing.stepsToWriteBack, receiveRing.stepsToWriteBack) = (0, 0)
        }
        step()
    }

    /// What the driver is about to store in a ring, whatever the card has done to the slot before: an address has to be
    /// a buffer of that ring's pool, a length no more than a buffer.
    override public func willStore(virtual: UInt64, byteCount: Int, value: UInt64) {
        let physical = memory.physical(of: virtual)
        guard let ring = memory.memory(at: physical, byteCount: UInt64(byteCount), kind: .ring) else { return }
        let size = DescriptorRing.descriptorByteCount
        let slot = Int(physical - ring.physical.rawValue) / size
        let start = Int(physical - ring.physical.rawValue) % size
        guard start + byteCount <= size else {
            let first = size - start
            willStore(virtual: virtual, byteCount: first, value: value)
            willStore(
                virtual: virtual + UInt64(first), byteCount: byteCount - first, value: value >> UInt64(8 * first))
            return
        }
        // Address in bytes 0 to 7, length in bytes 8 and 9 (3.2.3, 3.3.3). Half an address is held against the pool
        // together with the half that is there.
        let old = memory.block + Int(physical - memory.physicalStart) - start
        if start < 8 {
            let address = merge(old.load(as: UInt64.self), value, at: start, byteCount)
            if !isBuffer(address, of: ring) {
                object(.addressNoBuffer(kind(of: ring), slot: slot, address: address))
            }
        }
        if start < 10, start + byteCount > 8 {
            let word = old.load(fromByteOffset: 8, as: UInt64.self)
            let length = Int(merge(word, value, at: start - 8, byteCount) & 0xFFFF)
            if length > SimulatedMachine.bufferByteCount {
                object(.lengthPastBuffer(kind(of: ring), slot: slot, byteCount: length))
            }
        }
    }

    // MARK: The wire

    override public func hasRoom(for byteCount: Int) -> Bool {
        incomingByteCount + byteCount <= Self.packetBufferByteCount
    }

    override public func arrive(_ frame: [UInt8]) {
        guard !failures.isGone, receiveRing.isEnabled, !isLeftRunning, isLinkUp, isHost, hasRoom(for: frame.count)
        else {
            missedCount += 1
            return
        }
        let control = self[CardRegister.rctl]
        guard takesLength(frame.count, control), passesFilter(frame, control) else {
            filteredCount += 1
            return
        }
        incoming.append(frame)
        incomingByteCount += frame.count
        if timing.isImmediate { receiveStep() }
    }
}
