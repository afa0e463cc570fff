// Hands out page frames of usable memory: from the firmware's map, beyond the image. What the boot loader handed over may be
// overwritten: discovery has read it by then. Frames are not given back; the kernel takes what generation needs, once.

import Hardware
import Platform

/// No usable memory is left for a request.
struct OutOfFrames: Error {}

/// The page frames that nothing else uses.
struct FrameAllocator {
    private let ranges: [MemoryRange]
    private var next: UInt64

    /// - Parameter ranges: The firmware's memory map.
    init(_ ranges: [MemoryRange]) {
        self.ranges = ranges
        next = imageEnd()
    }

    /// The first of `count` frames in a row.
    mutating func allocate(_ count: UInt64) throws(OutOfFrames) -> PhysicalAddress {
        let byteCount = count * pageByteCount
        var best: UInt64?
        for range in ranges where range.kind == .usable {
            let end = range.base.rawValue &+ range.byteCount
            let start = max(next, (range.base.rawValue + pageByteCount - 1) & ~(pageByteCount - 1))
            guard end > start, end - start >= byteCount else { continue }
            best = min(best ?? start, start)
        }
        guard let best else { throw OutOfFrames() }
        next = best + byteCount
        return PhysicalAddress(rawValue: best)
    }
}
