// Reads from ACPI's tables which addresses and ports are the machine's own. Whatever a table does not say is not there; what
// a PC has at fixed places the generator knows anyhow. `ACPIDescription` calls it for each table whose checksum holds.

extension SystemRange {
    /// Most ranges that are kept: more than any machine has.
    static let limit = 64

    /// Signatures, the first character in the low byte.
    private enum Signature {
        static let controllers = ProcessorCore.tableSignature
        static let fixed = ReferenceTimer.tableSignature
        /// "HPET"
        static let timers: UInt32 = 0x5445_5048
        /// "TPM2"
        static let module: UInt32 = 0x324D_5054
    }

    /// The ranges that a table names, in its order.
    static func read(_ table: ACPITable, _ access: inout some HardwareAccess) -> [SystemRange] {
        switch table.signature {
        case Signature.controllers: controllers(table, &access)
        case Signature.fixed: ports(table, &access)
        case Signature.timers: timers(table, &access)
        case Signature.module: module(table, &access)
        default: []
        }
    }

    /// Interrupt controllers: the local one where the table's head or, in 64 bits, an entry of kind 5 says; those that
    /// devices are wired to by entries of kind 1.
    ///
    /// Source: ACPI Specification, version 6.5, sections 5.2.12, 5.2.12.3 and 5.2.12.8.
    private static func controllers(_ table: ACPITable, _ access: inout some HardwareAccess) -> [SystemRange] {
        guard table.byteCount >= 44 else { return [] }
        let pageByteCount: UInt64 = 0x1000
        var ranges = [
            SystemRange(
                kind: .localController, base: UInt64(access.readDoubleWord(table.address.advanced(by: 36))),
                byteCount: pageByteCount)
        ]
        var offset: UInt64 = 44
        while offset + 2 <= UInt64(table.byteCount), ranges.count < limit {
            let entry = table.address.advanced(by: offset)
            let kind = access.readInteger(entry, byteCount: 1)
            let byteCount = access.readInteger(entry.advanced(by: 1), byteCount: 1)
            guard byteCount >= 2, offset + byteCount <= UInt64(table.byteCount) else { break }
            if kind == 1 && byteCount >= 12 {
                let base = access.readDoubleWord(entry.advanced(by: 4))
                ranges.append(
                    SystemRange(kind: .inputController, base: UInt64(base), byteCount: pageByteCount))
            } else if kind == 5 && byteCount >= 12 {
                let base = access.readInteger(entry.advanced(by: 4), byteCount: 8)
                ranges.append(SystemRange(kind: .localController, base: base, byteCount: pageByteCount))
            }
            offset += byteCount
        }
        return ranges
    }

    /// Event timers, 1 KiB of registers.
    ///
    /// Layout: 40 generic address (0 space, 0 being memory; 4 address).
    ///
    /// Source: IA-PC HPET Specification, revision 1.0a, sections 2.3.1 and 3.2.4.
    private static func timers(_ table: ACPITable, _ access: inout some HardwareAccess) -> [SystemRange] {
        guard table.byteCount >= 52, access.readInteger(table.address.advanced(by: 40), byteCount: 1) == 0 else {
            return []
        }
        let base = access.readInteger(table.address.advanced(by: 44), byteCount: 8)
        return [SystemRange(kind: .eventTimers, base: base, byteCount: 0x400)]
    }

    /// The page of a trusted platform module's control area.
    ///
    /// Source: TCG ACPI Specification, version 1.2, revision 8, section 7.3.
    private static func module(_ table: ACPITable, _ access: inout some HardwareAccess) -> [SystemRange] {
        guard table.byteCount >= 48 else { return [] }
        let area = access.readInteger(table.address.advanced(by: 40), byteCount: 8)
        return area == 0 ? [] : [SystemRange(kind: .securityModule, base: area & ~0xFFF, byteCount: 0x1000)]
    }

    /// Ports of power management: the command port of system management, the eight blocks, the reset register.
    ///
    /// Layout: 48 command port; 56 to 84 the blocks, and 88 to 93 their lengths, of which two blocks each share the first
    /// two; 116 generic address of the reset register; from 148 on generic addresses that supersede the blocks.
    ///
    /// Source: ACPI Specification, version 6.5, section 5.2.9.
    private static func ports(_ table: ACPITable, _ access: inout some HardwareAccess) -> [SystemRange] {
        guard table.byteCount >= 116 else { return [] }
        var ranges: [SystemRange] = []
        @inline(never)
        func append(_ port: UInt64, _ byteCount: UInt64) {
            guard port > 0, byteCount > 0, port <= 0xFFFF else { return }
            ranges.append(SystemRange(kind: .ports, base: port, byteCount: byteCount))
        }
        append(UInt64(access.readDoubleWord(table.address.advanced(by: 48))), 1)
        let lengths: [UInt64] = [88, 88, 89, 89, 90, 91, 92, 93]
        for (index, length) in lengths.enumerated() {
            let byteCount = access.readInteger(table.address.advanced(by: length), byteCount: 1)
            let place = UInt64(index)
            append(UInt64(access.readDoubleWord(table.address.advanced(by: 56 + 4 * place))), byteCount)
            if table.byteCount >= 244 { append(port(at: 148 + 12 * place, table, &access), byteCount) }
        }
        if table.byteCount >= 129 { append(port(at: 116, table, &access), 1) }
        var unique: [SystemRange] = []
        for range in ranges where !unique.contains(range) { unique.append(range) }
        return unique
    }

    /// The port of a generic address, 0 for one that lies elsewhere (space 1 is I/O).
    private static func port(at offset: UInt64, _ table: ACPITable, _ access: inout some HardwareAccess) -> UInt64 {
        let space = access.readInteger(table.address.advanced(by: offset), byteCount: 1)
        let address = access.readInteger(table.address.advanced(by: offset + 4), byteCount: 8)
        return space == 1 ? address : 0
    }
}
