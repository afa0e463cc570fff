// The transmit engine: takes legacy descriptors between head and tail, sends frames, reports late (3.3, 3.4).

extension GigabitCard {
    /// Bits of a legacy descriptor's command (3.3.3.1).
    private enum Command {
        static let endOfPacket: UInt8 = 1 << 0
        static let insertCheckSum: UInt8 = 1 << 1
        static let reportStatus: UInt8 = 1 << 3
        /// DEXT: another form, whose length has 20 bits (3.3.5 to 3.3.7).
        static let isExtended: UInt8 = 1 << 5
        static let delayInterrupt: UInt8 = 1 << 7
        static let known = endOfPacket | insertCheckSum | reportStatus | delayInterrupt
    }

    /// Units: bytes, without check sum: the longest frame, and the shortest (IEEE 802.3, 3.2.8).
    private static let longestFrame = 1514
    private static let shortestFrame = 60
    private static let padShortPackets: UInt32 = 1 << 3  // TCTL.PSP (13.4.33)

    func transmitStep() {
        guard transmitRing.isEnabled else { return }
        if transmitRing.available > 0 {
            if timing.isImmediate {
                while transmitRing.isEnabled, transmitRing.available > 0 { takeTransmitDescriptor() }
            } else if transmitRing.stepsToFetch > 0 {
                transmitRing.stepsToFetch -= 1
            } else {
                for _ in 0..<min(transmitRing.available, generator.number(in: timing.fetchBatch))
                where transmitRing.isEnabled {
                    takeTransmitDescriptor()
                }
                transmitRing.stepsToFetch = stepsToNextLook()
            }
        }
        writeBackTransmitted()
    }

    private func takeTransmitDescriptor() {
        let slot = transmitRing.head
        if hangsAtDescriptor(slot) { return }
        transmitRing.head = transmitRing.slot(after: slot)
        if transmitRing.pending.isEmpty {
            transmitRing.stepsToWriteBack = generator.number(in: timing.stepsToWriteBack)
        }
        var completion = DescriptorRing.Completion(slot: slot, byteCount: 0, isEnd: true, errors: 0, isReported: true)
        defer { transmitRing.pending.append(completion) }
        guard isBusMaster else { return object(.notBusMaster(.transmit)) }
        guard let descriptor = pointer(transmitRing, slot) else { return }
        let address = descriptor.load(as: UInt64.self)
        let command = descriptor.load(fromByteOffset: 11, as: UInt8.self)
        let lengthMask: UInt32 = command & Command.isExtended != 0 ? 0xF_FFFF : 0xFFFF
        let byteCount = Int(descriptor.load(fromByteOffset: 8, as: UInt32.self) & lengthMask)
        completion.isReported = command & Command.reportStatus != 0
        if command & ~Command.known != 0 || !completion.isReported { object(.badCommand(slot: slot, command: command)) }
        if !memory.holds(address, byteCount: UInt64(max(byteCount, 1)), kind: .pool), !hasFailed {
            object(.bufferOutsidePools(.transmit, slot: slot, address: address))
        }
        guard byteCount > 0, partial.count + byteCount <= Self.longestFrame else {
            partial = []
            return object(.badLength(slot: slot, byteCount: byteCount))
        }
        guard let data = memory.pointer(at: address, byteCount: UInt64(byteCount), kind: .pool) else { return }
        partial += UnsafeRawBufferPointer(start: data, count: byteCount)
        if command & Command.endOfPacket != 0 { send(slot, command) }
    }

    private func send(_ slot: Int, _ command: UInt8) {
        if command & Command.insertCheckSum == 0 { object(.frameWithoutCheckSum(slot: slot)) }
        if partial.count < Self.shortestFrame {
            if self[CardRegister.tctl] & Self.padShortPackets == 0 {
                object(.shortFrame(slot: slot, byteCount: partial.count))
            }
            partial += [UInt8](repeating: 0, count: Self.shortestFrame - partial.count)
        }
        sent.append(partial)
        partial = []
    }

    /// Sets DD, in order, in batches (3.3.3.2).
    private func writeBackTransmitted() {
        guard !transmitRing.pending.isEmpty, !failures.rings.neverCompletes, completes else { return }
        var count = transmitRing.pending.count
        if !timing.isImmediate {
            guard transmitRing.stepsToWriteBack == 0 else {
                transmitRing.stepsToWriteBack -= 1
                return
            }
            count = min(count, generator.number(in: timing.writeBackBatch))
            transmitRing.stepsToWriteBack = generator.number(in: timing.stepsToWriteBack)
        }
        for completion in transmitRing.pending.prefix(count) {
            release(transmitRing)
            guard completion.isReported, !generator.happens(perMille: failures.rings.lostPerMille) else { continue }
            writeBackTransmitted(completion)
            repeatLater(completion, of: transmitRing)
        }
        transmitRing.pending.removeFirst(count)
        raise(1 << 0)  // TXDW (13.4.17)
    }
    func writeBackTransmitted(_ completion: DescriptorRing.Completion) {
        guard let descriptor = pointer(transmitRing, completion.slot, isWrite: true) else { return }
        if generator.happens(perMille: failures.rings.scrambledAddressPerMille) {
            descriptor.storeBytes(of: generator.next(), as: UInt64.self)
        }
        let status = descriptor.load(fromByteOffset: 12, as: UInt8.self)
        descriptor.storeBytes(of: status | 1, toByteOffset: 12, as: UInt8.self)
    }
}
