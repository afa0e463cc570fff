// Reads what a device has of memory, windows with their registers, rings, pools, state and its cells, and refuses
// whatever could not be granted: registers that overlap, slots whose fields lie outside of them, and rings that the
// device is not told of by registers made for it.

import Program

extension ImageParser {
    /// Reads windows, memories and cells of a device.
    func parseMemory(of device: inout DeviceDescription) throws(MetabinaryError) {
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.windowCount)) {
            device.windows.append(try parseWindow())
        }
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.memoryCount)) {
            device.memories.append(try parseMemory())
        }
        try checkFields(of: device)
        try checkRoles(of: device)
        try parseCells(of: &device)
    }

    // MARK: Windows

    @inline(never)
    private func parseWindow() throws(MetabinaryError) -> WindowDescription {
        let windowName = try name()
        let place = reader.offset
        let bar = try reader.byte()
        let kind = try reader.byte()
        guard bar <= MetabinaryLimit.baseAddressRegister, kind <= 1 else { throw .badWindow(at: place) }
        let limit = kind == 0 ? MetabinaryLimit.windowByteCount : MetabinaryLimit.portWindowByteCount
        var window = WindowDescription(
            name: windowName, bar: bar, isMemory: kind == 0, minimumByteCount: try reader.number(atMost: limit),
            line: try line())
        var end: UInt64 = 0
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.registerCount)) {
            let place = reader.offset
            let register = try parseRegister()
            guard register.offset >= end, register.end <= window.minimumByteCount,
                window.isMemory || register.type != .u64
            else { throw .badRegister(at: place) }
            end = register.end
            window.registers.append(register)
        }
        return window
    }

    @inline(never)
    private func parseRegister() throws(MetabinaryError) -> RegisterDescription {
        let registerName = try name()
        let place = reader.offset
        let offset = try reader.number(atMost: MetabinaryLimit.windowByteCount)
        let type = try reader.type()
        let count = try reader.number(atMost: MetabinaryLimit.elementCount)
        let rights = try reader.byte()
        guard let role = RegisterDescription.Role(rawValue: try reader.byte()) else { throw .badRole(at: place) }
        let register = RegisterDescription(
            name: registerName, offset: offset, type: type, count: count, isReadable: rights & 1 != 0,
            isWritable: rights & 2 != 0, role: role,
            memory: role == .plain ? 0 : try reader.index(below: MetabinaryLimit.memoryCount))
        guard type != .boolean, count > 0, rights > 0, rights < 4, offset % register.byteCount == 0 else {
            throw .badRegister(at: place)
        }
        let isWide = type == .u32 || type == .u64 && role == .addressLow
        guard role == .plain || register.isWritable && count == 1, role == .plain || role == .byteCount || isWide else {
            throw .badRole(at: place)
        }
        return register
    }

    // MARK: Memories

    @inline(never)
    private func parseMemory() throws(MetabinaryError) -> MemoryDescription {
        let memoryName = try name()
        let place = reader.offset
        guard let kind = Region.Kind(rawValue: try reader.byte()), kind != .window, kind != .ports else {
            throw .badMemory(at: place)
        }
        let byteCount = try reader.number(atMost: MetabinaryLimit.memoryByteCount)
        let alignment = try reader.number(atMost: MetabinaryLimit.memoryAlignment)
        guard byteCount > 0, alignment > 0, alignment & (alignment - 1) == 0 else { throw .badMemory(at: place) }
        var memory = MemoryDescription(
            name: memoryName, kind: kind, byteCount: byteCount, alignment: alignment, line: try line())
        guard kind != .state else { return memory }
        let slotPlace = reader.offset
        let element = try reader.number(atMost: byteCount)
        guard element > 0, byteCount % element == 0 else { throw .badSlot(at: slotPlace) }
        memory.elementByteCount = element
        guard kind == .ring else { return memory }
        guard element & (element - 1) == 0, element <= alignment else { throw .badSlot(at: slotPlace) }
        memory.fields = try parseFields(element)
        return memory
    }

    /// What slots of a size tell of buffers.
    @inline(never)
    private func parseFields(_ slotByteCount: UInt64) throws(MetabinaryError) -> SlotFields? {
        let place = reader.offset
        let count = try reader.count(atMost: 2)
        guard count > 0 else { return nil }
        let pool = try reader.index(below: MetabinaryLimit.memoryCount)
        var fields = SlotFields(pool: pool, address: try parseField(slotByteCount))
        let address = fields.address
        guard address.type == .u32 || address.type == .u64 else { throw .badSlot(at: place) }
        guard count == 2 else { return fields }
        let length = try parseField(slotByteCount)
        guard length.offset >= address.end || address.offset >= length.end else { throw .badSlot(at: place) }
        fields.length = length
        return fields
    }

    @inline(never)
    private func parseField(_ slotByteCount: UInt64) throws(MetabinaryError) -> SlotField {
        let place = reader.offset
        let field = SlotField(offset: try reader.number(atMost: slotByteCount), type: try reader.type())
        guard field.type != .boolean, field.offset % field.byteCount == 0, field.end <= slotByteCount else {
            throw .badSlot(at: place)
        }
        return field
    }

    /// Addresses in slots point into pools.
    private func checkFields(of device: DeviceDescription) throws(MetabinaryError) {
        for memory in device.memories {
            guard let pool = memory.fields?.pool else { continue }
            guard pool < device.memories.count, device.memories[pool].kind == .pool else {
                throw .badSlot(at: reader.offset)
            }
        }
    }

    /// Of each ring one register takes the address, or two take its halves, and one the size: nothing else tells a
    /// device where to find it.
    private func checkRoles(of device: DeviceDescription) throws(MetabinaryError) {
        // Of each memory, how many registers take the low half, the high half and the size, 20 bits each.
        let (low, high, size) = (UInt64(1), UInt64(1) << 20, UInt64(1) << 40)
        var told = [UInt64](repeating: 0, count: device.memories.count)
        for window in device.windows {
            for register in window.registers where register.role != .plain {
                guard register.memory < device.memories.count, device.memories[register.memory].kind == .ring else {
                    throw .badRole(at: reader.offset)
                }
                switch register.role {
                case .addressLow: told[register.memory] += register.type == .u64 ? low + high : low
                case .addressHigh: told[register.memory] += high
                default: told[register.memory] += size
                }
            }
        }
        for index in told.indices where device.memories[index].kind == .ring {
            guard told[index] == low + high + size else { throw .untoldRing(at: reader.offset) }
        }
    }

    // MARK: State

    /// Cells need a memory of state, and lie in it one behind the other.
    @inline(never)
    private func parseCells(of device: inout DeviceDescription) throws(MetabinaryError) {
        var end: UInt64 = 0
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.cellCount)) {
            let cellName = try name()
            let place = reader.offset
            let type = try reader.type()
            let count = try reader.number(atMost: MetabinaryLimit.elementCount)
            let mask = try reader.number(atMost: .max)
            guard type != .boolean, count > 0, mask & ~type.mask == 0 else { throw .badCell(at: place) }
            let byteCount = UInt64(type.bitCount) / 8
            let cell = CellDescription(
                name: cellName, type: type, count: count, mask: mask,
                offset: (end + byteCount - 1) & ~(byteCount - 1))
            end = cell.end
            guard let state = device.memories.first(where: { $0.kind == .state }), end <= state.byteCount else {
                throw .badCell(at: place)
            }
            device.cells.append(cell)
        }
    }
}
