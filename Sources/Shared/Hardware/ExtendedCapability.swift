// The capabilities of PCI Express beyond the first 256 bytes of configuration space: plain data, and the list that it is read
// from. It is read where configuration space is in memory; what the capabilities hold no rule asks for, so it is not kept.

/// An entry of a function's list of extended capabilities.
///
/// Source: PCI Express Base Specification, revision 2.1, section 7.9.
public struct ExtendedCapability: Hashable, Sendable {
    /// Most entries that are kept: more than any function has.
    static let limit = 64

    public var identifier: UInt16
    public var version: UInt8
    /// Place in configuration space.
    public var offset: UInt16

    public init(identifier: UInt16, version: UInt8, offset: UInt16) {
        self.identifier = identifier
        self.version = version
        self.offset = offset
    }
}

extension PCIFunction {
    /// Follows the list of a function of PCI Express whose configuration space is in memory.
    ///
    /// Layout: of an entry's first four bytes, bits 15:0 ID, 19:16 version, 31:20 place of the next; a first entry that is zero
    /// or all ones is none.
    @inline(never)
    mutating func readExtendedCapabilities(_ access: inout some HardwareAccess, _ report: (Oddity) -> Void) {
        let isExpress = capabilities.contains { $0.identifier == 0x10 }
        guard isExpress, access.configurationMaps.place(of: address) != nil else { return }
        var offset: UInt16 = 0x100
        while offset != 0 {
            guard offset >= 0x100 else { return report(Oddity(.capabilityPlace, address, offset)) }
            guard extendedCapabilities.count < ExtendedCapability.limit,
                !extendedCapabilities.contains(where: { $0.offset == offset })
            else { return report(Oddity(.capabilityLoop, address, offset)) }
            let header = access.readConfiguration(address, offset, .doubleWord)
            guard header != 0, header != .max else { return }
            extendedCapabilities.append(
                ExtendedCapability(
                    identifier: UInt16(truncatingIfNeeded: header), version: UInt8(header >> 16 & 15), offset: offset))
            offset = UInt16(header >> 20) & 0xFFC
        }
    }
}
