// What the driver does with the memory of the queues, as the card sees it: which stores it may make, and when the card sees
// them. A store may stay in the processor's store buffer while the driver goes on reading, until a fence or an access of the
// window empties that buffer.
// Source: Virtual I/O Device (VIRTIO) Version 1.2, sections 2.7.13.3.1 and 2.7.10; Intel 64 and IA-32 Architectures Software
// Developer's Manual, volume 3A, section 8.2.2 (loads may pass older stores to other places) and 11.10 (store buffer).

import Pipeline

extension VirtioCard {
    /// What the driver is about to store.
    func look(at physical: UInt64, _ byteCount: Int, _ value: UInt64) {
        guard let placed = memory.memory(at: physical, byteCount: UInt64(byteCount), kind: .ring) else { return }
        if placed.stride == 16 { judge(physical, byteCount, value, in: placed) }
        for queue in queues where queue.isEnabled && physical == queue.available + 2 && byteCount == 2 {
            let before = queue.visible
            offer(queue, upTo: UInt16(truncatingIfNeeded: value))
            if !timing.isImmediate { queue.stale = (before, generator.number(in: 20...200)) }
        }
    }

    /// An entry of a descriptor table: an address has to be that of a buffer of the direction, a length no more than one,
    /// whatever the card has done before.
    private func judge(_ physical: UInt64, _ byteCount: Int, _ value: UInt64, in table: PlacedMemory) {
        let start = Int(physical - table.physical.rawValue)
        let slot = start / 16
        let ring: Violation.Ring = table.name.first == UInt8(ascii: "r") ? .receive : .transmit
        if start % 16 == 0, byteCount == 8 {
            let pool = memory.memory(at: value, byteCount: 1, kind: .pool)
            let isBuffer = pool.map {
                $0.name.first == table.name.first && (value - $0.physical.rawValue) % max($0.stride, 1) == 0
            }
            if isBuffer != true { object(.addressNoBuffer(ring, slot: slot, address: value)) }
        }
        if start % 16 == 8 {
            let length = Int(value & 0xFFFF_FFFF)
            if byteCount >= 4, length > 2048 { object(.lengthPastBuffer(ring, slot: slot, byteCount: length)) }
        }
    }

    /// An access of the driver that is about to happen.
    func touchMemory(isWrite: Bool, physical: UInt64, _ virtual: UInt64) {
        if memory.holds(physical, byteCount: 1, kind: .pool) {
            return object(.bufferTouched(virtual: virtual, isWrite: isWrite))
        }
        for queue in queues where queue.isEnabled {
            if physical >= queue.table, physical - queue.table < queue.tableByteCount {
                let id = Int(physical - queue.table) / 16
                if isWrite, queue.isOwned[id] { object(.descriptorChanged(queue.name, slot: id)) }
            } else if physical >= queue.available + 4, physical - queue.available < queue.availableByteCount - 2 {
                // The entries that the card has yet to look at.
                let place = UInt16((physical - queue.available - 4) / 2)
                let ahead = (place &- queue.seen) % queue.size
                if isWrite, ahead < queue.offered &- queue.seen {
                    object(.descriptorChanged(queue.name, slot: Int(place)))
                }
            } else if physical >= queue.used, physical - queue.used < queue.usedByteCount {
                if isWrite { object(.descriptorChanged(queue.name, slot: Int(physical - queue.used))) }
                checkRead(physical - queue.used, of: queue)
            }
        }
    }

    /// The driver reads no element that was never written.
    private func checkRead(_ offset: UInt64, of queue: SplitQueue) {
        guard offset >= 4, offset < queue.usedByteCount - 2, queue.told < queue.size else { return }
        let place = UInt16((offset - 4) / 8)
        if place >= queue.told { object(.readBeforeItCame(queue.name, offset: Int(offset))) }
    }

    /// All that the driver has stored is seen.
    func drainStores() {
        for queue in queues { queue.stale = nil }
    }

    /// A store stays in the buffer for so long and no longer.
    func ageStores(of queue: SplitQueue) {
        guard let stale = queue.stale else { return }
        queue.stale = stale.steps > 1 ? (stale.offered, stale.steps - 1) : nil
    }
}
