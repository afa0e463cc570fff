// Which part of memory the kernel's image takes, read from the headers of its ELF file.

/// The loaded segments of a kernel.
public struct KernelSegments: Hashable, Sendable {
    public struct Segment: Hashable, Sendable {
        public var start: UInt64
        public var byteCount: UInt64
        public var isWritable: Bool
        public var isExecutable: Bool
        /// What the file holds of it, from its start on.
        public var bytes: [UInt8]
    }

    public var segments: [Segment]

    public init(_ segments: [Segment]) { self.segments = segments }

    /// Reads the program headers of a file.
    ///
    /// Source: System V ABI, "Object Files", ELF-64: `e_phoff` at 32, `e_phentsize` at 54, `e_phnum` at 56; of a header,
    /// `p_type` at 0 (1 loads), `p_flags` at 4 (1 executable, 2 writable), `p_offset` at 8, `p_paddr` at 24, `p_filesz` at
    /// 32, `p_memsz` at 40.
    ///
    /// Throws: `imageUnsuitable`, `dumpUnreadable`.
    public init(path: String) throws(MachineError) {
        guard let bytes = readFile(path) else { throw .dumpUnreadable(path: path) }
        func number(_ offset: Int, _ count: Int) -> UInt64? {
            guard offset >= 0, offset + count <= bytes.count else { return nil }
            return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2]), let table = number(32, 8), let size = number(54, 2),
            let count = number(56, 2)
        else { throw .imageUnsuitable(path: path, reason: "no ELF file of 64 bits") }
        segments = []
        for index in 0..<count {
            let header = Int(table + index * size)
            guard let kind = number(header, 4), let flags = number(header + 4, 4), let place = number(header + 8, 8),
                let start = number(header + 24, 8), let held = number(header + 32, 8),
                let byteCount = number(header + 40, 8), place + held <= UInt64(bytes.count)
            else { throw .imageUnsuitable(path: path, reason: "an ELF file without its headers") }
            guard kind == 1 else { continue }
            segments.append(
                Segment(
                    start: start, byteCount: byteCount, isWritable: flags & 2 != 0, isExecutable: flags & 1 != 0,
                    bytes: Array(bytes[Int(place)..<Int(place + held)])))
        }
    }
}
