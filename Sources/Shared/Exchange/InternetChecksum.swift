// The checksum of IPv4 headers and of ICMP messages.

/// The ones' complement of the ones' complement sum of all words of a range; 0 over a range that holds its own checksum.
///
/// Source: RFC 1071, sections 1 and 4.1.
enum InternetChecksum {
    /// - Precondition: the range lies within the bytes.
    @inline(never)
    static func of(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
        var sum: UInt64 = 0
        var offset = range.lowerBound
        while offset + 1 < range.upperBound {
            sum += UInt64(bytes.word(at: offset))
            offset += 2
        }
        // A last odd byte counts as if a zero followed.
        if offset < range.upperBound { sum += UInt64(bytes[offset]) << 8 }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return ~UInt16(truncatingIfNeeded: sum)
    }
}
