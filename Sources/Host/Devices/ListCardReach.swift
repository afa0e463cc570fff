// What an Intel 8255x reaches: lists of commands and of frames that it walks through memory, and what PORT and two
// commands of the command unit have it dump.
// Source: Intel 8255x 10/100 Mbps Ethernet Controller Family Open Source Software Developer Manual, revision 1.3: 6.3.2.2
// (commands of both units), 6.3.2.4 (counters), 6.3.4 (PORT), 6.4.1 and 6.4.2 (action commands), 6.4.2.5 (transmit, with the
// extended form that byte 6 of the configuration allows), 6.4.3.1.2 (records for frames); QEMU 7.2, hw/net/eepro100.c:
// eepro100_write_port, which looks at two bits and keeps both bases, dump_statistics, tx_command, nic_receive.

/// Both units, their bases, and the pointer that the next command is about.
struct ListCardReach: DeviceReach {
    let map: ReachMap
    /// What a running card may have there: something else than what the next command is to have.
    private var pointer: UInt64
    private var commandBase: UInt64 = 0
    private var receiveBase: UInt64 = 0
    /// What was written of commands of `setup`, by their places: which one, and byte 6 of what follows it.
    private var setups: [UInt64: (command: UInt64?, sixth: UInt64?)] = [:]

    /// Units: bytes that the card writes.
    private static let selfTestByteCount: UInt64 = 16
    private static let dumpByteCount: UInt64 = 596
    /// As QEMU's `i82559c`, and a word after them.
    private static let counterByteCount: UInt64 = 84
    private static let fragmentByteCount: UInt64 = 8

    init(_ map: ReachMap) {
        self.map = map
        pointer = map.extent("rx").start
    }

    mutating func take(_ place: ReachPlace, byteCount: Int, value: UInt64) -> DeviceStray? {
        switch place {
        case .register(_, let offset): register(offset, byteCount, value)
        case .memory(let index, let offset):
            switch map.extents[index].name {
            case "sends", "setup", "group": command(map.extents[index], offset, byteCount, value)
            case "fragments": fragment(map.extents[index], offset, byteCount, value)
            case "rx": frame(map.extents[index], offset, byteCount, value)
            default: nil
            }
        }
    }

    private mutating func register(_ offset: UInt64, _ byteCount: Int, _ value: UInt64) -> DeviceStray? {
        switch offset {
        case 0x02: return command(value & 0xFF)
        case 0x04: pointer = value
        case 0x08:
            let address = value & ~15
            switch value & 3 {
            case 1: return map.stray("PORT, self-test", address, Self.selfTestByteCount, isWrite: true)
            case 3: return map.stray("PORT, dump", address, Self.dumpByteCount, isWrite: true)
            default: pointer = 0  // a reset, whole or in part; QEMU's leaves the bases as they are
            }
        default: break
        }
        return nil
    }

    /// CUC in bits 7:4, RUC in bits 2:0.
    private mutating func command(_ command: UInt64) -> DeviceStray? {
        switch command >> 4 {
        case 6: commandBase = pointer
        case 1:
            let lists = ["sends", "setup", "group"]
            if let stray = start("command unit", commandBase &+ pointer, in: lists) { return stray }
            if commandBase != 0 { return start("command unit's base", commandBase, in: []) }
        case 2, 10: if commandBase != 0 { return start("command unit's base", commandBase, in: []) }
        case 4, 5, 7:
            // The counters go where the pointer stood when CUC was 4; nobody here has said where.
            let start = command >> 4 == 4 ? pointer : 0
            return map.stray("command unit's counters", start, Self.counterByteCount, isWrite: true)
        default: break
        }
        switch command & 7 {
        case 6: receiveBase = pointer
        case 1:
            if let stray = start("receive unit", receiveBase &+ pointer, in: ["rx"]) { return stray }
            if receiveBase != 0 { return start("receive unit's base", receiveBase, in: []) }
        // Buffers elsewhere: redirection, a header's size, which makes each record a header, and more of them.
        case 3, 5, 7: return start("receive unit", receiveBase &+ pointer, in: [])
        default: break
        }
        return nil
    }

    /// A unit takes what is there for an element of its list: it has to be one.
    private func start(_ cause: String, _ address: UInt64, in names: [String]) -> DeviceStray? {
        let isElement = names.contains { name in
            let extent = map.extent(name)
            let size = elementByteCount(extent)
            return address >= extent.start && address < extent.end && (address - extent.start) % size == 0
        }
        return isElement ? nil : DeviceStray(cause: cause, start: address, byteCount: 16, isWrite: true)
    }

    /// Units: bytes; `layout` of the rules has them, and so has the manual.
    private func elementByteCount(_ extent: ReachMap.Extent) -> UInt64 {
        switch extent.name {
        case "sends", "group": 16
        case "setup": 32
        case "fragments": Self.fragmentByteCount
        default: 2048
        }
    }

    /// An element of the command unit's list.
    private mutating func command(
        _ extent: ReachMap.Extent, _ offset: UInt64, _ byteCount: Int, _ value: UInt64
    ) -> DeviceStray? {
        let size = elementByteCount(extent)
        let inSlot = offset % size
        let slot = extent.start + offset - inSlot
        if let stray = configuration(extent, slot, inSlot, byteCount, value) { return stray }
        if let command = field(2, 1, of: inSlot, byteCount, value) {
            switch command & 7 {
            // Of `group` the count of addresses says how far, which is 0 to begin with.
            case 3 where extent.name != "group":
                return DeviceStray(
                    cause: "\(extent.name), multicast", start: slot + 10, byteCount: 0x3FFF, isWrite: false)
            case 5: return map.stray("\(extent.name), microcode", slot + 8, 256, isWrite: false)
            case 6: return DeviceStray(cause: "\(extent.name), dump", start: slot, byteCount: 596, isWrite: true)
            case 1: if let stray = map.stray("\(extent.name), address", slot + 8, 6, isWrite: false) { return stray }
            default: break
            }
        }
        if let link = field(4, 4, of: inSlot, byteCount, value),
            let stray = start("\(extent.name), link", link, in: ["sends", "setup", "group"])
        {
            return stray
        }
        if extent.name == "group", let count = field(8, 2, of: inSlot, byteCount, value), count & 0x3FFF > 0 {
            return map.stray("group, count", slot + 10, count & 0x3FFF, isWrite: false)
        }
        guard extent.name == "sends" else { return nil }
        // Bytes after the command that are sent before what the list names.
        if let count = field(12, 2, of: inSlot, byteCount, value), count & 0x3FFF > 0,
            let stray = map.stray("sends, count", slot + 16, count & 0x3FFF, isWrite: false)
        {
            return stray
        }
        if let list = field(8, 4, of: inSlot, byteCount, value),
            let stray = map.stray("sends, list", list, Self.fragmentByteCount, isWrite: false)
        {
            return stray
        }
        if let number = field(15, 1, of: inSlot, byteCount, value) {
            let fragments = map.extent("fragments")
            // The last of them is a list of its own, with what is after it.
            return map.stray(
                "sends, number", fragments.end - Self.fragmentByteCount, number * Self.fragmentByteCount,
                isWrite: false)
        }
        return nil
    }

    /// A configuration with which commands to send are of the extended form: what stands after them is an address then.
    private mutating func configuration(
        _ extent: ReachMap.Extent, _ slot: UInt64, _ inSlot: UInt64, _ byteCount: Int, _ value: UInt64
    ) -> DeviceStray? {
        guard extent.name == "setup" else { return nil }
        var setup = setups[slot] ?? (nil, nil)
        if let command = field(2, 1, of: inSlot, byteCount, value) { setup.command = command & 7 }
        if let sixth = field(14, 1, of: inSlot, byteCount, value) { setup.sixth = sixth }
        setups[slot] = setup
        guard setup.command == 2, let sixth = setup.sixth, sixth & 1 << 4 == 0 else { return nil }
        let sends = map.extent("sends")
        return DeviceStray(cause: "setup, configuration", start: sends.end, byteCount: 16, isWrite: false)
    }

    /// Where a frame is that is sent.
    private func fragment(
        _ extent: ReachMap.Extent, _ offset: UInt64, _ byteCount: Int, _ value: UInt64
    ) -> DeviceStray? {
        guard let address = field(0, 4, of: offset % Self.fragmentByteCount, byteCount, value) else { return nil }
        let length = field(4, 4, of: offset % Self.fragmentByteCount, byteCount, value) ?? 0
        return map.stray("fragment", address, length & 0x3FFF, isWrite: false)
    }

    /// A record of the receive unit's list: SF puts the frame after pointers that nobody has set.
    private func frame(
        _ extent: ReachMap.Extent, _ offset: UInt64, _ byteCount: Int, _ value: UInt64
    ) -> DeviceStray? {
        let inSlot = offset % 2048
        let slot = extent.start + offset - inSlot
        if let command = field(2, 1, of: inSlot, byteCount, value), command & 1 << 3 != 0 {
            return DeviceStray(cause: "rx, SF", start: slot, byteCount: 16, isWrite: true)
        }
        if let link = field(4, 4, of: inSlot, byteCount, value), let stray = start("rx, link", link, in: ["rx"]) {
            return stray
        }
        guard let size = field(14, 2, of: inSlot, byteCount, value) else { return nil }
        return map.stray("rx, size", slot + 16, size & 0x3FFF, isWrite: true)
    }
}
