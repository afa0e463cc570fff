// What an 82540EM or an 82574L reaches. Source: PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's
// Manual, 317453-006, 13.4 (registers) and 3.3 (transmit descriptors); Intel 82574 datasheet, 317694-024, 10.2.5.1 (RCTL:
// DTYP, FLXBUF); QEMU 7.2: hw/net/e1000x_common.c, e1000x_rxbufsize and e1000x_is_oversized, for how much of a frame goes
// where, hw/net/e1000.c, e1000_receive_iov, for the head, set_dlen for the length, hw/net/e1000e_core.c,
// e1000e_parse_rxbufsize and e1000e_calc_rxdesclen, for what the 82574L has besides.

/// Rings, buffers, and how much goes into each.
struct GigabitReach: DeviceReach {
    /// One direction's ring, as its registers have it.
    private struct Ring {
        var base: UInt64
        var byteCount: UInt64
        var head: UInt64 = 0
    }

    let map: ReachMap
    private let isExpress: Bool
    private var receive: Ring
    private var transmit: Ring
    /// RCTL and TCTL.
    private var receiveControl: UInt64 = 1 << 1
    private var transmitControl: UInt64 = 1 << 1

    private static let enable: UInt64 = 1 << 1
    private static let descriptorByteCount: UInt64 = 16
    /// Bytes of the longest frame that is taken without RCTL.LPE and RCTL.SBP, and with one of them: SBP knows no limit, but
    /// no buffer is longer.
    private static let frameByteCount: UInt64 = 1522
    private static let longFrameByteCount: UInt64 = 16384

    /// - Parameter isExpress: whether it is an 82574L.
    init(_ map: ReachMap, isExpress: Bool) {
        self.map = map
        self.isExpress = isExpress
        (receive, transmit) = (Self.ring(map.extent("rx")), Self.ring(map.extent("tx")))
    }

    private static func ring(_ extent: ReachMap.Extent) -> Ring {
        Ring(base: extent.start, byteCount: extent.byteCount)
    }

    mutating func take(_ place: ReachPlace, byteCount: Int, value: UInt64) -> DeviceStray? {
        switch place {
        case .register(_, let offset):
            guard byteCount == 4 else { return nil }
            write(offset, value)
            return ringStray("receive ring", receive, receiveControl)
                ?? ringStray("transmit ring", transmit, transmitControl) ?? bufferStray
        case .memory(let index, let offset):
            let extent = map.extents[index]
            let inSlot = offset % Self.descriptorByteCount
            switch extent.name {
            case "rx": return receiveDescriptor(inSlot, byteCount, value)
            case "tx": return transmitDescriptor(extent, offset - inSlot, inSlot, byteCount, value)
            default: return nil
            }
        }
    }

    private mutating func write(_ offset: UInt64, _ value: UInt64) {
        switch offset {
        case 0x0000 where value & 1 << 26 != 0:  // CTRL.RST: engines stop, and know of no ring
            (receiveControl, transmitControl) = (0, 0)
            (receive, transmit) = (Ring(base: 0, byteCount: 0), Ring(base: 0, byteCount: 0))
        case 0x0100: receiveControl = value
        case 0x0400: transmitControl = value
        case 0x2800...0x2810: Self.write(offset - 0x2800, value, to: &receive)
        case 0x3800...0x3810: Self.write(offset - 0x3800, value, to: &transmit)
        default: break
        }
    }

    private static func write(_ offset: UInt64, _ value: UInt64, to ring: inout Ring) {
        switch offset {
        case 0x00: ring.base = ring.base & ~0xFFFF_FFFF | value & ~15
        case 0x04: ring.base = ring.base & 0xFFFF_FFFF | value << 32
        case 0x08: ring.byteCount = value & 0xFFF80
        case 0x10: ring.head = value & 0xFFFF
        default: break
        }
    }

    /// The head is where the card goes next; it turns only where it meets the end.
    private func ringStray(_ cause: String, _ ring: Ring, _ control: UInt64) -> DeviceStray? {
        guard control & Self.enable != 0 else { return nil }
        if let stray = map.stray(cause, ring.base, ring.byteCount, isWrite: true) { return stray }
        // Behind its ring it takes for descriptors what says anything.
        guard ring.byteCount > 0, ring.head * Self.descriptorByteCount >= ring.byteCount else { return nil }
        return DeviceStray(
            cause: "\(cause)'s head", start: ring.base &+ ring.head * Self.descriptorByteCount,
            byteCount: Self.descriptorByteCount, isWrite: true)
    }

    /// Bytes that one frame may put into one buffer: RCTL.BSIZE, BSEX, and the longest frame.
    private var bufferByteCount: UInt64 {
        let isLong = receiveControl & (1 << 5 | 1 << 2) != 0
        let longest = isLong ? Self.longFrameByteCount : Self.frameByteCount
        let flexible = receiveControl >> 27 & 15
        if isExpress, flexible != 0 { return min(flexible << 10, longest) }
        let size = UInt64(2048) >> (receiveControl >> 16 & 3)
        let isExtended = receiveControl & 1 << 25 != 0
        return min(isExtended ? 16 * size : size, longest)
    }

    /// The last buffer of the pool is the card's.
    private var bufferStray: DeviceStray? {
        guard receiveControl & Self.enable != 0 else { return nil }
        let pool = map.extent("rx_pool")
        // Descriptors of another form, 32 bytes with four addresses.
        if isExpress, receiveControl >> 10 & 3 != 0 {
            return DeviceStray(cause: "RCTL", start: receive.base, byteCount: 2 * receive.byteCount, isWrite: true)
        }
        return map.stray("RCTL", pool.end - pool.stride, bufferByteCount, isWrite: true)
    }

    private func receiveDescriptor(_ inSlot: UInt64, _ byteCount: Int, _ value: UInt64) -> DeviceStray? {
        guard let address = field(0, 8, of: inSlot, byteCount, value) else { return nil }
        return map.stray("receive descriptor", address, min(bufferByteCount, 2048), isWrite: true)
    }

    /// Legacy descriptors have a length of 16 bits; those with DEXT one of 20, or an offset that says where to cut.
    private func transmitDescriptor(
        _ extent: ReachMap.Extent, _ slot: UInt64, _ inSlot: UInt64, _ byteCount: Int, _ value: UInt64
    ) -> DeviceStray? {
        if let address = field(0, 8, of: inSlot, byteCount, value) {
            return map.stray("transmit descriptor", address, 1, isWrite: false)
        }
        guard let command = field(11, 1, of: inSlot, byteCount, value), command & 1 << 5 != 0 else { return nil }
        // A buffer of 2,048 bytes comes after the address; of a length that is not written with it any may be there.
        let length = field(8, 4, of: inSlot, byteCount, value).map { $0 & 0xF_FFFF } ?? 0xF_FFFF
        let pool = map.extent("tx_pool")
        return map.stray("transmit descriptor's form", pool.end - pool.stride, length, isWrite: false)
    }
}
