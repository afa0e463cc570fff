// A range of virtual addresses that is given out from its start upward and never taken back: once for code, once for
// windows. For rings, pools and state it only says how far they may reach.

import Hardware

/// Addresses to give out.
struct AddressArea: Hashable {
    /// End of what a 32-bit displacement reaches from every place of the area: placement facts promise it.
    static let reach: UInt64 = 0x8000_0000

    /// First address that is still free.
    private(set) var next: UInt64
    private let end: UInt64

    /// The area from `start` to the start of the next other area above, or to the end of the reach.
    init(from start: VirtualAddress, beside others: VirtualAddress...) {
        next = start.rawValue
        var end = Self.reach
        for other in others where other > start { end = min(end, other.rawValue) }
        self.end = end
    }

    /// Bytes that are left.
    var byteCount: UInt64 { end > next ? end - next : 0 }

    /// Takes the lowest free range of that size and alignment, or returns `nil` where none is left.
    ///
    /// - Precondition: `alignment` is a power of two.
    mutating func take(_ byteCount: UInt64, alignment: UInt64) -> VirtualAddress? {
        precondition(alignment & (alignment &- 1) == 0 && alignment > 0, "alignment is no power of two")
        guard next < end, let padding = Self.padding(from: next, to: alignment, atMost: end - next) else { return nil }
        let start = next + padding
        guard byteCount <= end - start else { return nil }
        next = start + byteCount
        return VirtualAddress(rawValue: start)
    }

    /// Distance to the next multiple of `alignment`, or `nil` where it lies past the limit.
    private static func padding(from address: UInt64, to alignment: UInt64, atMost limit: UInt64) -> UInt64? {
        let padding = (0 &- address) & (alignment - 1)
        return padding <= limit ? padding : nil
    }
}
