// Integers in network byte order within a run of bytes. The packet layers read and write every field through these; they
// check the length of their header once, before the first field.

extension Span<UInt8> {
    /// The two bytes at `offset`.
    ///
    /// - Precondition: they lie within the span.
    @inline(never)
    func word(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }

    /// The four bytes at `offset`.
    func doubleWord(at offset: Int) -> UInt32 { UInt32(word(at: offset)) << 16 | UInt32(word(at: offset + 2)) }

    /// The address of a station at `offset`.
    @inline(never)
    func station(at offset: Int) -> StationAddress {
        var value: UInt64 = 0
        for octet in 0..<6 { value |= UInt64(self[offset + octet]) << UInt64(8 * octet) }
        return StationAddress(rawValue: value)
    }

    /// The address of a host at `offset`.
    func host(at offset: Int) -> InternetAddress { InternetAddress(rawValue: doubleWord(at: offset)) }
}

extension MutableSpan<UInt8> {
    /// Writes two bytes at `offset`.
    ///
    /// - Precondition: they lie within the span.
    @inline(never)
    mutating func put(word value: UInt16, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    /// Writes four bytes at `offset`.
    mutating func put(doubleWord value: UInt32, at offset: Int) {
        put(word: UInt16(truncatingIfNeeded: value >> 16), at: offset)
        put(word: UInt16(truncatingIfNeeded: value), at: offset + 2)
    }

    /// Writes the address of a station at `offset`.
    @inline(never)
    mutating func put(_ station: StationAddress, at offset: Int) {
        for octet in 0..<6 {
            self[offset + octet] = UInt8(truncatingIfNeeded: station.rawValue >> UInt64(8 * octet))
        }
    }

    /// Writes the address of a host at `offset`.
    mutating func put(_ host: InternetAddress, at offset: Int) { put(doubleWord: host.rawValue, at: offset) }

    /// Writes zeros.
    mutating func clear(_ range: Range<Int>) {
        for offset in range { self[offset] = 0 }
    }
}
