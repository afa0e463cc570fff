// CRC-32 over the bytes of an image. It finds damage, not malice: whatever it lets through is still checked in full.

/// Checksum of a metabinary.
///
/// Source: IEEE 802.3, section 3.2.9, bit-reflected: polynomial 0xEDB88320, initial value and final complement all
/// ones.
public enum ImageChecksum {
    /// CRC-32 of the first `byteCount` bytes.
    ///
    /// - Precondition: `bytes` has as many.
    public static func compute(_ bytes: [UInt8], byteCount: Int) -> UInt32 {
        precondition(byteCount <= bytes.count, "checksum over more bytes than there are")
        var remainder = UInt32.max
        for index in 0..<byteCount {
            remainder ^= UInt32(bytes[index])
            for _ in 0..<8 {
                remainder = remainder & 1 == 0 ? remainder >> 1 : (remainder >> 1) ^ 0xEDB8_8320
            }
        }
        return ~remainder
    }
}
