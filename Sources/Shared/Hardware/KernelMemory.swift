// How much of the machine's memory the kernel takes for its own heap and page tables, and where: a choice that only the memory
// map and the end of the image decide. The kernel makes it once, before it chooses where devices' memories go, which lie
// after it: what a device overruns lies after what it writes.

/// The range that the kernel takes beside its image.
public struct KernelMemory: Hashable, Sendable {
    /// First byte, at the start of a page: page tables, and after them the heap.
    public var start: PhysicalAddress
    /// Units: bytes, whole pages.
    public var tableByteCount: UInt64
    /// Units: bytes, whole pages.
    public var heapByteCount: UInt64

    /// First byte of the heap.
    public var heapStart: PhysicalAddress { PhysicalAddress(rawValue: start.rawValue + tableByteCount) }
    /// First byte after the range.
    public var end: PhysicalAddress { PhysicalAddress(rawValue: heapStart.rawValue + heapByteCount) }

    /// Which share of usable memory is taken at most, and most of it.
    private static let share: UInt64 = 12
    private static let mostByteCount: UInt64 = 32 << 20
    /// Page tables for all of the areas in which the kernel maps, each of which takes 2 MiB.
    private static let mostTableByteCount: UInt64 = 320 * 4096
    /// Least range that is worth it.
    private static let leastByteCount: UInt64 = 1 << 20
    /// Where the range must end: from there on other things are mapped (`PlacementFacts`), and it is mapped to itself.
    private static let addressEnd: UInt64 = 0x4000_0000

    /// The kernel's choice: a twelfth of usable memory, at most 32 MiB, or half of it, and so on down to 1 MiB; an eighth of
    /// it for page tables. `nil` where there is no such range.
    public static func chosen(_ memory: [MemoryRange], beyond imageEnd: PhysicalAddress) -> KernelMemory? {
        var usable: UInt64 = 0
        for range in memory where range.kind == .usable {
            usable = min(usable, .max / 2) + min(range.byteCount, .max / 2)
        }
        var byteCount = mostByteCount
        while byteCount >= leastByteCount {
            if byteCount <= usable / share,
                let start = memory.firstUsable(byteCount: byteCount, alignment: 4096, from: imageEnd),
                start.rawValue <= addressEnd - byteCount
            {
                let tables = min(byteCount / 8, mostTableByteCount)
                return KernelMemory(start: start, tableByteCount: tables, heapByteCount: byteCount - tables)
            }
            byteCount /= 2
        }
        return nil
    }
}
