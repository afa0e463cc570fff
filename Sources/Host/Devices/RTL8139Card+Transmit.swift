// Sending: four descriptors, used one after the other in a circle, each read when it was handed over and told of some time
// after (5.2).

extension RTL8139Card {
    private static let owned: UInt32 = 1 << 13
    private static let transmitOK: UInt32 = 1 << 15

    private static let underrun: UInt32 = 1 << 14

    private func offset(_ slot: Int) -> UInt64 { RTL8139Register.tsd + UInt64(slot) * 4 }

    /// A write to a transmit status register: hands the descriptor over, unless it says that the driver keeps it.
    func handOver(_ slot: Int, _ value: UInt32) {
        if command & Command.transmits == 0 { return object(.noRing(.transmit)) }
        if value & Self.owned != 0 {
            return object(.badCommand(slot: slot, command: UInt8(truncatingIfNeeded: value >> 8)))
        }
        if isOwned[slot] { return object(.descriptorChanged(.transmit, slot: slot)) }
        if slot != nextDescriptor { return object(.slotOutOfOrder(.transmit, slot: slot, expected: nextDescriptor)) }
        let byteCount = Int(value & 0x1FFF)
        // A frame that is too short leaves as it is: nothing pads it. Above 1,792 bytes the queue breaks (5.2).
        if byteCount < 60 { object(.shortFrame(slot: slot, byteCount: byteCount)) }
        if byteCount > 1514 { object(.badLength(slot: slot, byteCount: byteCount)) }
        if UInt64(self[RTL8139Register.tsad + UInt64(slot) * 4, 4]) % 4 != 0 {
            object(.badCommand(slot: slot, command: 0))
        }
        self[offset(slot), 4] = value
        isOwned[slot] = true
        queue.append(slot)
        nextDescriptor = (slot + 1) % 4
        if timing.isImmediate { transmitStep() }
    }

    func transmitStep() {
        guard command & Command.transmits != 0 else { return }
        if !queue.isEmpty, weakness.aborting == nil {
            if stepsToRead > 0, !timing.isImmediate {
                stepsToRead -= 1
            } else {
                readDescriptor(queue.removeFirst())
                stepsToRead = stepsToNextLook()
            }
        }
        guard !pending.isEmpty, !failures.rings.neverCompletes else { return }
        if stepsToTell > 0, !timing.isImmediate {
            stepsToTell -= 1
            return
        }
        stepsToTell = generator.number(in: timing.stepsToWriteBack)
        let slot = pending.removeFirst()
        if !abort(slot) { tell(slot) }
    }

    /// Moves a frame to the wire. That the buffer has been read, the card says at once, or only when the frame has left.
    private func readDescriptor(_ slot: Int) {
        pending.append(slot)
        if quirks.contains(.readsEarly) || generator.happens(perMille: 300) { self[offset(slot), 4] |= Self.owned }
        guard isBusMaster else { return object(.notBusMaster(.transmit)) }
        let address = UInt64(self[RTL8139Register.tsad + UInt64(slot) * 4, 4])
        let byteCount = Int(self[offset(slot), 4] & 0x1FFF)
        guard let data = memory.pointer(at: address, byteCount: UInt64(max(byteCount, 1)), kind: .pool) else {
            return object(.bufferOutsidePools(.transmit, slot: slot, address: address))
        }
        guard leavesWhole(slot, threshold: Int(self[offset(slot), 4] >> 16 & 63) * 32, byteCount) else { return }
        sent.append(Array(UnsafeRawBufferPointer(start: data, count: byteCount)))
    }

    /// Says that the frame has left, or that it left in pieces: then the pair is the driver's again.
    private func tell(_ slot: Int) {
        isOwned[slot] = false
        if generator.happens(perMille: failures.rings.lostPerMille) { return }
        let isTorn = weakness.torn.remove(slot) != nil
        self[offset(slot), 4] |= Self.owned | (isTorn ? Self.underrun : Self.transmitOK)
        raise(isTorn ? 1 << 3 : 1 << 2)  // TER, TOK
    }

    /// Fails without being asked: descriptors told of again, or noise in them.
    func misbehave() {
        let slot = generator.number(in: 0...3)
        if generator.happens(perMille: failures.rings.doneAgainPerMille) {
            self[offset(slot), 4] |= Self.owned | Self.transmitOK
        }
        if generator.happens(perMille: failures.rings.noisePerMille) {
            self[offset(slot), 4] = UInt32(truncatingIfNeeded: generator.next())
        }
        misbehaveReceiving()
    }
}
