// Registers of the two rings: setting them up, ringing their doorbells, and who owns which descriptor (3.2.6, 3.4).

extension GigabitCard {
    /// Base and length: low 32 bits at +0, high at +4, length at +8, the same in both rings.
    func setRing(_ ring: DescriptorRing, _ offset: UInt64, _ value: UInt32) {
        if ring.isEnabled {
            return object(.ringMovedWhileEnabled(ring.name, offset: offset))
        }
        self[offset] = value
        switch offset & 0xF {
        case 0x0: ring.base = ring.base & ~0xFFFF_FFFF | UInt64(value)
        case 0x4: ring.base = ring.base & 0xFFFF_FFFF | UInt64(value) << 32
        default: ring.byteCount = value
        }
    }

    /// Only between reset and enabling (13.4.28, 13.4.39).
    func setHead(_ ring: DescriptorRing, _ offset: UInt64, _ value: UInt32) {
        if ring.isEnabled {
            return object(.ringMovedWhileEnabled(ring.name, offset: offset))
        }
        ring.head = Int(value & 0xFFFF)
        ring.done = Int(value & 0xFFFF)
    }

    /// The doorbell (13.4.29, 13.4.40): the card owns from head up to, but without, the tail.
    func setTail(_ ring: DescriptorRing, _ value: UInt32) {
        guard ring.count > 0 else { return object(.noRing(ring.name)) }
        let tail = Int(value & 0xFFFF)
        guard tail < ring.count else { return object(.slotOutsideRing(ring.name, slot: value)) }
        guard ring.isEnabled else {
            ring.tail = tail
            return
        }
        if ring.distance(from: ring.done, to: tail) < ring.distance(from: ring.done, to: ring.tail) {
            object(.tailOverOwned(ring.name, from: ring.tail, to: tail))
        }
        let old = ring.tail
        ring.tail = tail
        admit(ring, from: old)
        if timing.isImmediate {
            transmitStep()
            receiveStep()
        }
    }

    /// RCTL or TCTL: the engine starts when EN is set.
    func setEngine(_ ring: DescriptorRing, _ offset: UInt64, _ value: UInt32) {
        self[offset] = value
        let wasEnabled = ring.isEnabled
        let isEnabled = value & Self.enable != 0
        guard isEnabled, !wasEnabled else {
            ring.isEnabled = isEnabled
            if wasEnabled, !isEnabled { weakness.requestsEnd = now() + 9_900 * countsPerMicrosecond }
            return
        }
        checkExpressSetup(of: ring)
        guard ring.byteCount > 0, ring.base > 0 else { return object(.noRing(ring.name)) }
        // 13.4.25 and 13.4.27: 16 bytes, 128 bytes.
        guard ring.base % 16 == 0, ring.byteCount % 128 == 0 else {
            return object(.ringNotAligned(ring.name, base: ring.base, byteCount: ring.byteCount))
        }
        // A sound card goes on there, as hardware does.
        if !memory.holds(ring.base, byteCount: UInt64(ring.byteCount), kind: .ring) {
            object(.ringOutsideMemory(ring.name, base: ring.base, byteCount: ring.byteCount))
            if hasFailed { return }
        }
        for slot in [ring.head, ring.tail] where slot >= ring.count {
            object(.slotOutsideRing(ring.name, slot: UInt32(slot)))
            if hasFailed || slot == ring.tail { return }
        }
        ring.isEnabled = true
        ring.addresses = [UInt64](repeating: 0, count: ring.count)
        admit(ring, from: ring.done)
    }

    /// Looks at descriptors that the card is given.
    private func admit(_ ring: DescriptorRing, from first: Int) {
        var slot = first
        while slot != ring.tail {
            if let descriptor = pointer(ring, slot) {
                let address = descriptor.load(as: UInt64.self)
                if slot < ring.count { ring.addresses[slot] = address }
                let byteCount =
                    ring.name == .receive
                    ? UInt64(receiveBufferByteCount) : UInt64(descriptor.load(fromByteOffset: 8, as: UInt16.self))
                if !memory.holds(address, byteCount: max(byteCount, 1), kind: .pool) {
                    object(.bufferOutsidePools(ring.name, slot: slot, address: address))
                }
                if !buffersOwned.insert(address).inserted {
                    object(.bufferShared(ring.name, slot: slot, address: address))
                }
            }
            slot = ring.slot(after: slot)
        }
    }

    /// Takes descriptors that were written back out of the card's hands.
    func release(_ ring: DescriptorRing) {
        let slot = ring.done
        if slot < ring.count { buffersOwned.remove(ring.addresses[slot]) }
        ring.done = ring.slot(after: slot)
    }

    func pointer(_ ring: DescriptorRing, _ slot: Int, isWrite: Bool = false) -> UnsafeMutableRawPointer? {
        entry(at: ring.address(of: slot), byteCount: DescriptorRing.descriptorByteCount, isWrite: isWrite)
    }
}
