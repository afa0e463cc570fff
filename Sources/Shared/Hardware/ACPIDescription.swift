// Finds the description tables of ACPI, and what some of them name: the power-management timer, the processors, the console,
// addresses and ports of the machine's own. A table is trusted only once its checksum holds; no other's contents are interpreted. `discoverMachine` calls it.

/// What discovery takes from ACPI.
struct ACPIDescription {
    /// Most tables that are kept.
    static let tableLimit = 64
    /// Longest table that is read. Units: bytes.
    static let tableByteLimit: UInt32 = 256 * 1024
    /// Bytes of the header that every table has (section 5.2.6).
    private static let headerByteCount: UInt32 = 36

    var tables: [ACPITable] = []
    /// Where the power-management timer may be.
    var powerTimers: [ReferenceTimer] = []
    var cores: [ProcessorCore] = []
    var system: [SystemRange] = []
    var configurationMaps: [ConfigurationMap] = []
    /// Where firmware has its console, if anywhere.
    var console: SerialPlace?
    /// Whether a root table holds, and whether it names a fixed description table that does.
    private var isRead = false
    private var hasFixedTable = false

    /// Reads the tables that a root table lists: the one of 64-bit entries, or that of 32-bit entries where the first is not to
    /// be trusted, or names no fixed description table that is usable and the other does.
    ///
    /// - Parameter rootPointer: where the boot loader says that the root pointer is; `nil` to search for it.
    ///
    /// Source: ACPI Specification, version 6.5, sections 5.2.5 to 5.2.9.
    @inline(never)
    static func discover(
        _ rootPointer: PhysicalAddress?, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) -> ACPIDescription {
        guard let root = findRoot(rootPointer, &access, report) else { return ACPIDescription() }
        var description = ACPIDescription()
        description.read(root.extendedTable, entryByteCount: 8, &access, report)
        if !description.hasFixedTable {
            var narrow = ACPIDescription()
            narrow.read(root.table, entryByteCount: 4, &access, report)
            if narrow.hasFixedTable || !description.isRead { description = narrow }
        }
        if !description.isRead { report(Oddity(.noRootTable, at: root.address.rawValue)) }
        return description
    }

    /// Reads a root table where there is one, and tells of one that holds but names no usable fixed table.
    @inline(never)
    private mutating func read(
        _ root: PhysicalAddress?, entryByteCount: Int, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) {
        guard let root, readRootTable(at: root, entryByteCount: entryByteCount, &access, report) else { return }
        isRead = true
        if !hasFixedTable { report(Oddity(.noFixedTable, at: root.rawValue)) }
    }

    /// The root pointer that the loader handed over, or the one that is found where it did not, or where that is damaged.
    private static func findRoot(
        _ rootPointer: PhysicalAddress?, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) -> ACPIRootPointer? {
        if let rootPointer {
            if let root = ACPIRootPointer(at: rootPointer, &access) { return root }
            report(Oddity(.rootPointerChecksum, at: rootPointer.rawValue))
        }
        if let found = ACPIRootPointer.search(&access) { return ACPIRootPointer(at: found, &access) }
        report(Oddity(.noRootPointer, at: 0))
        return nil
    }

    /// Reads every table that a root table lists; false where the root table itself is not to be trusted.
    @inline(never)
    private mutating func readRootTable(
        at address: PhysicalAddress, entryByteCount: Int, _ access: inout some HardwareAccess,
        _ report: (Oddity) -> Void
    ) -> Bool {
        // "XSDT" and "RSDT", first character in the low byte.
        let signature: UInt32 = entryByteCount == 8 ? 0x5444_5358 : 0x5444_5352
        guard let root = Self.readTable(at: address, &access, report), root.signature == signature else { return false }
        let count = (root.byteCount - Self.headerByteCount) / UInt32(entryByteCount)
        for index in 0..<count {
            guard tables.count < Self.tableLimit, index < 2 * UInt32(Self.tableLimit) else {
                report(Oddity(.tooManyTables, at: address.rawValue))
                break
            }
            let place = UInt64(Self.headerByteCount) + UInt64(index) * UInt64(entryByteCount)
            let entry = access.readInteger(address.advanced(by: place), byteCount: entryByteCount)
            guard entry != 0,
                let table = Self.readTable(at: PhysicalAddress(rawValue: entry), &access, report)
            else { continue }
            tables.append(table)
            if console == nil { console = SerialPlace(describedBy: table, &access) }
            if ReferenceTimer.isUsable(table), !hasFixedTable {
                hasFixedTable = true
                powerTimers = ReferenceTimer.powerManagement(describedBy: table, &access)
            }
            if table.signature == ProcessorCore.tableSignature && cores.isEmpty {
                cores = ProcessorCore.read(table, &access)
            }
            if table.signature == ConfigurationMap.tableSignature {
                for map in ConfigurationMap.read(table, &access) where system.count < SystemRange.limit {
                    configurationMaps.append(map)
                    system.append(map.range)
                }
            }
            for range in SystemRange.read(table, &access) where system.count < SystemRange.limit {
                system.append(range)
            }
        }
        return true
    }

    /// Reads a table's header and verifies its checksum.
    @inline(never)
    private static func readTable(
        at address: PhysicalAddress, _ access: inout some HardwareAccess, _ report: (Oddity) -> Void
    ) -> ACPITable? {
        let signature = access.readDoubleWord(address)
        let byteCount = access.readDoubleWord(address.advanced(by: 4))
        guard byteCount >= headerByteCount && byteCount <= tableByteLimit else {
            report(Oddity(.tableLength, at: address.rawValue))
            return nil
        }
        guard access.sumBytes(address, byteCount: UInt64(byteCount)) == 0 else {
            report(Oddity(.tableChecksum, at: address.rawValue))
            return nil
        }
        return ACPITable(signature: signature, address: address, byteCount: byteCount)
    }
}
