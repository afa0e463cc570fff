// Where the kernel sets memory aside for rings, pools and state: a choice that only the memory map, the end of the image and
// the number of functions decide. The kernel makes it once, before generation, and reports it.

extension PlacementFacts {
    /// What is set aside where memory is plenty: at least this, and this much for each function that a driver might be
    /// for. A card of 256 slots each way with its guard spaces takes less. At most as much as lies between `data` and the
    /// page through which the kernel reads physical memory.
    ///
    /// Units: bytes.
    private static let leastByteCount: UInt64 = 8 << 20
    private static let byteCountPerFunction: UInt64 = 2 << 20
    private static let mostByteCount: UInt64 = 256 << 20
    /// What the kernel's other frames, for code, must still find room in.
    ///
    /// Units: bytes.
    private static let byteCountLeft: UInt64 = 1 << 20
    private static let pageByteCount: UInt64 = 4096

    /// The kernel's choice on a machine with this memory: the lowest range beyond the image that holds what is wanted, a
    /// power of two, or half of it, and so on down to a page; nothing where there is none.
    ///
    /// - Parameter functionCount: how many PCI functions might get a driver.
    public static func chosen(
        _ memory: [MemoryRange], for functionCount: Int, beyond imageEnd: PhysicalAddress
    ) -> PlacementFacts {
        var placement = standard
        var byteCount = leastByteCount
        while byteCount < mostByteCount, byteCount / byteCountPerFunction < functionCount { byteCount *= 2 }
        while byteCount >= pageByteCount {
            if let start = memory.firstUsable(
                byteCount: byteCount + byteCountLeft, alignment: pageByteCount, from: imageEnd)
            {
                placement.dataPhysical = start
                placement.dataByteCount = byteCount
                return placement
            }
            byteCount /= 2
        }
        placement.dataPhysical = PhysicalAddress(rawValue: 0)
        placement.dataByteCount = 0
        return placement
    }
}

extension [MemoryRange] {
    /// The lowest place of `byteCount` bytes that some usable range holds and no range of another kind touches.
    ///
    /// - Precondition: `alignment` is a power of two.
    public func firstUsable(byteCount: UInt64, alignment: UInt64, from lowest: PhysicalAddress) -> PhysicalAddress? {
        precondition(alignment > 0 && alignment & (alignment - 1) == 0, "alignment is no power of two")
        var best: UInt64?
        for range in self where range.kind == .usable {
            if let start = place(byteCount, alignment, from: lowest.rawValue, in: range) {
                best = Swift.min(best ?? start, start)
            }
        }
        return best.map { PhysicalAddress(rawValue: $0) }
    }

    /// The lowest such place within one range.
    private func place(_ byteCount: UInt64, _ alignment: UInt64, from lowest: UInt64, in range: MemoryRange) -> UInt64?
    {
        let end = range.base.rawValue &+ range.byteCount
        var start = Swift.max(lowest, range.base.rawValue)
        while true {
            // Ranges at the very end of the address space overflow; no memory is there.
            guard start < end, end - start >= byteCount else { return nil }
            start = (start + alignment - 1) & ~(alignment - 1)
            guard start < end, end - start >= byteCount else { return nil }
            guard let obstacle = first(where: { $0.kind != .usable && $0.overlaps(start, byteCount) }) else {
                return start
            }
            let next = obstacle.base.rawValue &+ obstacle.byteCount
            guard next > start else { return nil }
            start = next
        }
    }
}

extension MemoryRange {
    /// Whether any of `count` bytes, at least one, from `start` on lies in the range.
    fileprivate func overlaps(_ start: UInt64, _ count: UInt64) -> Bool {
        start <= base.rawValue &+ (byteCount &- 1) && base.rawValue <= start + (count - 1) && byteCount > 0
    }
}
