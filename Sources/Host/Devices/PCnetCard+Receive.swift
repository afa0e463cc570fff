// Receiving: a frame goes into the buffer of the next descriptor, and into those after it where it is longer; of a descriptor
// the length comes first and OWN last. What finds no descriptor is missed (CSR0, MISS).

extension PCnetCard {
    /// The engine that receives.
    struct Receiver {
        var steps = 0
        /// A descriptor whose OWN is clear before the rest of it is there, which comes when a register is read.
        var late: (descriptor: UInt64, second: UInt32, message: UInt32)?
    }

    private static let checkSumByteCount = 4

    /// Descriptors that are the card's, from the next one on.
    func room() -> Int {
        guard receiveRing.count > 0 else { return 0 }
        var ring = receiveRing
        var count = 0
        while count < ring.count, word(1, of: ring.here) & Descriptor.own != 0 {
            count += 1
            ring.advance()
        }
        return count
    }

    func passesFilter(_ frame: [UInt8]) -> Bool {
        let mode = registers[15] ?? 0
        if mode & 1 << 15 != 0 { return true }  // PROM
        if frame.prefix(6).allSatisfy({ $0 == 0xFF }) { return mode & 1 << 14 == 0 }  // DRCVBC
        if frame[0] & 1 != 0 { return isInTable(frame) }
        return mode & 1 << 13 == 0 && Array(frame.prefix(6)) == filterAddress  // DRCVPA
    }

    /// The upper six bits of the check sum of the address choose a bit of LADRF.
    private func isInTable(_ frame: [UInt8]) -> Bool {
        var checkSum: UInt32 = .max
        for byte in frame.prefix(6) {
            checkSum ^= UInt32(byte)
            for _ in 0..<8 { checkSum = checkSum >> 1 ^ (checkSum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        let bit = checkSum >> 26
        return (registers[8 + Int(bit >> 4)] ?? 0) >> UInt16(bit & 15) & 1 != 0
    }

    func receiveStep() {
        repeat {
            guard control & Control.receives != 0, !failures.rings.neverCompletes, let frame = incoming.first else {
                return
            }
            guard receiver.late == nil else { return }
            if receiver.steps > 0, !timing.isImmediate {
                receiver.steps -= 1
                return
            }
            receiver.steps = stepsToNextLook()
            guard isBusMaster else { return object(.notBusMaster(.receive)) }
            incoming.removeFirst()
            store(frame)
        } while timing.isImmediate
    }

    /// Writes a frame to as many buffers as it needs, or as there are. Where lengths are cut, one buffer is all it gets.
    private func store(_ frame: [UInt8]) {
        var content = frame
        for _ in 0..<Self.checkSumByteCount { content.append(UInt8(truncatingIfNeeded: generator.next())) }
        var isFirst = true
        repeat {
            let (descriptor, slot) = (receiveRing.here, receiveRing.index)
            let second = word(1, of: descriptor)
            guard second & Descriptor.own != 0 else {
                // It had begun: the rest finds no buffer.
                if isFirst { raise(Control.missed) }
                return
            }
            let (address, room) = extent(.receive, descriptor, slot: slot)
            put(Array(content.prefix(room)), at: address)
            content.removeFirst(min(room, content.count))
            receiveRing.advance()
            var report = isFirst ? Descriptor.start : 0
            let isCut = lengths == .cut && frame.count > 1514
            let isStuck = !content.isEmpty && word(1, of: receiveRing.here) & Descriptor.own == 0
            if isCut || isStuck {
                report |= Descriptor.error | Descriptor.bufferError | Descriptor.overflow
                content = []
            } else if content.isEmpty {
                report |= Descriptor.end
                if lengths == .marked, !(60...1514).contains(frame.count) {
                    report |= Descriptor.error | Descriptor.checkSumError
                }
            }
            finish(descriptor, second & ~Descriptor.report | report, frame.count + Self.checkSumByteCount)
            isFirst = false
        } while !content.isEmpty
        raise(Control.received)
    }

    /// Says what came: the length, then the rest. A failing card lies.
    private func finish(_ descriptor: UInt64, _ second: UInt32, _ byteCount: Int) {
        let rings = failures.rings
        var (second, message) = (second, UInt32(byteCount & 0xFFF))
        if generator.happens(perMille: rings.emptyPerMille) { message = 0 }
        if generator.happens(perMille: rings.hugePerMille) { message = UInt32(generator.number(in: 1519...0xFFF)) }
        if generator.happens(perMille: rings.errorPerMille) { second |= Descriptor.error | Descriptor.checkSumError }
        if generator.happens(perMille: rings.unendedPerMille) { second &= ~Descriptor.end }
        // Behind the length, and beside it, are counts that mean nothing here.
        message |= UInt32(truncatingIfNeeded: generator.next()) & 0xFFFF_0000
        let whole = Descriptor.start | Descriptor.end
        let isWhole = second & (Descriptor.error | whole) == whole
        let length = Int(message & 0xFFF) - Self.checkSumByteCount
        let isFrame = isWhole && (60...1514).contains(length)
        reports.append(ReceiveReport(byteCount: max(length, 0), isEnd: true, errors: isFrame ? 0 : 1))
        guard quirks.contains(.tellsEarly), !timing.isImmediate else {
            put(message, 4, at: descriptor + 8)
            return giveBack(descriptor, second)
        }
        storeLate()
        receiver.late = (descriptor, second & ~Descriptor.own, message)
        giveBack(descriptor, second & ~Descriptor.end)
    }

    func storeLate() {
        guard let (descriptor, second, message) = receiver.late else { return }
        receiver.late = nil
        put(message, 4, at: descriptor + 8)
        put(second, 4, at: descriptor + 4)
    }
}
