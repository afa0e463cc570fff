// ACPI tables as bytes, for machines in memory: well-formed, so that a test can damage what it wants damaged.

/// Makes ACPI tables.
enum DescriptionTables {
    static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    /// A byte that makes the sum zero.
    static func checksum(_ bytes: [UInt8]) -> UInt8 { 0 &- bytes.reduce(0, &+) }

    static func table(_ signature: String, _ contents: [UInt8]) -> [UInt8] {
        var table = Array(signature.utf8) + bytes(UInt64(36 + contents.count), 4) + [1, 0]
        table += [UInt8](repeating: UInt8(ascii: "T"), count: 26) + contents
        table[9] = checksum(table)
        return table
    }

    static func rootPointer(narrow: UInt64, wide: UInt64? = nil) -> [UInt8] {
        var pointer = Array("RSD PTR ".utf8) + [0] + Array("METAOS".utf8) + [wide == nil ? 0 : 2] + bytes(narrow, 4)
        pointer[8] = checksum(pointer)
        guard let wide else { return pointer }
        pointer += bytes(36, 4) + bytes(wide, 8) + [0, 0, 0, 0]
        pointer[32] = checksum(pointer)
        return pointer
    }

    /// A fixed description table that names a power-management timer in its first fields only.
    static func fixedTable(
        timerPort: UInt16, isWide: Bool = false, extendedPort: UInt64? = nil, extendedSpace: UInt8 = 1
    ) -> [UInt8] {
        var contents = [UInt8](repeating: 0, count: (extendedPort == nil ? 116 : 220) - 36)
        contents.replaceSubrange(76 - 36..<80 - 36, with: bytes(UInt64(timerPort), 4))
        contents[91 - 36] = 4
        if isWide { contents[113 - 36] = 1 }
        if let extendedPort {
            contents[208 - 36] = extendedSpace
            contents.replaceSubrange(212 - 36..<220 - 36, with: bytes(extendedPort, 8))
        }
        return table("FACP", contents)
    }
}

extension SyntheticMachine {
    /// Puts a root pointer at 0xF0010, a root table at 0x7001 (on no boundary) and the tables after it.
    mutating func addTables(_ tables: [[UInt8]], isWide: Bool = false) {
        var place: UInt64 = 0x9003
        var entries: [UInt8] = []
        for table in tables {
            entries += DescriptionTables.bytes(place, isWide ? 8 : 4)
            store(table, at: place)
            place += UInt64(table.count)
        }
        store(DescriptionTables.table(isWide ? "XSDT" : "RSDT", entries), at: 0x7001)
        store(
            DescriptionTables.rootPointer(narrow: isWide ? 0 : 0x7001, wide: isWide ? 0x7001 : nil), at: 0xF0010)
    }
}
