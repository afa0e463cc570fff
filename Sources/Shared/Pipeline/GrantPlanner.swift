// Decides what the code of a driver may touch, from what its description declares and where discovery and placement put it:
// each register with its rights, the slots of rings with what they may tell the device, each cell with the bits that it
// may have. It looks at no generated code. Called by the generator before the verifier needs the grants.

import Hardware
import Metabinary
import Program
import Verification

/// Plans the grants of one driver.
struct GrantPlanner {
    private let memories: [PlacedMemory]
    private var grants: [Grant] = []

    private init(_ memories: [PlacedMemory]) { self.memories = memories }

    /// The grants of a driver, in rising order of space and address.
    ///
    /// A pool is one where the driver moves data itself; else it hands out addresses of buffers, and looks into none.
    ///
    /// - Parameters:
    ///   - windows: those of the description, in its order.
    ///   - memories: those of the description, in its order.
    ///
    /// Throws: `memory` with `beyondField`.
    static func grants(
        of device: DeviceDescription, _ windows: [PlacedWindow], _ memories: [PlacedMemory]
    ) throws(GenerationError) -> [Grant] {
        var planner = GrantPlanner(memories)
        for index in windows.indices {
            let window = device.windows[index]
            for register in window.all {
                try planner.grant(register, of: window, in: windows[index], device, isWritable: register.isWritable)
            }
        }
        for index in memories.indices where memories[index].kind == .ring || !device.memories[index].parts.isEmpty {
            try planner.grant(device.memories[index], at: memories[index], of: device)
        }
        if let state = memories.first(where: { $0.kind == .state }) {
            for cell in device.cells { planner.grant(cell, in: state) }
        }
        return planner.grants
    }

    /// The grants of a probe: the registers of the windows, with no right to write but what its purity allows. What tells the
    /// device of memory is never written, not even to put back what was read there: there is no memory yet that it could be
    /// about. Nor is what starts something: what stays behind is held to numbers that wait for nothing, and a register of
    /// which a value waits is not one to put back.
    ///
    /// Throws: `probe` with `takesMemory`.
    static func grants(
        of probe: ProbeDescription, _ device: DeviceDescription, _ windows: [PlacedWindow]
    ) throws(GenerationError) -> [Grant] {
        for (window, register) in probe.registers where device.windows[window].registers[register].takesMemory {
            throw .probe(name: probe.rule.name, line: probe.rule.line, .takesMemory)
        }
        var planner = GrantPlanner([])
        for index in windows.indices {
            let window = device.windows[index]
            for (number, register) in window.all.enumerated() {
                // One behind others is put back by way of these.
                let place = register.selection?.data ?? number
                let mayWrite =
                    switch probe.purity {
                    case .reads: false
                    case .restores:
                        !register.waits && probe.registers.contains { $0.window == index && $0.register == place }
                    case .resets: true
                    }
                try planner.grant(
                    register, of: window, in: windows[index], device,
                    isWritable: mayWrite && register.isWritable && !register.takesMemory, by: probe.purity)
            }
        }
        return planner.grants
    }

    /// A register: whole accesses only, and nothing but the truth about where memory is.
    ///
    /// - Parameter purity: that of a probe; `nil` for a function.
    @inline(never)
    private mutating func grant(
        _ register: RegisterDescription, of description: WindowDescription, in window: PlacedWindow,
        _ device: DeviceDescription, isWritable: Bool, by purity: ProbeDescription.Purity? = nil
    ) throws(GenerationError) {
        var limits: [Limit] = []
        for memory in register.memories where purity == nil {
            let range = try range(of: register, memory, device)
            if limits.isEmpty {
                limits = [
                    Limit(firstBit: UInt16(register.firstBit), bitCount: register.bitCount, range: range)
                ]
            } else if register.role == .byteCount {
                // Nobody knows which memory a size is taken for: the smallest is never too much.
                if range.high < limits[0].range.high { limits[0].range = range }
            } else if limits[0].range != range, !limits[0].others.contains(range) {
                // One high half for two low ones leads to neither.
                guard register.role != .addressHigh else { throw .memory(name: memories[memory].name, .beyondField) }
                limits[0].others.append(range)
            }
        }
        if register.mayBeZero, !limits.isEmpty { limits[0].others.append(ValueRange(0)) }
        // What is put back may be anything meanwhile: the device reaches no memory yet.
        let isClosed = isWritable && register.allowed != nil && (purity == nil || purity == .resets)
        if isClosed {
            let allowed = purity == nil ? register.allowed : Self.withoutMemory(register.allowed)
            try insertLimits(of: allowed, of: device, (description, window.virtual.rawValue), into: &limits)
        }
        var rights: Rights = []
        if register.isReadable { rights.insert(.read) }
        if isWritable { rights.insert(.write) }
        guard !rights.isEmpty else { return }
        let start = window.virtual.rawValue
        insert(
            Grant(
                name: window.name + [UInt8(ascii: ".")] + register.name,
                space: register.selection == nil ? window.space : .selected,
                start: description.place(of: register, from: start), byteCount: register.count * register.byteCount,
                rights: rights, elementByteCount: register.byteCount, isWhole: true, limits: limits, isClosed: isClosed,
                voids: register.voids, select: description.select(of: register).map { start + $0.offset }))
    }

    /// What a register may tell of a memory.
    func range(
        of register: RegisterDescription, _ index: Int, _ device: DeviceDescription
    ) throws(GenerationError) -> ValueRange {
        let memory = memories[index]
        let mask = register.type.mask
        switch register.role {
        case .addressLow:
            // With a high half beside it, twice as many bits are told.
            let shift = UInt64(Self.hasRegister(.addressHigh, of: index, device) ? register.type.bitCount : 0)
            guard (memory.physical.rawValue + (memory.byteCount - 1)) >> shift <= mask else {
                throw .memory(name: memory.name, .beyondField)
            }
            return ValueRange(memory.physical.rawValue & mask)
        case .addressHigh: return ValueRange(memory.physical.rawValue >> UInt64(register.type.bitCount))
        case .pageNumber:
            let page = memory.physical.rawValue / MetabinaryLimit.pageByteCount
            guard page <= mask else { throw .memory(name: memory.name, .beyondField) }
            return ValueRange(page)
        case .bufferAddress: return try addresses(ofBuffersIn: index, mask, device)
        case .bufferLength:
            let mask = UInt64.max >> UInt64(64 - register.bitCount)
            return ValueRange(low: 0, high: min(Self.most(of: index, device), mask), bits: mask)
        default:
            guard memory.byteCount <= mask else { throw .memory(name: memory.name, .beyondField) }
            return ValueRange(memory.byteCount)
        }
    }

    /// Whether some register has that role for a memory.
    private static func hasRegister(
        _ role: RegisterDescription.Role, of memory: Int, _ device: DeviceDescription
    ) -> Bool {
        for window in device.windows {
            for register in window.all where register.role == role && register.memories.contains(memory) {
                return true
            }
        }
        return false
    }

    /// Bytes of a buffer or a record behind its head.
    private static func room(in memory: MemoryDescription) -> UInt64 {
        memory.elementByteCount - (memory.kind == .pool ? 0 : min(memory.headroom, memory.elementByteCount))
    }

    /// How many bytes may count where a register tells the address: of what a register leads to that leads there, or of
    /// anything that one leads to where none does.
    @inline(never)
    private static func most(of index: Int, _ device: DeviceDescription) -> UInt64 {
        var (own, all): (UInt64, UInt64) = (0, room(in: device.memories[index]))
        for window in device.windows {
            for register in window.all where register.role == .bufferAddress || register.takesPlace(of: index) {
                var least = UInt64.max
                for memory in register.memories { least = min(least, room(in: device.memories[memory])) }
                if register.memories.contains(index) { own = max(own, least) }
                all = min(all, least)
            }
        }
        return own > 0 ? own : all
    }

    /// The same in a record, where the fields beside it tell addresses; a record's own length is of nothing else.
    @inline(never)
    private static func most(of index: Int, in memory: MemoryDescription, _ device: DeviceDescription) -> UInt64 {
        let own = room(in: device.memories[index])
        if device.memories[index] === memory { return own }
        var (most, isTold) = (own, false)
        for part in 0...memory.parts.count {
            for field in part == 0 ? memory.fields : memory.parts[part - 1].fields where field.meaning == .address {
                if field.memory == index { return own }
                (most, isTold) = (min(most, room(in: device.memories[field.memory])), true)
            }
        }
        return isTold ? most : Self.most(of: index, device)
    }

    /// Addresses at which a buffer of a pool or a record may begin, in a field with room for these bits.
    func addresses(
        ofBuffersIn index: Int, _ mask: UInt64, _ device: DeviceDescription
    ) throws(GenerationError) -> ValueRange {
        let pool = memories[index]
        let first = pool.physical.rawValue
        guard pool.byteCount - 1 <= mask, first <= mask - (pool.byteCount - 1) else {
            throw .memory(name: pool.name, .beyondField)
        }
        let stride = device.memories[index].elementByteCount
        let last = first + (pool.byteCount - stride)
        // What is clear at the bottom of the first address and of the stride is clear in all of them.
        let lowest = (first | stride) & (0 &- (first | stride))
        return ValueRange(low: first, high: last, bits: mask & (0 &- lowest))
    }

    /// Shared memory: a ring is one grant, and so is each part of any other.
    private mutating func grant(
        _ memory: MemoryDescription, at placed: PlacedMemory, of device: DeviceDescription
    ) throws(GenerationError) {
        for part in memory.parts {
            var rights: Rights = []
            if part.isReadable { rights.insert(.read) }
            if part.isWritable { rights.insert(.write) }
            insert(
                Grant(
                    name: part.name, start: placed.virtual.rawValue + part.offset, byteCount: part.byteCount,
                    rights: rights, elementByteCount: part.elementByteCount, isWhole: false,
                    limits: try limits(of: part.fields, part.allowed, in: memory, device), isClosed: part.allowed != nil
                ))
        }
        guard memory.parts.isEmpty else { return }
        insert(
            Grant(
                name: memory.name, start: placed.virtual.rawValue, byteCount: placed.byteCount,
                rights: [.read, .write], elementByteCount: memory.elementByteCount, isWhole: false,
                limits: try limits(of: memory.fields, memory.allowed, in: memory, device),
                isClosed: memory.allowed != nil))
    }

    /// Whatever is written to an element, the device finds addresses of buffers or records there, where its layout says
    /// so, and no more than one has.
    private func limits(
        of fields: [SlotField], _ allowed: [AllowedValues]?, in memory: MemoryDescription, _ device: DeviceDescription
    ) throws(GenerationError) -> [Limit] {
        var limits: [Limit] = []
        for field in fields {
            let firstBit = field.offset * 8 + UInt64(field.firstBit)
            limits.append(
                Limit(
                    firstBit: UInt16(truncatingIfNeeded: firstBit), bitCount: field.bitCount,
                    range: try range(of: field, in: memory, device)))
        }
        try insertLimits(of: allowed, of: device, nil, into: &limits)
        return limits
    }

    /// What a field may tell; a length, of what the fields beside it tell the address of, or a register where none does.
    @inline(never)
    private func range(
        of field: SlotField, in memory: MemoryDescription, _ device: DeviceDescription
    ) throws(GenerationError) -> ValueRange {
        let mask = UInt64.max >> UInt64(64 - field.bitCount)
        switch field.meaning {
        case .length, .negativeLength:
            let most = min(Self.most(of: field.memory, in: memory, device), mask)
            guard field.meaning == .negativeLength else { return ValueRange(low: 0, high: most, bits: mask) }
            // No byte at all, as 0, would be taken for as many as the bits can tell.
            return ValueRange(low: mask - most + 1, high: mask, bits: mask)
        case .address: return try addresses(ofBuffersIn: field.memory, mask, device)
        case .base: return ValueRange(try addresses(ofBuffersIn: field.memory, mask, device).low)
        }
    }

    /// A cell, or a table of them: no device is told of it. Yet what is read there may be anything, so nothing limits what is
    /// stored.
    private mutating func grant(_ cell: CellDescription, in state: PlacedMemory) {
        insert(
            Grant(
                name: cell.name, start: state.virtual.rawValue + cell.offset, byteCount: cell.count * cell.byteCount,
                rights: [.read, .write], elementByteCount: cell.byteCount, isWhole: true, isPrivate: true))
    }

    /// Adds a grant at its place in the order.
    @inline(never)
    private mutating func insert(_ grant: Grant) {
        var place = grants.count
        grants.append(grant)
        while place > 0, Self.comesBefore(grant, grants[place - 1]) {
            grants.swapAt(place, place - 1)
            place -= 1
        }
    }

    private static func comesBefore(_ grant: Grant, _ other: Grant) -> Bool {
        grant.space == other.space ? grant.start < other.start : grant.space.rawValue < other.space.rawValue
    }
}
