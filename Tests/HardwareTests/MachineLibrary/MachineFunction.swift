// The words in which the library writes a PCI function: where it is, what it is, what it decodes and what it lists.
// What comes of them is a configuration space in which a write changes what hardware lets it change.

import Hardware

/// A function of a machine of the library.
struct MachineFunction: Sendable {
    /// What a base address register decodes: its number, the address that firmware gave it, and its size in bytes.
    enum Range: Sendable {
        case memory(Int, UInt64, UInt64, isPrefetchable: Bool = false)
        /// In 64 bits, with the register after it.
        case wide(Int, UInt64, UInt64, isPrefetchable: Bool = false)
        case ports(Int, UInt64, UInt64)
        /// The expansion ROM; bit 0 of the address has it decoded.
        case rom(UInt64, UInt64)
        /// A register of something else where a base address register should be: every bit takes what is written.
        case other(Int, UInt32)
    }

    /// An entry of the capability list, in the order of the list.
    enum Entry: Sendable {
        case power(at: UInt8, state: UInt8 = 0)
        case messages(at: UInt8)
        case messageTable(at: UInt8, vectors: UInt16, bar: UInt32, pending: UInt32 = 0x800)
        /// PCI Express: 0 endpoint, 4 root port, 7 bridge to PCI, 9 integrated endpoint.
        case express(at: UInt8, type: UInt16 = 0)
        /// Of the vendor's own, from the third byte on.
        case vendor(at: UInt8, [UInt8])
        case other(at: UInt8, UInt8)
    }

    let address: FunctionAddress
    var space: SyntheticFunction
    /// What of a USB controller firmware drives it by.
    var controller: HostController?

    /// A function with a header of type 0, which decodes memory and ports and masters the bus.
    ///
    /// - Parameters:
    ///   - place: as lspci has it, "00:1f.2".
    ///   - identity: vendor and device, "8086:27c0".
    ///   - command: the command register as firmware leaves it.
    static func device(
        _ place: String, _ identity: String, _ classCode: UInt32, _ ranges: [Range] = [], _ entries: [Entry] = [],
        subsystem: UInt32 = 0, command: UInt16 = 0x0107, extended: [UInt16] = []
    ) -> MachineFunction {
        var function = MachineFunction(place, identity, classCode, headerType: 0, command)
        function.space.set(0x2C, UInt64(subsystem), 4)
        function.add(ranges)
        function.add(entries, extended)
        return function
    }

    /// A bridge to a PCI bus, with what firmware has it pass on: ranges as lspci prints them, the last address
    /// included.
    static func bridge(
        _ place: String, _ identity: String, buses: ClosedRange<UInt8>, memory: ClosedRange<UInt64>? = nil,
        prefetchable: ClosedRange<UInt64>? = nil, ports: ClosedRange<UInt64>? = nil, _ entries: [Entry] = [],
        classCode: UInt32 = 0x06_0400, _ ranges: [Range] = []
    ) -> MachineFunction {
        var function = MachineFunction(place, identity, classCode, headerType: 1, 0x0107)
        let numbers = UInt64(buses.upperBound) << 16 | UInt64(buses.lowerBound) << 8
        function.space.set(0x18, numbers | UInt64(function.address.bus), 4, writable: 0xFF_FFFF)
        function.space.set(0x1C, ports.map { $0.lowerBound >> 8 & 0xF0 | $0.upperBound & 0xF000 } ?? 0xF0, 2)
        function.space.set(0x20, memory.map(Self.window) ?? 0xFFF0, 4)
        function.space.set(0x24, (prefetchable.map(Self.window) ?? 0xFFF0) | 0x1_0001, 4)
        function.space.set(0x28, (prefetchable?.lowerBound ?? 0) >> 32, 4)
        function.space.set(0x2C, (prefetchable?.upperBound ?? 0) >> 32, 4)
        for (offset, mask) in [(0x1C, 0xF0F0), (0x20, 0xFFF0_FFF0), (0x24, 0xFFF0_FFF0), (0x28, 0xFFFF_FFFF)] {
            function.space.allow(offset, UInt64(mask), offset == 0x1C ? 2 : 4)
        }
        function.space.allow(0x2C, 0xFFFF_FFFF, 4)
        function.add(ranges)
        function.add(entries, [])
        return function
    }

    /// The same function with registers of its chipset behind the header, four bytes each.
    func holding(_ registers: [Int: UInt32]) -> MachineFunction {
        var function = self
        for (offset, value) in registers { function.space.set(offset, UInt64(value), 4, writable: 0xFFFF_FFFF) }
        return function
    }

    private static func window(_ range: ClosedRange<UInt64>) -> UInt64 {
        range.lowerBound >> 16 & 0xFFF0 | range.upperBound & 0xFFF0_0000
    }

    private init(
        _ place: String, _ identity: String, _ classCode: UInt32, headerType: UInt8, _ command: UInt16
    ) {
        let parts = identity.split(separator: ":").compactMap { UInt16($0, radix: 16) }
        precondition(parts.count == 2, "\(identity) is no vendor and device")
        address = FunctionAddress(place)
        space = SyntheticFunction(vendor: parts[0], device: parts[1], classCode: classCode, headerType: headerType)
        // I/O, memory, master, write and invalidate, parity, errors, interrupts.
        space.set(0x04, UInt64(command), 2, writable: 0x0557)
    }

    private mutating func add(_ ranges: [Range]) {
        for range in ranges {
            switch range {
            case .memory(let index, let base, let size, let isPrefetchable):
                space.setRegister(index, base: base, flags: isPrefetchable ? 8 : 0, size: size)
            case .wide(let index, let base, let size, let isPrefetchable):
                space.setRegister(index, base: base, flags: isPrefetchable ? 12 : 4, size: size, count: 8)
            case .ports(let index, let base, let size):
                space.set(0x10 + 4 * index, base | 1, 4, writable: 0xFFFF & ~(size - 1))
            case .rom(let base, let size):
                let offset = space.bytes[0x0E] & 0x7F == 0 ? 0x30 : 0x38
                space.set(offset, base, 4, writable: 0xFFFF_FFFF & ~(size - 1) | 1)
            case .other(let index, let value):
                space.set(0x10 + 4 * index, UInt64(value), 4, writable: 0xFFFF_FFFF)
            }
        }
    }

    private mutating func add(_ entries: [Entry], _ extended: [UInt16]) {
        if let first = entries.first {
            space.setCapabilities(
                first: first.place.offset,
                entries.indices.map {
                    let next = $0 + 1 < entries.count ? entries[$0 + 1].place.offset : 0
                    return (entries[$0].place.offset, entries[$0].place.identifier, next)
                })
        }
        for entry in entries { entry.write(to: &space) }
        for (index, identifier) in extended.enumerated() {
            let next = index + 1 < extended.count ? 0x100 + 0x40 * (index + 1) : 0
            space.set(0x100 + 0x40 * index, UInt64(next) << 20 | 1 << 16 | UInt64(identifier), 4)
        }
    }
}

extension MachineFunction.Entry {
    /// Where it is, and its ID.
    fileprivate var place: (offset: UInt8, identifier: UInt8) {
        switch self {
        case .power(let at, _): (at, 0x01)
        case .messages(let at): (at, 0x05)
        case .vendor(let at, _): (at, 0x09)
        case .express(let at, _): (at, 0x10)
        case .messageTable(let at, _, _, _): (at, 0x11)
        case .other(let at, let identifier): (at, identifier)
        }
    }

    /// Writes what follows the first two bytes.
    ///
    /// Source: PCI Bus Power Management Specification, revision 1.2, section 3.2; PCI Local Bus Specification,
    /// revision 3.0, sections 6.8.1 and 6.8.2; PCI Express Base Specification, revision 2.1, section 7.8.
    fileprivate func write(to space: inout SyntheticFunction) {
        let start = Int(place.offset)
        switch self {
        case .power(_, let state):
            space.set(start + 2, 0x0003, 2)
            space.set(start + 4, UInt64(state), 2, writable: 0x8103)
        case .messages:
            space.set(start + 2, 0x0080, 2, writable: 0x0071)
            space.set(start + 4, 0, 8, writable: .max)
        case .messageTable(_, let vectors, let bar, let pending):
            space.set(start + 2, UInt64(vectors - 1), 2, writable: 0xC000)
            space.set(start + 4, UInt64(bar), 4)
            space.set(start + 8, UInt64(bar | pending), 4)
        case .express(_, let type):
            space.set(start + 2, UInt64(type << 4 | 2), 2)
            space.set(start + 4, 1, 4)  // 256 bytes at most
            space.set(start + 8, 0x2810, 2, writable: 0x7FFF)
        case .vendor(_, let contents):
            for (index, byte) in contents.enumerated() { space.set(start + 2 + index, UInt64(byte), 1) }
        case .other: break
        }
    }
}

extension SyntheticFunction {
    /// Lets bits be written, whatever they hold.
    fileprivate mutating func allow(_ offset: Int, _ mask: UInt64, _ count: Int) {
        for place in 0..<count { writable[offset + place] = UInt8(truncatingIfNeeded: mask >> (8 * UInt64(place))) }
    }
}
