// The receive unit: records one after the other by their links, each with its frame after its head, in simplified mode. A
// frame that is longer than its record says is cut off there, so a record that says too much is overrun (6.4.3, 6.5.4).

extension ListCard {
    /// What was read of a record before its frame came.
    struct RecordHead {
        var word: UInt16 = 0
        var link: UInt32 = 0
        var size: UInt16 = 0
    }

    /// Bits of a record's status (6.4.3.1.2, table 52).
    private enum Status {
        static let complete: UInt16 = 1 << 15
        static let good: UInt16 = 1 << 13
        static let checkSumError: UInt16 = 1 << 11
        static let outOfRoom: UInt16 = 1 << 9
        static let short: UInt16 = 1 << 7
    }

    /// Behind the count: that it was updated, and that all data is there.
    private static let counted: UInt16 = 1 << 14 | 1 << 15

    /// Units: bytes of a record's head.
    static let headByteCount: UInt64 = 16
    /// Units: bytes, with check sum: longer frames are let through by the configuration's byte 18, bit 3.
    static let longestReceived = 1518
    /// Units: bytes that it keeps while the list has no room.
    static let bufferByteCount = 3072

    /// A control command, RUC (6.3.2.2).
    func controlReceiving(_ value: UInt8) {
        switch value {
        case 0: break
        case 1:
            if receiveState == .ready { return object(.outOfSequence(offset: ListCardRegister.command)) }
            (receiveState, isOffBus) = (.ready, false)
            readAhead(receiveBase + UInt64(pointer))
        case 2:
            guard receiveState == .suspended else { return }
            receiveState = .ready
            readAhead(record)
        case 4: receiveState = .idle
        case 6: receiveBase = UInt64(pointer)
        default: object(.badCommand(slot: 0, command: value))
        }
        if timing.isImmediate { receiveStep() }
    }

    /// The next record is read before its frame comes: what changes there later may be seen or not.
    private func readAhead(_ address: UInt64) {
        record = address
        guard holdsRecord(address, .receive) else {
            receiveState = .idle
            return
        }
        readHead()
    }

    private func readHead() {
        ahead = RecordHead(
            word: UInt16(get(2, at: record + 2)), link: get(4, at: record + 4),
            size: UInt16(get(2, at: record + 14)) & 0x3FFF)
    }

    func passesFilter(_ frame: [UInt8]) -> Bool {
        if configuration[15] & 1 != 0 { return true }
        if frame.prefix(6).allSatisfy({ $0 == 0xFF }) { return configuration[15] & 2 == 0 }
        if frame[0] & 1 != 0 { return configuration[21] & 1 << 3 != 0 }
        return Array(frame.prefix(6)) == filterAddress
    }

    /// Whether the configuration, or who lets all frames in, has one of that length come. QEMU does not count the check
    /// sum (7.2, hw/net/eepro100.c, nic_receive).
    func takesLength(_ byteCount: Int) -> Bool {
        switch lengths {
        case .dropped: byteCount >= 60 && (byteCount + 4 <= Self.longestReceived || configuration[18] & 1 << 3 != 0)
        case .asTheyAre: byteCount <= Self.longestReceived
        case .marked, .cut: true
        }
    }

    func receiveStep() {
        repeat {
            guard receiveState == .ready, !isLockedUp, !failures.rings.neverCompletes else { return }
            guard let frame = incoming.first else { return }
            guard late == nil || timing.isImmediate else { return }
            if stepsToStore > 0, !timing.isImmediate {
                stepsToStore -= 1
                return
            }
            stepsToStore = stepsToNextLook()
            guard isBusMaster else { return object(.notBusMaster(.receive)) }
            incomingByteCount -= incoming.removeFirst().count
            store(frame)
        } while timing.isImmediate
    }

    private func store(_ frame: [UInt8]) {
        if generator.happens(perMille: 500) { readHead() }
        let place = record
        let isWhole = frame.count <= Int(ahead.size)
        var status = Status.complete | (isWhole ? Status.good : Status.outOfRoom)
        var count = UInt16(min(frame.count, Int(ahead.size)))
        let data = Array(frame.prefix(Int(count)))
        if lengths == .marked, frame.count < 60 { status = Status.complete | Status.short }
        lie(&status, &count)
        advance()
        guard !generator.happens(perMille: failures.rings.lostPerMille) else { return }
        if generator.happens(perMille: failures.rings.scrambledAddressPerMille) {
            put(UInt32(truncatingIfNeeded: generator.next()), 4, at: place + 4)
        }
        put(UInt32(status), 2, at: place)
        if generator.happens(perMille: failures.rings.twicePerMille) {
            repeats.append((place, status, generator.number(in: 1...2000)))
        }
        let isGood = status & Status.good != 0
        reports.append(ReceiveReport(byteCount: Int(count), isEnd: true, errors: isGood ? 0 : 1))
        storeLate()
        late = (place, count, data, generator.number(in: 1...8))
        if timing.isImmediate { storeLate() }
        raise(1 << 6)
    }

    private func advance() {
        let word = ahead.word
        let next = receiveBase + UInt64(ahead.link)
        if word & 1 << 15 != 0 {
            receiveState = .noResources
            record = next
            raise(1 << 4)
        } else if word & 1 << 14 != 0 {
            receiveState = .suspended
            record = next
        } else {
            readAhead(next)
        }
    }

    private func lie(_ status: inout UInt16, _ count: inout UInt16) {
        let rings = failures.rings
        if generator.happens(perMille: rings.emptyPerMille) { count = 0 }
        if generator.happens(perMille: rings.hugePerMille) { count = UInt16(generator.number(in: 1519...0x3FFF)) }
        if generator.happens(perMille: rings.errorPerMille) {
            status = status & ~Status.good | Status.checkSumError
        }
        if generator.happens(perMille: rings.unendedPerMille) { status &= ~Status.good }
    }

    /// What comes after the status: the count, and the frame itself. A driver that asks the card first has it come.
    func storeLate() {
        guard let (place, count, frame, _) = late else { return }
        late = nil
        put(frame, at: place + Self.headByteCount)
        put(UInt32(count | Self.counted), 2, at: place + 12)
    }

    func ageLate() {
        guard let steps = late?.steps else { return }
        late?.steps = steps - 1
        if steps <= 1 { storeLate() }
    }
}
