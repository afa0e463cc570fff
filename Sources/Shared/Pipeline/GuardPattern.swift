// What guard space holds, so that whoever writes there shows. It looks at bytes and knows no memory map; the kernel fills
// and checks its guard spaces with it, tests do so on the host.

/// What differs from the pattern.
public struct GuardChange: Hashable, Sendable {
    /// Offsets of the first byte that differs, and of the one after the last.
    public var start: UInt64
    public var end: UInt64
    /// Bytes between them that differ.
    public var byteCount: UInt64
}

/// A pattern that each address has a word of its own of, and each seed other ones: what is sent to a card, by chance or by
/// a neighbour who knows these lines, does not look like it.
public struct GuardPattern: Hashable, Sendable {
    private static let wordByteCount = 8

    private let seed: UInt64

    public init(seed: UInt64) { self.seed = seed }

    /// The eight bytes that belong at an address, the first in bits 7:0.
    ///
    /// Every bit of address and seed reaches the bytes: two rounds of Knuth's multiplicative hash (The Art of Computer
    /// Programming, volume 3, section 6.4) with a shift between.
    ///
    /// - Precondition: `address` is a multiple of 8.
    public func word(at address: UInt64) -> UInt64 {
        let mixed = (address ^ seed) &* 0x9E37_79B9_7F4A_7C15
        return (mixed ^ mixed >> 32) &* 0x9E37_79B9_7F4A_7C15
    }

    /// The byte that belongs at an address.
    private func byte(at address: UInt64) -> UInt8 {
        let place = address % UInt64(Self.wordByteCount)
        return UInt8(truncatingIfNeeded: word(at: address - place) >> (place * 8))
    }

    /// Puts the pattern of the addresses from `address` on into memory.
    public func fill(_ memory: UnsafeMutableRawBufferPointer, at address: UInt64) {
        guard let base = memory.baseAddress else { return }
        let words = Self.words(of: memory.count, at: address)
        for offset in 0..<words.lowerBound { fill(base, offset, at: address) }
        var offset = words.lowerBound
        while offset < words.upperBound {
            let word = word(at: address &+ UInt64(truncatingIfNeeded: offset))
            base.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
            offset &+= Self.wordByteCount
        }
        for offset in words.upperBound..<memory.count { fill(base, offset, at: address) }
    }

    private func fill(_ base: UnsafeMutableRawPointer, _ offset: Int, at address: UInt64) {
        base.storeBytes(of: byte(at: address + UInt64(offset)), toByteOffset: offset, as: UInt8.self)
    }

    /// What of memory is not the pattern of the addresses from `address` on; `nil` where all of it is.
    @inline(never)
    public func change(of memory: UnsafeRawBufferPointer, at address: UInt64) -> GuardChange? {
        guard let base = memory.baseAddress else { return nil }
        let words = Self.words(of: memory.count, at: address)
        var change: GuardChange?
        for offset in 0..<words.lowerBound { compare(base, offset, at: address, &change) }
        var offset = words.lowerBound
        while offset < words.upperBound {
            let word = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if word != self.word(at: address &+ UInt64(truncatingIfNeeded: offset)) {
                for place in offset..<offset + Self.wordByteCount { compare(base, place, at: address, &change) }
            }
            offset &+= Self.wordByteCount
        }
        for offset in words.upperBound..<memory.count { compare(base, offset, at: address, &change) }
        return change
    }

    /// Notes a byte that differs.
    @inline(never)
    private func compare(
        _ base: UnsafeRawPointer, _ offset: Int, at address: UInt64, _ change: inout GuardChange?
    ) {
        let place = UInt64(offset)
        if base.load(fromByteOffset: offset, as: UInt8.self) == byte(at: address + place) { return }
        var known = change ?? GuardChange(start: place, end: place, byteCount: 0)
        known.end = place + 1
        known.byteCount += 1
        change = known
    }

    /// The offsets of the whole words among so many bytes: their addresses are multiples of 8.
    private static func words(of byteCount: Int, at address: UInt64) -> Range<Int> {
        let first = min(Int((0 &- address) % UInt64(wordByteCount)), byteCount)
        return first..<first + (byteCount - first) / wordByteCount * wordByteCount
    }
}
