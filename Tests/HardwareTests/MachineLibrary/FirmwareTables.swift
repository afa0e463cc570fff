// ACPI tables of the library's machines, in the words of their fields: what firmware says of itself, put where it puts
// it. The bytes of a table alone are `DescriptionTables`' affair.

import Hardware

/// The fixed description table, as far as it names hardware.
///
/// Source: ACPI Specification, version 6.5, section 5.2.9.
struct FixedTable: Sendable {
    /// Size of the table: 116 in version 1 of ACPI, 132, 244, 268 and 276 since. Units: bytes.
    var byteCount = 244
    var commandPort: UInt64 = 0xB2
    var eventPort: UInt64 = 0
    var controlPort: UInt64 = 0
    var timerPort: UInt64 = 0
    var generalPort: UInt64 = 0
    var generalByteCount: UInt8 = 8
    /// Port of the reset register; 0 for none.
    var resetPort: UInt64 = 0
    /// Whether 32 bits of the timer count, and not 24.
    var hasWideTimer = false
    /// Whether there is none of the ports above.
    var isReduced = false
    /// Whether the 64-bit fields name the ports again, as tables from version 2 on do.
    var isNamedTwice = true

    var bytes: [UInt8] {
        var contents = [UInt8](repeating: 0, count: byteCount - 36)
        func put(_ offset: Int, _ value: UInt64, _ count: Int) {
            guard offset + count <= byteCount else { return }
            contents.replaceSubrange(offset - 36..<offset - 36 + count, with: DescriptionTables.bytes(value, count))
        }
        let flags: UInt64 = 0xA5 | (hasWideTimer ? 1 << 8 : 0) | (resetPort > 0 ? 1 << 10 : 0)
        put(112, flags | (isReduced ? 1 << 20 : 0), 4)
        guard !isReduced else { return DescriptionTables.table("FACP", contents) }
        put(46, 9, 2)
        put(48, commandPort, 4)
        put(52, commandPort > 0 ? 0xF1_F0 : 0, 2)
        let blocks =
            [
                (eventPort, 4), (0, 4), (controlPort, 2), (0, 2), (0, 0), (timerPort, 4),
                (generalPort, generalByteCount),
            ] as [(UInt64, UInt8)]
        for (index, (port, _)) in blocks.enumerated() { put(56 + 4 * index, port, 4) }
        for (offset, length) in [(88, 4), (89, 2), (91, 4), (92, generalByteCount)] as [(Int, UInt8)] {
            put(offset, UInt64(length), 1)
        }
        if resetPort > 0 { putPort(resetPort, 1, at: 116, put) }
        for (index, (port, length)) in blocks.enumerated() where isNamedTwice && port > 0 {
            putPort(port, length, at: 148 + 12 * index, put)
        }
        return DescriptionTables.table("FACP", contents)
    }

    private func putPort(_ port: UInt64, _ length: UInt8, at offset: Int, _ put: (Int, UInt64, Int) -> Void) {
        put(offset, 1 | UInt64(length) * 8 << 8, 4)
        put(offset + 4, port, 8)
    }
}

/// What firmware tells by ACPI, and where.
struct FirmwareTables: Sendable {
    var rootPointer: UInt64
    /// Whether the loader hands the root pointer over, as under UEFI; a BIOS leaves it to be searched for.
    var isHandedOver = false
    /// Whether there is a root table of 64-bit entries.
    var isWide = true
    /// Where the root table is, and the others after it.
    var start: UInt64
    var fixed: FixedTable
    /// Numbers of the interrupt controllers of the processors that are enabled.
    var cores: [UInt8]
    /// Slots without a processor that the table lists too.
    var emptyCoreCount = 0
    var inputControllers: [UInt64] = [0xFEC0_0000]
    /// Where configuration space is in memory, and of which buses.
    var configuration: (base: UInt64, buses: ClosedRange<UInt8>)?
    var eventTimers: EventTimers?
    /// Port of the console that firmware redirects its screen to.
    var consolePort: UInt64?
    /// Other tables, whole.
    var others: [[UInt8]] = []

    /// The tables of an operating system's choice alone have no meaning here.
    static func unread(_ signatures: String...) -> [[UInt8]] {
        signatures.map { DescriptionTables.table($0, [0, 1, 2, 3]) }
    }

    /// Where the fixed table is; the others follow.
    var firstTable: UInt64 { start + 0x200 }

    /// Puts all tables into memory, one behind the other.
    func install(in machine: inout SyntheticMachine) {
        machine.powerTimerPort = fixed.isReduced || fixed.timerPort == 0 ? nil : UInt16(fixed.timerPort)
        machine.powerTimerMask = fixed.hasWideTimer ? .max : 0xFF_FFFF
        machine.configurationBase = configuration?.base
        eventTimers?.install(in: &machine)
        var place = firstTable
        var entries: [UInt64] = []
        for table in tables {
            machine.store(table, at: place)
            entries.append(place)
            place += UInt64(table.count + 15) & ~15
        }
        let wide = DescriptionTables.table("XSDT", entries.flatMap { DescriptionTables.bytes($0, 8) })
        let narrow = DescriptionTables.table("RSDT", entries.flatMap { DescriptionTables.bytes($0, 4) })
        machine.store(narrow, at: start)
        machine.store(wide, at: place)
        machine.store(DescriptionTables.rootPointer(narrow: start, wide: isWide ? place : nil), at: rootPointer)
        // No extended data area of the BIOS unless the pointer lies there.
        machine.store(DescriptionTables.bytes(rootPointer >> 4 < 0xA000 ? rootPointer >> 4 : 0, 2), at: 0x40E)
    }

    private var tables: [[UInt8]] {
        let bytes = DescriptionTables.bytes
        var tables = [fixed.bytes]
        let local = cores.enumerated().flatMap { [0, 8, UInt8($0.offset), $0.element] + bytes(1, 4) }
        let empty = (0..<emptyCoreCount).flatMap { [0, 8, UInt8(cores.count + $0), 0xFF] + bytes(0, 4) }
        let inputs = inputControllers.enumerated().flatMap {
            [1, 12, UInt8($0.offset + 1), 0] + bytes($0.element, 4) + bytes(UInt64($0.offset) * 24, 4)
        }
        tables.append(DescriptionTables.table("APIC", bytes(0xFEE0_0000, 4) + bytes(1, 4) + local + empty + inputs))
        if let (base, buses) = configuration {
            let map = bytes(base, 8) + [0, 0, buses.lowerBound, buses.upperBound] + bytes(0, 4)
            tables.append(DescriptionTables.table("MCFG", bytes(0, 8) + map))
        }
        if let eventTimers { tables.append(eventTimers.table) }
        if let consolePort {
            // A 16550 whose registers are bytes of ports, 115,200 baud (Serial Port Console Redirection Table, version
            // 1.03).
            let place = [1, 8, 0, 1] + bytes(consolePort, 8)
            let line: [UInt8] = [1, 3] + bytes(3, 4) + [7, 0, 1, 0, 3, 0, 0xFF, 0xFF, 0xFF, 0xFF]
            tables.append(DescriptionTables.table("SPCR", [0, 0, 0, 0] + place + line + bytes(0, 12)))
        }
        return tables + others
    }

    /// The table of Intel's IOMMUs: units at these places, and memory that firmware has devices reach.
    ///
    /// Source: Intel Virtualization Technology for Directed I/O, revision 3.3, sections 8.1, 8.3 and 8.4.
    static func remapping(_ units: [UInt64], reserved: ClosedRange<UInt64>? = nil) -> [UInt8] {
        let bytes = DescriptionTables.bytes
        var entries = units.enumerated().flatMap { index, base in
            bytes(0, 2) + bytes(16, 2) + [index + 1 == units.count ? 1 : 0, 0, 0, 0] + bytes(base, 8)
        }
        if let reserved {
            entries += bytes(1, 2) + bytes(24, 2) + bytes(0, 4)
            entries += bytes(reserved.lowerBound, 8) + bytes(reserved.upperBound, 8)
        }
        return DescriptionTables.table("DMAR", [38, 1] + [UInt8](repeating: 0, count: 10) + entries)
    }

    /// The table of AMD's, with one unit at 00:00.2.
    ///
    /// Source: AMD I/O Virtualization Technology, 48882, section 5.2.
    static func virtualization(_ unit: UInt64) -> [UInt8] {
        let bytes = DescriptionTables.bytes
        let block: [UInt8] = [0x10, 0xB0] + bytes(24, 2) + bytes(2, 2) + bytes(0x40, 2) + bytes(unit, 8) + bytes(0, 8)
        return DescriptionTables.table("IVRS", bytes(0x20_3041, 4) + bytes(0, 8) + block)
    }
}

/// High precision event timers.
///
/// Source: IA-PC HPET Specification, revision 1.0a, sections 2.3 and 3.2.4.
struct EventTimers: Sendable {
    var base: UInt64 = 0xFED0_0000
    /// Whether firmware has the counter run.
    var counts = false
    /// Time of a tick. Units: femtoseconds.
    var period: UInt64 = 69_841_279

    static let configurationOffset: UInt64 = 0x10, counterOffset: UInt64 = 0xF0

    func install(in machine: inout SyntheticMachine) {
        machine.store(DescriptionTables.bytes(period << 32 | 0x8086_A201, 8), at: base)
        machine.store(DescriptionTables.bytes(counts ? 1 : 0, 8), at: base + Self.configurationOffset)
        machine.store(DescriptionTables.bytes(0, 8), at: base + Self.counterOffset)
    }

    var table: [UInt8] {
        let bytes = DescriptionTables.bytes
        let place = [0, 64, 0, 0] + bytes(base, 8)
        return DescriptionTables.table("HPET", bytes(0x8086_A201, 4) + place + [0] + bytes(0x80, 2) + [0])
    }
}
