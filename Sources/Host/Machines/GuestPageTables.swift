// The page tables of a machine, walked in a dump of its memory: where the tables themselves are, and what virtual addresses
// mean. Nothing that the machine says of them is believed.

/// The page tables of a dump.
///
/// Source: Intel SDM, volume 3A, section 4.5 (4-level paging).
public struct GuestPageTables: Sendable {
    private static let present: UInt64 = 1 << 0
    private static let large: UInt64 = 1 << 7
    private static let addressMask: UInt64 = 0x000F_FFFF_FFFF_F000
    /// Bits of an entry that the processor itself sets: accessed and dirty, in the first of its bytes.
    private static let processorBits: UInt8 = 1 << 5 | 1 << 6
    static let pageByteCount: UInt64 = 4096

    /// Physical addresses of the tables, ascending.
    public private(set) var tables: [UInt64] = []
    /// Physical addresses of the pages, by their virtual ones.
    private var pages: [UInt64: UInt64] = [:]

    public init(of memory: GuestMemory) {
        var found: Set<UInt64> = []
        visit(memory.root & Self.addressMask, shift: 39, base: 0, memory, &found)
        tables = found.sorted()
    }

    private mutating func visit(
        _ table: UInt64, shift: UInt64, base: UInt64, _ memory: GuestMemory, _ found: inout Set<UInt64>
    ) {
        found.insert(table)
        for index in 0..<UInt64(512) {
            let entry = memory.quadWord(at: table + index * 8)
            guard entry & Self.present != 0 else { continue }
            let virtual = base | index << shift
            if shift == 12 {
                pages[virtual] = entry & Self.addressMask
            } else if entry & Self.large == 0 {
                visit(entry & Self.addressMask, shift: shift - 9, base: virtual, memory, &found)
            }
        }
    }

    /// The physical address that a virtual one means, `nil` where nothing is mapped in pages of 4 KiB.
    public func physical(_ virtual: UInt64) -> UInt64? {
        let offset = virtual % Self.pageByteCount
        return pages[virtual - offset].map { $0 + offset }
    }

    /// Clears in a dump what the processor itself changes in these tables.
    func clearProcessorBits(in bytes: inout [UInt8]) {
        for table in tables where table + Self.pageByteCount <= UInt64(bytes.count) {
            for entry in stride(from: Int(table), to: Int(table + Self.pageByteCount), by: 8) {
                bytes[entry] &= ~Self.processorBits
            }
        }
    }
}
