// What a PCnet reaches: the block that it begins with, two rings of descriptors, and what each of these names. It starts as a
// card that runs, with 32-bit structures, whose descriptors all lead to the last buffer of their pool.
// Source: AMD Am79C970A PCnet-PCI II data sheet, publication 19436, control and status registers and descriptors; QEMU 7.2,
// hw/net/pcnet.c: pcnet_init for the block, pcnet_csr_writew for what is only heard while the card is stopped or suspended.

/// Block, rings and buffers.
struct PCnetReach: DeviceReach {
    private static let blockByteCount: UInt64 = 28, descriptorByteCount: UInt64 = 16, bufferByteCount: UInt64 = 2048

    let map: ReachMap
    /// Which register the data ports are.
    private var number: UInt64 = 0
    /// Where the block is, as the card was told by halves.
    private var block: UInt64
    /// What SWSTYLE says: 2 and 3 are of 32 bits.
    private var style: UInt64 = 2
    private var isStopped = false
    private var isSuspended = false
    /// What the driver has written to each memory, and what was there.
    private var contents: [[UInt8]]

    init(_ map: ReachMap) {
        self.map = map
        block = map.extent("setup").start
        contents = map.extents.map { extent in
            let pool = extent.name == "receives" ? "rx" : extent.name == "sends" ? "tx" : nil
            guard let pool else { return [UInt8](repeating: 0, count: extent.name == "setup" ? 28 : 0) }
            let buffer = map.extent(pool).end - Self.bufferByteCount
            let descriptor = Self.bytes(buffer, 4) + Self.bytes(0x8000_F800, 4) + Self.bytes(0, 8)
            return (0..<extent.byteCount / Self.descriptorByteCount).flatMap { _ in descriptor }
        }
        guard let setup = map.extents.firstIndex(where: { $0.name == "setup" }) else { return }
        put(0x4060_0000, 4, at: 0, in: setup)
        put(map.extent("receives").start, 4, at: 20, in: setup)
        put(map.extent("sends").start, 4, at: 24, in: setup)
    }

    mutating func take(_ place: ReachPlace, byteCount: Int, value: UInt64) -> DeviceStray? {
        switch place {
        case .register(_, let offset):
            switch offset {
            case 0x10: return control(value & 0xFFFF)
            case 0x12: number = value & 0x7F
            case 0x16: if number == 20, isStopped || isSuspended { style = value & 0xFF }
            default: break
            }
            return nil
        case .memory(let index, let offset):
            guard offset + UInt64(byteCount) <= contents[index].count else { return nil }
            put(value, byteCount, at: offset, in: index)
            if map.extents[index].name == "setup" { return nil }
            return descriptor(Int(offset / Self.descriptorByteCount), of: index)
        }
    }

    // MARK: Registers

    private mutating func control(_ value: UInt64) -> DeviceStray? {
        let isHeard = isStopped || isSuspended
        switch number {
        case 0:
            // STOP is stronger than INIT and STRT.
            if value & 1 << 2 != 0 {
                isStopped = true
                return nil
            }
            if value & 0b11 != 0 { isStopped = false }
            return value & 1 != 0 ? begin() : nil
        case 1, 16: if isHeard { block = block & 0xFFFF_0000 | value }
        case 2, 17: if isHeard { block = block & 0xFFFF | value << 16 }
        case 5: isSuspended = value & 1 != 0
        case 58: if isHeard { style = value & 0xFF }
        // Addresses of rings, descriptors and buffers, and lengths of rings, that the block or the card sets otherwise.
        case 18...39, 60, 61, 64, 65, 76, 78:
            guard isHeard else { return nil }
            return DeviceStray(cause: "CSR\(number)", start: value, byteCount: 16, isWrite: true)
        default: break
        }
        return nil
    }

    /// INIT: the block says where the rings are and how long.
    private func begin() -> DeviceStray? {
        guard style == 2 || style == 3 else {
            return DeviceStray(cause: "16-bit structures", start: block & 0xFF_FFFF, byteCount: 24, isWrite: false)
        }
        guard let index = map.extents.firstIndex(where: { $0.name == "setup" && $0.start == block }) else {
            return DeviceStray(cause: "block", start: block, byteCount: Self.blockByteCount, isWrite: false)
        }
        let orders = number(2, at: 2, in: index)
        return ring("receives", number(4, at: 20, in: index), order: orders >> 4 & 15)
            ?? ring("sends", number(4, at: 24, in: index), order: orders >> 12)
    }

    /// A ring of descriptors, which are nowhere but in their memory. Orders above 9 are taken for 9.
    private func ring(_ name: String, _ start: UInt64, order: UInt64) -> DeviceStray? {
        let (extent, byteCount) = (map.extent(name), Self.descriptorByteCount << min(order, 9))
        let isThere =
            start >= extent.start && start <= extent.end && byteCount <= extent.end - start
            && (start - extent.start) % Self.descriptorByteCount == 0
        return isThere ? nil : DeviceStray(cause: "\(name), ring", start: start, byteCount: byteCount, isWrite: true)
    }

    // MARK: Memory

    /// What a descriptor leads to, whoever owns it now: the other side may be about to.
    private func descriptor(_ slot: Int, of index: Int) -> DeviceStray? {
        let name = map.extents[index].name
        let start = UInt64(slot) * Self.descriptorByteCount
        // In SWSTYLE 3 the address is where the message's length is otherwise.
        let address = number(4, at: start + (style == 3 ? 8 : 0), in: index)
        let byteCount = 4096 - number(4, at: start + 4, in: index) & 0xFFF
        return map.stray("\(name) descriptor", address, byteCount, isWrite: name == "receives")
    }

    private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    private mutating func put(_ value: UInt64, _ count: Int, at offset: UInt64, in index: Int) {
        contents[index].replaceSubrange(Int(offset)..<Int(offset) + count, with: Self.bytes(value, count))
    }

    private func number(_ count: Int, at offset: UInt64, in index: Int) -> UInt64 {
        contents[index][Int(offset)..<Int(offset) + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
