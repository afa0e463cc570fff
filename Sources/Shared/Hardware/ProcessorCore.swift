// The processors that firmware started or can start, as ACPI lists them. Only one of them runs the kernel; how many there
// are is a fact. `ACPIDescription` calls the reader.

/// A logical processor.
public struct ProcessorCore: Hashable, Sendable {
    /// Number of its local interrupt controller.
    public var interruptControllerIdentifier: UInt32

    public init(interruptControllerIdentifier: UInt32) {
        self.interruptControllerIdentifier = interruptControllerIdentifier
    }
}

extension ProcessorCore {
    /// "APIC", first character in the low byte: the multiple APIC description table.
    static let tableSignature: UInt32 = 0x4349_5041
    /// Most processors that are kept.
    static let limit = 256
    /// Bytes before the first entry: header, controller address, flags.
    private static let firstEntryOffset: UInt64 = 44

    /// Kinds of entry that name a processor.
    private enum EntryKind {
        static let local: UInt64 = 0
        static let x2: UInt64 = 9
    }

    /// The processors that a table says are enabled, in its order.
    ///
    /// Source: ACPI Specification, version 6.5, section 5.2.12; entries 5.2.12.2 and 5.2.12.12.
    static func read(_ table: ACPITable, _ access: inout some HardwareAccess) -> [ProcessorCore] {
        var cores: [ProcessorCore] = []
        var offset = firstEntryOffset
        while offset + 2 <= UInt64(table.byteCount) && cores.count < limit {
            let entry = table.address.advanced(by: offset)
            let kind = access.readInteger(entry, byteCount: 1)
            let byteCount = access.readInteger(entry.advanced(by: 1), byteCount: 1)
            guard byteCount >= 2, offset + byteCount <= UInt64(table.byteCount) else { break }
            if kind == EntryKind.local && byteCount >= 8 {
                let identifier = access.readInteger(entry.advanced(by: 3), byteCount: 1)
                append(UInt32(identifier), flags: access.readDoubleWord(entry.advanced(by: 4)), to: &cores)
            } else if kind == EntryKind.x2 && byteCount >= 16 {
                let identifier = access.readDoubleWord(entry.advanced(by: 4))
                append(identifier, flags: access.readDoubleWord(entry.advanced(by: 8)), to: &cores)
            }
            offset += byteCount
        }
        return cores
    }

    private static func append(_ identifier: UInt32, flags: UInt32, to cores: inout [ProcessorCore]) {
        if flags & 1 != 0 { cores.append(ProcessorCore(interruptControllerIdentifier: identifier)) }
    }
}
