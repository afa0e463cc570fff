// The receive engine: filters what comes from the wire, keeps it in the packet buffer, writes it to the buffers of
// descriptors between head and tail, reports late (3.2).

extension GigabitCard {
    /// Bits of RCTL (13.4.22).
    enum Control {
        static let storeBadPackets: UInt32 = 1 << 2
        static let unicastPromiscuous: UInt32 = 1 << 3
        static let multicastPromiscuous: UInt32 = 1 << 4
        static let longPackets: UInt32 = 1 << 5
        static let acceptBroadcast: UInt32 = 1 << 15
        static let extendBufferSize: UInt32 = 1 << 25
        static let stripCheckSum: UInt32 = 1 << 26
    }

    /// Units: bytes. What the packet buffer holds for receiving; its split is PBA's (13.4.16).
    static let packetBufferByteCount = 48 * 1024
    /// Units: bytes, with check sum and the tag of a virtual LAN (13.7.15, RLEC).
    static let longestReceived = 1522
    /// Units: bytes, with check sum, where LPE lets more through (13.4.22).
    static let longestLongReceived = 16384

    /// Units: bytes. Size of a buffer by BSIZE and BSEX (13.4.22).
    var receiveBufferByteCount: Int {
        let control = self[CardRegister.rctl]
        let size = 2048 >> Int(control >> 16 & 3)
        return control & Control.extendBufferSize == 0 ? size : size * 16
    }

    /// Whether a frame of that length is no bad packet, or is let in all the same. That SBP lets in one of any length is
    /// QEMU 7.2's, hw/net/e1000x_common.c, e1000x_is_oversized.
    func takesLength(_ byteCount: Int, _ control: UInt32) -> Bool {
        if control & Control.storeBadPackets != 0 { return true }
        if byteCount < 60, lengths == .dropped { return false }
        let isLong = control & Control.longPackets != 0
        return byteCount + 4 <= (isLong ? Self.longestLongReceived : Self.longestReceived)
    }

    func passesFilter(_ frame: [UInt8], _ control: UInt32) -> Bool {
        if frame.prefix(6).allSatisfy({ $0 == 0xFF }) { return control & Control.acceptBroadcast != 0 }
        if frame[0] & 1 != 0 {
            if control & Control.multicastPromiscuous != 0 { return true }
            // Bits 47:36, 46:35, 45:34 or 43:32 of the address, by MO (13.5.1).
            let shift = [4, 3, 2, 0][Int(control >> 12 & 3)]
            let hash = (Int(frame[5]) << 8 | Int(frame[4])) >> shift & 0xFFF
            return self[CardRegister.mta + UInt64(hash >> 5) * 4] >> UInt32(hash & 31) & 1 != 0
        }
        if control & Control.unicastPromiscuous != 0 { return true }
        let low = UInt32(frame[0]) | UInt32(frame[1]) << 8 | UInt32(frame[2]) << 16 | UInt32(frame[3]) << 24
        let high = UInt32(frame[4]) | UInt32(frame[5]) << 8 | 1 << 31
        return (0..<16).contains {
            let entry = CardRegister.ral0 + UInt64($0) * 8
            return self[entry] == low && self[entry + 4] & 0x8000_FFFF == high
        }
    }

    func receiveStep() {
        guard receiveRing.isEnabled else { return }
        if !incoming.isEmpty, receiveRing.available > 0 {
            if timing.isImmediate {
                while !incoming.isEmpty, storeFrame() {}
            } else if receiveRing.stepsToFetch > 0 {
                receiveRing.stepsToFetch -= 1
            } else {
                var count = generator.number(in: timing.fetchBatch)
                while count > 0, !incoming.isEmpty, storeFrame() { count -= 1 }
                receiveRing.stepsToFetch = stepsToNextLook()
            }
        }
        writeBackReceived()
    }

    /// Writes the oldest frame to the next buffers, if there are enough.
    private func storeFrame() -> Bool {
        guard var frame = incoming.first else { return false }
        let size = receiveBufferByteCount
        if self[CardRegister.rctl] & Control.stripCheckSum == 0 {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: generator.next())) { frame += $0 }
        }
        guard receiveRing.available >= (frame.count + size - 1) / size else { return false }
        guard isBusMaster else {
            object(.notBusMaster(.receive))
            return false
        }
        incomingByteCount -= incoming.removeFirst().count
        var start = 0
        while start < frame.count {
            let end = min(start + size, frame.count)
            store(frame[start..<end], isEnd: end == frame.count)
            start = end
        }
        return true
    }

    private func store(_ part: ArraySlice<UInt8>, isEnd: Bool) {
        let slot = receiveRing.head
        receiveRing.head = receiveRing.slot(after: slot)
        if receiveRing.pending.isEmpty {
            receiveRing.stepsToWriteBack = generator.number(in: timing.stepsToWriteBack)
        }
        var completion = DescriptorRing.Completion(
            slot: slot, byteCount: part.count, isEnd: isEnd, errors: checkSumErrors, isReported: true)
        lie(&completion)
        receiveRing.pending.append(completion)
        guard let descriptor = pointer(receiveRing, slot) else { return }
        put(Array(part), at: descriptor.load(as: UInt64.self))
    }

    private func lie(_ completion: inout DescriptorRing.Completion) {
        if generator.happens(perMille: failures.rings.emptyPerMille) { completion.byteCount = 0 }
        if generator.happens(perMille: failures.rings.hugePerMille) {
            completion.byteCount = generator.number(in: 2049...65535)
        }
        if generator.happens(perMille: failures.rings.unendedPerMille) { completion.isEnd = false }
        // CE, SE, SEQ, CXE, RXE (3.2.3.2); the check sum errors belong to offloads that are off.
        let errors: [UInt8] = [0x01, 0x02, 0x04, 0x10, 0x80]
        if generator.happens(perMille: failures.rings.errorPerMille) {
            completion.errors = errors[generator.number(in: 0...4)]
        }
    }

    /// Writes length and status, in order, in batches. What the manual calls undefined is noise (3.2.3.1).
    private func writeBackReceived() {
        guard !receiveRing.pending.isEmpty, !failures.rings.neverCompletes else { return }
        var count = receiveRing.pending.count
        if !timing.isImmediate {
            guard receiveRing.stepsToWriteBack == 0 else {
                receiveRing.stepsToWriteBack -= 1
                return
            }
            count = min(count, generator.number(in: timing.writeBackBatch))
            receiveRing.stepsToWriteBack = generator.number(in: timing.stepsToWriteBack)
        }
        for completion in receiveRing.pending.prefix(count) {
            release(receiveRing)
            if generator.happens(perMille: failures.rings.lostPerMille) { continue }
            writeBackReceived(completion)
            repeatLater(completion, of: receiveRing)
            reports.append(
                ReceiveReport(byteCount: completion.byteCount, isEnd: completion.isEnd, errors: completion.errors))
        }
        receiveRing.pending.removeFirst(count)
        raise(1 << 7)  // RXT0 (13.4.17)
    }

    func writeBackReceived(_ completion: DescriptorRing.Completion) {
        guard let descriptor = pointer(receiveRing, completion.slot, isWrite: true) else { return }
        let noise = generator.next()
        if generator.happens(perMille: failures.rings.scrambledAddressPerMille) {
            descriptor.storeBytes(of: noise, as: UInt64.self)
        }
        descriptor.storeBytes(of: UInt16(completion.byteCount), toByteOffset: 8, as: UInt16.self)
        descriptor.storeBytes(of: UInt16(truncatingIfNeeded: noise), toByteOffset: 10, as: UInt16.self)
        descriptor.storeBytes(of: completion.errors, toByteOffset: 13, as: UInt8.self)
        // DD, EOP, and of the rest IXSM and PIF come and go.
        let status: UInt8 = 1 | (completion.isEnd ? 2 : 0) | UInt8(truncatingIfNeeded: noise >> 32) & 0x84
        descriptor.storeBytes(of: status, toByteOffset: 12, as: UInt8.self)
    }
}
