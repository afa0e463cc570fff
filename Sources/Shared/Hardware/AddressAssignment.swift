// Gives an address to ranges that firmware left without one, of functions that a rule is for: in the largest hole below 4 GiB
// that the memory map, ACPI and the other ranges leave, and inside of the bridges on the way, which are opened where they
// passed nothing on. What it gives is written to the devices and into the facts, as chosen. It turns the decode of no device
// on. The kernel calls it once devices are silent.

/// The ranges of one space, memory or ports, of all functions.
struct AddressAssignment {
    private(set) var functions: [PCIFunction]
    private let isPorts: Bool
    /// What is no place for a range: memory, and what is the machine's own.
    private let taken: [AddressRoom]
    /// Of each function, whether a driver needs its ranges: nobody reaches those of others.
    private var areNeeded: [Bool] = []
    /// Of each function, what it passes on of the space: of bridges alone.
    private var windows: [AddressRoom?] = []

    /// What wants a place on a bus: a range, or what is behind a bridge.
    struct Need {
        /// Index of the function.
        var function: Int
        /// Index among its ranges; `nil` for what it passes on.
        var range: Int?
        /// Units: bytes, a multiple of the alignment.
        var byteCount: UInt64
        var alignment: UInt64
    }

    @inline(never)
    init(
        _ facts: MachineFacts, isPorts: Bool, _ isDriven: (PCIFunction) -> Bool, _ access: inout some HardwareAccess
    ) {
        self.isPorts = isPorts
        functions = facts.functions
        var taken: [AddressRoom] = []
        if !isPorts {
            for range in facts.memory { taken.append(Self.room(range.base.rawValue, range.byteCount)) }
        }
        for range in facts.system where (range.kind == .ports) == isPorts {
            taken.append(Self.room(range.base, range.byteCount))
        }
        self.taken = taken
        for function in functions {
            areNeeded.append(function.lacksAddress(isPorts: isPorts) && isDriven(function))
            windows.append(function.window(isPorts: isPorts, &access))
        }
    }

    private static func room(_ start: UInt64, _ byteCount: UInt64) -> AddressRoom {
        AddressRoom(start: start, end: start + min(byteCount, .max - start))
    }

    /// What the host bridge leads to PCI, as far as anybody tells: below the interrupt controllers, which a PC has at
    /// 0xFEC00000, and of ports those from 0xC000 on, below which boards have some of their own.
    private var hostRoom: AddressRoom {
        isPorts ? AddressRoom(start: 0xC000, end: 0x1_0000) : AddressRoom(start: 0x10_0000, end: 0xFEC0_0000)
    }

    /// Whether nothing wants a place.
    var isDone: Bool { !areNeeded.contains(true) }

    /// Gives all that are needed a place, the largest first.
    @inline(never)
    mutating func run(_ access: inout some HardwareAccess, _ report: (Oddity) -> Void) {
        for bus in UInt8.min...UInt8.max {
            let needs = needs(on: bus)
            guard !needs.isEmpty else { continue }
            if let bridge = bridge(to: bus) {
                // What a closed bridge is to pass on got its place with the bridge.
                guard let window = windows[bridge] else { continue }
                place(needs, in: window.largestFree(decoded(on: bus)), &access, report)
            } else {
                place(needs, in: hostRoom.largestFree(taken + decoded(on: nil)), &access, report)
            }
        }
    }

    /// What functions decode and bridges pass on: of one bus, or of all.
    @inline(never)
    private func decoded(on bus: UInt8?) -> [AddressRoom] {
        var rooms: [AddressRoom] = []
        for (index, function) in functions.enumerated() where function.address.bus == bus ?? function.address.bus {
            for range in function.baseAddressRegisters where range.isAssigned && (range.kind == .io) == isPorts {
                rooms.append(Self.room(range.base, reach(of: range)))
            }
            if let window = windows[index] { rooms.append(window) }
        }
        return rooms
    }

    /// How much a range decodes; where nobody asked, the most that it can: a power of two that divides its base, and of ports
    /// no more than 256. Units: bytes.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.5.1.
    private func reach(of range: BaseAddressRegister) -> UInt64 {
        range.byteCount > 0 ? range.byteCount : min(range.base & (0 &- range.base), isPorts ? 256 : .max)
    }

    // MARK: What is wanted

    /// What wants a place on a bus, in falling order of alignment, so that nothing is lost between.
    @inline(never)
    private func needs(on bus: UInt8) -> [Need] {
        var needs: [Need] = []
        for (index, function) in functions.enumerated() where function.address.bus == bus {
            for (number, range) in function.baseAddressRegisters.enumerated()
            where areNeeded[index] && range.lacksAddress && (range.kind == .io) == isPorts {
                // No two share a page, which is what can be mapped.
                let byteCount = max(range.byteCount, isPorts ? 16 : 4096)
                insert(Need(function: index, range: number, byteCount: byteCount, alignment: byteCount), into: &needs)
            }
            if let need = needBehind(index) { insert(need, into: &needs) }
        }
        return needs
    }

    /// What a bridge that passes nothing on is to pass on, or `nil`. A bridge behind which firmware gave addresses stays as
    /// firmware left it, and so does one whose bus another before it claims: each bus is behind one bridge, so that what is
    /// behind all of them is looked at once.
    @inline(never)
    private func needBehind(_ index: Int) -> Need? {
        let bridge = functions[index]
        guard bridge.headerType == 1, bridge.secondaryBus > bridge.address.bus, windows[index] == nil,
            self.bridge(to: bridge.secondaryBus) == index, decoded(on: bridge.secondaryBus).isEmpty
        else { return nil }
        let behind = needs(on: bridge.secondaryBus)
        guard let first = behind.first else { return nil }
        // Granularity: PCI-to-PCI Bridge Architecture Specification, revision 1.2, sections 3.2.5.6 and 3.2.5.8.
        let alignment = max(first.alignment, isPorts ? 4096 : 1 << 20)
        var byteCount: UInt64 = 0
        for need in behind { byteCount += need.byteCount }
        byteCount = (byteCount + alignment - 1) & ~(alignment - 1)
        return Need(function: index, range: nil, byteCount: byteCount, alignment: alignment)
    }

    /// The first bridge that claims a bus.
    @inline(never)
    private func bridge(to bus: UInt8) -> Int? {
        functions.firstIndex { $0.headerType == 1 && $0.secondaryBus == bus && bus > 0 }
    }

    @inline(never)
    private func insert(_ need: Need, into needs: inout [Need]) {
        var place = needs.count
        while place > 0, needs[place - 1].alignment < need.alignment { place -= 1 }
        needs.insert(need, at: place)
    }

    // MARK: What is given

    @inline(never)
    private mutating func place(
        _ needs: [Need], in room: AddressRoom?, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) {
        var room = room ?? AddressRoom(start: 0, end: 0)
        for need in needs {
            let function = functions[need.function]
            guard let start = room.take(need.byteCount, alignment: need.alignment) else {
                report(Oddity(.noRoom, function.address, need.offset(in: function)))
                continue
            }
            if let range = need.range {
                if !functions[need.function].assign(start, to: range, &access) {
                    report(Oddity(.registerSize, function.address, need.offset(in: function)))
                }
            } else {
                let window = AddressRoom(start: start, end: start + need.byteCount)
                functions[need.function].pass(window, isPorts: isPorts, &access)
                windows[need.function] = window
                place(self.needs(on: function.secondaryBus), in: window, &access, report)
            }
        }
    }
}

extension AddressAssignment.Need {
    /// Where in configuration space it is said that there is no address.
    fileprivate func offset(in function: PCIFunction) -> UInt16 {
        range.map { 0x10 + 4 * UInt16(function.baseAddressRegisters[$0].index) } ?? 0x1C
    }
}

extension BaseAddressRegister {
    /// Whether it is a range that is nowhere.
    fileprivate var lacksAddress: Bool { !isAssigned && byteCount > 0 }
}

extension PCIFunction {
    /// Whether a range of it, of memory or of ports, is nowhere.
    fileprivate func lacksAddress(isPorts: Bool) -> Bool {
        baseAddressRegisters.contains { $0.lacksAddress && ($0.kind == .io) == isPorts }
    }
}

extension MachineFacts {
    /// Gives an address to every range that has none, of functions that a rule is for, where there is room.
    @inline(never)
    public mutating func assignAddresses(
        _ access: inout some HardwareAccess, _ isDriven: (PCIFunction) -> Bool, _ report: (Oddity) -> Void
    ) {
        for isPorts in [false, true] where functions.contains(where: { $0.lacksAddress(isPorts: isPorts) }) {
            var assignment = AddressAssignment(self, isPorts: isPorts, isDriven, &access)
            guard !assignment.isDone else { continue }
            assignment.run(&access, report)
            functions = assignment.functions
        }
    }
}
