// A part of an address space that nothing decodes, and how the largest is found between what is taken. It knows neither what
// takes nor who asks; AddressAssignment does.

/// A range of addresses, of memory or of ports.
struct AddressRoom: Equatable {
    var start: UInt64
    /// The first address behind it.
    var end: UInt64

    var byteCount: UInt64 { end - start }

    /// The largest part that no taken range has an address of; of several the lowest.
    @inline(never)
    func largestFree(_ taken: [AddressRoom]) -> AddressRoom? {
        var best: AddressRoom?
        for index in 0...taken.count {
            // Free parts begin where the whole does, or where something that is taken ends.
            let first = index == 0 ? start : max(start, taken[index - 1].end)
            guard first < end, !taken.contains(where: { $0.start <= first && first < $0.end }) else { continue }
            var last = end
            for range in taken where range.start >= first && range.start < range.end { last = min(last, range.start) }
            if last - first > best?.byteCount ?? 0 { best = AddressRoom(start: first, end: last) }
        }
        return best
    }

    /// Takes so many bytes from the end, at a multiple of a power of two.
    @inline(never)
    mutating func take(_ byteCount: UInt64, alignment: UInt64) -> UInt64? {
        guard end >= byteCount else { return nil }
        let first = (end - byteCount) & ~(alignment - 1)
        guard first >= start else { return nil }
        end = first
        return first
    }
}
