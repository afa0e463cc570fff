// Reads what a Multiboot2 loader leaves: a run of tags. Tags that metaos does not need are passed over.

extension BootInformation {
    /// Longest information that is read; loaders leave some KiB. Units: bytes.
    private static let multiboot2ByteLimit: UInt64 = 256 * 1024

    /// Layout: 0 total size, 8 the first tag; a tag has 0 type, 4 size, 8 contents, and starts on an 8-byte place.
    ///
    /// Source: Multiboot2 Specification, version 2.0, section 3.6.
    static func readMultiboot2(
        _ address: PhysicalAddress, _ access: inout some HardwareAccess
    ) throws(BootInformationError) -> BootInformation {
        var information = BootInformation(source: .multiboot2)
        guard address.rawValue & 7 == 0 && address.rawValue != 0 else { throw .start(address) }
        let total = UInt64(access.readDoubleWord(address))
        guard total >= 16 && total <= multiboot2ByteLimit, address.rawValue <= .max - total else {
            throw .truncated(address)
        }
        information.occupy(address, total)
        var hasNewPointer = false
        var hasMemoryMap = false
        var offset: UInt64 = 8
        while true {
            let tag = address.advanced(by: offset)
            guard offset + 8 <= total else { throw .truncated(tag) }
            let type = access.readDoubleWord(tag)
            let size = UInt64(access.readDoubleWord(tag.advanced(by: 4)))
            guard size >= 8 else { throw .size(tag) }
            guard offset + size <= total else { throw .truncated(tag) }
            switch type {
            case 0:
                guard hasMemoryMap else { throw .noMemoryMap(address) }
                return information
            case 1: _ = information.readCommandLine(tag.advanced(by: 8), byteLimit: size - 8, &access)
            case 6:
                try information.readMemoryMap(tag, size, &access)
                hasMemoryMap = true
            // Copies of the root pointer: 14 of the first version, 15 of later ones, which is the better.
            case 14 where !hasNewPointer: information.rootPointer = tag.advanced(by: 8)
            case 15:
                information.rootPointer = tag.advanced(by: 8)
                hasNewPointer = true
            default: break
            }
            offset = (offset + size + 7) & ~7
        }
    }

    /// Layout: of the tag, 8 size of an entry, 12 its version, 16 the entries; of an entry, 0 base, 8 length, 16 type.
    ///
    /// Source: section 3.6.8.
    private mutating func readMemoryMap(
        _ tag: PhysicalAddress, _ size: UInt64, _ access: inout some HardwareAccess
    ) throws(BootInformationError) {
        guard size >= 16 else { throw .size(tag) }
        let entryByteCount = UInt64(access.readDoubleWord(tag.advanced(by: 8)))
        guard entryByteCount >= 24 && entryByteCount % 8 == 0 else { throw .size(tag) }
        var offset: UInt64 = 16
        while offset + entryByteCount <= size {
            let entry = tag.advanced(by: offset)
            insert(
                base: access.readInteger(entry, byteCount: 8),
                byteCount: access.readInteger(entry.advanced(by: 8), byteCount: 8),
                type: access.readDoubleWord(entry.advanced(by: 16)), statedAt: entry)
            offset += entryByteCount
        }
    }
}
