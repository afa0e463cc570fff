// What an RTL8139 reaches: one ring of bytes, and what four pairs of registers name.
// Source: RTL8139D(L) datasheet, section 5 (registers): 5.8 for the ring's sizes, the 16 bytes after it, and WRAP, 5.1 (LONG)
// for how long a frame may be; QEMU 7.2, hw/net/rtl8139.c: rtl8139_RxWrap and rtl8139_write_buffer for where it goes on,
// rtl8139_transmit_one for what is read of a pair.

/// The receive ring and the pairs.
struct RTL8139Reach: DeviceReach {
    let map: ReachMap
    private var ringStart: UInt64
    private var command: UInt64 = 1 << 3 | 1 << 2
    /// WRAP, and the smallest ring.
    private var receiveControl: UInt64 = 1 << 7
    private var addresses: [UInt64]

    /// What a frame that begins in the ring may take behind its end with WRAP: the longest that a card takes for one. QEMU's
    /// model takes longer ones, which overrun the ring whatever was written, WRAP or not; that is what guard space is for.
    private static let overhang: UInt64 = 4096

    init(_ map: ReachMap) {
        self.map = map
        ringStart = map.extent("rx").start
        addresses = [UInt64](repeating: map.extent("tx").start, count: 4)
    }

    mutating func take(_ place: ReachPlace, byteCount: Int, value: UInt64) -> DeviceStray? {
        guard case .register(_, let offset) = place else { return nil }
        switch offset {
        case 0x10, 0x14, 0x18, 0x1C: return send(Int(offset - 0x10) / 4, value)
        case 0x20, 0x24, 0x28, 0x2C: addresses[Int(offset - 0x20) / 4] = value
        case 0x30: ringStart = value
        case 0x37:
            command = value & 1 << 4 != 0 ? 0 : value
            // A reset clears RCR, and all addresses, which are 0 in a card that was never told any.
            if value & 1 << 4 != 0 { (receiveControl, ringStart, addresses) = (0, 0, [0, 0, 0, 0]) }
        case 0x44: receiveControl = value
        default: break
        }
        guard command & 1 << 3 != 0 else { return nil }
        let ring = UInt64(8192) << (receiveControl >> 11 & 3)
        // A ring of 64 KiB knows no WRAP.
        let goesOn = receiveControl & 1 << 7 != 0 && ring < 65536
        return map.stray("receive ring", ringStart, ring + 16 + (goesOn ? Self.overhang : 0), isWrite: true)
    }

    /// A pair sends when OWN is cleared.
    private func send(_ pair: Int, _ value: UInt64) -> DeviceStray? {
        guard value & 1 << 13 == 0, command & 1 << 2 != 0 else { return nil }
        return map.stray("transmit pair", addresses[pair], value & 0x1FFF, isWrite: false)
    }
}
