// The layout of windows and of their registers. A register that overlaps another, or has a role that it has no room for, is
// refused here, that of memories which are read after it in DeviceDescription+Soundness.

import Hardware
import Program

extension LayoutCoder {
    func window(_ window: WindowDescription) {
        name(&window.name, "its name")
        var places = [window] + window.alternatives
        var index = 0
        while windowPlace(places[index], index, isLast: index + 1 == places.count) {
            index += 1
            if Self.makes { places.append(WindowDescription()) }
        }
        let mayBePorts = window.configuration != nil || places.contains { !$0.isMemory }
        number(
            &window.minimumByteCount,
            atMost: mayBePorts ? MetabinaryLimit.portWindowByteCount : MetabinaryLimit.windowByteCount,
            "end of its highest register in bytes (2^26 at most; of ports and of configuration space 256)")
        line(&window.line)
        var all = window.all
        list(&all, of: "register", atMost: MetabinaryLimit.registerCount, RegisterDescription()) {
            register, before in
            let place = self.place
            self.register(register)
            if Self.makes, register.selection != nil {
                return require(register.isSound(after: before), .badRegister(at: place))
            }
            // What a register of configuration space is selected by has to be known.
            require(
                register.offset >= before.last?.end ?? 0 && register.end <= window.minimumByteCount
                    && before.last?.selection == nil && (!mayBePorts || register.type != .u64)
                    && (window.configuration == nil || register.count == 1), .badRegister(at: place))
        }
        guard Self.makes else { return }
        let plainCount = all.firstIndex { $0.selection != nil } ?? all.count
        (window.registers, window.selected) = (Array(all[..<plainCount]), Array(all[plainCount...]))
        for place in places.dropFirst() {
            (place.name, place.minimumByteCount, place.line) = (window.name, window.minimumByteCount, window.line)
            (place.registers, place.selected) = (window.registers, window.selected)
            window.alternatives.append(place)
        }
    }

    /// One of the places where a window may be. Returns whether another one follows.
    private func windowPlace(_ window: WindowDescription, _ number: Int, isLast: Bool) -> Bool {
        var bits = window.placeKind | (isLast ? 0 : 0x80)
        part("place") {
            let place = self.place
            byte(&window.bar, "base address register (0 to 5; 0 from kind 2 on)")
            byte(&bits, "kind, below; bit 7 is set where another place follows, of four at most")
            let kind = bits & 0x7F
            // Configuration space is no alternative to anything, nor has it any.
            require(
                window.bar <= MetabinaryLimit.baseAddressRegister && (kind <= 1 || kind <= 4 && window.bar == 0)
                    && number < MetabinaryLimit.placeCount && (kind < 3 || number == 0 && bits == kind),
                .badWindow(at: place))
            window.isMemory = kind != 1
            when(kind == 2, "of kind 2") { locator(of: window) }
            when(kind == 4, "of kind 4") { mark(of: window) }
            if kind == 3 { window.configuration = .start }
        }
        return bits & 0x80 != 0 && !isRefused
    }

    /// The parts of a capability that say where a window is.
    private func locator(of window: WindowDescription) {
        var locator = window.locator ?? CapabilityLocator()
        byte(&locator.identifier, "capability ID")
        capabilityByte(&locator.markOffset, "offset of the byte that tells it from others of that ID")
        byte(&locator.mark, "that byte's value")
        capabilityByte(&locator.registerOffset, "offset of the byte with the number of the base address register")
        capabilityPart(&locator.start, "offset of the window in what that decodes")
        capabilityPart(&locator.length, "length of the window")
        window.locator = locator
    }

    /// What tells a capability of configuration space from others.
    private func mark(of window: WindowDescription) {
        var (identifier, markOffset, mark) = (UInt8(0), UInt8(0), UInt8(0))
        if case .capability(let known, let offset, let value)? = window.configuration {
            (identifier, markOffset, mark) = (known, offset, value)
        }
        byte(&identifier, "capability ID")
        let place = place
        byte(&markOffset, "offset of the byte that tells it from others of that ID, or 0 where none does")
        require(markOffset != 1 && markOffset < MetabinaryLimit.capabilityByteCount, .badWindow(at: place))
        byte(&mark, "that byte's value")
        window.configuration = .capability(identifier: identifier, markOffset: markOffset, mark: mark)
    }

    private func capabilityByte(_ offset: inout UInt8, _ what: StaticString) {
        let place = place
        byte(&offset, what)
        require(CapabilityLocator.Part(offset: offset, byteCount: 1).isInCapability, .badWindow(at: place))
    }

    /// A number in a capability.
    private func capabilityPart(_ part: inout CapabilityLocator.Part, _ what: StaticString) {
        let place = place
        byte(&part.offset, what)
        byte(&part.byteCount, "size of that in bytes (1, 2 or 4)")
        require(part.isInCapability, .badWindow(at: place))
    }

    // MARK: Registers

    private func register(_ register: RegisterDescription) {
        name(&register.name, "its name")
        let place = place
        number(
            &register.offset, atMost: MetabinaryLimit.windowByteCount,
            "offset in bytes; of one behind others its number (65,535 at most)")
        type(&register.type, "bits of the type (8 to 64)")
        number(&register.count, atMost: MetabinaryLimit.elementCount, "elements (1 to 4,096)")
        var rights = register.rights
        byte(
            &rights,
            "rights, 1 to read, 2 to write, 3 for both, 4 more where it *voids*, 8 behind others")
        register.rights = rights
        when(rights & 8 != 0, "behind others") {
            var selection = register.selection ?? .init()
            index(&selection.select, below: MetabinaryLimit.registerCount, "the register that takes its number")
            index(&selection.data, below: MetabinaryLimit.registerCount, "the one in which it then is")
            register.selection = selection
        }
        kind(&register.role, "role", else: .badRole(at: place))
        when(register.role != .plain, "of role 1 to 6") {
            list(&register.memories, of: "told memory", atMost: MetabinaryLimit.memoryCount, 0) { memory, _ in
                index(&memory, below: MetabinaryLimit.memoryCount, "a memory")
            }
        }
        if register.role != .bufferLength { register.bitCount = register.type.bitCount }
        when(register.role == .bufferLength, "of role 5") {
            byte(&register.firstBit, "lowest bit of the length")
            byte(&register.bitCount, "its number of bits")
        }
        when(register.role == .bufferAddress && register.isWritable, "of role 4") {
            var flag: UInt64 = register.mayBeZero ? 1 : 0
            number(&flag, atMost: 1, "1 where the address may be 0 too")
            register.mayBeZero = flag == 1
        }
        when(
            register.isWritable && (register.role == .plain || register.role == .bufferLength),
            "it may be written, of role 0 or 5"
        ) {
            allowed(&register.allowed, in: register.byteCount)
        }
        require(
            register.type != .boolean && register.count > 0 && rights & 3 > 0 && rights < 16
                && (register.selection != nil || register.offset % register.byteCount == 0), .badRegister(at: place))
        require(register.role == .plain || register.isWritable && register.hasRoomForRole, .badRole(at: place))
    }
}

extension CapabilityLocator.Part {
    /// Whether it is after the ID and the place of the next capability, in what discovery reads.
    var isInCapability: Bool {
        (byteCount == 1 || byteCount == 2 || byteCount == 4) && offset >= 2
            && UInt64(offset) + UInt64(byteCount) <= MetabinaryLimit.capabilityByteCount
    }
}

extension WindowDescription {
    /// The number that stands for the kind of its place.
    fileprivate var placeKind: UInt8 {
        switch configuration {
        case .start?: 3
        case .capability?: 4
        case nil: locator != nil ? 2 : isMemory ? 0 : 1
        }
    }
}

extension RegisterDescription {
    /// What may be done to it, as bits.
    fileprivate var rights: UInt8 {
        get { (isReadable ? 1 : 0) | (isWritable ? 2 : 0) | (voids ? 4 : 0) | (selection != nil ? 8 : 0) }
        set { (isReadable, isWritable, voids) = (newValue & 1 != 0, newValue & 2 != 0, newValue & 4 != 0) }
    }

    /// Whether it comes after those before it in the order of the registers that it is behind and of numbers, and these
    /// are two of them that nothing else is asked of.
    fileprivate func isSound(after others: [RegisterDescription]) -> Bool {
        guard let selection, selection.select != selection.data, selection.select < others.count,
            selection.data < others.count
        else { return false }
        let (select, data) = (others[selection.select], others[selection.data])
        if let last = others.last, let before = last.selection {
            guard before.data < selection.data || before == selection && last.offset < offset else { return false }
        }
        return select.selection == nil && select.isWritable && select.role == .plain && select.count == 1
            && data.selection == nil && data.role == .plain && data.count == 1 && count == 1 && type == data.type
            && (data.isReadable || !isReadable) && (data.isWritable || !isWritable)
            && offset <= MetabinaryLimit.selectedNumber
    }

    /// Whether it can have its role: room for an address, one element where it tells of one thing, memories.
    fileprivate var hasRoomForRole: Bool {
        guard !memories.isEmpty, count == 1 || role == .bufferAddress || role == .bufferLength else { return false }
        switch role {
        case .bufferAddress, .pageNumber: return type == .u32 || type == .u64
        case .addressLow: return type != .u8
        case .addressHigh: return type == .u16 || type == .u32
        case .bufferLength:
            return memories.count == 1 && bitCount > 0 && UInt64(firstBit) + UInt64(bitCount) <= UInt64(type.bitCount)
        default: return true
        }
    }
}
