// Reads what a device has of memory, windows with their registers, rings, pools, state and its cells, and refuses
// whatever could not be granted: registers that overlap, slots whose fields lie outside of them, and rings that the
// device is not told of by registers made for it.

import Hardware
import Program

extension ImageParser {
    /// The numbers that stand for shared memory and for a pool in parts, where others stand for kinds of regions.
    private static let partsForms: ClosedRange<UInt8> = 4...5

    /// Reads windows and memories of a device.
    func parseMemory(
        _ windows: inout [WindowDescription], _ memories: inout [MemoryDescription]
    ) throws(MetabinaryError) {
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.windowCount)) {
            windows.append(try parseWindow())
        }
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.memoryCount)) {
            memories.append(try parseMemory())
        }
        try checkFields(of: memories)
        try checkRoles(of: windows, memories)
        try checkValues(of: windows, memories)
    }

    // MARK: Windows

    @inline(never)
    private func parseWindow() throws(MetabinaryError) -> WindowDescription {
        let windowName = try name()
        var places: [(bar: UInt8, kind: UInt8, locator: CapabilityLocator?)] = []
        var configuration: ConfigurationPlace?
        var isLast = false
        while !isLast {
            let place = reader.offset
            let bar = try reader.byte()
            let bits = try reader.byte()
            let kind = bits & 0x7F
            // Configuration space is no alternative to anything, nor has it any.
            guard bar <= MetabinaryLimit.baseAddressRegister, kind <= 1 || kind <= 4 && bar == 0,
                places.count < MetabinaryLimit.placeCount, kind < 3 || places.isEmpty && bits == kind
            else { throw .badWindow(at: place) }
            if kind >= 3 { configuration = try parseConfigurationPlace(isCapability: kind == 4) }
            places.append((bar, kind, kind == 2 ? try parseLocator() : nil))
            isLast = bits & 0x80 == 0
        }
        let mayBePorts = configuration != nil || places.contains { $0.kind == 1 }
        let byteCount = try reader.number(
            atMost: mayBePorts ? MetabinaryLimit.portWindowByteCount : MetabinaryLimit.windowByteCount)
        let firstLine = try line()
        var registers: [RegisterDescription] = []
        var end: UInt64 = 0
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.registerCount)) {
            let place = reader.offset
            let register = try parseRegister()
            // What a register of configuration space is selected by has to be known.
            guard register.offset >= end, register.end <= byteCount, !mayBePorts || register.type != .u64,
                configuration == nil || register.count == 1
            else { throw .badRegister(at: place) }
            end = register.end
            registers.append(register)
        }
        var windows: [WindowDescription] = []
        for place in places.reversed() {
            windows.append(
                WindowDescription(
                    name: windowName, bar: place.bar, isMemory: place.kind != 1, minimumByteCount: byteCount,
                    line: firstLine, locator: place.locator, configuration: configuration, registers: registers,
                    alternatives: windows.count + 1 < places.count ? [] : windows.reversed()))
        }
        return windows[windows.count - 1]
    }

    /// Where in configuration space a window begins.
    private func parseConfigurationPlace(isCapability: Bool) throws(MetabinaryError) -> ConfigurationPlace {
        guard isCapability else { return .start }
        let identifier = try reader.byte()
        let place = reader.offset
        let markOffset = try reader.byte()
        guard markOffset != 1, markOffset < MetabinaryLimit.capabilityByteCount else { throw .badWindow(at: place) }
        return .capability(identifier: identifier, markOffset: markOffset, mark: try reader.byte())
    }

    /// The parts of a capability that say where a window is.
    @inline(never)
    private func parseLocator() throws(MetabinaryError) -> CapabilityLocator {
        CapabilityLocator(
            identifier: try reader.byte(), markOffset: try reader.capabilityPart(1).offset, mark: try reader.byte(),
            registerOffset: try reader.capabilityPart(1).offset, start: try reader.capabilityPart(),
            length: try reader.capabilityPart())
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
        var memories: [Int] = []
        if role != .plain {
            for _ in 0..<(try reader.count(atMost: MetabinaryLimit.memoryCount)) {
                memories.append(try reader.index(below: MetabinaryLimit.memoryCount))
            }
        }
        let firstBit = role == .bufferLength ? try reader.byte() : 0
        let bitCount = role == .bufferLength ? try reader.byte() : type.bitCount
        let mayBeZero = role == .bufferAddress && rights & 2 != 0 ? try reader.count(atMost: 1) == 1 : false
        let isFree = rights & 2 != 0 && (role == .plain || role == .bufferLength)
        let allowed = isFree ? try parseAllowedValues(UInt64(type.bitCount) / 8) : nil
        let register = RegisterDescription(
            name: registerName, offset: offset, type: type, count: count, isReadable: rights & 1 != 0,
            isWritable: rights & 2 != 0, role: role, memories: memories, firstBit: firstBit, bitCount: bitCount,
            mayBeZero: mayBeZero, voids: rights & 4 != 0, allowed: allowed)
        guard type != .boolean, count > 0, rights & 3 > 0, rights < 8, register.isWritable || !register.voids,
            offset % register.byteCount == 0
        else { throw .badRegister(at: place) }
        guard role == .plain || register.isWritable && Self.isSound(register) else { throw .badRole(at: place) }
        return register
    }

    /// Whether a register can have its role: room for an address, one element where it tells of one thing, memories.
    @inline(never)
    private static func isSound(_ register: RegisterDescription) -> Bool {
        let type = register.type
        let isOne = register.memories.count == 1
        switch register.role {
        case .addressLow: return register.count == 1 && !register.memories.isEmpty && (type == .u32 || type == .u64)
        case .addressHigh: return register.count == 1 && !register.memories.isEmpty && type == .u32
        case .bufferAddress: return !register.memories.isEmpty && (type == .u32 || type == .u64)
        case .bufferLength:
            return isOne && register.bitCount > 0
                && UInt64(register.firstBit) + UInt64(register.bitCount) <= UInt64(type.bitCount)
        default: return register.count == 1 && !register.memories.isEmpty
        }
    }

    // MARK: Memories

    @inline(never)
    private func parseMemory() throws(MetabinaryError) -> MemoryDescription {
        let memoryName = try name()
        let place = reader.offset
        let form = try reader.byte()
        let isInParts = Self.partsForms.contains(form)
        let whole: Region.Kind = form == Self.partsForms.upperBound ? .pool : .ring
        guard let kind = isInParts ? whole : Region.Kind(rawValue: form), kind != .window, kind != .ports else {
            throw .badMemory(at: place)
        }
        let byteCount = try reader.number(atMost: MetabinaryLimit.memoryByteCount)
        let alignment = try reader.number(atMost: MetabinaryLimit.memoryAlignment)
        guard byteCount > 0, alignment > 0, alignment & (alignment - 1) == 0 else { throw .badMemory(at: place) }
        let firstLine = try line()
        var element: UInt64 = 0
        var headroom: UInt64 = 0
        var fields: [SlotField] = []
        var allowed: [AllowedValues]?
        var parts: [MemoryPart] = []
        if kind != .state {
            let slotPlace = reader.offset
            element = try reader.number(atMost: byteCount)
            guard element > 0, byteCount % element == 0 else { throw .badSlot(at: slotPlace) }
            headroom = try reader.number(atMost: (kind == .pool ? element : byteCount) - 1)
            if isInParts {
                parts = try parseParts(byteCount, alignment)
            } else if kind == .ring {
                guard element & (element - 1) == 0, element <= alignment else { throw .badSlot(at: slotPlace) }
                fields = try parseFields(element)
                allowed = try parseAllowedValues(element)
            }
        }
        return MemoryDescription(
            name: memoryName, kind: kind, byteCount: byteCount, alignment: alignment, line: firstLine,
            elementByteCount: element, headroom: headroom, fields: fields,
            allowed: allowed, parts: parts)
    }

    /// The parts of a memory, in rising order of offset, none over another.
    @inline(never)
    private func parseParts(_ byteCount: UInt64, _ alignment: UInt64) throws(MetabinaryError) -> [MemoryPart] {
        var parts: [MemoryPart] = []
        let place = reader.offset
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.partCount)) {
            let place = reader.offset
            var part = MemoryPart(
                name: try name(), offset: try reader.number(atMost: byteCount),
                byteCount: try reader.number(atMost: byteCount),
                elementByteCount: try reader.number(atMost: byteCount), isReadable: false, isWritable: false)
            let rights = try reader.byte()
            part.isReadable = rights & 1 != 0
            part.isWritable = rights & 2 != 0
            let element = part.elementByteCount
            guard element > 0, element & (element - 1) == 0, part.byteCount > 0, part.byteCount % element == 0,
                part.offset % min(element, 8) == 0, alignment >= min(element, 8), rights > 0, rights < 4,
                part.offset >= parts.last?.end ?? 0, part.end <= byteCount
            else { throw .badPart(at: place) }
            part.fields = try parseFields(element)
            if part.isWritable { part.allowed = try parseAllowedValues(element) }
            parts.append(part)
        }
        guard !parts.isEmpty else { throw .badPart(at: place) }
        return parts
    }

    /// What slots of a size tell of other memory, in rising order of offset.
    @inline(never)
    private func parseFields(_ slotByteCount: UInt64) throws(MetabinaryError) -> [SlotField] {
        var fields: [SlotField] = []
        var end: UInt64 = 0
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.fieldCount)) {
            let place = reader.offset
            let told = try reader.index(below: 2 * MetabinaryLimit.memoryCount)
            let field = SlotField(
                memory: told / 2, isLength: told % 2 != 0, offset: try reader.number(atMost: slotByteCount),
                type: try reader.type())
            guard field.type == .u32 || field.type == .u64 || field.isLength && field.type != .boolean,
                field.offset >= end, field.offset % field.byteCount == 0, field.end <= slotByteCount
            else { throw .badSlot(at: place) }
            end = field.end
            fields.append(field)
        }
        return fields
    }

    /// Fields of slots tell of buffers of pools, and of memory that is in parts.
    private func checkFields(of memories: [MemoryDescription]) throws(MetabinaryError) {
        func check(_ fields: [SlotField]) throws(MetabinaryError) {
            for field in fields {
                guard field.memory < memories.count, memories[field.memory].isTold else {
                    throw .badSlot(at: reader.offset)
                }
            }
        }
        for memory in memories {
            try check(memory.fields)
            for part in memory.parts { try check(part.fields) }
        }
    }

    /// Of each ring one register takes the address, or two take its halves, and one the size: nothing else tells a
    /// device where to find it. Of memory in parts, the high half and the size may be left out, and all three together:
    /// fields and other registers may lead there.
    private func checkRoles(
        of windows: [WindowDescription], _ memories: [MemoryDescription]
    ) throws(MetabinaryError) {
        // Of each memory, how many registers take the low half, the high half and the size, 20 bits each.
        let (low, high, size) = (UInt64(1), UInt64(1) << 20, UInt64(1) << 40)
        var told = [UInt64](repeating: 0, count: memories.count)
        for window in windows {
            for register in window.registers {
                for memory in register.memories {
                    let isOfBuffers = register.role == .bufferAddress || register.role == .bufferLength
                    guard memory < memories.count,
                        isOfBuffers ? memories[memory].isTold : memories[memory].kind == .ring
                    else { throw .badRole(at: reader.offset) }
                    switch register.role {
                    case .addressLow: told[memory] += register.type == .u64 ? low + high : low
                    case .addressHigh: told[memory] += high
                    case .byteCount: told[memory] += size
                    default: break
                    }
                }
            }
        }
        for index in told.indices where memories[index].kind == .ring {
            // What may be left out counts as told.
            var may: UInt64 = 0
            if !memories[index].parts.isEmpty {
                may = told[index] == 0 ? low | high | size : (high | size) & ~told[index]
            }
            guard told[index] + may == low + high + size else { throw .untoldRing(at: reader.offset) }
        }
    }

    // MARK: State

    /// Cells need a memory of state, and lie in it one after the other.
    @inline(never)
    func parseCells(in memories: [MemoryDescription]) throws(MetabinaryError) -> [CellDescription] {
        var cells: [CellDescription] = []
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
            guard let state = memories.first(where: { $0.kind == .state }), end <= state.byteCount else {
                throw .badCell(at: place)
            }
            cells.append(cell)
        }
        return cells
    }
}
