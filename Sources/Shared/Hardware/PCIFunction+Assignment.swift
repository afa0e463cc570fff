// Writes to a function what it is to decode or, of a bridge, to pass on, and reads what a bridge passes on. Where these
// ranges lie is decided by AddressAssignment.

extension PCIFunction {
    private static let command: UInt16 = 0x04

    /// Gives a range its address. Returns whether the function holds it; else the range stays without.
    ///
    /// The function decodes nothing meanwhile, as where ranges are sized.
    @inline(never)
    mutating func assign(_ base: UInt64, to range: Int, _ access: inout some HardwareAccess) -> Bool {
        let register = baseAddressRegisters[range]
        let offset = 0x10 + 4 * UInt16(register.index)
        let decode = access.readConfiguration(address, Self.command, .word)
        if decode & 3 != 0 { access.writeConfiguration(address, Self.command, .word, decode & 0xFFFC) }
        access.writeConfiguration(address, offset, .doubleWord, UInt32(truncatingIfNeeded: base))
        if register.kind == .memory64 {
            access.writeConfiguration(address, offset + 4, .doubleWord, UInt32(base >> 32))
        }
        let mask: UInt32 = register.kind == .io ? ~3 : ~15
        let isHeld = access.readConfiguration(address, offset, .doubleWord) & mask == UInt32(truncatingIfNeeded: base)
        if !isHeld { access.writeConfiguration(address, offset, .doubleWord, 0) }
        if decode & 3 != 0 { access.writeConfiguration(address, Self.command, .word, decode) }
        guard isHeld else { return false }
        baseAddressRegisters[range].base = base
        baseAddressRegisters[range].isChosen = true
        return true
    }

    /// What a bridge passes on of memory or of ports: `nil` for nothing, and for what is no bridge.
    ///
    /// Layout: base in the low half of a register and limit in the high half, of which memory has bits 31:20 of the address,
    /// ports bits 15:12; bit 1 of the command has memory passed on, bit 0 ports.
    ///
    /// Source: PCI-to-PCI Bridge Architecture Specification, revision 1.2, sections 3.2.4.3, 3.2.5.6 and 3.2.5.8.
    @inline(never)
    func window(isPorts: Bool, _ access: inout some HardwareAccess) -> AddressRoom? {
        guard headerType == 1, access.readConfiguration(address, Self.command, .word) & (isPorts ? 1 : 2) != 0 else {
            return nil
        }
        let held = UInt64(access.readConfiguration(address, isPorts ? 0x1C : 0x20, isPorts ? .word : .doubleWord))
        let base = isPorts ? held << 8 & 0xF000 : held << 16 & 0xFFF0_0000
        let limit = isPorts ? held & 0xF000 | 0xFFF : held & 0xFFF0_0000 | 0xF_FFFF
        return base > 0 && base <= limit ? AddressRoom(start: base, end: limit + 1) : nil
    }

    /// Has a bridge pass a range on. One that passed no memory on passes none of that which may be fetched ahead.
    @inline(never)
    mutating func pass(_ window: AddressRoom, isPorts: Bool, _ access: inout some HardwareAccess) {
        let base = UInt32(truncatingIfNeeded: window.start)
        let last = UInt32(truncatingIfNeeded: window.end - 1)
        let decode = access.readConfiguration(address, Self.command, .word)
        if isPorts {
            access.writeConfiguration(address, 0x1C, .word, base >> 8 & 0xF0 | last & 0xF000)
            access.writeConfiguration(address, 0x30, .doubleWord, 0)
        } else {
            access.writeConfiguration(address, 0x20, .doubleWord, base >> 16 & 0xFFF0 | last & 0xFFF0_0000)
            if decode & 2 == 0 { access.writeConfiguration(address, 0x24, .doubleWord, 0x0000_FFF0) }
            isClosed = false
        }
        access.writeConfiguration(address, Self.command, .word, decode | (isPorts ? 1 : 2))
    }
}
