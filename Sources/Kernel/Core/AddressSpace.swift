// The kernel's page tables: every page beyond the image that Boot/entry.asm mapped is mapped here, with exactly the rights
// that its contents need. No page is ever both writable and executable.

import Hardware
import Platform

/// Rights and caching of a page.
enum PageRights {
    case readOnly
    case readWrite
    case readExecute
    /// Registers of a device: writable, never cached.
    case device

    /// Page-table entry bits.
    ///
    /// Source: Intel SDM, volume 3A, table 4-20; PCD and PWT select PAT entry 3, which Boot/entry.asm has made uncacheable
    /// ("Page Attribute Table").
    var bits: UInt64 {
        switch self {
        case .readOnly: PageEntry.present | PageEntry.noExecute
        case .readWrite: PageEntry.present | PageEntry.writable | PageEntry.noExecute
        case .readExecute: PageEntry.present
        case .device:
            PageEntry.present | PageEntry.writable | PageEntry.noExecute | PageEntry.writeThrough
                | PageEntry.cacheDisable
        }
    }
}

/// Bits of a page-table entry.
enum PageEntry {
    static let present: UInt64 = 1 << 0
    static let writable: UInt64 = 1 << 1
    static let writeThrough: UInt64 = 1 << 3
    static let cacheDisable: UInt64 = 1 << 4
    static let noExecute: UInt64 = 1 << 63
    static let addressMask: UInt64 = 0x000F_FFFF_FFFF_F000
}

/// Size of a page of the lowest level.
///
/// Units: bytes.
let pageByteCount: UInt64 = 4096

/// Why a page could not be mapped.
enum MappingError: Error {
    /// The page tables that were set aside are used up.
    case outOfPageTables
    /// The address or the length is not a multiple of the page size, or the range is not canonical.
    case misaligned
}

/// The page tables that the processor uses.
struct AddressSpace {
    /// Next free table, and the end of those that there are: the image's at first. All are mapped to themselves.
    private var nextTable = pageTablePool()
    private var tableEnd = pageTablePoolEnd()

    /// Maps memory of the kernel's own to itself, and takes tables from it from here on.
    ///
    /// - Precondition: nothing lies there, and the tables of the image are enough to map it.
    mutating func adopt(_ memory: KernelMemory) throws(MappingError) {
        try map(
            VirtualAddress(rawValue: memory.start.rawValue), to: memory.start,
            byteCount: memory.tableByteCount + memory.heapByteCount, .readWrite)
        nextTable = memory.start.rawValue
        tableEnd = memory.heapStart.rawValue
    }

    /// Maps `byteCount` bytes at `virtual` to `physical`.
    ///
    /// - Throws: `MappingError`; what was mapped before the error stays mapped.
    @inline(never)
    mutating func map(
        _ virtual: VirtualAddress, to physical: PhysicalAddress, byteCount: UInt64, _ rights: PageRights
    ) throws(MappingError) {
        guard (virtual.rawValue | physical.rawValue | byteCount) % pageByteCount == 0, virtual.rawValue < 1 << 47
        else { throw .misaligned }
        for offset in stride(from: 0, to: byteCount, by: Int(pageByteCount)) {
            let entry = try lowestEntry(of: virtual.rawValue + offset, makesTables: true)
            memoryWrite64(entry, physical.rawValue + offset | rights.bits)
            invalidatePage(virtual.rawValue + offset)
        }
    }

    /// Takes away every page that holds a byte of a range; what is not mapped stays so.
    @inline(never)
    mutating func unmap(_ virtual: VirtualAddress, byteCount: UInt64) {
        guard virtual.rawValue < 1 << 47, byteCount < 1 << 47 else { return }
        let start = virtual.rawValue & ~(pageByteCount - 1)
        for page in stride(from: start, to: virtual.rawValue + byteCount, by: Int(pageByteCount)) {
            guard let entry = try? lowestEntry(of: page, makesTables: false) else { continue }
            memoryWrite64(entry, 0)
            invalidatePage(page)
        }
    }

    /// The entry of the lowest table for an address, with the tables above it made, if wanted, where they were missing.
    private mutating func lowestEntry(of virtual: UInt64, makesTables: Bool) throws(MappingError) -> UInt64 {
        var table = pageMapLevel4()
        for level in [UInt64(39), 30, 21] {
            let entry = table + (virtual >> level & 511) * 8
            var value = memoryRead(entry, 8)
            if value & PageEntry.present == 0 {
                guard makesTables, nextTable < tableEnd else { throw .outOfPageTables }
                for offset in stride(from: 0, to: pageByteCount, by: 8) { memoryWrite64(nextTable + offset, 0) }
                value = nextTable | PageEntry.present | PageEntry.writable
                memoryWrite64(entry, value)
                nextTable += pageByteCount
            }
            table = value & PageEntry.addressMask
        }
        return table + (virtual >> 12 & 511) * 8
    }

    /// Visits every present page: its address and its entry.
    func forEachPage(_ visit: (_ virtual: UInt64, _ entry: UInt64) -> Void) {
        visitPages(of: pageMapLevel4(), shift: 39, base: 0, visit)
    }

    private func visitPages(of table: UInt64, shift: UInt64, base: UInt64, _ visit: (UInt64, UInt64) -> Void) {
        for index in 0..<UInt64(512) {
            let entry = memoryRead(table + index * 8, 8)
            guard entry & PageEntry.present != 0 else { continue }
            let virtual = base | index << shift
            if shift == 12 {
                visit(virtual, entry)
            } else {
                visitPages(of: entry & PageEntry.addressMask, shift: shift - 9, base: virtual, visit)
            }
        }
    }
}
