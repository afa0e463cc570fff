// The structure that leads to the tables of ACPI, verified, and the search for it on machines whose boot loader did not
// hand it over. `ACPIDescription` uses it.

/// The root system description pointer, with its checksums verified.
///
/// Source: ACPI Specification, version 6.5, section 5.2.5.3.
struct ACPIRootPointer {
    let address: PhysicalAddress
    /// The root table with 32-bit entries.
    var table: PhysicalAddress?
    /// The root table with 64-bit entries.
    var extendedTable: PhysicalAddress?

    /// "RSD PTR ", the first character in the low byte.
    private static let signature: UInt64 = 0x2052_5450_2044_5352
    /// Longest root pointer that is believed; version 6.5 has 36. Units: bytes.
    private static let byteLimit: UInt64 = 256

    /// Reads the root pointer at `address`, or returns `nil` where it is not to be trusted.
    ///
    /// Layout: 0 signature, 8 checksum over the first 20 bytes, 15 revision, 16 root table; from revision 2 on
    /// 20 length, 24 extended root table, 32 checksum over the length.
    @inline(never)
    init?(at address: PhysicalAddress, _ access: inout some HardwareAccess) {
        guard access.readInteger(address, byteCount: 8) == Self.signature,
            access.sumBytes(address, byteCount: 20) == 0
        else { return nil }
        self.address = address
        let narrow = UInt64(access.readDoubleWord(address.advanced(by: 16)))
        table = narrow == 0 ? nil : PhysicalAddress(rawValue: narrow)
        guard access.readInteger(address.advanced(by: 15), byteCount: 1) >= 2 else { return }
        let byteCount = UInt64(access.readDoubleWord(address.advanced(by: 20)))
        // Without a second part that holds, the first still does: a loader may hand over a copy of the first alone.
        guard byteCount >= 36, byteCount <= Self.byteLimit, access.sumBytes(address, byteCount: byteCount) == 0
        else { return }
        let wide = access.readInteger(address.advanced(by: 24), byteCount: 8)
        extendedTable = wide == 0 ? nil : PhysicalAddress(rawValue: wide)
    }

    /// Searches where the firmware of PCs puts it: the first KiB of the extended BIOS data area, whose segment stands
    /// at 0x40E, then 0xE0000 to 0xFFFFF; on 16-byte places.
    ///
    /// Source: ACPI Specification, version 6.5, section 5.2.5.1.
    static func search(_ access: inout some HardwareAccess) -> PhysicalAddress? {
        let segment = access.readMemory(PhysicalAddress(rawValue: 0x40E), .word) & 0xFFFF
        // A segment in conventional memory; anything else is no segment.
        if segment >= 0x40 && segment < 0xA000,
            let found = search(from: segment << 4, byteCount: 1024, &access)
        {
            return found
        }
        return search(from: 0xE0000, byteCount: 0x20000, &access)
    }

    private static func search(
        from base: UInt64, byteCount: UInt64, _ access: inout some HardwareAccess
    ) -> PhysicalAddress? {
        for place in 0..<byteCount / 16 {
            let address = PhysicalAddress(rawValue: base + 16 * place)
            guard access.readMemory(address, .doubleWord) == signature & 0xFFFF_FFFF else { continue }
            if ACPIRootPointer(at: address, &access) != nil { return address }
        }
        return nil
    }
}
