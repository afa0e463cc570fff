// Reads of memory that firmware filled without regard to alignment. Tables of ACPI and boot information are read
// through these; nothing outside the stated range is touched.

extension HardwareAccess {
    /// Reads a little-endian integer that may be at any address.
    ///
    /// - Parameter byteCount: 1 to 8.
    @inline(never)
    mutating func readInteger(_ address: PhysicalAddress, byteCount: Int) -> UInt64 {
        if byteCount == 4 && address.rawValue & 3 == 0 { return readMemory(address, .doubleWord) }
        if byteCount == 8 && address.rawValue & 7 == 0 { return readMemory(address, .quadWord) }
        var value: UInt64 = 0
        for place in 0..<byteCount {
            value |= (readMemory(address.advanced(by: UInt64(place)), .byte) & 0xFF) << UInt64(8 * place)
        }
        return value
    }

    /// Reads four bytes that may be at any address.
    @inline(never)
    mutating func readDoubleWord(_ address: PhysicalAddress) -> UInt32 {
        UInt32(truncatingIfNeeded: readInteger(address, byteCount: 4))
    }

    /// Adds up the bytes of a range, as the checksums of ACPI do.
    mutating func sumBytes(_ address: PhysicalAddress, byteCount: UInt64) -> UInt8 {
        var sum: UInt8 = 0
        var place = address
        var remaining = byteCount
        while remaining > 0 {
            let isWide = place.rawValue & 7 == 0 && remaining >= 8
            var value = readMemory(place, isWide ? .quadWord : .byte)
            let step: UInt64 = isWide ? 8 : 1
            for _ in 0..<step {
                sum &+= UInt8(truncatingIfNeeded: value)
                value >>= 8
            }
            place = place.advanced(by: step)
            remaining -= step
        }
        return sum
    }
}

extension PhysicalAddress {
    /// The address `byteCount` bytes further on; beyond the last address it wraps, as the hardware's does.
    public func advanced(by byteCount: UInt64) -> PhysicalAddress { PhysicalAddress(rawValue: rawValue &+ byteCount) }
}
