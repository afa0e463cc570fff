// Hands out page frames of usable memory: from the firmware's map, beyond the image, the heap and what is set aside for
// rings, pools and state. What the boot loader handed over may be overwritten: discovery has read it by then. Frames are not given
// back; the kernel takes what generation needs, once.

import Hardware
import Platform

/// No usable memory is left for a request.
struct OutOfFrames: Error {}

/// The page frames that nothing else uses.
struct FrameAllocator {
    private let ranges: [MemoryRange]
    private var next: PhysicalAddress

    /// - Parameters:
    ///   - ranges: The firmware's memory map.
    ///   - placement: What is set aside already.
    init(_ ranges: [MemoryRange], beyond placement: PlacementFacts) {
        self.ranges = ranges
        next = PhysicalAddress(
            rawValue: max(kernelEnd.rawValue, placement.dataPhysical.rawValue + placement.dataByteCount))
    }

    /// The first of `count` frames in a row.
    mutating func allocate(_ count: UInt64) throws(OutOfFrames) -> PhysicalAddress {
        let byteCount = count * pageByteCount
        guard let start = ranges.firstUsable(byteCount: byteCount, alignment: pageByteCount, from: next) else {
            throw OutOfFrames()
        }
        next = PhysicalAddress(rawValue: start.rawValue + byteCount)
        return start
    }
}
