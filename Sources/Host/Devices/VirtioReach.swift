// What a virtio network card of split queues reaches. Source: Virtual I/O Device (VIRTIO) Version 1.2, 2.7 (split queues:
// 2.7.2 those of the old form, 2.7.5 descriptors, 2.7.6 the available ring, 2.7.8 the used ring), 4.1.4.3 (common
// configuration), 4.1.4.10 (that of the old form) and 6 (reserved feature bits); QEMU 7.2, hw/virtio/virtio.c, virtqueue_split_pop, which follows INDIRECT whether or not it was agreed on. QEMU stops
// at a number of a descriptor that the queue has not got (virtqueue_get_head, virtqueue_split_read_next_desc); hardware need
// not, so the model goes on.

import Pipeline

/// The queues, by what QUEUE_SELECT names.
struct VirtioReach: DeviceReach {
    /// One queue, as its registers have it.
    private struct Queue {
        /// Entries of a queue that nobody has set: as many as QEMU's have, hw/net/virtio-net.c.
        var size: UInt64 = 256
        var table: UInt64 = 0
        var available: UInt64 = 0
        var used: UInt64 = 0
        var isEnabled = false
    }

    let map: ReachMap
    private var queues: [UInt64: Queue] = [:]
    private var selected: UInt64 = 0
    private var selectedFeatures: UInt64 = 0
    private let common: Int?
    private let isLegacy: Bool
    private let entryCount: UInt64

    init(_ map: ReachMap, isLegacy: Bool = false) {
        self.map = map
        self.isLegacy = isLegacy
        entryCount = isLegacy ? 256 : 128
        let name = isLegacy ? "regs" : "common"
        common = map.windows.firstIndex { $0.name.elementsEqual(name.utf8) }
        for (number, name) in ["rx", "tx"].enumerated() {
            queues[UInt64(number)] = Queue(
                size: entryCount, table: map.extent("\(name)_table").start,
                available: map.extent("\(name)_available").start, used: map.extent("\(name)_used").start,
                isEnabled: true)
        }
    }

    mutating func take(_ place: ReachPlace, byteCount: Int, value: UInt64) -> DeviceStray? {
        switch place {
        case .register(let window, let offset):
            guard window == common else { return nil }
            return isLegacy ? legacyRegister(offset, value) : register(offset, value)
        case .memory(let index, let offset):
            let extent = map.extents[index]
            if extent.name.hasSuffix("_table") { return descriptor(extent, offset, byteCount, value) }
            if extent.name.hasSuffix("_available") { return entries(extent, offset, byteCount, value) }
            return nil
        }
    }

    private mutating func register(_ offset: UInt64, _ value: UInt64) -> DeviceStray? {
        var queue = queues[selected] ?? Queue()
        switch offset {
        case 0x08: selectedFeatures = value
        case 0x0C:
            // RING_PACKED: rings of another form, which those that are there do not have.
            guard selectedFeatures == 1, value & 1 << 2 != 0 else { return nil }
            return DeviceStray(cause: "DRIVER_FEATURE", start: queue.table, byteCount: 16, isWrite: true)
        case 0x14 where value == 0: queues = [:]
        case 0x16: selected = value
        case 0x18: queue.size = value
        case 0x1C: queue.isEnabled = value & 1 != 0
        case 0x20: queue.table = queue.table & ~0xFFFF_FFFF | value
        case 0x24: queue.table = queue.table & 0xFFFF_FFFF | value << 32
        case 0x28: queue.available = queue.available & ~0xFFFF_FFFF | value
        case 0x2C: queue.available = queue.available & 0xFFFF_FFFF | value << 32
        case 0x30: queue.used = queue.used & ~0xFFFF_FFFF | value
        case 0x34: queue.used = queue.used & 0xFFFF_FFFF | value << 32
        default: return nil
        }
        guard 0x18...0x34 ~= offset else { return nil }
        queues[selected] = queue
        return stray(of: queue)
    }

    /// By the number of its first page a queue is told of as a whole, and is in use.
    private mutating func legacyRegister(_ offset: UInt64, _ value: UInt64) -> DeviceStray? {
        var queue = queues[selected] ?? Queue()
        switch offset {
        case 0x0E: selected = value
        case 0x12 where value == 0: queues = [:]
        case 0x08:
            queue.isEnabled = value != 0
            queue.table = value << 12
            queue.available = queue.table + 16 * queue.size
            queue.used = (queue.available + 4 + 2 * queue.size + 2 + 0xFFF) & ~0xFFF
            queues[selected] = queue
            return stray(of: queue)
        default: break
        }
        return nil
    }

    private func stray(of queue: Queue) -> DeviceStray? {
        guard queue.isEnabled, queue.size > 0 else { return nil }
        return map.stray("descriptor table", queue.table, 16 * queue.size, isWrite: false)
            ?? map.stray("available ring", queue.available, 4 + 2 * queue.size + 2, isWrite: false)
            ?? map.stray("used ring", queue.used, 4 + 8 * queue.size + 2, isWrite: true)
    }

    /// A table behind INDIRECT is memory that says anything; so is what lies after the last descriptor.
    private func descriptor(
        _ extent: ReachMap.Extent, _ offset: UInt64, _ byteCount: Int, _ value: UInt64
    ) -> DeviceStray? {
        let inSlot = offset % 16
        let cause = "\(extent.name) descriptor"
        if let address = field(0, 8, of: inSlot, byteCount, value) {
            return map.stray(cause, address, 1, isWrite: true)
        }
        // What goes into the pool's last buffer.
        let pool = map.extent(extent.name.replacing("_table", with: ""))
        if let length = field(8, 4, of: inSlot, byteCount, value),
            let stray = map.stray("\(cause), length", pool.end - pool.stride, length, isWrite: true)
        {
            return stray
        }
        let flags = field(12, 2, of: inSlot, byteCount, value)
        if let flags, flags & 1 << 2 != 0 {
            return DeviceStray(cause: "\(cause), INDIRECT", start: extent.end, byteCount: 16, isWrite: true)
        }
        // NEXT, where the number of the next one is written with it or left at some descriptor's.
        guard let flags, flags & 1 != 0, let next = field(14, 2, of: inSlot, byteCount, value) else { return nil }
        guard next >= entryCount else { return nil }
        return DeviceStray(cause: "\(cause), NEXT", start: extent.start + 16 * next, byteCount: 16, isWrite: false)
    }

    /// An entry names a descriptor by its number.
    private func entries(
        _ extent: ReachMap.Extent, _ offset: UInt64, _ byteCount: Int, _ value: UInt64
    ) -> DeviceStray? {
        guard offset >= 4, offset < 4 + 2 * entryCount else { return nil }
        let table = map.extent(extent.name.replacing("_available", with: "_table"))
        for entry in stride(from: 0, to: UInt64(byteCount), by: 2) {
            let number = value >> (8 * entry) & 0xFFFF
            guard number >= entryCount else { continue }
            return DeviceStray(
                cause: "\(extent.name) entry", start: table.start + 16 * number, byteCount: 16, isWrite: false)
        }
        return nil
    }
}
