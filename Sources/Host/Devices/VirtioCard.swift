// A simulated virtio network card, harsher than QEMU's: it resets late, returns buffers late and in any order, sleeps between
// doorbells, and may see the driver's last store late unless a fence stands after it. It models the common, notification
// and network structures and two split queues; not control queues, merged buffers, offloads or interrupts.
// Source: Virtual I/O Device (VIRTIO) Version 1.2; sections in parentheses.

import Pipeline

/// A network card behind two split queues.
public final class VirtioCard: SimulatedCard {
    /// What the card offers (2.2).
    public var features =
        VirtioFeature.version1 | VirtioFeature.mac | VirtioFeature.status | VirtioFeature.eventIndex
        | VirtioFeature.anyLayout | VirtioFeature.others
    /// Features that the driver has taken.
    public private(set) var accepted: UInt64 = 0
    /// Before each frame; without merged buffers the new form has a count of buffers in it too (5.1.6.1). Units: bytes.
    var headerByteCount: Int { isLegacy ? 10 : 12 }
    let receiveQueue: SplitQueue
    let transmitQueue: SplitQueue
    private let idleQueue: SplitQueue
    /// Whether it has the old form alone.
    let isLegacy: Bool
    private var registers: [UInt64: UInt32] = [:]
    /// From doorbell to doorbell (4.1.4.4). Units: bytes.
    public let doorbellSpacing: UInt64
    /// What is the machine's to order or to translate, by hardware's rules: whoever does not take it is not served.
    public var insistsOnPlatform = false
    /// Doorbells after which something goes wrong that only a reset mends: the card stops, and says so (2.1.2).
    public var failsAfterDoorbells: Int?
    /// Whether somebody hears its interrupts; else one that was not declined is an objection (2.7.7).
    public var isHeard = true
    var status: UInt8 = 0
    var isUp = true
    private var resetEnd: UInt64?
    private var linkTime: UInt64?

    var queues: [SplitQueue] { [receiveQueue, transmitQueue] }

    /// A card as firmware leaves it: driven by somebody else until a reset.
    ///
    /// - Parameter facts: what probes have found out of the card before its driver was generated; none of them leaves it to
    ///   the seed where its doorbells are, and whether it says when it looks by itself.
    public init(
        memory: DirectMemory, stationAddress: [UInt8], timing: CardTiming = .late, failures: FailurePlan = .none,
        facts: [NamedFact] = [], isLegacy: Bool = false, seed: UInt64
    ) {
        self.isLegacy = isLegacy
        func fact(_ name: String) -> UInt64? { facts.first { $0.name.elementsEqual(name.utf8) }?.value }
        var generator = SeededGenerator(seed: seed)
        let spacing = fact("apart") ?? 4
        doorbellSpacing = spacing
        func number(_ name: String) -> UInt16? { fact(name).map { spacing > 0 ? UInt16($0 * 2 / spacing) : 0 } }
        let first = number("rx_bell") ?? UInt16(generator.number(in: 0...7))
        let second = number("tx_bell") ?? (first + 3) % 8
        receiveQueue = SplitQueue(.receive, maximum: 256, notifyOffset: first)
        transmitQueue = SplitQueue(.transmit, maximum: 256, notifyOffset: second)
        let third = (0..<8).first { ![first, second].contains($0) } ?? 7
        idleQueue = SplitQueue(.transmit, maximum: 64, notifyOffset: third)
        super.init(memory: memory, stationAddress: stationAddress, timing: timing, failures: failures, seed: seed)
        status = VirtioStatus.acknowledge | VirtioStatus.driver | VirtioStatus.driverOK
        if isLegacy { features &= 0xFFFF_FFFF } else { status |= VirtioStatus.featuresOK }
        let isQuiet = generator.happens(perMille: 300)
        if fact("tells").map({ $0 == 0 }) ?? isQuiet { features &= ~VirtioFeature.eventIndex }
    }

    var tellsEvents: Bool { accepted & VirtioFeature.eventIndex != 0 }
    var isRunning: Bool {
        status & VirtioStatus.driverOK != 0 && (isLegacy || accepted & VirtioFeature.version1 != 0)
    }
    override public var isLinkUp: Bool { isUp }
    private var isResetting: Bool { resetEnd != nil }

    var selected: SplitQueue? {
        let index = Int(registers[VirtioRegister.queueSelect] ?? 0)
        return [receiveQueue, transmitQueue, idleQueue].indices.contains(index)
            ? [receiveQueue, transmitQueue, idleQueue][index] : nil
    }

    // MARK: Accesses

    override public func read(bar: Int, _ offset: UInt64, byteCount: Int) -> UInt64 {
        countDown()
        drainStores()
        step()
        if failures.isGone { return .max }
        guard let row = row(offset, byteCount) else { return .max }
        var held: UInt32
        if isResetting, modern(offset) != VirtioRegister.status {
            object(.accessDuringReset(offset: offset))
            held = UInt32(truncatingIfNeeded: generator.next())
        } else {
            held = value(of: offset)
        }
        held = failingRegisters.read(offset, value: held, resetValue: 0, at: microseconds, noise: &generator)
        return UInt64(held) & (1 << UInt64(8 * row.width) - 1)
    }

    /// Where the new form has what is at an offset.
    private func modern(_ offset: UInt64) -> UInt64 { isLegacy ? VirtioRegister.modern(offset) : offset }

    private func value(of offset: UInt64) -> UInt32 {
        let offset = modern(offset)
        if isLegacy, offset == VirtioRegister.legacyPage { return UInt32((selected?.table ?? 0) >> 12) }
        switch offset {
        case VirtioRegister.deviceFeature: return half(features, registers[VirtioRegister.deviceFeatureSelect])
        case VirtioRegister.driverFeature: return half(accepted, registers[VirtioRegister.driverFeatureSelect])
        case VirtioRegister.queueCount: return 3
        case VirtioRegister.status: return UInt32(status)
        case VirtioRegister.queueSize: return UInt32(selected?.size ?? 0)
        case VirtioRegister.queueEnable: return selected?.isEnabled == true ? 1 : 0
        case VirtioRegister.queueNotifyOffset: return UInt32(selected?.notifyOffset ?? 0)
        case VirtioRegister.queueTable..<VirtioRegister.queueDevice + 8:
            let value = [selected?.table, selected?.available, selected?.used][
                Int(offset - VirtioRegister.queueTable) / 8]
            return half(value ?? 0, UInt32(offset / 4 % 2))
        case VirtioRegister.stationAddress..<VirtioRegister.networkStatus:
            return UInt32(stationAddress[Int(offset - VirtioRegister.stationAddress)])
        case VirtioRegister.networkStatus: return isUp ? 1 : 0
        case 0x2008: return 1
        default: return registers[offset] ?? 0
        }
    }

    private func half(_ value: UInt64, _ index: UInt32?) -> UInt32 {
        (index ?? 0) > 1 ? 0 : UInt32(truncatingIfNeeded: value >> (32 * UInt64(index ?? 0)))
    }

    override public func write(bar: Int, _ offset: UInt64, byteCount: Int, value: UInt64) {
        countDown()
        drainStores()
        defer { step() }
        if failures.isGone { return }
        guard let row = row(offset, byteCount) else { return }
        let value = UInt32(truncatingIfNeeded: value)
        if row.isReadOnly { return object(.readOnlyRegister(offset: offset)) }
        if isResetting { return object(.accessDuringReset(offset: offset)) }
        guard failingRegisters.takes(offset, value, held: self.value(of: offset), at: microseconds) else { return }
        set(offset, value)
    }

    private func row(_ offset: UInt64, _ byteCount: Int) -> VirtioRegister.Row? {
        let rows = isLegacy ? VirtioRegister.legacyRows : VirtioRegister.rows
        guard let row = VirtioRegister.row(at: offset, among: rows) else {
            object(.noRegister(offset: offset))
            return nil
        }
        // Each field by its own width (4.1.3.1).
        guard byteCount == row.width else {
            object(.accessWidth(offset: offset, byteCount: byteCount))
            return nil
        }
        return row
    }

    private func set(_ offset: UInt64, _ value: UInt32) {
        let offset = modern(offset)
        if isLegacy, offset == VirtioRegister.legacyPage { return setPage(value) }
        switch offset {
        case VirtioRegister.status: setStatus(UInt8(truncatingIfNeeded: value))
        case VirtioRegister.driverFeature: accept(value)
        case VirtioRegister.queueSize...VirtioRegister.queueSize + 1, VirtioRegister.queueEnable,
            VirtioRegister.queueTable..<VirtioRegister.queueDevice + 8:
            configure(offset, value)
        case VirtioRegister.notification...: ring(offset, value)
        default: registers[offset] = value
        }
    }

    /// Features are chosen between DRIVER and FEATURES_OK (3.1.1), in the old form DRIVER_OK (3.1.2).
    private func accept(_ value: UInt32) {
        let end = isLegacy ? VirtioStatus.driverOK : VirtioStatus.featuresOK
        guard status & VirtioStatus.driver != 0, status & end == 0 else {
            return object(.outOfSequence(offset: VirtioRegister.driverFeature))
        }
        let shift = UInt64(registers[VirtioRegister.driverFeatureSelect] ?? 0) * 32
        guard shift < 64 else { return }
        accepted = accepted & ~(0xFFFF_FFFF << shift) | UInt64(value) << shift
    }

    // MARK: Status and queues

    private func setStatus(_ value: UInt8) {
        if value == 0 {
            clear()
            // It shows what it showed until the reset is over (4.1.4.3.1).
            if status != 0 { resetEnd = now() + draw(timing.resetMicroseconds) }
            return
        }
        let added = value & ~status
        // A bit is taken back by a reset alone (2.1.1).
        if status & ~value != 0 || isOutOfOrder(added) { object(.outOfSequence(offset: VirtioRegister.status)) }
        status = value
        let known =
            VirtioFeature.version1 | VirtioFeature.mac | VirtioFeature.status | VirtioFeature.eventIndex
            | VirtioFeature.platform
        let wanted = VirtioFeature.version1 | (insistsOnPlatform ? features & VirtioFeature.platform : 0)
        let isTakeable = accepted & ~(features & known) == 0 && accepted & wanted == wanted
        if added & VirtioStatus.featuresOK != 0, !isTakeable { status &= ~VirtioStatus.featuresOK }
        guard added & VirtioStatus.driverOK != 0 else { return }
        if isLegacy { checkLegacyFeatures() }
        for queue in queues where queue.isEnabled { queue.isAwake = false }
        linkTime = now() + draw(timing.linkMicroseconds)
    }

    /// ACKNOWLEDGE, DRIVER, FEATURES_OK, DRIVER_OK (3.1.1).
    private func isOutOfOrder(_ added: UInt8) -> Bool {
        let order =
            [VirtioStatus.acknowledge, VirtioStatus.driver] + (isLegacy ? [] : [VirtioStatus.featuresOK])
            + [VirtioStatus.driverOK]
        guard let step = order.firstIndex(where: { added & $0 != 0 }) else { return false }
        return order[..<step].contains { status & $0 == 0 } || added & ~order[step] != 0
    }

    private func configure(_ offset: UInt64, _ value: UInt32) {
        guard let queue = selected else { return object(.noRegister(offset: offset)) }
        // Behind FEATURES_OK, before DRIVER_OK, and never while it is enabled (3.1.1, 4.1.4.3.2).
        if queue.isEnabled { return object(.ringMovedWhileEnabled(queue.name, offset: offset)) }
        if status & VirtioStatus.featuresOK == 0 || isRunning { object(.outOfSequence(offset: offset)) }
        let shift = offset % 8 * 8
        switch offset {
        case VirtioRegister.queueSize:
            let size = UInt16(truncatingIfNeeded: value)
            if size == 0 || size & (size - 1) != 0 || size > queue.maximum {
                object(.slotOutsideRing(queue.name, slot: value))
            }
            // QEMU takes more than it offers: up to 1024 (7.2, hw/virtio/virtio.c, virtio_queue_set_num).
            guard size > 0, size <= (hasFailed ? queue.maximum : 1024) else { return }
            queue.size = size
        case VirtioRegister.queueEnable: enable(queue, value)
        case VirtioRegister.queueTable..<VirtioRegister.queueDriver: merge(value, shift, into: &queue.table)
        case VirtioRegister.queueDriver..<VirtioRegister.queueDevice: merge(value, shift, into: &queue.available)
        default: merge(value, shift, into: &queue.used)
        }
    }

    private func merge(_ value: UInt32, _ shift: UInt64, into address: inout UInt64) {
        address = address & ~(0xFFFF_FFFF << shift) | UInt64(value) << shift
    }

    func enable(_ queue: SplitQueue, _ value: UInt32) {
        guard value == 1 else { return object(.outOfSequence(offset: VirtioRegister.queueEnable)) }
        let parts = [
            (queue.table, queue.tableByteCount, UInt64(16)), (queue.available, queue.availableByteCount, 2),
            (queue.used, queue.usedByteCount, 4),
        ]
        for (base, byteCount, alignment) in parts {
            if base % alignment != 0 {
                object(.ringNotAligned(queue.name, base: base, byteCount: UInt32(byteCount)))
            }
            guard memory.holds(base, byteCount: byteCount, kind: .ring) else {
                object(.ringOutsideMemory(queue.name, base: base, byteCount: UInt32(byteCount)))
                // A sound card goes on there, as hardware does.
                if hasFailed { return }
                continue
            }
        }
        queue.isOwned = [Bool](repeating: false, count: Int(queue.size))
        queue.isEnabled = true
        begin(queue)
    }

    /// A doorbell: the number of the queue, at the queue's place (4.1.5.2).
    private func ring(_ offset: UInt64, _ value: UInt32) {
        let index = Int(value)
        guard queues.indices.contains(index),
            isLegacy || offset == VirtioRegister.notification + UInt64(queues[index].notifyOffset) * doorbellSpacing
        else { return object(.outOfSequence(offset: offset)) }
        guard isRunning, queues[index].isEnabled else { return object(.noRing(queues[index].name)) }
        queues[index].isAwake = true
        if let left = failsAfterDoorbells {
            failsAfterDoorbells = left > 0 ? left - 1 : nil
            if left == 0 { status |= VirtioStatus.needsReset }
        }
        if timing.isImmediate { step() }
    }

    // MARK: Time

    private func clear() {
        accepted = 0
        for queue in queues { queue.clear() }
        registers = [:]
        (incoming, incomingByteCount) = ([], 0)
        if !timing.isImmediate { isUp = false }
        linkTime = nil
        forgetFailures()
    }

    override public func step() {
        guard !failures.isGone else { return }
        for write in failingRegisters.step(at: microseconds) { set(write.offset, write.value) }
        if let end = resetEnd {
            guard now() >= end else { return }
            resetEnd = nil
            status = 0
        }
        if let time = linkTime, now() >= time {
            linkTime = nil
            isUp = true
        }
        for queue in queues { ageStores(of: queue) }
        guard isRunning, isUp, status & VirtioStatus.needsReset == 0 else { return }
        for queue in queues where queue.isEnabled { work(queue) }
        receiveFrames()
        if failures.rings.areRestless { misbehave() }
    }

    // MARK: Memory and wire

    override public func fence() { drainStores() }

    override public func willStore(virtual: UInt64, byteCount: Int, value: UInt64) {
        look(at: memory.physical(of: virtual), byteCount, value)
    }

    override public func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
        touchMemory(isWrite: isWrite, physical: memory.physical(of: virtual), virtual)
        step()
    }

    /// What waits for a buffer fits in a memory of the card's own.
    override public func hasRoom(for byteCount: Int) -> Bool { incomingByteCount + byteCount <= 48 * 1024 }

    override public func arrive(_ frame: [UInt8]) {
        guard isRunning, isUp, !failures.isGone, hasRoom(for: frame.count) else {
            missedCount += 1
            return
        }
        // A frame for which a buffer is too small is dropped, and none is marked (5.1.6.4).
        guard admits(frame.count), frame.count + headerByteCount <= SimulatedMachine.bufferByteCount,
            frame.prefix(6).allSatisfy({ $0 == 0xFF }) || Array(frame.prefix(6)) == stationAddress
        else {
            filteredCount += 1
            return
        }
        incoming.append(frame)
        incomingByteCount += frame.count
        if timing.isImmediate { step() }
    }
}
