// All memory of a machine at one moment, as QEMU's monitor writes it while the machine stands still, and the registers that
// say where the processor's own tables are. The machine has no part in it and cannot tell.

/// A dump of a machine's memory.
public struct GuestMemory: Sendable {
    /// A table that the processor finds by a register.
    public struct Table: Hashable, Sendable {
        public var name: String
        public var start: UInt64
        public var byteCount: UInt64
    }

    /// From physical address 0 on.
    public var bytes: [UInt8]
    /// Physical address of the page tables' root.
    public var root: UInt64
    /// The tables of segments, of interrupts, and the task's.
    public var tables: [Table]

    public init(bytes: [UInt8], root: UInt64, tables: [Table] = []) {
        self.bytes = bytes
        self.root = root
        self.tables = tables
    }

    /// The quad word at an address, 0 beyond the dump's end.
    func quadWord(at address: UInt64) -> UInt64 {
        guard address <= UInt64(bytes.count - 8) else { return 0 }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: Int(address), as: UInt64.self) }
    }
}

extension Machine {
    /// Stops the machine, takes all its memory, and has it go on.
    ///
    /// Throws: as `monitor(_:)`; `monitorRefused` for registers that cannot be read; `dumpUnreadable`.
    public func frozenMemory() throws(MachineError) -> GuestMemory {
        _ = try monitor("stop")
        let registers = try monitor("info registers")
        let bytes = try memory(at: 0, byteCount: description.memoryMebibytes << 20)
        _ = try monitor("cont")
        guard let root = Self.register("CR3=", 0, registers) else {
            throw .monitorRefused(command: "info registers", message: registers)
        }
        var tables: [GuestMemory.Table] = []
        // A selector is before the base of the task's.
        for (name, key, skipped) in [("table of segments", "GDT=", 0), ("table of interrupts", "IDT=", 0)]
            + [("state of the task", "TR =", 1)]
        {
            guard let base = Self.register(key, skipped, registers),
                let limit = Self.register(key, skipped + 1, registers)
            else { throw .monitorRefused(command: "info registers", message: registers) }
            tables.append(GuestMemory.Table(name: name, start: base, byteCount: limit + 1))
        }
        return GuestMemory(bytes: bytes, root: root, tables: tables)
    }

    /// A hexadecimal word after a key of the text of `info registers`.
    ///
    /// Source: QEMU 7.2, target/i386/cpu-dump.c.
    private static func register(_ key: String, _ index: Int, _ text: String) -> UInt64? {
        for line in text.split(separator: "\n") {
            guard let range = line.firstRange(of: key) else { continue }
            let words = line[range.upperBound...].split(separator: " ", omittingEmptySubsequences: true)
            return words.indices.contains(index) ? UInt64(words[index], radix: 16) : nil
        }
        return nil
    }
}
