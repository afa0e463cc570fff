// A simulated RTL8139D, harsher than QEMU's: it resets late, sends late, and has a received frame in the ring some time
// before the frame is whole. It models registers, the four transmit descriptors, the byte ring and the address filters; not
// the PHY, the EEPROM, early receiving, flow control or interrupts beyond their mask. RTL8139Quirks give it the weaknesses of
// silicon.
// Source: Realtek RTL8139D(L) datasheet; sections in parentheses.

/// A network card that takes frames from four pairs of registers, and writes all it receives into one ring of bytes.
public final class RTL8139Card: SimulatedCard {
    /// Bits of the command register (5.4).
    enum Command {
        static let bufferEmpty: UInt8 = 1 << 0
        static let transmits: UInt8 = 1 << 2
        static let receives: UInt8 = 1 << 3
        static let reset: UInt8 = 1 << 4
    }

    var bytes = [UInt8](repeating: 0, count: Int(RTL8139Register.windowByteCount))
    var command: UInt8 = 0
    // Transmit: descriptors in the order in which they were handed over.
    /// Whether the card has the descriptor: OWN is clear.
    var isOwned = [false, false, false, false]
    /// The descriptor that has to be used next.
    var nextDescriptor = 0
    /// Handed over and not read.
    var queue: [Int] = []
    /// Read and not told of.
    var pending: [Int] = []
    var stepsToRead = 0
    var stepsToTell = 0
    // Receive: offsets in the ring.
    /// Where the driver has read up to, as CAPR tells.
    var readPosition = 0
    /// Where the next frame goes, as CBR tells.
    var writePosition = 0
    /// Ends of whole frames that the driver has not given back, in their order.
    var ends: [Int] = []
    /// A frame that is being written.
    var copy: Copy?
    var stepsToStore = 0
    /// What is weak in this card.
    public var quirks: RTL8139Quirks = [] {
        didSet { if !oldValue.isSuperset(of: quirks) { takeQuirks() } }
    }
    var weakness = RTL8139Weakness()

    /// A frame on its way into the ring.
    struct Copy {
        var start: Int
        var end: Int
        var status: UInt16
        var byteCount: UInt16
        var isReported: Bool
        var steps: Int
    }

    private var resetEnd: UInt64?
    private var linkTime: UInt64?
    /// Firmware used the card and has not been cleared away yet.
    private(set) var isLeftRunning = true

    /// A card as firmware leaves it: both directions on, interrupts unmasked.
    override public init(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming = .late, failures: FailurePlan = .none,
        seed: UInt64
    ) {
        super.init(memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        clear()
        for (index, byte) in stationAddress.enumerated() { bytes[index] = byte }
        for index in 0..<8 { bytes[Int(RTL8139Register.mar) + index] = UInt8(truncatingIfNeeded: generator.next()) }
        self[RTL8139Register.imr, 2] = 0xE07F
        self[RTL8139Register.rbstart, 4] = 0x9000
        command = Command.transmits | Command.receives
        isLeftRunning = true
    }

    /// A register of so many bytes.
    subscript(offset: UInt64, byteCount: Int) -> UInt32 {
        get { (0..<byteCount).reduce(0) { $0 | UInt32(bytes[Int(offset) + $1]) << UInt32(8 * $1) } }
        set {
            for index in 0..<byteCount {
                bytes[Int(offset) + index] = UInt8(truncatingIfNeeded: newValue >> UInt32(8 * index))
            }
        }
    }

    private var isResetting: Bool { resetEnd != nil }

    /// LINKB is the other way round (5.12).
    override public var isLinkUp: Bool { bytes[Int(RTL8139Register.msr)] & 1 << 2 == 0 }

    // MARK: Accesses

    override public func read(bar: Int, _ offset: UInt64, byteCount: Int) -> UInt64 {
        countDown()
        deliverStores()
        step()
        if failures.isGone { return .max }
        guard let row = row(offset, byteCount) else { return .max }
        var held: UInt32
        if isResetting, offset != RTL8139Register.cr {
            object(.accessDuringReset(offset: offset))
            held = UInt32(truncatingIfNeeded: generator.next())
        } else {
            held = value(of: offset, byteCount)
        }
        held = failingRegisters.read(
            offset, value: held, resetValue: row.afterReset, at: microseconds, noise: &generator)
        return UInt64(held) & (1 << UInt64(8 * byteCount) - 1)
    }

    private func value(of offset: UInt64, _ byteCount: Int) -> UInt32 {
        switch offset {
        case RTL8139Register.cr:
            let isEmpty = readPosition == writePosition && copy == nil
            return UInt32(command | (isResetting ? Command.reset : 0) | (isEmpty ? Command.bufferEmpty : 0))
        case RTL8139Register.cbr: return UInt32(currentPosition)
        default: return self[offset, byteCount]
        }
    }

    override public func write(bar: Int, _ offset: UInt64, byteCount: Int, value: UInt64) {
        countDown()
        defer { step() }
        if failures.isGone { return }
        guard let row = row(offset, byteCount) else { return }
        let value = UInt32(truncatingIfNeeded: value)
        if row.isReadOnly { return object(.readOnlyRegister(offset: offset)) }
        guard byteCount == row.width else { return object(.accessWidth(offset: offset, byteCount: byteCount)) }
        if value & row.reserved != 0 { object(.reservedBits(offset: offset, bits: value & row.reserved)) }
        if isResetting { return object(.accessDuringReset(offset: offset)) }
        judge(offset, value)
        let held = self.value(of: offset, byteCount)
        guard failingRegisters.takes(offset, value, held: held, at: microseconds), !keeps(offset, value) else { return }
        set(offset, value)
    }

    private func row(_ offset: UInt64, _ byteCount: Int) -> RTL8139Register.Row? {
        guard let row = RTL8139Register.row(at: offset, byteCount: byteCount) else {
            object(.noRegister(offset: offset))
            return nil
        }
        guard offset % UInt64(byteCount) == 0 else {
            object(.accessWidth(offset: offset, byteCount: byteCount))
            return nil
        }
        return row
    }

    /// What may never be told, whatever the card has done before: an address that is no buffer's, a length past one, a ring
    /// elsewhere.
    private func judge(_ offset: UInt64, _ value: UInt32) {
        switch offset {
        case RTL8139Register.tsad..<RTL8139Register.tsad + 16:
            let slot = Int(offset - RTL8139Register.tsad) / 4
            if !isBuffer(UInt64(value)) { object(.addressNoBuffer(.transmit, slot: slot, address: UInt64(value))) }
        case RTL8139Register.tsd..<RTL8139Register.tsd + 16:
            let byteCount = Int(value & 0x1FFF)
            let slot = Int(offset - RTL8139Register.tsd) / 4
            if byteCount > 2048 { object(.lengthPastBuffer(.transmit, slot: slot, byteCount: byteCount)) }
        default: break
        }
    }

    /// A buffer's start in the pool for transmitting.
    private func isBuffer(_ address: UInt64) -> Bool {
        guard let pool = memory.memory(at: address, byteCount: 1, kind: .pool), pool.name.first == UInt8(ascii: "t")
        else { return false }
        return (address - pool.physical.rawValue) % max(pool.stride, 1) == 0
    }

    func set(_ offset: UInt64, _ value: UInt32) {
        switch offset {
        case RTL8139Register.tsd..<RTL8139Register.tsd + 16: handOver(Int(offset - RTL8139Register.tsd) / 4, value)
        case RTL8139Register.tsad..<RTL8139Register.tsad + 16:
            let slot = Int(offset - RTL8139Register.tsad) / 4
            if isOwned[slot] { object(.descriptorChanged(.transmit, slot: slot)) }
            self[offset, 4] = value
        case RTL8139Register.rbstart:
            if command & Command.receives != 0 { object(.ringMovedWhileEnabled(.receive, offset: offset)) }
            self[offset, 4] = value
        case RTL8139Register.cr: setCommand(UInt8(truncatingIfNeeded: value))
        case RTL8139Register.capr: returnBuffer(value)
        case RTL8139Register.isr: acknowledge(value)
        case RTL8139Register.hltclk: weakness.isClockHalted = value != UInt32(UInt8(ascii: "R"))
        case RTL8139Register.config0, RTL8139Register.config1:
            // Only while 9346CR lets them be written (5.9).
            guard bytes[Int(RTL8139Register.cr9346)] >> 6 == 3 else { return object(.outOfSequence(offset: offset)) }
            self[offset, 1] = value
        case RTL8139Register.tcr, RTL8139Register.rcr: configure(offset, value)
        default:
            guard let row = RTL8139Register.row(at: offset, byteCount: 1) else { return }
            self[offset, row.width] = value
        }
    }

    /// A write to TCR or RCR, whose values count only while the engine is on (5.7, 5.8).
    private func configure(_ offset: UInt64, _ value: UInt32) {
        let isTransmitter = offset == RTL8139Register.tcr
        let engine = isTransmitter ? Command.transmits : Command.receives
        if command & engine == 0 { return object(.configuredWhileOff(offset: offset)) }
        guard isTransmitter else {
            self[offset, 4] = value
            return checkRing()
        }
        if value & 1 != 0 { clearAbort() }
        self[offset, 4] = value & ~(Self.versionBits | 1) | self[offset, 4] & Self.versionBits
    }

    // MARK: Reset

    private func setCommand(_ value: UInt8) {
        if value & Command.reset != 0 {
            clear()
            resetEnd = now() + draw(timing.resetMicroseconds)
            return
        }
        let wasReceiving = command & Command.receives != 0
        command = value & (Command.transmits | Command.receives)
        if command & Command.receives != 0, !wasReceiving { checkRing() }
        if command != 0, linkTime == nil, !isLinkUp { linkTime = now() + draw(timing.linkMicroseconds) }
    }

    /// What a reset does at once: both directions stop, and begin anew when they are switched on.
    private func clear() {
        let version = self[RTL8139Register.tcr, 4] & Self.versionBits
        for row in RTL8139Register.rows where !row.isKept {
            for offset in stride(from: 0, to: row.extent, by: row.width) {
                self[row.offset + UInt64(offset), row.width] = row.afterReset
            }
        }
        if quirks.contains(.isOld) { self[RTL8139Register.tcr, 4] = version }
        command = 0
        resetWeakness()
        isOwned = [false, false, false, false]
        (nextDescriptor, queue, pending) = (0, [], [])
        (readPosition, writePosition, ends, copy) = (0, 0, [], nil)
        (incoming, incomingByteCount) = ([], 0)
        isLeftRunning = false
        forgetFailures()
        linkTime = nil
        if !timing.isImmediate { bytes[Int(RTL8139Register.msr)] |= 1 << 2 }
    }

    /// Sets interrupt causes. After a reset everything is masked, and this driver serves none.
    func raise(_ causes: UInt32) {
        self[RTL8139Register.isr, 2] |= causes
        let raised = self[RTL8139Register.isr, 2] & self[RTL8139Register.imr, 2]
        if raised != 0, !isLeftRunning { object(.interruptRaised(causes: raised)) }
    }

    override public func step() {
        guard !failures.isGone else { return }
        for write in failingRegisters.step(at: microseconds) { set(write.offset, write.value) }
        if let end = resetEnd {
            guard now() >= end, !isAsleep else { return }
            resetEnd = nil
        }
        if let time = linkTime, now() >= time {
            linkTime = nil
            bytes[Int(RTL8139Register.msr)] &= ~(1 << 2)
        }
        guard !isLeftRunning, isLinkUp, !isAsleep else { return }
        transmitStep()
        receiveStep()
        if failures.rings.areRestless { misbehave() }
    }

    // MARK: Memory and wire

    override public func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
        touchMemory(isWrite: isWrite, physical: memory.physical(of: virtual), byteCount, virtual)
        step()
    }

    override public func hasRoom(for byteCount: Int) -> Bool {
        let waiting = incoming.reduce(0) { $0 + Self.footprint($1.count) }
        if lengths != .dropped, waiting == 0, freeByteCount == ringByteCount - 4 { return true }
        return freeByteCount - waiting > Self.footprint(byteCount)
    }

    override public func arrive(_ frame: [UInt8]) {
        let isOn = command & Command.receives != 0 && !isLeftRunning && isLinkUp && !failures.isGone
        guard isOn, !weakness.isFull, hasRoom(for: frame.count) else {
            missedCount += 1
            return fill()
        }
        guard admits(frame.count), passesFilter(frame) else {
            filteredCount += 1
            return
        }
        incoming.append(frame)
        if timing.isImmediate { receiveStep() }
    }
}
