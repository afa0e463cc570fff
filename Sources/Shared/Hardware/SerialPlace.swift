// Where the UART is that firmware uses as its console, as ACPI names it. Plain data, and the reader of the table;
// `ACPIDescription` calls it, and the kernel's console goes there.

/// The place of a UART's registers.
public struct SerialPlace: Hashable, Sendable {
    /// A physical address, or else the first port.
    public var base: UInt64
    public var isInMemory: Bool
    /// From one register to the next, and the size of an access. Units: bytes; 1, or in memory 4 too.
    public var stride: UInt64

    public init(port: UInt16) {
        base = UInt64(port)
        isInMemory = false
        stride = 1
    }

    /// Whether the processor can address it.
    func isReached(by processor: ProcessorFacts) -> Bool {
        !isInMemory || base >> processor.physicalAddressBitCount == 0
    }

    /// "SPCR", first character in the low byte.
    static let tableSignature: UInt32 = 0x5243_5053

    /// The port that a table names, or `nil` where it names none, or none that is a 16550 within one page.
    ///
    /// Layout: 36 interface (0 and 1 a 16550 or a part of it, 0x12 one as the address says); 40 generic address (0 space, 0
    /// being memory and 1 I/O; 3 size of an access, 3 being four bytes; 4 address, 0 where there is no console).
    ///
    /// Source: Microsoft, Serial Port Console Redirection Table, revision 4; Linux, drivers/acpi/spcr.c, parse_spcr.
    init?(describedBy table: ACPITable, _ access: inout some HardwareAccess) {
        guard table.signature == Self.tableSignature, table.byteCount >= 52 else { return nil }
        let interface = access.readInteger(table.address.advanced(by: 36), byteCount: 1)
        let space = access.readInteger(table.address.advanced(by: 40), byteCount: 1)
        let size = access.readInteger(table.address.advanced(by: 43), byteCount: 1)
        base = access.readInteger(table.address.advanced(by: 44), byteCount: 8)
        isInMemory = space == 0
        stride = isInMemory && size == 3 ? 4 : 1
        guard interface <= 1 || interface == 0x12, space <= 1, size <= 1 || stride == 4, base != 0,
            isInMemory ? base & 0xFFF <= 0x1000 - 8 * stride && base % stride == 0 : base <= 0xFFF8
        else { return nil }
    }
}
