// The two queues at work: buffers are taken while the card is awake, frames go through them, and they come back late, several
// at once and in any order. Between doorbells the card sleeps, if it has said so.
// Source: Virtual I/O Device (VIRTIO) Version 1.2, sections 2.7.5 to 2.7.10 and 5.1.6.

extension VirtioCard {
    private static let flagNext: UInt16 = 1
    private static let flagWrite: UInt16 = 2
    private static let flagIndirect: UInt16 = 4
    /// Descriptors that a chain has at most: as many as a queue.
    private static let longestChain = 1024

    func pointer(_ address: UInt64, _ byteCount: Int, isWrite: Bool = false) -> UnsafeMutableRawPointer? {
        entry(at: address, byteCount: byteCount, isWrite: isWrite)
    }

    /// A buffer that a descriptor names.
    struct Buffer {
        var address: UInt64
        var byteCount: Int
    }

    /// The buffers of a chain, from a descriptor on by NEXT; a table of their own where it is INDIRECT. A card that is hardware
    /// has no bounds here: QEMU stops at a number that is none of the queue's, and follows INDIRECT whether or not that was
    /// agreed on (7.2, hw/virtio/virtio.c, virtqueue_split_pop).
    func chain(_ id: Int, of queue: SplitQueue) -> [Buffer] {
        var (table, next) = (queue.table, UInt64(id))
        var buffers: [Buffer] = []
        while buffers.count < Self.longestChain, let descriptor = pointer(table + next * 16, 16) {
            let address = descriptor.load(as: UInt64.self)
            let byteCount = Int(descriptor.load(fromByteOffset: 8, as: UInt32.self))
            let flags = descriptor.load(fromByteOffset: 12, as: UInt16.self)
            guard flags & Self.flagIndirect == 0 else {
                guard table == queue.table else { break }
                (table, next) = (address, 0)
                continue
            }
            buffers.append(Buffer(address: address, byteCount: byteCount))
            guard flags & Self.flagNext != 0 else { break }
            next = UInt64(descriptor.load(fromByteOffset: 14, as: UInt16.self))
            if table == queue.table, next >= UInt64(queue.size) {
                object(.slotOutsideRing(queue.name, slot: UInt32(next)))
            }
        }
        return buffers
    }

    /// The queue starts: what the driver has made available already counts.
    func begin(_ queue: SplitQueue) {
        let index = pointer(queue.available + 2, 2)?.load(as: UInt16.self) ?? 0
        offer(queue, upTo: index)
    }

    /// The driver makes entries available: their descriptors are the card's from now on.
    func offer(_ queue: SplitQueue, upTo index: UInt16) {
        let first = queue.offered
        guard index &- queue.told <= queue.size, index &- first <= queue.size else {
            return object(.tailOverOwned(queue.name, from: Int(first), to: Int(index)))
        }
        var next = first
        while next != index {
            let id = Int(pointer(queue.entry(next), 2)?.load(as: UInt16.self) ?? 0)
            if id >= Int(queue.size) {
                object(.slotOutsideRing(queue.name, slot: UInt32(id)))
            } else if queue.isOwned[id] {
                object(.bufferShared(queue.name, slot: id, address: queue.descriptor(id)))
            } else {
                queue.isOwned[id] = true
            }
            next &+= 1
        }
        queue.offered = index
    }

    // MARK: Taking

    func work(_ queue: SplitQueue) {
        takeSome(queue)
        tell(queue)
    }

    private func takeSome(_ queue: SplitQueue) {
        guard queue.isAwake else { return }
        if queue.stepsToLook > 0, !timing.isImmediate {
            queue.stepsToLook -= 1
            return
        }
        queue.stepsToLook = stepsToNextLook()
        var count = timing.isImmediate ? Int(queue.size) : generator.number(in: timing.fetchBatch)
        while count > 0, queue.seen != queue.visible {
            take(queue)
            count -= 1
        }
        guard queue.seen == queue.visible else { return }
        // Says that it sleeps, then looks once more (2.7.10).
        if tellsEvents {
            pointer(queue.event, 2, isWrite: true)?.storeBytes(of: queue.seen, as: UInt16.self)
        } else {
            pointer(queue.used, 2, isWrite: true)?.storeBytes(of: 0, as: UInt16.self)
        }
        queue.isAwake = false
    }

    private func take(_ queue: SplitQueue) {
        let id = UInt32(pointer(queue.entry(queue.seen), 2)?.load(as: UInt16.self) ?? 0)
        queue.seen &+= 1
        if !tellsEvents { pointer(queue.used, 2, isWrite: true)?.storeBytes(of: 1, as: UInt16.self) }
        guard isBusMaster else { return object(.notBusMaster(queue.name)) }
        guard id < UInt32(queue.size), let descriptor = pointer(queue.descriptor(Int(id)), 16) else { return }
        let flags = descriptor.load(fromByteOffset: 12, as: UInt16.self)
        let isWritable = flags & Self.flagWrite != 0
        if flags & ~Self.flagWrite != 0 || isWritable != (queue === receiveQueue) {
            object(.badCommand(slot: Int(id), command: UInt8(truncatingIfNeeded: flags)))
        }
        if queue === receiveQueue { queue.vacant.append(id) } else { send(id, descriptor) }
    }

    private func send(_ id: UInt32, _ descriptor: UnsafeMutableRawPointer) {
        let address = descriptor.load(as: UInt64.self)
        let byteCount = Int(descriptor.load(fromByteOffset: 8, as: UInt32.self))
        let noise = UInt32(truncatingIfNeeded: generator.next())
        transmitQueue.pending.append(SplitQueue.Completion(id: id, byteCount: noise, report: nil))
        let frameByteCount = byteCount - headerByteCount
        guard (60...1514).contains(frameByteCount) else {
            return object(.badLength(slot: Int(id), byteCount: frameByteCount))
        }
        guard let data = memory.pointer(at: address, byteCount: UInt64(byteCount), kind: .pool) else {
            return object(.bufferOutsidePools(.transmit, slot: Int(id), address: address))
        }
        // Without offloads all of it is zero (5.1.6.2).
        let header = UnsafeRawBufferPointer(start: data, count: headerByteCount)
        if let byte = header.first(where: { $0 != 0 }) { object(.badCommand(slot: Int(id), command: byte)) }
        sent.append(Array(UnsafeRawBufferPointer(start: data + headerByteCount, count: frameByteCount)))
    }

    // MARK: Receiving

    func receiveFrames() {
        guard receiveQueue.isEnabled else { return }
        while let frame = incoming.first, !receiveQueue.vacant.isEmpty {
            incomingByteCount -= incoming.removeFirst().count
            // Buffers are used in any order: nobody asked for theirs.
            let index = generator.number(in: 0...receiveQueue.vacant.count - 1)
            store(frame, in: receiveQueue.vacant.remove(at: index))
        }
    }

    /// Writes a frame after its header into the buffers of a chain, as far as their descriptors say, wherever they are.
    private func store(_ frame: [UInt8], in id: UInt32) {
        // The header: one buffer, nothing offloaded (5.1.6.4).
        var content = [UInt8](repeating: 0, count: headerByteCount)
        if !isLegacy { content[10] = 1 }
        content += frame
        let byteCount = content.count
        for buffer in chain(Int(id), of: receiveQueue) where !content.isEmpty {
            let part = Array(content.prefix(buffer.byteCount))
            content.removeFirst(part.count)
            if !memory.holds(buffer.address, byteCount: UInt64(buffer.byteCount), kind: .pool) {
                object(.bufferOutsidePools(.receive, slot: Int(id), address: buffer.address))
            }
            put(part, at: buffer.address)
        }
        guard content.isEmpty else {
            return object(.bufferOutsidePools(.receive, slot: Int(id), address: receiveQueue.descriptor(Int(id))))
        }
        let report = ReceiveReport(byteCount: frame.count, isEnd: true, errors: 0)
        var completion = SplitQueue.Completion(id: id, byteCount: UInt32(byteCount), report: report)
        lie(&completion)
        receiveQueue.pending.append(completion)
    }

    private func lie(_ completion: inout SplitQueue.Completion) {
        let rings = failures.rings
        if generator.happens(perMille: rings.emptyPerMille) {
            // Less than both headers, the card's or the frame's.
            completion.byteCount = UInt32(generator.number(in: 0...headerByteCount + 13))
        }
        if generator.happens(perMille: rings.hugePerMille) {
            completion.byteCount = UInt32(generator.number(in: 2049...65535))
        }
        if generator.happens(perMille: rings.unendedPerMille) {
            completion.byteCount = UInt32(truncatingIfNeeded: generator.next())
        }
        lieOfNumber(&completion)
    }

    private func lieOfNumber(_ completion: inout SplitQueue.Completion) {
        guard generator.happens(perMille: failures.rings.errorPerMille) else { return }
        let isFar = generator.happens(perMille: 500)
        completion.id = isFar ? UInt32(truncatingIfNeeded: generator.next()) : UInt32(generator.number(in: 0...127))
    }

    // MARK: Telling

    /// Writes elements of the used ring, several before the index moves. Frames keep their order, what was sent does not.
    private func tell(_ queue: SplitQueue) {
        guard !queue.pending.isEmpty, !failures.rings.neverCompletes else { return }
        var count = queue.pending.count
        if !timing.isImmediate {
            guard queue.stepsToTell == 0 else {
                queue.stepsToTell -= 1
                return
            }
            count = min(count, generator.number(in: timing.writeBackBatch))
            queue.stepsToTell = generator.number(in: timing.stepsToWriteBack)
        }
        for _ in 0..<count {
            let isOrdered = queue === receiveQueue || timing.isImmediate
            var completion = queue.pending.remove(
                at: isOrdered ? 0 : generator.number(in: 0...queue.pending.count - 1))
            if queue === transmitQueue { lieOfNumber(&completion) }
            if generator.happens(perMille: failures.rings.lostPerMille) { continue }
            write(completion, to: queue)
            if let report = completion.report { reports.append(report) }
            if generator.happens(perMille: failures.rings.twicePerMille) { write(completion, to: queue) }
        }
        pointer(queue.used + 2, 2, isWrite: true)?.storeBytes(of: queue.told, as: UInt16.self)
        // By EVENT_IDX one comes at most in 65,536, which nobody asked for and nobody can help.
        let wanted = pointer(queue.available, 2)?.load(as: UInt16.self) ?? 0
        if !isHeard, !tellsEvents, wanted & 1 == 0 { object(.interruptRaised(causes: 1)) }
        if tellsEvents, wanted != 0 { object(.badCommand(slot: 0, command: UInt8(truncatingIfNeeded: wanted))) }
    }

    private func write(_ completion: SplitQueue.Completion, to queue: SplitQueue) {
        let element = pointer(queue.element(queue.told), 8, isWrite: true)
        element?.storeBytes(of: completion.id, as: UInt32.self)
        element?.storeBytes(of: completion.byteCount, toByteOffset: 4, as: UInt32.self)
        if completion.id < UInt32(queue.size) { queue.isOwned[Int(completion.id)] = false }
        queue.told &+= 1
    }

    /// Noise in the used ring, an index that jumps or moves without an element.
    func misbehave() {
        let rings = failures.rings
        for queue in queues where queue.isEnabled {
            let noise = generator.next()
            if generator.happens(perMille: rings.noisePerMille) {
                pointer(queue.element(UInt16(truncatingIfNeeded: noise)), 8, isWrite: true)?.storeBytes(
                    of: generator.next(), as: UInt64.self)
            }
            if generator.happens(perMille: rings.doneAgainPerMille) { queue.told &+= 1 }
            if generator.happens(perMille: rings.headJumpPerMille) {
                queue.told = UInt16(truncatingIfNeeded: noise >> 16)
            }
            if generator.happens(perMille: rings.tailJumpPerMille) {
                let event = UInt16(truncatingIfNeeded: noise >> 32)
                pointer(queue.event, 2, isWrite: true)?.storeBytes(of: event, as: UInt16.self)
            }
        }
    }
}
