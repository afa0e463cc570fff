// The command unit: action commands one after the other by their links, from where it was started to one that ends the
// list or suspends it (6.4.1, 6.4.2, 6.5.3).

extension ListCard {
    /// Bits of an action command's second word (6.4.1.1).
    private enum Word {
        static let endOfList: UInt16 = 1 << 15
        static let suspend: UInt16 = 1 << 14
        static let interrupt: UInt16 = 1 << 13
        static let noCheckSum: UInt16 = 1 << 4
        static let flexible: UInt16 = 1 << 3
    }

    private static let complete: UInt16 = 1 << 15
    private static let good: UInt16 = 1 << 13

    /// Units: bytes. The longest frame that it sends, without check sum, and the shortest.
    private static let longestFrame = 1514
    private static let shortestFrame = 60

    /// A control command, CUC (6.3.2.2).
    func controlCommands(_ value: UInt8) {
        switch value {
        case 0: break
        case 1:
            if commandState == .active { return object(.outOfSequence(offset: ListCardRegister.command)) }
            start(commandBase + UInt64(pointer))
        case 2: resume()
        case 4: counterAddress = UInt64(pointer)
        case 5: dumpCounters(0xA005)
        case 6: commandBase = UInt64(pointer)
        case 7: dumpCounters(0xA007)
        default: object(.badCommand(slot: 0, command: value << 4))
        }
        if timing.isImmediate { commandStep() }
    }

    /// In the suspended state it looks once more whether the command that suspended it still does (6.5.3.2).
    private func resume() {
        switch commandState {
        case .idle: break
        case .active: looksAgain = true
        case .suspended:
            if quirks.contains(.resumesBlindly) || word(at: currentCommand) & Word.suspend == 0 { start(nextCommand) }
        }
    }

    /// Counters, and after them a word that says which command it was (6.3.2.4): 16 of them, 19 or those of the 82559, by
    /// two bits of the configuration. Nothing is counted here.
    private func dumpCounters(_ mark: UInt32) {
        let isExtended = configuration[6] & 1 << 5 == 0
        let byteCount = configuration[6] & 1 << 2 != 0 ? 80 : isExtended ? 76 : 64
        put([UInt8](repeating: 0, count: byteCount), at: counterAddress)
        put(mark, 4, at: counterAddress + UInt64(byteCount))
    }

    private func word(at command: UInt64) -> UInt16 { UInt16(get(2, at: command + 2)) }

    /// Takes a command: its word and its link are read at once (6.4.1.1.1).
    private func start(_ address: UInt64) {
        guard isBusMaster else { return object(.notBusMaster(.transmit)) }
        guard holdsRecord(address, .transmit) else {
            commandState = .idle
            return
        }
        (commandState, isOffBus) = (.active, false)
        currentCommand = address
        currentWord = word(at: address)
        nextCommand = commandBase + UInt64(get(4, at: address + 4))
        looksAgain = false
        // Only sending may be held up.
        let isSending = currentWord & 7 == 4
        stepsToFinish =
            timing.isImmediate ? 0 : isSending ? stepsToNextLook() : generator.number(in: timing.stepsToFetch)
        if isSending, quirks.contains(.resumesBlindly) { stepsToFinish = generator.number(in: Self.stepsOfWire) }
    }

    /// Whether a list leads to memory for records. Where it does not, a sound card goes on there all the same.
    func holdsRecord(_ address: UInt64, _ ring: Violation.Ring) -> Bool {
        if memory.holds(address, byteCount: 16, kind: .ring) { return true }
        object(.ringOutsideMemory(ring, base: address, byteCount: 16))
        return !hasFailed
    }

    func commandStep() {
        tell()
        if let (state, steps) = stopping {
            stopping = (state, steps - 1)
            if steps <= 0 { stop(state) }
            return
        }
        // What is immediate has a bound too: a list that is a circle without an end.
        for _ in 0..<(timing.isImmediate ? 64 : 1) {
            guard commandState == .active, let steps = stepsToFinish else { return }
            guard steps <= 0 || timing.isImmediate else {
                stepsToFinish = steps - 1
                return
            }
            finish()
        }
    }

    private func finish() {
        let status = carryOut() ? Self.complete | Self.good : Self.complete
        if !generator.happens(perMille: failures.rings.lostPerMille) { untold.append((currentCommand, status)) }
        tell()
        if currentWord & Word.interrupt != 0 { raise(1 << 7) }
        guard currentWord & (Word.endOfList | Word.suspend) != 0 else { return start(nextCommand) }
        let state = currentWord & Word.endOfList != 0 ? CommandState.idle : .suspended
        guard quirks.contains(.slowToStop) else { return stop(state) }
        stepsToFinish = nil
        stopping = (state, generator.number(in: Self.stepsToStop))
    }

    private static let stepsToStop = 5...200
    /// A frame takes about as long as its driver takes to put another one in line.
    private static let stepsOfWire = 0...40

    private func stop(_ state: CommandState) {
        stopping = nil
        if state == .suspended, looksAgain, word(at: currentCommand) & Word.suspend == 0 { return start(nextCommand) }
        commandState = state
        raise(1 << 5)
    }

    /// Writes the status of what is done.
    private func tell() {
        guard !untold.isEmpty, !failures.rings.neverCompletes else { return }
        for (command, status) in untold {
            put(UInt32(status), 2, at: command)
            if generator.happens(perMille: failures.rings.twicePerMille) {
                repeats.append((command, status, generator.number(in: 1...2000)))
            }
        }
        untold = []
    }

    /// Whether the command is one and could be carried out.
    private func carryOut() -> Bool {
        let data = currentCommand + 8
        switch currentWord & 7 {
        case 0: return true
        case 1:
            filterAddress = memory.bytes(6, at: data)
            return true
        case 2: return configure(memory.bytes(22, at: data))
        case 3:
            isLockedUp = false
            return get(2, at: data) & 0x3FFF == 0  // no driver here has any
        case 4: return send()
        case 6:
            // The address of the dump comes after the link (6.4.2.7).
            put([UInt8](repeating: 0, count: Self.dumpByteCount), at: UInt64(get(4, at: data)))
            return true
        default:
            object(.badCommand(slot: 0, command: UInt8(currentWord & 0xFF)))
            return false
        }
    }

    /// Its first byte says how many there are: 8 to 22 (6.4.2.3).
    private func configure(_ bytes: [UInt8]) -> Bool {
        let count = Int(bytes[0] & 0x3F)
        guard (8...22).contains(count) else {
            object(.badCommand(slot: 0, command: bytes[0]))
            return false
        }
        configuration.replaceSubrange(0..<count, with: bytes.prefix(count))
        return true
    }

    // MARK: Sending

    /// Bytes after the command itself, then those that buffer descriptors name (6.4.2.5). Of a card that is set up to have
    /// extended commands, two descriptors come after the command.
    private func send() -> Bool {
        let count = Int(get(2, at: currentCommand + 12) & 0x3FFF)
        let array = get(4, at: currentCommand + 8)
        var frame = memory.bytes(count, at: currentCommand + 16)
        if currentWord & Word.flexible != 0 {
            var number = Int(get(1, at: currentCommand + 15))
            var place = UInt64(array)
            if configuration[6] & 1 << 4 == 0 {
                for index in 0..<min(number, 2) { fetch(currentCommand + 16 + UInt64(8 * index), into: &frame) }
                number = max(number - 2, 0)
            }
            while number > 0, !fetch(place, into: &frame) {
                place += 8
                number -= 1
            }
        } else if array != .max {
            object(.badCommand(slot: 0, command: UInt8(currentWord & 0xFF)))
        }
        guard !frame.isEmpty, frame.count <= Self.longestFrame else {
            object(.badLength(slot: 0, byteCount: frame.count))
            return false
        }
        if currentWord & Word.noCheckSum != 0 { object(.frameWithoutCheckSum(slot: 0)) }
        if frame.count < Self.shortestFrame {
            // Byte 18, bit 1: short frames are padded.
            if configuration[18] & 2 == 0 { object(.shortFrame(slot: 0, byteCount: frame.count)) }
            frame += [UInt8](repeating: 0x7E, count: Self.shortestFrame - frame.count)
        }
        sent.append(frame)
        return true
    }

    /// The bytes that a buffer descriptor names; whether it is the last one.
    @discardableResult
    private func fetch(_ descriptor: UInt64, into frame: inout [UInt8]) -> Bool {
        let address = UInt64(get(4, at: descriptor))
        let size = get(4, at: descriptor + 4)
        let count = Int(size & 0x3FFF)
        if !memory.holds(address, byteCount: UInt64(max(count, 1)), kind: .pool) {
            object(.bufferOutsidePools(.transmit, slot: 0, address: address))
        }
        frame += memory.bytes(count, at: address)
        return size >> 16 & 1 != 0
    }
}
