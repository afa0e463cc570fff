// Reads what a PVH loader leaves: one structure that points to the command line and the memory map.

extension BootInformation {
    /// What is at the start of the structure.
    static let startInformationMagic: UInt32 = 0x336E_C578
    /// Most ranges that are read, of which not all may be kept: what Multiboot2 information has room for.
    private static let statedRangeLimit: UInt64 = 10_922

    /// Layout: 0 magic, 4 version, 24 command line, 32 root pointer of ACPI; from version 1 on 40 memory map, 48
    /// number of its entries. Of an entry, 24 bytes: 0 base, 8 length, 16 type.
    ///
    /// Source: Xen, public/arch-x86/hvm/start_info.h, version 1.
    static func readStartInformation(
        _ address: PhysicalAddress, _ access: inout some HardwareAccess
    ) throws(BootInformationError) -> BootInformation {
        var information = BootInformation(source: .pvh)
        guard address.rawValue != 0 && address.rawValue <= .max - 56,
            access.readDoubleWord(address) == startInformationMagic
        else { throw .start(address) }
        guard access.readDoubleWord(address.advanced(by: 4)) >= 1 else { throw .noMemoryMap(address) }
        information.occupy(address, 56)
        let commandLine = PhysicalAddress(rawValue: access.readInteger(address.advanced(by: 24), byteCount: 8))
        if commandLine.rawValue != 0 {
            let byteCount = information.readCommandLine(commandLine, byteLimit: .max, &access)
            information.occupy(commandLine, byteCount)
        }
        let pointer = access.readInteger(address.advanced(by: 32), byteCount: 8)
        information.rootPointer = pointer == 0 ? nil : PhysicalAddress(rawValue: pointer)
        let map = PhysicalAddress(rawValue: access.readInteger(address.advanced(by: 40), byteCount: 8))
        let count = UInt64(access.readDoubleWord(address.advanced(by: 48)))
        guard map.rawValue != 0 && count > 0 else { throw .noMemoryMap(address) }
        // What is beyond is not read: a count like that is none.
        guard count <= statedRangeLimit else { throw .size(map) }
        information.occupy(map, 24 * count)
        for index in 0..<count {
            let entry = map.advanced(by: 24 * index)
            information.insert(
                base: access.readInteger(entry, byteCount: 8),
                byteCount: access.readInteger(entry.advanced(by: 8), byteCount: 8),
                type: access.readDoubleWord(entry.advanced(by: 16)), statedAt: entry)
        }
        return information
    }
}
