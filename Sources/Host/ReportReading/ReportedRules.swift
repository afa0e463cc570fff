// Which rules a kernel carried, as its report tells: bytes can be generated again only from the same ones, and lines of text
// belong to its code only from the same ones.

import Checksum

/// The metabinary of a report.
public struct ReportedRules: Hashable, Sendable {
    /// Units: bytes.
    public var byteCount: Int
    /// CRC-32 over all of its bytes but the last four, which are it.
    public var checksum: UInt32

    init(byteCount: Int, checksum: UInt32) {
        self.byteCount = byteCount
        self.checksum = checksum
    }

    /// What a kernel would report that carries a metabinary.
    public init(_ metabinary: [UInt8]) {
        self.init(byteCount: metabinary.count, checksum: CRC32.checksum(of: metabinary.dropLast(4)))
    }

    /// The checksum as reports write it.
    public var digits: String {
        let digits = String(checksum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
