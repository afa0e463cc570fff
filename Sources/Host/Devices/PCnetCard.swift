// A simulated Am79C970A (PCnet-PCI II), harsher than QEMU's: it resets, begins and works late, and hears what is to be told
// while it stands only then. It models the port window in both widths, control and bus configuration registers as far as a
// driver without interrupts has a use for them, the block that it begins with, both rings in 32-bit structures, and the
// address filter; not 16-bit structures, the PHY, loopback, look-ahead, or its EEPROM.
// Source: AMD Am79C970A PCnet-PCI II data sheet, publication 19436, revision E, "Control and Status Registers" and "Bus
// Configuration Registers", by register (CSR, BCR); of RAP and CSR0 that of the Am79C971, pages 115 and 142; QEMU 7.2,
// hw/net/pcnet.c, for what a reset leaves (pcnet_s_reset, pcnet_h_reset).

/// A LANCE on PCI: rings of descriptors, each the card's while its OWN is set.
public final class PCnetCard: SimulatedCard {
    /// Offsets in the port window, of 16 bits each.
    enum Port {
        static let data: UInt64 = 0x10
        static let number: UInt64 = 0x12
        static let reset: UInt64 = 0x14
        static let busData: UInt64 = 0x16
        /// Bytes of the station address, and what is with them.
        static let addressByteCount: UInt64 = 16
    }

    /// Bits of CSR0.
    enum Control {
        static let initialise: UInt16 = 1 << 0
        static let start: UInt16 = 1 << 1
        static let stop: UInt16 = 1 << 2
        static let demand: UInt16 = 1 << 3
        static let transmits: UInt16 = 1 << 4
        static let receives: UInt16 = 1 << 5
        static let interrupts: UInt16 = 1 << 6
        static let done: UInt16 = 1 << 8
        static let transmitted: UInt16 = 1 << 9
        static let received: UInt16 = 1 << 10
        static let memoryError: UInt16 = 1 << 11
        static let missed: UInt16 = 1 << 12
        static let babble: UInt16 = 1 << 14
        /// Causes, which a one clears.
        static let causes: UInt16 = 0x7F00
        /// Of them, those that ERR is the sum of.
        static let errors: UInt16 = 0x7800
    }

    /// What the number register selects: whatever is written, seven bits of it count.
    private(set) var number: UInt16 = 0
    var control: UInt16 = Control.start | Control.transmits | Control.receives | Control.interrupts
    /// Control registers but for CSR0.
    var registers: [Int: UInt16] = [:]
    var busRegisters: [Int: UInt16] = PCnetCard.busDefaults
    /// Whether the ports have 32 bits (DWIO), which only a hardware reset takes back.
    public var isWide = false
    /// How it is harder to drive.
    public var quirks: Set<PCnetQuirk> = [] { didSet { takeQuirks() } }
    // Rings, as the block said.
    var receiveRing = Ring()
    var transmitRing = Ring()
    /// Steps until the block has been read.
    var stepsToBegin: Int?
    var filterAddress = [UInt8](repeating: 0xFF, count: 6)
    /// What both engines are about: see their files.
    var transmitter = Transmitter()
    var receiver = Receiver()
    /// Words that a failing card writes once more, each after so many steps.
    var repeats: [(address: UInt64, value: UInt32, steps: Int)] = []

    private var resetEnd: UInt64?
    private var linkTime: UInt64?
    private var isUp = true
    /// Firmware used the card and has not been cleared away yet.
    private(set) var isLeftRunning = true

    /// A ring of descriptors in memory.
    struct Ring {
        var base: UInt64 = 0
        var count = 0
        /// The one that the card looks at next.
        var index = 0

        func address(_ slot: Int) -> UInt64 { base + UInt64(slot) * PCnetCard.descriptorByteCount }
        var here: UInt64 { address(index) }
        mutating func advance() { index = count > 0 ? (index + 1) % count : 0 }
    }

    static let descriptorByteCount: UInt64 = 16
    static let blockByteCount = 28

    /// By hardware reset: BCR2 chooses the port by itself, BCR4 shows the link, BCR20 has 16-bit structures.
    private static let busDefaults: [Int: UInt16] = [
        2: 0x0002, 4: 0x00C0, 5: 0x0084, 6: 0x0088, 7: 0x0090, 9: 0, 18: 0x9001, 19: 0x0002, 20: 0x0200,
    ]
    private static let autoSelect: UInt16 = 1 << 1
    private static let lightEnable: UInt16 = 1 << 12
    private static let linkLight: UInt16 = 1 << 6
    /// Units: microseconds of a reset.
    private static let resetMicroseconds = 1...20
    private static let slowResetMicroseconds = 300...950

    /// A card as firmware leaves it: it runs on rings of its own, in 16-bit structures, interrupts unmasked.
    override public init(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming = .late, failures: FailurePlan = .none,
        seed: UInt64
    ) {
        super.init(memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        number = UInt16(truncatingIfNeeded: generator.next()) & 0x7F
        registers[1] = UInt16(truncatingIfNeeded: generator.next())
        receiveRing = Ring(base: 0x9000, count: 4)
        transmitRing = Ring(base: 0x9400, count: 4)
    }

    private func takeQuirks() {
        if quirks.contains(.handChosenPort) { busRegisters[2] = 0 }
        if quirks.contains(.otherLight) { busRegisters[4] = 0x0084 }
    }

    /// Without a port that has a cable there is none.
    override public var isLinkUp: Bool { isUp && (busRegisters[2] ?? 0) & Self.autoSelect != 0 }

    private var isResetting: Bool { resetEnd.map { now() < $0 } ?? false }
    var isStopped: Bool { control & Control.stop != 0 }

    // MARK: Ports

    override public func read(bar: Int, _ offset: UInt64, byteCount: Int) -> UInt64 {
        countDown()
        step()
        if failures.isGone { return .max }
        let ones = UInt64.max >> UInt64(64 - 8 * byteCount)
        guard let isData = isPort(offset, byteCount, isWrite: false) else { return ones }
        storeLate()
        var held: UInt32
        if !isData {
            held = (0..<byteCount).reduce(0) { $0 | UInt32(proms(Int(offset) + $1)) << UInt32(8 * $1) }
        } else if isResetting, offset != Port.reset {
            object(.accessDuringReset(offset: offset))
            held = UInt32(truncatingIfNeeded: generator.next())
        } else {
            held = value(of: offset)
        }
        let afterReset = UInt32(offset == Port.data ? Control.stop : 0)
        held = failingRegisters.read(
            offset, value: held, resetValue: afterReset, at: microseconds, noise: &generator)
        if offset == Port.reset { reset() }
        return UInt64(held) & ones
    }

    private func proms(_ place: Int) -> UInt8 { place < 6 ? stationAddress[place] : 0 }

    /// Whether an access is one of 16 bits to a port that is no address; `nil` where there is nothing. In the other width the
    /// ports lie elsewhere, and the first write of 32 bits is what changes it.
    private func isPort(_ offset: UInt64, _ byteCount: Int, isWrite: Bool) -> Bool? {
        if isWide { return nil }
        if offset + UInt64(byteCount) <= Port.addressByteCount {
            if isWrite { object(.readOnlyRegister(offset: offset)) }
            return isWrite ? nil : false
        }
        guard [Port.data, Port.number, Port.reset, Port.busData].contains(offset) else {
            object(.noRegister(offset: offset))
            return nil
        }
        guard byteCount == 2 else {
            object(.accessWidth(offset: offset, byteCount: byteCount))
            if isWrite, byteCount == 4, offset == Port.data { isWide = true }
            return nil
        }
        return true
    }

    private func value(of offset: UInt64) -> UInt32 {
        switch offset {
        case Port.number: return UInt32(number)
        case Port.data: return UInt32(register(Int(number)))
        case Port.busData: return UInt32(busRegister(Int(number)))
        default: return 0
        }
    }

    override public func write(bar: Int, _ offset: UInt64, byteCount: Int, value: UInt64) {
        countDown()
        defer { step() }
        if failures.isGone { return }
        guard isPort(offset, byteCount, isWrite: true) == true else { return }
        let value = UInt32(truncatingIfNeeded: value) & 0xFFFF
        if isResetting { return object(.accessDuringReset(offset: offset)) }
        guard failingRegisters.takes(offset, value, held: self.value(of: offset), at: microseconds) else { return }
        set(offset, UInt16(value))
    }

    private func set(_ offset: UInt64, _ value: UInt16) {
        switch offset {
        case Port.number: number = value & 0x7F
        case Port.data: setRegister(Int(number), value)
        case Port.busData: setBusRegister(Int(number), value)
        default: object(.readOnlyRegister(offset: offset))
        }
    }

    // MARK: Control and bus registers

    private func register(_ index: Int) -> UInt16 {
        switch index {
        case 0:
            let isError = control & Control.errors != 0
            let isCause = control & Control.causes & ~(registers[3] ?? 0) != 0
            return control | (isError ? 1 << 15 : 0) | (isCause ? 1 << 7 : 0)
        case 16, 17: return registers[index - 15] ?? 0
        case 58: return busRegister(20)
        case 88: return 0x1003
        case 89: return 0x0262
        default: return registers[index] ?? 0
        }
    }

    private func setRegister(_ index: Int, _ value: UInt16) {
        switch index {
        case 0: order(value)
        case 16, 17: setRegister(index - 15, value)
        case 58: setBusRegister(20, value)
        case 3, 4, 5: registers[index] = value
        // Addresses of the block and of rings, address filter, mode, lengths: heard while it stands.
        case 1, 2, 8...47, 60...78, 112:
            if !isStopped { return object(.outOfSequence(offset: Port.data)) }
            registers[index] = value
        default: object(.outOfSequence(offset: Port.data))  // another number than one to be written to
        }
    }

    private func busRegister(_ index: Int) -> UInt16 {
        let held = busRegisters[index] ?? 0
        guard (4...7).contains(index) else { return held }
        return held & 0x7FFF | (held & Self.linkLight != 0 && isLinkUp ? 1 << 15 : 0)
    }

    private func setBusRegister(_ index: Int, _ value: UInt16) {
        switch index {
        case 4...7: if (busRegisters[2] ?? 0) & Self.lightEnable != 0 { busRegisters[index] = value }
        case 20:
            if !isStopped { return object(.outOfSequence(offset: Port.busData)) }
            busRegisters[20] = value & 0xFF | (value & 0xFF > 1 ? 0x0300 : 0x0200)
        case 2, 9, 18, 19: busRegisters[index] = value
        default: object(.outOfSequence(offset: Port.busData))
        }
    }

    /// A write to CSR0: STOP is stronger than what would start it.
    private func order(_ value: UInt16) {
        if value & Control.done != 0, quirks.contains(.deafOnceDone), !isLeftRunning {
            control &= ~(Control.transmits | Control.receives)
        }
        control &= ~(value & Control.causes)
        control = control & ~Control.interrupts | value & Control.interrupts
        if value & Control.stop != 0 { return halt() }
        if value & Control.initialise != 0 {
            if !isStopped { return object(.outOfSequence(offset: Port.data)) }
            control = control & ~Control.stop | Control.initialise
            stepsToBegin = timing.isImmediate ? 0 : generator.number(in: 1...400)
        }
        if value & Control.start != 0 {
            // Without a block it would take whatever rings it finds.
            if isStopped { return object(.outOfSequence(offset: Port.data)) }
            control |= Control.start
            if stepsToBegin == nil { begin() }
        }
        if value & Control.demand != 0 { transmitter.steps = 0 }
        if timing.isImmediate { work() }
    }

    private func halt() {
        control = Control.stop
        stepsToBegin = nil
        transmitter = Transmitter()
        receiver = Receiver()
        (incoming, incomingByteCount, repeats) = ([], 0, [])
    }

    /// S_RESET: both directions end; what the bus registers hold stays, and so does the width of the ports.
    private func reset() {
        halt()
        (number, registers) = (0, [:])
        receiveRing = Ring()
        transmitRing = Ring()
        isLeftRunning = false
        forgetFailures()
        let time = quirks.contains(.slowReset) ? Self.slowResetMicroseconds : Self.resetMicroseconds
        resetEnd = now() + (timing.isImmediate ? 0 : draw(time))
        linkTime = timing.isImmediate ? nil : now() + draw(timing.linkMicroseconds)
        isUp = timing.isImmediate
    }

    /// Sets causes. This driver serves none.
    func raise(_ causes: UInt16) {
        control |= causes
        if control & Control.interrupts != 0, causes & ~(registers[3] ?? 0) != 0, !isLeftRunning {
            object(.interruptRaised(causes: UInt32(causes)))
        }
    }

    // MARK: Time

    override public func step() {
        guard !failures.isGone else { return }
        for write in failingRegisters.step(at: microseconds) {
            set(write.offset, UInt16(truncatingIfNeeded: write.value))
        }
        if let end = resetEnd {
            guard now() >= end else { return }
            resetEnd = nil
        }
        if let time = linkTime, now() >= time {
            linkTime = nil
            isUp = true
        }
        guard !isLeftRunning else { return }
        work()
        if failures.rings.areRestless { misbehave() }
    }

    private func work() {
        if let steps = stepsToBegin {
            stepsToBegin = steps - 1
            if steps > 0, !timing.isImmediate { return }
            stepsToBegin = nil
            readBlock()
        }
        transmitStep()
        receiveStep()
        repeatWords()
    }

    // MARK: Memory and wire

    override public func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
        touchMemory(isWrite: isWrite, physical: memory.physical(of: virtual), virtual)
        step()
    }

    override public func willStore(virtual: UInt64, byteCount: Int, value: UInt64) {
        look(at: memory.physical(of: virtual), byteCount, value)
    }

    override public func hasRoom(for byteCount: Int) -> Bool { room() > incoming.count }

    override public func arrive(_ frame: [UInt8]) {
        guard control & Control.receives != 0, !isLeftRunning, isLinkUp, !failures.isGone else {
            missedCount += 1
            return
        }
        guard admits(frame.count), passesFilter(frame) else {
            filteredCount += 1
            return
        }
        guard hasRoom(for: frame.count) else {
            missedCount += 1
            raise(Control.missed)
            return
        }
        incoming.append(frame)
        if timing.isImmediate { receiveStep() }
    }
}
