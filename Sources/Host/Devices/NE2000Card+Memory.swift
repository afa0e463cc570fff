// The memory of the simulated NE2000 and the two ways into it: remote DMA, which the driver drives through one port, and the
// ring that the receiver writes (DP8390D, 7.0 and 9.0). None of it is the machine's: the card reaches nothing else.

extension NE2000Card {
    /// Bits of a received frame's status, and of RSR (10.3).
    private enum Status {
        static let received: UInt8 = 1 << 0
        static let checkSumError: UInt8 = 1 << 1
    }

    /// Units: bytes before each frame in the ring: status, next page, count (7.0).
    private static let headByteCount = 4
    // MARK: Remote DMA

    /// A read of the data port: the next byte or two of what remote DMA was set up to read (9.0).
    func takeData() -> UInt32 {
        guard remote == .read, remoteCount > 0 else {
            object(.outOfSequence(offset: NE2000Register.data))
            return 0xFFFF
        }
        let value = UInt32(byte(at: remoteAddress)) | UInt32(byte(at: remoteAddress &+ 1)) << 8
        advanceRemote()
        return value
    }

    func putData(_ value: UInt32) {
        guard remote == .write, remoteCount > 0 else {
            return object(.outOfSequence(offset: NE2000Register.data))
        }
        for index in 0..<UInt16(2) {
            let place = remoteAddress &+ index
            guard isMemory(place) else { continue }
            if isInRing(place) { object(.bufferShared(.transmit, slot: 0, address: UInt64(place))) }
            bytes[Int(place)] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
        advanceRemote()
    }

    /// Reads the address PROM and what is built in; anything else is not there.
    private func byte(at place: UInt16) -> UInt8 {
        if place < 32 { return showsAddress ? prom[Int(place)] : UInt8(truncatingIfNeeded: generator.next()) }
        return isMemory(place) ? bytes[Int(place)] : 0xFF
    }

    private func isMemory(_ place: UInt16) -> Bool { Self.memory.contains(place) }

    private func isInRing(_ place: UInt16) -> Bool {
        isReceiving && place >= UInt16(pageStart) << 8 && place < UInt16(pageStop) << 8
    }

    /// The address turns round at the ring's end, where it is one (9.0).
    private func advanceRemote() {
        remoteAddress &+= 2
        if remoteAddress == UInt16(pageStop) << 8 { remoteAddress = UInt16(pageStart) << 8 }
        remoteCount = remoteCount > 2 ? remoteCount - 2 : 0
        guard remoteCount == 0, !failures.rings.neverCompletes, !delaysRemoteEnd() else { return }
        // Told of at once, or some time later.
        stepsToTell = timing.isImmediate || !generator.happens(perMille: 50) ? 0 : generator.number(in: 1...8)
        if stepsToTell == 0 { raise(Interrupt.remoteDone) }
    }

    // MARK: The ring

    var ringPages: Int { Int(pageStop) - Int(pageStart) }

    /// What the ring may be: some pages of the memory, with both pointers in it (11.0).
    func checkRing() {
        let isThere = pageStart >= 0x40 && pageStop <= 0x80 && pageStart < pageStop
        guard isThere, (pageStart..<pageStop).contains(currentPage), (pageStart..<pageStop).contains(boundary) else {
            return object(
                .ringOutsideMemory(.receive, base: UInt64(pageStart) << 8, byteCount: UInt32(max(ringPages, 0)) << 8))
        }
    }

    static func pages(_ byteCount: Int) -> Int { (byteCount + headByteCount + 4 + 255) / 256 }

    /// Pages up to the one that the driver has not read.
    var freePages: Int {
        guard ringPages > 0 else { return 0 }
        return (Int(boundary) - Int(currentPage) + 2 * ringPages) % ringPages
    }

    func passesFilter(_ frame: [UInt8]) -> Bool {
        if receiveControl & 1 << 4 != 0 { return true }  // PRO
        if frame.prefix(6).allSatisfy({ $0 == 0xFF }) { return receiveControl & 1 << 2 != 0 }  // AB
        if frame[0] & 1 != 0 { return false }  // AM, and MAR, are not modelled: no driver asks for them
        // QEMU's model does not look at the registers.
        if lengths == .asTheyAre { return (0..<6).allSatisfy { frame[$0] == prom[2 * $0] } }
        return Array(frame.prefix(6)) == physicalAddress
    }

    func receiveStep() {
        guard isReceiving, !failures.rings.neverCompletes else { return }
        while let frame = incoming.first {
            if stepsToStore > 0, !timing.isImmediate {
                stepsToStore -= 1
                return
            }
            stepsToStore = stepsToNextLook()
            if lengths == .asTheyAre {
                storeCarelessly(incoming.removeFirst())
                continue
            }
            guard Self.pages(frame.count) < freePages else { return }
            incoming.removeFirst()
            store(frame)
        }
    }

    /// Writes a frame to the ring after a head, and then says where the next one goes (7.0).
    private func store(_ frame: [UInt8]) {
        let start = Int(currentPage) << 8
        let pages = Self.pages(frame.count)
        let next = Int(pageStart) + (Int(currentPage) - Int(pageStart) + pages) % ringPages
        var head = (status: Status.received, next: UInt8(next), count: UInt16(frame.count + 4))
        let isReported = lie(&head)
        let content =
            [head.status, head.next, UInt8(head.count & 0xFF), UInt8(head.count >> 8)] + frame
            + (0..<4).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let first = Int(pageStart) << 8
        for (index, byte) in content.enumerated() {
            let place = first + (start - first + index) % (ringPages << 8)
            if Self.memory.contains(UInt16(place)) { bytes[place] = byte }
        }
        currentPage = UInt8(next)
        guard isReported else { return }
        reports.append(
            ReceiveReport(
                byteCount: Int(head.count) - 4, isEnd: true, errors: head.status == Status.received ? 0 : 1))
        raise(Interrupt.received)
    }

    /// Takes a frame as QEMU's model does, which asks for room for an ordinary frame, and takes a full ring for an empty
    /// one: a longer frame is written over what is unread, and one that is longer than the ring may have the next one
    /// begin outside of it, so that it goes over the station address.
    ///
    /// Source: QEMU 7.2, hw/net/ne2000.c, ne2000_buffer_full and ne2000_receive.
    func storeCarelessly(_ frame: [UInt8]) {
        let (first, stop) = (Int(pageStart) << 8, Int(pageStop) << 8)
        let behind = Int(boundary) - Int(currentPage)
        guard (behind > 0 ? behind : behind + ringPages) << 8 >= 1518 else {
            missedCount += 1
            return
        }
        let frame = frame + [UInt8](repeating: 0, count: max(0, 60 - frame.count))
        let start = currentPage < 0xC0 ? Int(currentPage) << 8 : first
        var next = start + (frame.count + 8 + 255) & ~255
        if next >= stop { next -= stop - first }
        let count = frame.count + 4
        let head = [Int(Status.received), next >> 8, count, count >> 8]
        func write(_ byte: Int, at place: Int) {
            let byte = UInt8(truncatingIfNeeded: byte)
            if place < prom.count { prom[place] = byte }
            if place < bytes.count { bytes[place] = byte }
        }
        for (index, byte) in head.enumerated() { write(byte, at: start + index) }
        var place = start + 4
        if place <= stop {
            for byte in frame {
                if place == stop { place = first }
                write(Int(byte), at: place)
                place += 1
            }
        }
        currentPage = UInt8(truncatingIfNeeded: next >> 8)
        raise(Interrupt.received)
    }

    /// Whether the frame is told of.
    private func lie(_ head: inout (status: UInt8, next: UInt8, count: UInt16)) -> Bool {
        let rings = failures.rings
        if generator.happens(perMille: rings.emptyPerMille) { head.count = 4 }
        if generator.happens(perMille: rings.hugePerMille) { head.count = UInt16(generator.number(in: 1523...65535)) }
        if generator.happens(perMille: rings.errorPerMille) { head.status = Status.checkSumError }
        if generator.happens(perMille: rings.unendedPerMille) { head.status = 0 }
        if generator.happens(perMille: rings.scrambledAddressPerMille) {
            head.next = UInt8(truncatingIfNeeded: generator.next())
        }
        return !generator.happens(perMille: rings.lostPerMille)
    }

    /// Noise in the memory, jumps.
    func misbehave() {
        let rings = failures.rings
        let place = generator.number(in: 0x4600...0x7FFF)
        let noise = UInt8(truncatingIfNeeded: generator.next())
        if generator.happens(perMille: rings.noisePerMille) { bytes[place] = noise }
        if generator.happens(perMille: rings.doneAgainPerMille) { raise(Interrupt.remoteDone) }
        if generator.happens(perMille: rings.headJumpPerMille) { currentPage = UInt8(place >> 8) }
        if generator.happens(perMille: rings.tailJumpPerMille) { boundary = UInt8(place >> 8) }
    }
}
