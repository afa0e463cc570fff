// How the simulated card fails at its rings: completions that come again, noise over descriptors, heads and tails that
// jump. What it reads and writes stays inside rings and pools: what a card does elsewhere, no driver can help. It also
// holds what the driver stores in a slot against what a slot may say, which no failure excuses.

import Pipeline

extension GigabitCard {
    /// Reports a completion again some time later, if that is what the plan has for it.
    func repeatLater(_ completion: DescriptorRing.Completion, of ring: DescriptorRing) {
        guard generator.happens(perMille: failures.rings.twicePerMille) else { return }
        ring.repeats.append((completion, generator.number(in: 1...2000)))
    }

    /// Reports again what is due.
    func repeatCompletions() {
        guard !transmitRing.repeats.isEmpty || !receiveRing.repeats.isEmpty else { return }
        for ring in [transmitRing, receiveRing] where !ring.repeats.isEmpty {
            for index in ring.repeats.indices { ring.repeats[index].steps -= 1 }
            for due in ring.repeats where due.steps <= 0 {
                if ring.name == .receive {
                    writeBackReceived(due.completion)
                } else {
                    writeBackTransmitted(due.completion)
                }
            }
            ring.repeats.removeAll { $0.steps <= 0 }
        }
    }

    /// Marks a descriptor done, writes noise over one, goes on elsewhere: whoever owns it, by chance.
    func misbehave() {
        let rings = failures.rings
        for ring in [transmitRing, receiveRing] where ring.isEnabled {
            let slot = generator.number(in: 0...ring.count - 1)
            if generator.happens(perMille: rings.headJumpPerMille) { ring.head = slot }
            if generator.happens(perMille: rings.tailJumpPerMille) { ring.tail = slot }
            guard let descriptor = pointer(ring, slot) else { continue }
            if generator.happens(perMille: rings.doneAgainPerMille) {
                let status = descriptor.load(fromByteOffset: 12, as: UInt8.self)
                descriptor.storeBytes(of: status | 1, toByteOffset: 12, as: UInt8.self)
            }
            if generator.happens(perMille: rings.noisePerMille) { writeNoise(over: descriptor) }
        }
    }

    /// Over the whole descriptor, its address, its length, or its status and errors.
    private func writeNoise(over descriptor: UnsafeMutableRawPointer) {
        let field = generator.number(in: 0...3)
        if field <= 1 { descriptor.storeBytes(of: generator.next(), as: UInt64.self) }
        if field == 0 { descriptor.storeBytes(of: generator.next(), toByteOffset: 8, as: UInt64.self) }
        let noise = UInt16(truncatingIfNeeded: generator.next())
        if field == 2 { descriptor.storeBytes(of: noise, toByteOffset: 8, as: UInt16.self) }
        if field == 3 { descriptor.storeBytes(of: noise, toByteOffset: 12, as: UInt16.self) }
    }

    /// A word as it is after a store of so many bytes that begins at the given byte of it, or before it.
    func merge(_ word: UInt64, _ value: UInt64, at start: Int, _ byteCount: Int) -> UInt64 {
        if start == 0, byteCount == 8 { return value }
        let mask = byteCount == 8 ? UInt64.max : 1 << UInt64(8 * byteCount) - 1
        let (bits, stored) =
            start >= 0
            ? (mask << UInt64(8 * start), value << UInt64(8 * start))
            : (mask >> UInt64(-8 * start), value >> UInt64(-8 * start))
        return word & ~bits | stored & bits
    }

    /// The ring whose slots or buffers a memory holds.
    func kind(of memory: PlacedMemory) -> Violation.Ring {
        memory.name.first == UInt8(ascii: "r") ? .receive : .transmit
    }

    func isBuffer(_ address: UInt64, of ring: PlacedMemory) -> Bool {
        let size = UInt64(SimulatedMachine.bufferByteCount)
        guard let pool = memory.memory(at: address, byteCount: size, kind: .pool),
            (address - pool.physical.rawValue) % size == 0
        else { return false }
        return kind(of: pool) == kind(of: ring)
    }
}
