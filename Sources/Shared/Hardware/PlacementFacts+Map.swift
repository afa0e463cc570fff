// How the range that is set aside is divided: state first, where no device writes, then guard space, then what devices
// write. It follows from the range alone, so that the kernel, a report and the host draw the same map. Where a driver's
// memories lie in it, MemoryPlanner decides.

/// The part of the range that is no device's: the state of all drivers, and the guard space after it.
public struct PrivateRegion: Hashable, Sendable {
    public var start: VirtualAddress
    public var physical: PhysicalAddress
    /// Units: bytes.
    public var byteCount: UInt64
    /// Guard space between its end and the first memory of a device.
    ///
    /// Units: bytes.
    public var guardByteCount: UInt64

    public init(start: VirtualAddress, physical: PhysicalAddress, byteCount: UInt64, guardByteCount: UInt64) {
        self.start = start
        self.physical = physical
        self.byteCount = byteCount
        self.guardByteCount = guardByteCount
    }
}

extension PlacementFacts {
    /// Longest frame that a wire can hold a card to: QEMU's networks carry 69,632 bytes (include/net/net.h, NET_BUFSIZE),
    /// which is more than a length of 16 bits can say.
    ///
    /// Units: bytes.
    private static let longestFrameByteCount: UInt64 = 4096 + 65536
    /// What a card writes of its own beside a frame: a header before it, of 16 bytes at most in what the atlas describes, and
    /// the frame's checksum after it.
    ///
    /// Units: bytes.
    private static let addedByteCount: UInt64 = 16 + 4
    private static let guardPageByteCount: UInt64 = 4096

    /// Least size of a guard space: what a device writes behind its memory that begins a frame at the memory's last byte.
    /// A whole number of pages.
    ///
    /// Units: bytes.
    public static let guardByteCount =
        (longestFrameByteCount + addedByteCount + guardPageByteCount - 1) / guardPageByteCount * guardPageByteCount

    /// The first sixteenth of the range, whole pages and at least one where there is one, and a guard space.
    public var privateRegion: PrivateRegion {
        let share = dataByteCount / 16 / Self.guardPageByteCount * Self.guardPageByteCount
        return PrivateRegion(
            start: data, physical: dataPhysical, byteCount: min(max(share, Self.guardPageByteCount), dataByteCount),
            guardByteCount: Self.guardByteCount)
    }
}
