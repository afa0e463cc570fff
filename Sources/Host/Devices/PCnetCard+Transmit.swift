// Sending: descriptors in the order of their ring, looked at now and then, and at once where the driver demands it. A frame is
// one descriptor here: what is a start and no end, or an end and no start, no driver of ours makes.

extension PCnetCard {
    /// The engine that sends.
    struct Transmitter {
        /// Until it looks at its ring again.
        var steps = 0
        /// Descriptors that have been sent and are still to be given back, with what is said of them.
        var pending: [(descriptor: UInt64, second: UInt32)] = []
        var stepsToTell = 0
    }

    /// Units: bytes, without check sum: a longer frame is a babble (CSR0, BABL).
    private static let longestFrame = 1514
    private static let shortestFrame = 60
    /// Of a thousand frames, those that the bus is too slow for.
    private static let underflowPerMille = 20

    func transmitStep() {
        repeat {
            if !transmitter.pending.isEmpty, !failures.rings.neverCompletes {
                transmitter.stepsToTell -= 1
                if transmitter.stepsToTell < 0 || timing.isImmediate { tell() }
            }
            guard control & Control.transmits != 0, isLinkUp else { return }
            if transmitter.steps > 0, !timing.isImmediate {
                transmitter.steps -= 1
                return
            }
            transmitter.steps = stepsToNextLook()
            guard takeDescriptor() else { break }
        } while timing.isImmediate
        control &= ~Control.demand
    }

    private func tell() {
        let (descriptor, second) = transmitter.pending.removeFirst()
        transmitter.stepsToTell = generator.number(in: timing.stepsToWriteBack)
        giveBack(descriptor, second)
        raise(Control.transmitted)
    }

    /// Sends the frame of the descriptor at hand, if that is the card's.
    private func takeDescriptor() -> Bool {
        let (descriptor, slot) = (transmitRing.here, transmitRing.index)
        // A ring whose descriptors are all sent and not given back is not gone through again.
        guard transmitter.pending.count < transmitRing.count else { return false }
        let second = word(1, of: descriptor)
        guard second & Descriptor.own != 0 else { return false }
        guard isBusMaster else {
            object(.notBusMaster(.transmit))
            return false
        }
        let (address, byteCount) = extent(.transmit, descriptor, slot: slot)
        if second & (Descriptor.start | Descriptor.end) != Descriptor.start | Descriptor.end {
            object(.badCommand(slot: slot, command: UInt8(second >> 24)))
        }
        if byteCount < Self.shortestFrame { object(.shortFrame(slot: slot, byteCount: byteCount)) }
        if byteCount > Self.longestFrame {
            object(.badLength(slot: slot, byteCount: byteCount))
            raise(Control.babble)
        }
        transmitRing.advance()
        let isLate = quirks.contains(.underflows) && generator.happens(perMille: Self.underflowPerMille)
        if isLate {
            put(1 << 30, 4, at: descriptor + 8)  // UFLO
            if (registers[3] ?? 0) & 1 << 6 == 0 { control &= ~Control.transmits }
        } else {
            sent.append(memory.bytes(byteCount, at: address))
        }
        transmitter.pending.append((descriptor, second | (isLate ? Descriptor.error : 0)))
        if transmitter.pending.count == 1 { transmitter.stepsToTell = generator.number(in: timing.stepsToWriteBack) }
        return true
    }
}
