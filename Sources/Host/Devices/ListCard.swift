// A simulated Intel 8255x, harsher than QEMU's `i82559c`: it is late to hear a command, reads ahead in its lists, and says
// that a frame is there before it is, until it is asked again. It models the registers, the EEPROM as far as it can be read,
// both units and their lists in simplified and flexible mode, the PHY as far as it sleeps and tells of the link; not wake-up,
// flow control, or microcode. What a board may do besides is in ListCardQuirk.
// Source: Intel 8255x 10/100 Mbps Ethernet Controller Family Open Source Software Developer Manual, revision 1.3; sections
// in parentheses. What QEMU adds is in QEMU 7.2, hw/net/eepro100.c.

/// A network card that walks a list of commands and a list of records for frames.
public final class ListCard: SimulatedCard {
    /// What the command unit does (6.3.2.1, CUS).
    enum CommandState: UInt8 {
        case idle = 0
        case suspended = 1
        case active = 2
    }

    /// What the receive unit does (6.3.2.1, RUS).
    enum ReceiveState: UInt8 {
        case idle = 0
        case suspended = 1
        case noResources = 2
        case ready = 4
    }

    // The system control block.
    var pointer: UInt32 = 0
    /// A command that was given and not heard; 0 for none.
    private(set) var command: UInt8 = 0
    private var stepsToHear = 0
    /// What was written to PORT and has not arrived.
    private var posted: (value: UInt32, time: UInt64)?
    private var interruptControl: UInt8 = 0
    private var acknowledge: UInt8 = 0
    // The command unit.
    var commandState = CommandState.idle
    var commandBase: UInt64 = 0
    /// The command that is carried out, or was last.
    var currentCommand: UInt64 = 0
    /// Where the next one stands: the link was read with the command.
    var nextCommand: UInt64 = 0
    var stepsToFinish: Int?
    /// What the current command's word was when it was read.
    var currentWord: UInt16 = 0
    /// Whether a resume came while it was active.
    var looksAgain = false
    /// What it is about to be, its last command done.
    var stopping: (state: CommandState, steps: Int)?
    /// Commands that are done and whose status is still to be written.
    var untold: [(command: UInt64, status: UInt16)] = []
    var counterAddress: UInt64 = 0
    // What commands have set up.
    var filterAddress = [UInt8](repeating: 0xFF, count: 6)
    var configuration: [UInt8] = ListCard.defaults
    // The receive unit.
    var receiveState = ReceiveState.idle
    var receiveBase: UInt64 = 0
    /// The record for the next frame, and what was read of it ahead.
    var record: UInt64 = 0
    var ahead = RecordHead()
    var stepsToStore = 0
    /// What a record is still to get behind its status.
    var late: (record: UInt64, count: UInt16, frame: [UInt8], steps: Int)?
    /// Garbage on the wire has the receiver of an 82557 take nothing any more.
    public var isLockedUp = false
    /// Statuses that a failing card writes once more, each after so many steps.
    var repeats: [(record: UInt64, status: UInt16, steps: Int)] = []

    /// How it is harder to drive.
    public var quirks: Set<ListCardQuirk> = [] { didSet { takeQuirks() } }
    var phy = ManagedPHY()
    private var eeprom: SerialEEPROM
    /// Whether it was taken off the bus, and neither unit was started since.
    var isOffBus = false
    private var resetEnd: UInt64?
    var linkTime: UInt64?
    var isUp = true
    private var eepromTime: UInt64 = 0
    private var eepromLines: UInt8 = 0
    /// Firmware used the card and has not been cleared away yet.
    private(set) var isLeftRunning = true

    /// What the configuration is without a configure command: standard transmit commands and counters, 6.4.2.3.
    static let defaults: [UInt8] = {
        var bytes = [UInt8](repeating: 0, count: 22)
        bytes[6] = 0x32
        bytes[18] = 0xF2
        return bytes
    }()

    /// Units: microseconds. A PORT reset takes ten clocks and five of the transmitter's: 10 us are to be waited (6.3.4).
    private static let resetMicroseconds = 1...9
    /// Units: microseconds from one change of the EEPROM's clock to the next: 1 MHz at most.
    private static let eepromMicroseconds: UInt64 = 1
    /// Units: microseconds that a write may be kept back on its way.
    private static let postedMicroseconds = 1...8
    private static let stepsToHearLate = 20...400

    /// A card as firmware leaves it: both units at work, interrupts unmasked.
    override public init(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming = .late, failures: FailurePlan = .none,
        seed: UInt64
    ) {
        eeprom = Self.eeprom(stationAddress, wordCount: 64)
        super.init(memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        pointer = UInt32(truncatingIfNeeded: generator.next())
        (commandBase, receiveBase, record) = (0x9000, 0x9400, 0x9400)
        (commandState, receiveState) = (.suspended, .ready)
    }

    /// The station address, and words that nobody here reads.
    private static func eeprom(_ stationAddress: [UInt8], wordCount: Int) -> SerialEEPROM {
        let address = (0..<3).map { UInt16(stationAddress[2 * $0]) | UInt16(stationAddress[2 * $0 + 1]) << 8 }
        return SerialEEPROM(words: address + [UInt16](repeating: 0x0100, count: wordCount - 3))
    }

    private func takeQuirks() {
        eeprom = Self.eeprom(stationAddress, wordCount: quirks.contains(.longEEPROM) ? 256 : 64)
        if quirks.contains(.sleepingPHY) { phy.sleep() }
    }

    override public var isLinkUp: Bool { isUp && phy.isAwake }

    private var isResetting: Bool { resetEnd.map { now() < $0 } ?? false }

    // MARK: Accesses

    /// Both windows show the same registers.
    override public func read(bar: Int, _ offset: UInt64, byteCount: Int) -> UInt64 {
        countDown()
        step()
        if failures.isGone { return .max }
        guard isRegister(offset, byteCount) != nil else { return .max }
        deliver()
        storeLate()
        var held: UInt32
        // That the status is read, to have a reset arrive, does no harm and tells nothing (e100_write_flush).
        if isResetting, offset == ListCardRegister.status {
            held = UInt32(truncatingIfNeeded: generator.next()) & 0x7F
        } else if isResetting {
            object(.accessDuringReset(offset: offset))
            held = UInt32(truncatingIfNeeded: generator.next())
        } else {
            held = value(of: offset)
        }
        held = failingRegisters.read(offset, value: held, resetValue: 0, at: microseconds, noise: &generator)
        return UInt64(held) & (1 << UInt64(8 * byteCount) - 1)
    }

    private func value(of offset: UInt64) -> UInt32 {
        switch offset {
        case ListCardRegister.status:
            UInt32(commandState.rawValue << 6 | receiveState.rawValue << 2) | UInt32(acknowledge) << 8
        case ListCardRegister.acknowledge: UInt32(acknowledge)
        case ListCardRegister.command: UInt32(command) | UInt32(interruptControl) << 8
        case ListCardRegister.interruptControl: UInt32(interruptControl)
        case ListCardRegister.pointer: pointer
        case ListCardRegister.eeprom: UInt32(eepromLines) | (eeprom.output ? 1 << 3 : 0)
        case ListCardRegister.management: phy.shows(at: now())
        case ListCardRegister.generalStatus: isLinkUp ? 0x07 : 0x06
        default: 0
        }
    }

    override public func write(bar: Int, _ offset: UInt64, byteCount: Int, value: UInt64) {
        countDown()
        defer { step() }
        if failures.isGone { return }
        guard let row = isRegister(offset, byteCount) else { return }
        deliver()
        let value = UInt32(truncatingIfNeeded: value)
        if row.isReadOnly { return object(.readOnlyRegister(offset: offset)) }
        if value & row.reserved != 0 { object(.reservedBits(offset: offset, bits: value & row.reserved)) }
        if isResetting { return object(.accessDuringReset(offset: offset)) }
        guard failingRegisters.takes(offset, value, held: self.value(of: offset), at: microseconds) else { return }
        set(offset, byteCount, value)
    }

    private func isRegister(_ offset: UInt64, _ byteCount: Int) -> ListCardRegister.Row? {
        let isThere = offset != ListCardRegister.generalStatus || !quirks.contains(.old)
        guard isThere, let row = ListCardRegister.row(at: offset) else {
            object(.noRegister(offset: offset))
            return nil
        }
        guard row.widths.contains(byteCount) else {
            object(.accessWidth(offset: offset, byteCount: byteCount))
            return nil
        }
        return row
    }

    private func set(_ offset: UInt64, _ byteCount: Int, _ value: UInt32) {
        switch offset {
        case ListCardRegister.acknowledge: acknowledge &= ~UInt8(truncatingIfNeeded: value)
        case ListCardRegister.command:
            if byteCount == 2 { interruptControl = UInt8(truncatingIfNeeded: value >> 8) & 1 }
            give(UInt8(truncatingIfNeeded: value))
        case ListCardRegister.interruptControl: interruptControl = UInt8(truncatingIfNeeded: value) & 1
        case ListCardRegister.pointer:
            // It is read when the command is heard (6.3.2.3).
            if command != 0 { object(.outOfSequence(offset: offset)) }
            pointer = value
        case ListCardRegister.management: manage(value)
        case ListCardRegister.port:
            if !quirks.contains(.postedWrites) { return ask(value) }
            posted = (value, now() + draw(Self.postedMicroseconds))
        case ListCardRegister.eeprom: drive(UInt8(truncatingIfNeeded: value))
        default: break
        }
    }

    private func drive(_ lines: UInt8) {
        if (lines ^ eepromLines) & 1 != 0 {
            if microseconds < eepromTime { object(.outOfSequence(offset: ListCardRegister.eeprom)) }
            eepromTime = microseconds + Self.eepromMicroseconds
        }
        eepromLines = lines & 0x07
        eeprom.drive(select: lines & 2 != 0, clock: lines & 1 != 0, input: lines & 4 != 0)
    }

    /// A command waits until it is heard; meanwhile there may be no other (6.3.2.2).
    private func give(_ value: UInt8) {
        guard value != 0 else { return }
        if command != 0 { return object(.outOfSequence(offset: ListCardRegister.command)) }
        command = value
        let steps = quirks.contains(.slowToHear) ? Self.stepsToHearLate : timing.stepsToFetch
        stepsToHear = generator.number(in: steps)
        if timing.isImmediate { hear() }
    }

    private func hear() {
        let given = command
        command = 0
        controlReceiving(given & 7)
        controlCommands(given >> 4)
    }

    // MARK: Reset, self-test and dump

    /// What PORT is asked for in its low four bits, with an address in the others (6.3.4). The self-test writes a signature
    /// and its result, the dump 596 bytes; QEMU has no dump.
    private func ask(_ value: UInt32) {
        let address = UInt64(value & ~15)
        switch value & 15 {
        case 0, 2:
            if value & 15 == 0, quirks.contains(.busyAtReset), !isOffBus {
                object(.outOfSequence(offset: ListCardRegister.port))
            }
            isOffBus = value & 15 == 2
            clear(keepsConfiguration: value & 15 == 2)
            resetEnd = now() + (timing.isImmediate ? 0 : draw(Self.resetMicroseconds))
        case 1:
            put(.max, 4, at: address)
            put(0, 4, at: address + 4)
        case 3: put([UInt8](repeating: 0, count: Self.dumpByteCount), at: address)
        default: break
        }
    }

    static let dumpByteCount = 596

    /// What was kept back on its way arrives, in its order.
    private func deliver() {
        guard let (value, _) = posted else { return }
        posted = nil
        ask(value)
    }

    private func clear(keepsConfiguration: Bool) {
        (pointer, command, acknowledge, interruptControl) = (0, 0, 0, 0)
        (commandState, commandBase, currentCommand, nextCommand) = (.idle, 0, 0, 0)
        if quirks.contains(.wildPointer) { pointer = UInt32(truncatingIfNeeded: generator.next()) }
        (stepsToFinish, stopping, looksAgain, counterAddress, isLockedUp) = (nil, nil, false, 0, false)
        (receiveState, receiveBase, record, ahead) = (.idle, 0, 0, RecordHead())
        (late, repeats, untold, incoming, incomingByteCount) = (nil, [], [], [], 0)
        if !keepsConfiguration {
            configuration = Self.defaults
            filterAddress = [UInt8](repeating: 0xFF, count: 6)
        }
        eepromLines = 0
        eeprom.drive(select: false, clock: false, input: false)
        isLeftRunning = false
        forgetFailures()
        linkTime = timing.isImmediate ? nil : now() + draw(timing.linkMicroseconds)
        isUp = timing.isImmediate
    }

    /// Sets interrupt causes. The driver masks everything with each command: it serves none.
    func raise(_ causes: UInt8) {
        acknowledge |= causes
        if interruptControl & 1 == 0, !isLeftRunning { object(.interruptRaised(causes: UInt32(causes))) }
    }

    // MARK: Time

    override public func step() {
        guard !failures.isGone else { return }
        for write in failingRegisters.step(at: microseconds) {
            set(write.offset, ListCardRegister.row(at: write.offset)?.widths.last ?? 1, write.value)
        }
        if let (_, time) = posted, now() >= time { deliver() }
        if let end = resetEnd {
            guard now() >= end else { return }
            resetEnd = nil
        }
        if let time = linkTime, now() >= time {
            linkTime = nil
            isUp = true
        }
        guard !isLeftRunning else { return }
        if command != 0 {
            stepsToHear -= 1
            if stepsToHear <= 0 { hear() }
        }
        ageLate()
        commandStep()
        receiveStep()
        repeatStatuses()
        if failures.rings.areRestless { misbehave() }
    }

    // MARK: Memory and wire

    override public func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
        touchMemory(isWrite: isWrite, physical: memory.physical(of: virtual), virtual)
        step()
    }

    override public func willStore(virtual: UInt64, byteCount: Int, value: UInt64) {
        look(at: memory.physical(of: virtual), byteCount, value)
    }

    /// A unit without resources discards what comes.
    override public func hasRoom(for byteCount: Int) -> Bool {
        guard receiveState == .ready, !isLockedUp else { return false }
        return incoming.isEmpty || incomingByteCount + byteCount <= Self.bufferByteCount
    }

    override public func arrive(_ frame: [UInt8]) {
        guard !isLeftRunning, isLinkUp, !failures.isGone, hasRoom(for: frame.count) else {
            missedCount += 1
            return
        }
        guard takesLength(frame.count), passesFilter(frame) else {
            filteredCount += 1
            return
        }
        incoming.append(frame)
        incomingByteCount += frame.count
        if timing.isImmediate { receiveStep() }
    }
}
