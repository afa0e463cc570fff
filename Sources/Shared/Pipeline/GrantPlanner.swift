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
    /// A pool is none of them: the driver hands out addresses of buffers, and looks into none.
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
            for register in device.windows[index].registers {
                planner.grant(register, in: windows[index], isWritable: register.isWritable)
            }
        }
        for index in memories.indices where memories[index].kind == .ring {
            try planner.grant(device.memories[index], at: memories[index], of: device)
        }
        if let state = memories.first(where: { $0.kind == .state }) {
            for cell in device.cells { planner.grant(cell, in: state) }
        }
        return planner.grants
    }

    /// The grants of a probe: the registers of the windows, with no right to write but what its purity allows. What tells the
    /// device of memory is never written: there is none yet.
    static func grants(
        of probe: ProbeDescription, _ device: DeviceDescription, _ windows: [PlacedWindow]
    ) -> [Grant] {
        var planner = GrantPlanner([])
        for index in windows.indices {
            let registers = device.windows[index].registers
            for place in registers.indices {
                let register = registers[place]
                let mayWrite =
                    switch probe.purity {
                    case .reads: false
                    case .restores: probe.registers.contains { $0.window == index && $0.register == place }
                    case .resets: register.role == .plain
                    }
                planner.grant(register, in: windows[index], isWritable: mayWrite && register.isWritable, isTold: false)
            }
        }
        return planner.grants
    }

    /// A register: whole accesses only, and nothing but the truth about where a ring is.
    private mutating func grant(
        _ register: RegisterDescription, in window: PlacedWindow, isWritable: Bool, isTold: Bool = true
    ) {
        var limits: [Limit] = []
        if isTold, register.role != .plain {
            let ring = memories[register.memory]
            let mask = register.type.mask
            let range: ValueRange =
                switch register.role {
                case .addressLow: ValueRange(ring.physical.rawValue & mask)
                case .addressHigh: ValueRange(ring.physical.rawValue >> 32)
                default: ValueRange(low: 0, high: min(ring.byteCount, mask), bits: mask)
                }
            limits = [Limit(firstBit: 0, bitCount: register.type.bitCount, range: range)]
        }
        var rights: Rights = []
        if register.isReadable { rights.insert(.read) }
        if isWritable { rights.insert(.write) }
        guard !rights.isEmpty else { return }
        insert(
            Grant(
                name: window.name + [UInt8(ascii: ".")] + register.name, space: window.space,
                start: window.virtual.rawValue + register.offset, byteCount: register.count * register.byteCount,
                rights: rights, elementByteCount: register.byteCount, isWhole: true, limits: limits))
    }

    /// A ring: whatever is written to its slots, the device finds addresses of its pool there and no more than a buffer.
    private mutating func grant(
        _ ring: MemoryDescription, at placed: PlacedMemory, of device: DeviceDescription
    ) throws(GenerationError) {
        var limits: [Limit] = []
        if let fields = ring.fields {
            let pool = memories[fields.pool]
            let buffer = device.memories[fields.pool].elementByteCount
            let first = pool.physical.rawValue
            let mask = fields.address.type.mask
            guard pool.byteCount - 1 <= mask, first <= mask - (pool.byteCount - 1) else {
                throw .memory(name: pool.name, .beyondField)
            }
            limits.append(
                Self.limit(fields.address, ValueRange(low: first, high: first + (pool.byteCount - buffer), bits: mask)))
            if let length = fields.length {
                let mask = length.type.mask
                limits.append(Self.limit(length, ValueRange(low: 0, high: min(buffer, mask), bits: mask)))
            }
        }
        insert(
            Grant(
                name: ring.name, start: placed.virtual.rawValue, byteCount: placed.byteCount, rights: [.read, .write],
                elementByteCount: ring.elementByteCount, isWhole: false, limits: limits))
    }

    private static func limit(_ field: SlotField, _ range: ValueRange) -> Limit {
        Limit(firstBit: UInt16(truncatingIfNeeded: field.offset * 8), bitCount: field.type.bitCount, range: range)
    }

    /// A cell, or a table of them: nobody else writes there, so that what is read has the bits that were allowed.
    private mutating func grant(_ cell: CellDescription, in state: PlacedMemory) {
        insert(
            Grant(
                name: cell.name, start: state.virtual.rawValue + cell.offset, byteCount: cell.count * cell.byteCount,
                rights: [.read, .write], elementByteCount: cell.byteCount, isWhole: true, isPrivate: true,
                limits: [Limit(firstBit: 0, bitCount: cell.type.bitCount, range: ValueRange(bits: cell.mask))]))
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
