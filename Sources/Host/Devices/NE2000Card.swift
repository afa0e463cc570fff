// A simulated NE2000 on PCI, harsher than QEMU's `ne2k_pci`: it resets late, sends late, says late that data is through, and
// takes nothing in after its ring ran over until that was attended to; NE2000Quirks give it the weaknesses of silicon. It models
// the DP8390's pages 0 and 1, remote DMA, the ring and the transmitter; not page 2, multicast, loopback of data or counters.
// Source: National Semiconductor DP8390D/NS32490D Network Interface Controller, July 1995; sections in parentheses. Where
// memory and PROM lie and what the reset port does: QEMU 7.2, hw/net/ne2000.c.

/// A network card with memory of its own, which all data goes through.
public final class NE2000Card: SimulatedCard {
    /// Bits of the command register (10.3, CR).
    enum Command {
        static let stop: UInt8 = 1 << 0
        static let start: UInt8 = 1 << 1
        static let transmit: UInt8 = 1 << 2
    }

    /// Bits of the interrupt status (10.3, ISR).
    enum Interrupt {
        static let received: UInt8 = 1 << 0
        static let transmitted: UInt8 = 1 << 1
        static let transmitError: UInt8 = 1 << 3
        static let overwritten: UInt8 = 1 << 4
        static let remoteDone: UInt8 = 1 << 6
        static let reset: UInt8 = 1 << 7
    }

    /// What remote DMA does: RD2, RD1, RD0 (10.3).
    enum Remote: UInt8 {
        case none = 4
        case read = 1
        case write = 2
    }

    /// Where the card's memory is in its own address space.
    static let memory: Range<UInt16> = 0x4000..<0x8000

    var bytes = [UInt8](repeating: 0, count: 0x8000)
    /// Each byte of the station address twice, then marks of the card.
    var prom: [UInt8]
    var command = Command.stop
    var interruptStatus: UInt8 = 0
    var interruptMask: UInt8 = 0
    var pageStart: UInt8 = 0
    var pageStop: UInt8 = 0
    var boundary: UInt8 = 0
    var currentPage: UInt8 = 0
    private var transmitPage: UInt8 = 0
    private var transmitCount: UInt16 = 0
    private var remoteStart: UInt16 = 0
    var remoteLength: UInt16 = 0
    var remoteAddress: UInt16 = 0
    var remoteCount: UInt16 = 0
    var remote = Remote.none
    var receiveControl: UInt8 = 0
    var transmitControl: UInt8 = 0
    var dataControl: UInt8 = 0
    var physicalAddress = [UInt8](repeating: 0, count: 6)
    private var multicast = [UInt8](repeating: 0, count: 8)
    var stepsToTell = 0
    var stepsToStore = 0
    var stepsToSend = 0
    private var resetEnd: UInt64?
    /// The ring ran over, and the procedure for that is not through.
    var stall: NE2000Stall?
    /// A frame on its way was given up when the card was stopped.
    var isCut = false
    /// What is weak in this card.
    public var quirks: NE2000Quirks = []
    var weakness = NE2000Weakness()
    /// Firmware used the card and has not been cleared away yet.
    private(set) var isLeftRunning = true

    /// Units: microseconds. The reset port holds the chip for so long at most: 1.6 ms for a frame that is on its way (10.3,
    /// RST).
    private static let resetMicroseconds = 1600
    /// DCR, LAS: a reset sets it (11.0).
    private static let longAddress: UInt8 = 1 << 2

    /// A card as firmware leaves it: it receives, interrupts unmasked.
    override public init(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming = .late, failures: FailurePlan = .none,
        seed: UInt64
    ) {
        prom = Self.prom(stationAddress)
        super.init(memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        (pageStart, pageStop, boundary, currentPage) = (0x46, 0x60, 0x50, 0x52)
        (command, interruptMask, receiveControl) = (Command.start | 4 << 3, 0x3F, 0x04)
        if generator.happens(perMille: 500) { command |= 1 << 6 }
        dataControl = 0x49
        for place in Self.memory { bytes[Int(place)] = UInt8(truncatingIfNeeded: generator.next()) }
    }

    private static func prom(_ stationAddress: [UInt8]) -> [UInt8] {
        (stationAddress + [UInt8](repeating: 0, count: 8) + [0x57, 0x57]).flatMap { [$0, $0] }
    }

    private var page: UInt8 { command >> 6 }
    private var isResetting: Bool { resetEnd != nil }

    /// Started, not monitoring, not looped back on itself, not waiting for somebody to attend to an overflow.
    var isReceiving: Bool {
        stall == nil && command & Command.start != 0 && command & Command.stop == 0 && receiveControl & 1 << 5 == 0
            && transmitControl & 0b110 == 0 && pageStart < pageStop
    }

    // MARK: Accesses

    override public func read(bar: Int, _ offset: UInt64, byteCount: Int) -> UInt64 {
        countDown()
        step()
        if failures.isGone { return .max }
        guard isRegister(offset, byteCount) else { return .max }
        var held: UInt32
        if isResetting, ![NE2000Register.interruptStatus, NE2000Register.reset].contains(offset) {
            object(.accessDuringReset(offset: offset))
            held = UInt32(truncatingIfNeeded: generator.next())
        } else {
            held = value(of: offset)
        }
        held = failingRegisters.read(offset, value: held, resetValue: 0, at: microseconds, noise: &generator)
        return UInt64(held) & (1 << UInt64(8 * byteCount) - 1)
    }

    private func isRegister(_ offset: UInt64, _ byteCount: Int) -> Bool {
        guard offset <= NE2000Register.data || offset == NE2000Register.reset else {
            object(.noRegister(offset: offset))
            return false
        }
        // The data port has the width that DCR says.
        guard byteCount == (offset == NE2000Register.data && dataControl & 1 != 0 ? 2 : 1) else {
            if offset != NE2000Register.data || byteCount > 2 {
                object(.accessWidth(offset: offset, byteCount: byteCount))
                return false
            }
            object(.outOfSequence(offset: offset))
            return true
        }
        return true
    }

    private func value(of offset: UInt64) -> UInt32 {
        switch offset {
        case NE2000Register.command: return UInt32(command)
        case NE2000Register.data: return takeData()
        case NE2000Register.reset:
            reset()
            return 0
        default: return UInt32(page == 1 ? second(offset) : first(offset))
        }
    }

    /// Page 0, as it is read (10.1).
    private func first(_ offset: UInt64) -> UInt8 {
        switch offset {
        case NE2000Register.boundary: boundary
        case NE2000Register.transmitPage: 1  // TSR: sent
        case NE2000Register.interruptStatus: interruptStatus
        case NE2000Register.remoteStart: UInt8(truncatingIfNeeded: remoteAddress)
        case NE2000Register.remoteStart + 1: UInt8(truncatingIfNeeded: remoteAddress >> 8)
        case NE2000Register.receiveControl: 1  // RSR: received
        default: 0
        }
    }

    private func second(_ offset: UInt64) -> UInt8 {
        switch offset {
        case NE2000Register.physicalAddress..<NE2000Register.currentPage:
            physicalAddress[Int(offset - NE2000Register.physicalAddress)]
        case NE2000Register.currentPage: currentPage
        default: multicast[Int(offset - NE2000Register.multicast)]
        }
    }

    override public func write(bar: Int, _ offset: UInt64, byteCount: Int, value: UInt64) {
        countDown()
        defer { step() }
        if failures.isGone { return }
        endReset()
        guard isRegister(offset, byteCount) else { return }
        let value = UInt32(truncatingIfNeeded: value)
        if page == 0, value & NE2000Register.reserved(offset) != 0 {
            object(.reservedBits(offset: offset, bits: value & NE2000Register.reserved(offset)))
        }
        if isResetting, offset != NE2000Register.reset { return object(.accessDuringReset(offset: offset)) }
        let isStill = ![NE2000Register.data, NE2000Register.reset].contains(offset)
        let held = isStill ? self.value(of: offset) : 0
        guard failingRegisters.takes(offset, value, held: held, at: microseconds) else { return }
        set(offset, value)
    }

    private func set(_ offset: UInt64, _ value: UInt32) {
        let byte = UInt8(truncatingIfNeeded: value)
        switch offset {
        case NE2000Register.command: setCommand(byte)
        case NE2000Register.data: putData(value)
        case NE2000Register.reset: break  // the end of the pulse
        default: page == 1 ? setSecond(offset, byte) : setFirst(offset, byte)
        }
    }

    private func setFirst(_ offset: UInt64, _ value: UInt8) {
        let isStopped = command & Command.stop != 0
        switch offset {
        case NE2000Register.pageStart, NE2000Register.pageStop:
            // Only while it is stopped (11.0).
            if !isStopped { object(.ringMovedWhileEnabled(.receive, offset: offset)) }
            if offset == NE2000Register.pageStart { pageStart = value } else { pageStop = value }
        case NE2000Register.boundary:
            boundary = value
            if isReceiving { checkRing() }
        case NE2000Register.transmitPage: transmitPage = value
        case NE2000Register.transmitCount: transmitCount = transmitCount & 0xFF00 | UInt16(value)
        case NE2000Register.transmitCount + 1: transmitCount = transmitCount & 0xFF | UInt16(value) << 8
        case NE2000Register.interruptStatus: interruptStatus &= ~(value & ~Interrupt.reset)
        case NE2000Register.remoteStart: remoteStart = remoteStart & 0xFF00 | UInt16(value)
        case NE2000Register.remoteStart + 1: remoteStart = remoteStart & 0xFF | UInt16(value) << 8
        case NE2000Register.remoteCount: remoteLength = remoteLength & 0xFF00 | UInt16(value)
        case NE2000Register.remoteCount + 1: remoteLength = remoteLength & 0xFF | UInt16(value) << 8
        case NE2000Register.receiveControl:
            receiveControl = value
            if isReceiving { checkRing() }
        case NE2000Register.transmitControl:
            transmitControl = value
            if value & 0b110 == 0 { endLoop() }
        case NE2000Register.dataControl: dataControl = value
        case NE2000Register.interruptMask: interruptMask = value
        default: object(.readOnlyRegister(offset: offset))
        }
    }

    private func setSecond(_ offset: UInt64, _ value: UInt8) {
        switch offset {
        case NE2000Register.physicalAddress..<NE2000Register.currentPage:
            physicalAddress[Int(offset - NE2000Register.physicalAddress)] = value
        case NE2000Register.currentPage:
            if isReceiving { object(.ringMovedWhileEnabled(.receive, offset: offset)) }
            currentPage = value
        default: multicast[Int(offset - NE2000Register.multicast)] = value
        }
    }

    // MARK: Commands

    private func setCommand(_ value: UInt8) {
        let wasSending = command & Command.transmit != 0
        let (wasReceiving, wasStopped) = (isReceiving, command & Command.stop != 0)
        if value >> 6 > 1 { object(.badCommand(slot: 0, command: value)) }
        // What is on its way is not taken back by a zero (10.3, TXP).
        command = value | (wasSending ? Command.transmit : 0)
        if value & Command.stop == 0, value & Command.start != 0 {
            interruptStatus &= ~Interrupt.reset
            if wasStopped, let stall { startStalled(stall) }
        } else if !wasStopped {
            stop()
        }
        setRemote(value >> 3 & 7)
        if value & Command.transmit != 0 { wasSending ? object(.descriptorChanged(.transmit, slot: 0)) : send() }
        if isReceiving, !wasReceiving { checkRing() }
    }

    /// Bits RD: what a command says with them begins anew; abort or complete ends it (9.0).
    private func setRemote(_ value: UInt8) {
        switch value {
        case Remote.read.rawValue, Remote.write.rawValue:
            remote = value == Remote.read.rawValue ? .read : .write
            (remoteAddress, remoteCount, stepsToTell) = (remoteStart, remoteLength, 0)
            weakness.remoteEnd = nil
            noteSetUp()
            // The address is one of 16 bits (10.3, LAS).
            if remoteCount == 0 || dataControl & Self.longAddress != 0 {
                object(.outOfSequence(offset: NE2000Register.remoteCount))
            }
        case 4...7: remote = .none
        default: object(.badCommand(slot: 0, command: value))  // send packet, and a value that is not allowed
        }
    }

    /// Sends from the card's memory (8.0). Nothing pads a frame; the check sum is added.
    private func send() {
        let start = Int(transmitPage) << 8
        let end = start + Int(transmitCount)
        if transmitCount < 60 { object(.shortFrame(slot: 0, byteCount: Int(transmitCount))) }
        guard start >= Int(Self.memory.lowerBound), end <= Int(Self.memory.upperBound), transmitCount <= 1514 else {
            return object(.badLength(slot: 0, byteCount: Int(transmitCount)))
        }
        if command & Command.start == 0 { object(.noRing(.transmit)) }
        // What loops back goes nowhere.
        if transmitControl & 0b110 != 0 { object(.outOfSequence(offset: NE2000Register.transmitControl)) }
        // What was written last may not be there yet.
        if isRemoteUnderWay { object(.outOfSequence(offset: NE2000Register.command)) }
        if !aborts() { sent.append(Array(bytes[start..<end])) }
        let steps = generator.number(in: timing.stepsToWriteBack) + generator.number(in: 0...Int(transmitCount) / 2)
        stepsToSend = timing.isImmediate ? 0 : steps
        if timing.isImmediate { transmitStep() }
    }

    private func transmitStep() {
        guard command & Command.transmit != 0, !failures.rings.neverCompletes else { return }
        guard stepsToSend <= 0 else {
            stepsToSend -= 1
            return
        }
        command &= ~Command.transmit
        if !isCut { raise(weakness.isAborted ? Interrupt.transmitError : Interrupt.transmitted) }
        isCut = false
    }

    // MARK: Reset and time

    /// The chip stops; its registers keep what they hold but for some bits (10.3).
    private func reset() {
        command = Command.stop | Remote.none.rawValue << 3 | command & 0xC0
        (stall, isCut) = (nil, false)
        dataControl |= Self.longAddress
        resetWeakness()
        prom = Self.prom(stationAddress)
        (interruptStatus, interruptMask) = (0, 0)
        transmitControl &= ~0b110
        (remote, remoteCount, remoteLength, stepsToTell, stepsToSend) = (.none, 0, 0, 0, 0)
        incoming = []
        isLeftRunning = false
        forgetFailures()
        resetEnd = now() + draw(timing.resetMicroseconds.clamped(to: 0...Self.resetMicroseconds))
    }

    private func endReset() {
        guard let end = resetEnd, now() >= end else { return }
        resetEnd = nil
        interruptStatus |= Interrupt.reset  // which raises nothing
    }

    /// Sets interrupt causes. After bring-up everything is masked: the driver serves none.
    func raise(_ causes: UInt8) {
        interruptStatus |= causes
        let raised = interruptStatus & interruptMask
        if raised != 0, !isLeftRunning { object(.interruptRaised(causes: UInt32(raised))) }
    }

    override public func step() {
        guard !failures.isGone else { return }
        for write in failingRegisters.step(at: microseconds) { set(write.offset, write.value) }
        endReset()
        guard !isResetting, !isLeftRunning else { return }
        endRemote()
        if stepsToTell > 0 {
            stepsToTell -= 1
            if stepsToTell == 0 { raise(Interrupt.remoteDone) }
        }
        transmitStep()
        receiveStep()
        if failures.rings.areRestless { misbehave() }
    }

    // MARK: Wire

    override public func hasRoom(for byteCount: Int) -> Bool {
        let waiting = incoming.reduce(0) { $0 + Self.pages($1.count) }
        return isReceiving && Self.pages(byteCount) + waiting < freePages
    }

    override public func arrive(_ frame: [UInt8]) {
        guard !isLeftRunning, !failures.isGone, isReceiving else {
            missedCount += 1
            return
        }
        guard admits(frame.count), passesFilter(frame) else {
            filteredCount += 1
            return
        }
        guard lengths == .asTheyAre || hasRoom(for: frame.count) else {
            missedCount += 1
            return overflow()
        }
        incoming.append(frame)
        if timing.isImmediate { receiveStep() }
    }
}
