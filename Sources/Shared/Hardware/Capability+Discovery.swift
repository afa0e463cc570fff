// Follows the capability list of a PCI function and reads of each entry what matters to generation. It only reads, each
// place once, whatever the list says; `PCIFunction.discover` calls it.

extension PCIFunction {
    /// Follows the capability list, where the status register (bit 4) says that there is one.
    ///
    /// The list lies above the header, on four-byte places: 48 of them, each visited once.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, sections 6.2.3 and 6.7; CardBus keeps the pointer at 0x14.
    @inline(never)
    mutating func readCapabilities(_ access: inout some HardwareAccess, _ report: (Oddity) -> Void) {
        guard access.readConfiguration(address, 0x06, .word) & 1 << 4 != 0 else { return }
        var visited: UInt64 = 0
        var pointer: UInt16 = headerType == 2 ? 0x14 : 0x34
        var next = access.readConfiguration(address, pointer, .byte)
        while next & 0xFC != 0 {
            let offset = UInt16(truncatingIfNeeded: next & 0xFC)
            guard offset >= 0x40 else { return report(Oddity(.capabilityPlace, address, pointer)) }
            guard visited & 1 << UInt64(offset / 4) == 0 else {
                return report(Oddity(.capabilityLoop, address, pointer))
            }
            visited |= 1 << UInt64(offset / 4)
            let first = access.readConfiguration(address, offset, .doubleWord)
            readCapability(at: offset, first, &access, report)
            pointer = offset + 1
            next = first >> 8
        }
    }

    /// Reads the rest of a capability, of which `first` are the first four bytes.
    @inline(never)
    private mutating func readCapability(
        at offset: UInt16, _ first: UInt32, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) {
        let identifier = UInt8(truncatingIfNeeded: first)
        var capability = Capability(identifier: identifier, offset: UInt8(offset))
        let byteCount = Self.byteCount(of: identifier, first)
        if byteCount < 2 || offset + byteCount > 256 {
            report(Oddity(.capabilityLength, address, offset))
        } else {
            var bytes = first
            for place in 2..<min(byteCount, Capability.byteCountLimit) {
                if place % 4 == 0 { bytes = access.readConfiguration(address, offset + place, .doubleWord) }
                capability.contents.append(UInt8(truncatingIfNeeded: bytes >> UInt32(place % 4 * 8)))
            }
        }
        capabilities.append(capability)
    }

    /// How many bytes of a capability matter, the first two among them.
    ///
    /// Source: PCI Bus Power Management Interface Specification, revision 1.2, section 3.2 (0x01: capabilities, and
    /// control and status); PCI Local Bus Specification, revision 3.0, sections 6.8.1 (0x05: message control),
    /// appendix H (0x09: the third byte is the length) and 6.8.2 (0x11: all of it); PCI Express Base Specification,
    /// revision 2.1, section 7.8 (0x10: up to device control).
    private static func byteCount(of identifier: UInt8, _ first: UInt32) -> UInt16 {
        switch identifier {
        case 0x01: 6
        case 0x05: 4
        case 0x09: UInt16(truncatingIfNeeded: first >> 16 & 0xFF)
        case 0x10: 10
        case 0x11: 12
        default: 2
        }
    }
}
