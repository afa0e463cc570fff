// What the driver does with the lists, as the card sees it, and how the card fails at them. By the names that the rules give
// their memories it knows which records may name which; a real card would go wherever it is led.

import Pipeline

extension ListCard {
    /// Reports again what is due.
    func repeatStatuses() {
        guard !repeats.isEmpty else { return }
        for index in repeats.indices { repeats[index].steps -= 1 }
        for due in repeats where due.steps <= 0 { put(UInt32(due.status), 2, at: due.record) }
        repeats.removeAll { $0.steps <= 0 }
    }

    /// Fails without being asked: records told of again, noise in them, jumps.
    func misbehave() {
        let rings = failures.rings
        for address in [record, currentCommand] {
            guard let list = memory.memory(at: address, byteCount: 16, kind: .ring), list.stride > 0 else { continue }
            let count = Int(list.byteCount / list.stride)
            let other = list.physical.rawValue + UInt64(generator.number(in: 0...count - 1)) * list.stride
            if generator.happens(perMille: rings.doneAgainPerMille) { put(0xA000, 2, at: other) }
            if generator.happens(perMille: rings.noisePerMille) {
                let field = UInt64(generator.number(in: 0...7)) * 2
                put(UInt32(truncatingIfNeeded: generator.next()), 2, at: other + field)
            }
            let isReceiving = address == record
            if generator.happens(perMille: rings.headJumpPerMille) {
                if isReceiving { record = other } else { nextCommand = other }
            }
            if generator.happens(perMille: rings.tailJumpPerMille) {
                if isReceiving { ahead.word ^= 1 << 15 } else { currentWord ^= 1 << 14 }
            }
        }
    }

    /// An access of the driver to a list or a pool that is about to happen.
    func touchMemory(isWrite: Bool, physical: UInt64, _ virtual: UInt64) {
        if memory.holds(physical, byteCount: 1, kind: .pool) {
            object(.bufferTouched(virtual: virtual, isWrite: isWrite))
        } else if let list = memory.memory(at: physical, byteCount: 1, kind: .ring),
            list.name.elementsEqual("rx".utf8)
        {
            let place = (physical - list.physical.rawValue) % max(list.stride, 1)
            touchRecord(isWrite, physical - place, place, virtual)
        } else if isWrite, commandState == .active, physical >= currentCommand, physical - currentCommand < 16,
            physical != currentCommand + 3
        {
            object(.descriptorChanged(.transmit, slot: 0))
        }
    }

    /// What comes after a record's head is a buffer; its count means something once its frame is there. A driver says
    /// where the list ends in a record that is the card's.
    private func touchRecord(_ isWrite: Bool, _ start: UInt64, _ place: UInt64, _ virtual: UInt64) {
        if place >= Self.headByteCount { return object(.bufferTouched(virtual: virtual, isWrite: isWrite)) }
        if isWrite {
            if receiveState == .ready, start == record, place != 3 { object(.descriptorChanged(.receive, slot: 0)) }
        } else if place == 12 {
            if get(2, at: start) & 1 << 15 == 0 || late?.record == start {
                object(.readBeforeItCame(.receive, offset: Int(place)))
            }
        }
    }

    /// What the driver is about to store: a link has to lead to a record of its list, an address to a buffer, and a length
    /// may be no more than there is, whatever the card has done before.
    func look(at physical: UInt64, _ byteCount: Int, _ value: UInt64) {
        guard let list = memory.memory(at: physical, byteCount: UInt64(byteCount), kind: .ring) else { return }
        let stride = max(list.stride, 1)
        let place = (physical - list.physical.rawValue) % stride
        let slot = Int((physical - list.physical.rawValue) / stride)
        switch String(decoding: list.name, as: UTF8.self) {
        case "fragments":
            if let address = field(0, 4, of: place, byteCount, value), !isBuffer(address) {
                object(.addressNoBuffer(.transmit, slot: slot, address: address))
            }
            if let length = field(4, 4, of: place, byteCount, value), length > 2048 {
                object(.lengthPastBuffer(.transmit, slot: slot, byteCount: Int(clamping: length)))
            }
        case "rx":
            if let link = field(4, 4, of: place, byteCount, value), !isRecord(link, of: list) {
                object(.addressNoBuffer(.receive, slot: slot, address: link))
            }
            if let size = field(14, 2, of: place, byteCount, value), size + Self.headByteCount > stride {
                object(.lengthPastBuffer(.receive, slot: slot, byteCount: Int(size)))
            }
        default:
            if let link = field(4, 4, of: place, byteCount, value), !isRecord(link, of: list) {
                object(.addressNoBuffer(.transmit, slot: slot, address: link))
            }
        }
    }

    private func isRecord(_ address: UInt64, of list: PlacedMemory) -> Bool {
        let start = list.physical.rawValue
        return address >= start && address - start < list.byteCount && (address - start) % max(list.stride, 1) == 0
    }

    private func isBuffer(_ address: UInt64) -> Bool {
        guard let pool = memory.memory(at: address, byteCount: 1, kind: .pool) else { return false }
        return isRecord(address, of: pool)
    }
}
