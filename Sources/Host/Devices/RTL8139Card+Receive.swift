// Receiving: frames one after the other in a ring of bytes, each after a header of four. While a frame is on its way into
// the ring, the place of its header holds a length of 0xFFF0, and the current address moves already.
// Source: RTL8139D(L) datasheet, sections 5.1 (CAPR, CBR) and 5.8, and figure "Rx packet header"; the length of 0xFFF0 is in
// no datasheet and in FreeBSD's rl(4), sys/dev/rl/if_rl.c.

extension RTL8139Card {
    private static let received: UInt16 = 1 << 0
    // Why a frame is none (5.1): its check sum does not hold, it is long, it is short.
    private static let checkSumError: UInt16 = 1 << 2
    private static let long: UInt16 = 1 << 3
    private static let runt: UInt16 = 1 << 4
    private static let unfinished: UInt16 = 0xFFF0
    /// Units: bytes. The longest frame that the card takes for one, with its check sum (5.1, LONG): it may begin behind a
    /// header that ends with the ring.
    static let longestByteCount = 4096

    /// Units: bytes of the ring (5.8, RBLEN).
    var ringByteCount: Int { 8192 << Int(self[RTL8139Register.rcr, 4] >> 11 & 3) }
    /// WRAP counts in rings of less than 64 KiB (5.8).
    private var isWrapped: Bool { self[RTL8139Register.rcr, 4] & 1 << 7 != 0 && ringByteCount < 65536 }

    /// Bytes that a frame takes: header, checksum, and what is left of the last unit of 4.
    static func footprint(_ byteCount: Int) -> Int { (byteCount + 4 + 4 + 3) / 4 * 4 }

    /// Bytes that are free: one unit less than all, for a full ring looks like an empty one.
    var freeByteCount: Int {
        let size = ringByteCount
        let used = (writePosition - readPosition + size) % size + (copy.map { ($0.end - $0.start + size) % size } ?? 0)
        return size - used - 4
    }

    /// What the current address shows.
    var currentPosition: Int {
        guard let copy else { return writePosition }
        return copy.steps % 2 == 0 ? copy.start : (copy.start + 4) % ringByteCount
    }

    private var base: UInt64 { UInt64(self[RTL8139Register.rbstart, 4]) }

    /// The ring, with the 16 bytes after it that the card keeps, and with a longest frame more where it goes on behind the end.
    func checkRing() {
        guard command & Command.receives != 0 else { return }
        let byteCount = UInt64(ringByteCount + 16 + (isWrapped ? Self.longestByteCount : 0))
        if base == 0 { return object(.noRing(.receive)) }
        if base % 4 != 0 { object(.ringNotAligned(.receive, base: base, byteCount: UInt32(byteCount))) }
        if !memory.holds(base, byteCount: byteCount, kind: .ring) {
            object(.ringOutsideMemory(.receive, base: base, byteCount: UInt32(byteCount)))
        }
    }

    func passesFilter(_ frame: [UInt8]) -> Bool {
        let control = self[RTL8139Register.rcr, 4]
        if control & 1 << 0 != 0 { return true }  // AAP
        if frame.prefix(6).allSatisfy({ $0 == 0xFF }) { return control & 1 << 3 != 0 }  // AB
        if frame[0] & 1 != 0 { return control & 1 << 2 != 0 && isInTable(frame) }  // AM
        return control & 1 << 1 != 0 && Array(frame.prefix(6)) == Array(bytes.prefix(6))  // APM
    }

    /// The upper six bits of the checksum of the address choose a bit of MAR.
    private func isInTable(_ frame: [UInt8]) -> Bool {
        var checksum: UInt32 = 0xFFFF_FFFF
        for byte in frame.prefix(6) {
            for bit in 0..<8 {
                let carry = checksum >> 31 ^ UInt32(byte >> UInt8(bit) & 1)
                checksum = checksum << 1 ^ (carry == 1 ? 0x04C1_1DB7 : 0)
            }
        }
        let index = Int(checksum >> 26)
        return bytes[Int(RTL8139Register.mar) + index / 8] >> UInt8(index % 8) & 1 != 0
    }

    func receiveStep() {
        guard command & Command.receives != 0 else { return }
        if var current = copy {
            current.steps -= 1
            copy = current
            if current.steps <= 0, !failures.rings.neverCompletes, endsFrames { finish(current) }
            return
        }
        guard !incoming.isEmpty else { return }
        if timing.isImmediate, endsFrames {
            while let frame = incoming.first, let current = begin(frame) { finish(current) }
        } else if stepsToStore > 0 {
            stepsToStore -= 1
        } else {
            stepsToStore = stepsToNextLook()
            if let frame = incoming.first { copy = begin(frame) }
        }
    }

    /// Writes a frame without its header, if there is room. An empty ring takes a frame of any length, as QEMU's model has it,
    /// and what lies after the ring is overrun: by all of the frame with WRAP, without it by what is left of it when as much
    /// is set aside for the ring's start as it is longer than whole rings.
    ///
    /// Source: QEMU 7.2, hw/net/rtl8139.c, rtl8139_do_receive and rtl8139_write_buffer.
    private func begin(_ whole: [UInt8]) -> Copy? {
        let frame = lengths == .cut ? Array(whole.prefix(1514)) : whole
        let size = ringByteCount
        let footprint = Self.footprint(frame.count)
        guard footprint <= freeByteCount || freeByteCount == size - 4 else { return nil }
        guard isBusMaster else {
            object(.notBusMaster(.receive))
            return nil
        }
        incoming.removeFirst()
        var content = frame
        // The checksum, and what fills the last unit: noise here.
        while content.count < footprint - 4 { content.append(UInt8(truncatingIfNeeded: generator.next())) }
        store(UInt32(Self.unfinished) << 16, at: writePosition)
        let first = isWrapped ? writePosition + 4 : (writePosition + 4) % size
        let rest = isWrapped || first + content.count <= size ? 0 : (first + content.count) % size
        put(Array(content.dropLast(rest)), at: base + UInt64(first))
        put(Array(content.suffix(rest)), at: base)
        var current = Copy(
            start: writePosition, end: (writePosition + footprint) % size, status: status(of: whole.count),
            byteCount: UInt16(truncatingIfNeeded: frame.count + 4), isReported: true,
            steps: generator.number(in: timing.stepsToWriteBack))
        lie(&current)
        return current
    }

    private func status(of byteCount: Int) -> UInt16 {
        switch lengths {
        case .marked where byteCount < 60: Self.received | Self.runt
        case .marked where byteCount > 1518: Self.received | Self.long
        case .cut where byteCount > 1514: Self.checkSumError
        default: Self.received
        }
    }

    private func lie(_ current: inout Copy) {
        if generator.happens(perMille: failures.rings.emptyPerMille) { current.byteCount = 0 }
        if generator.happens(perMille: failures.rings.hugePerMille) {
            current.byteCount = UInt16(generator.number(in: 1523...0xFFEF))
        }
        // FAE, CRC, LONG, RUNT, ISE; and a status without ROK.
        let errors: [UInt16] = [0x02, 0x04, 0x08, 0x10, 0x20]
        if generator.happens(perMille: failures.rings.errorPerMille) {
            current.status |= errors[generator.number(in: 0...4)]
        }
        if generator.happens(perMille: failures.rings.unendedPerMille) { current.status &= ~Self.received }
        if generator.happens(perMille: failures.rings.lostPerMille) { current.isReported = false }
    }

    /// Writes the header and moves on.
    private func finish(_ current: Copy) {
        copy = nil
        writePosition = current.end
        // Packets for a group, for us, for all: bits that tell nothing of damage (13 to 15).
        let noise = UInt16(truncatingIfNeeded: generator.next()) & 0xE000
        guard current.isReported else { return }
        store(UInt32(current.status | noise) | UInt32(current.byteCount) << 16, at: current.start)
        ends.append(current.end)
        let isWhole = current.status == Self.received
        reports.append(
            ReceiveReport(byteCount: Int(current.byteCount) - 4, isEnd: true, errors: isWhole ? 0 : 1))
        raise(1 << 0)  // ROK
    }

    private func store(_ header: UInt32, at place: Int) {
        memory.pointer(at: base + UInt64(place), byteCount: 4, kind: .ring)?.storeBytes(of: header, as: UInt32.self)
    }

    /// A write to CAPR: 16 below where the driver will read next.
    func returnBuffer(_ value: UInt32) {
        self[RTL8139Register.capr, 2] = value
        guard command & Command.receives != 0 else { return object(.noRing(.receive)) }
        let position = Int((value + 16) & 0xFFFF)
        guard position < ringByteCount, position % 4 == 0 else {
            return object(.slotOutsideRing(.receive, slot: UInt32(position)))
        }
        // Where it is already, as after a reset, nothing is given back.
        guard position != readPosition else { return }
        guard let index = ends.firstIndex(of: position) else {
            return object(.tailOverOwned(.receive, from: readPosition, to: position))
        }
        ends.removeFirst(index + 1)
        readPosition = position
    }

    /// Noise in the ring, a frame told of twice, a jump.
    func misbehaveReceiving() {
        guard command & Command.receives != 0 else { return }
        let place = generator.number(in: 0...ringByteCount / 4 - 1) * 4
        if generator.happens(perMille: failures.rings.noisePerMille) {
            store(
                UInt32(truncatingIfNeeded: generator.next()),
                at: generator.happens(perMille: 500) ? writePosition : place)
        }
        if generator.happens(perMille: failures.rings.headJumpPerMille) { writePosition = place }
        if generator.happens(perMille: failures.rings.tailJumpPerMille) { readPosition = place }
    }

    /// An access of the driver: it may read whole frames that it has not given back, and write nowhere.
    func touchMemory(isWrite: Bool, physical: UInt64, _ byteCount: Int, _ virtual: UInt64) {
        if memory.holds(physical, byteCount: 1, kind: .pool) {
            object(.bufferTouched(virtual: virtual, isWrite: isWrite))
        }
        guard memory.holds(physical, byteCount: 1, kind: .ring) else { return }
        if isWrite { return object(.descriptorChanged(.receive, slot: Int(physical &- base))) }
        let size = ringByteCount
        let place = Int(physical &- base)
        let used =
            ((currentPosition == writePosition ? writePosition : (writePosition + 4)) - readPosition + size) % size
        let isBegun = copy.map { (place - $0.start + size) % size < 4 } ?? false
        guard place < size, (place - readPosition + size) % size < used || isBegun else {
            return object(.readBeforeItCame(.receive, offset: place))
        }
    }
}
