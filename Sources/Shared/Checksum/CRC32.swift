// The checksum that guards the records of a report and the metabinary: whoever reads either knows which byte range to
// distrust. Bit by bit, without a table: kilobytes are checked, and a table would be a kilobyte more in the image.

/// CRC-32 of IEEE 802.3: reflected polynomial 0xEDB88320, initial value and final complement all ones.
///
/// Source: IEEE Std 802.3-2018, section 3.2.9.
public struct CRC32: Hashable, Sendable {
    private var remainder: UInt32 = 0xFFFF_FFFF

    public init() {}

    /// Checksum of the bytes taken in so far.
    public var value: UInt32 { ~remainder }

    /// Takes in one byte.
    public mutating func update(_ byte: UInt8) {
        remainder ^= UInt32(byte)
        for _ in 0..<8 {
            remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320
        }
    }

    /// Takes in a number of 64 bits, its highest byte first.
    public mutating func update(_ number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) { update(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// What a checksum must have been before it took in `bytes`, if `value` is what they made of it: every step of the
    /// division can be undone, because the polynomial has its highest coefficient.
    public static func before(_ bytes: some BidirectionalCollection<UInt8>, value: UInt32) -> CRC32 {
        var checksum = CRC32()
        checksum.remainder = ~value
        for byte in bytes.reversed() {
            for _ in 0..<8 {
                let rest = checksum.remainder
                checksum.remainder = rest >> 31 == 0 ? rest << 1 : (rest ^ 0xEDB8_8320) << 1 | 1
            }
            checksum.remainder ^= UInt32(byte)
        }
        return checksum
    }

    /// Checksum of a run of bytes.
    public static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        var checksum = CRC32()
        for byte in bytes { checksum.update(byte) }
        return checksum.value
    }
}
