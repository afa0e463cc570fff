// What a PCnet is told in memory: the block that it begins with, and descriptors of both rings, in 32-bit structures; what the
// driver does with them, as the card sees it, and how the card fails at them.
// Source: data sheet of the Am79C970A, "Initialization Block", "Receive Descriptors", "Transmit Descriptors", SWSTYLE 2.

import Pipeline

extension PCnetCard {
    /// Bits of a descriptor's second word.
    enum Descriptor {
        static let count: UInt32 = 0xFFF
        static let ones: UInt32 = 0xF000
        static let end: UInt32 = 1 << 24
        static let start: UInt32 = 1 << 25
        static let bufferError: UInt32 = 1 << 26
        static let checkSumError: UInt32 = 1 << 27
        static let overflow: UInt32 = 1 << 28
        static let error: UInt32 = 1 << 30
        static let own: UInt32 = 1 << 31
        /// What the card says of a frame, in both rings.
        static let report: UInt32 = 0x7F80_0000
    }

    /// INIT: the block says where the rings are, how long, and what comes through.
    func readBlock() {
        let start = UInt64(registers[1] ?? 0) | UInt64(registers[2] ?? 0) << 16
        control |= Control.done
        guard (busRegisters[20] ?? 0) & 0x0100 != 0, isBusMaster else {
            control |= Control.memoryError
            return isBusMaster ? object(.noRing(.receive)) : object(.notBusMaster(.receive))
        }
        if start % 4 != 0 || !memory.holds(start, byteCount: UInt64(Self.blockByteCount), kind: .ring) {
            object(.ringOutsideMemory(.receive, base: start, byteCount: UInt32(Self.blockByteCount)))
        }
        registers[15] = UInt16(get(2, at: start))
        filterAddress = memory.bytes(6, at: start + 4)
        for word in 0..<4 { registers[8 + word] = UInt16(get(2, at: start + 12 + UInt64(2 * word))) }
        receiveRing = ring(.receive, UInt64(get(4, at: start + 20)), order: Int(get(1, at: start + 2) >> 4))
        transmitRing = ring(.transmit, UInt64(get(4, at: start + 24)), order: Int(get(1, at: start + 3) >> 4))
        if control & Control.interrupts != 0 { raise(Control.done) }
        if control & Control.start != 0 { begin() }
    }

    /// Orders above 9 are taken for 9.
    private func ring(_ kind: Violation.Ring, _ base: UInt64, order: Int) -> Ring {
        let ring = Ring(base: base, count: 1 << min(order, 9))
        let byteCount = UInt32(ring.count) * UInt32(Self.descriptorByteCount)
        if base % Self.descriptorByteCount != 0 { object(.ringNotAligned(kind, base: base, byteCount: byteCount)) }
        if !memory.holds(base, byteCount: UInt64(byteCount), kind: .ring) {
            object(.ringOutsideMemory(kind, base: base, byteCount: byteCount))
        }
        return ring
    }

    /// STRT: both directions, but for those that the mode disables.
    func begin() {
        let mode = registers[15] ?? 0
        control |= (mode & 1 << 1 == 0 ? Control.transmits : 0) | (mode & 1 << 0 == 0 ? Control.receives : 0)
    }

    func word(_ index: Int, of descriptor: UInt64) -> UInt32 { get(4, at: descriptor + UInt64(4 * index)) }

    /// A descriptor's buffer, of which the count below 0 says the length.
    func extent(_ kind: Violation.Ring, _ descriptor: UInt64, slot: Int) -> (address: UInt64, byteCount: Int) {
        let second = word(1, of: descriptor)
        let (address, byteCount) = (UInt64(word(0, of: descriptor)), 4096 - Int(second & Descriptor.count))
        if second & Descriptor.ones != Descriptor.ones {
            object(.badCommand(slot: slot, command: UInt8(second >> 8 & 0xFF)))
        }
        if !memory.holds(address, byteCount: UInt64(byteCount), kind: .pool) {
            object(.bufferOutsidePools(kind, slot: slot, address: address))
        }
        return (address, byteCount)
    }

    /// Hands a descriptor back with what is to be said of it; a failing card does not, or does it once more.
    func giveBack(_ descriptor: UInt64, _ second: UInt32) {
        let rings = failures.rings
        if generator.happens(perMille: rings.lostPerMille) { return }
        if generator.happens(perMille: rings.scrambledAddressPerMille) {
            put(UInt32(truncatingIfNeeded: generator.next()), 4, at: descriptor)
        }
        put(second & ~Descriptor.own, 4, at: descriptor + 4)
        if generator.happens(perMille: rings.twicePerMille) {
            repeats.append((descriptor + 4, second & ~Descriptor.own, generator.number(in: 1...2000)))
        }
    }

    func repeatWords() {
        guard !repeats.isEmpty else { return }
        for index in repeats.indices { repeats[index].steps -= 1 }
        for due in repeats where due.steps <= 0 { put(due.value, 4, at: due.address) }
        repeats.removeAll { $0.steps <= 0 }
    }

    /// Fails without being asked: descriptors given back, noise in them, jumps.
    func misbehave() {
        let rings = failures.rings
        for isReceiving in [true, false] {
            let ring = isReceiving ? receiveRing : transmitRing
            guard ring.count > 0 else { continue }
            let other = generator.number(in: 0...ring.count - 1)
            if generator.happens(perMille: rings.doneAgainPerMille) {
                let second = word(1, of: ring.address(other))
                put(second & ~Descriptor.own | Descriptor.start | Descriptor.end, 4, at: ring.address(other) + 4)
            }
            if generator.happens(perMille: rings.noisePerMille) {
                let place = ring.address(other) + UInt64(4 * generator.number(in: 0...2))
                put(UInt32(truncatingIfNeeded: generator.next()), 4, at: place)
            }
            if generator.happens(perMille: rings.headJumpPerMille + rings.tailJumpPerMille) {
                if isReceiving { receiveRing.index = other } else { transmitRing.index = other }
            }
        }
    }

    // MARK: The driver

    /// An access that is about to happen. While it runs, a descriptor whose OWN is set is the card's.
    func touchMemory(isWrite: Bool, physical: UInt64, _ virtual: UInt64) {
        if memory.holds(physical, byteCount: 1, kind: .pool) {
            return object(.bufferTouched(virtual: virtual, isWrite: isWrite))
        }
        guard control & Control.start != 0, !isLeftRunning else { return }
        for (ring, kind) in [(receiveRing, Violation.Ring.receive), (transmitRing, .transmit)] {
            let offset = physical &- ring.base
            guard offset < UInt64(ring.count) * Self.descriptorByteCount else { continue }
            let slot = Int(offset / Self.descriptorByteCount)
            let isOwned = word(1, of: ring.address(slot)) & Descriptor.own != 0
            if isWrite, isOwned { object(.descriptorChanged(kind, slot: slot)) }
            let isLate = receiver.late.map { $0.descriptor == ring.address(slot) } ?? false
            if !isWrite, offset % Self.descriptorByteCount == 8, isOwned || isLate {
                object(.readBeforeItCame(kind, offset: 8))
            }
        }
    }

    /// What the driver is about to store: an address has to be that of a buffer, a length no more than it has, and a ring's
    /// begin its ring, whatever the card has done before.
    func look(at physical: UInt64, _ byteCount: Int, _ value: UInt64) {
        guard let list = memory.memory(at: physical, byteCount: UInt64(byteCount), kind: .ring) else { return }
        let offset = physical - list.physical.rawValue
        let name = String(decoding: list.name, as: UTF8.self)
        let kind = name == "sends" ? Violation.Ring.transmit : .receive
        if name == "setup" {
            for (place, other) in [(20, "receives"), (24, "sends")] as [(UInt64, String)] {
                guard let base = field(place, 4, of: offset, byteCount, value) else { continue }
                let ring = memory.memories.first { $0.name.elementsEqual(other.utf8) }
                if ring?.physical.rawValue != base { object(.addressNoBuffer(kind, slot: 0, address: base)) }
            }
            return
        }
        let (slot, place) = (Int(offset / Self.descriptorByteCount), offset % Self.descriptorByteCount)
        let pool = name == "sends" ? "tx" : "rx"
        if let address = field(0, 4, of: place, byteCount, value), !isBuffer(address, of: pool) {
            object(.addressNoBuffer(kind, slot: slot, address: address))
        }
        if let second = field(4, 4, of: place, byteCount, value), 4096 - second & 0xFFF > 2048 {
            object(.lengthPastBuffer(kind, slot: slot, byteCount: Int(4096 - second & 0xFFF)))
        }
    }

    private func isBuffer(_ address: UInt64, of name: String) -> Bool {
        guard let pool = memory.memory(at: address, byteCount: 1, kind: .pool), pool.name.elementsEqual(name.utf8)
        else { return false }
        return (address - pool.physical.rawValue) % max(pool.stride, 1) == 0
    }
}
