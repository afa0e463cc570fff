// Which rules a kernel carried, as its report tells: bytes can be generated again only from the same ones.

/// The metabinary of a report.
public struct ReportedRules: Hashable, Sendable {
    /// Units: bytes.
    public var byteCount: Int
    /// CRC-32 over all of its bytes.
    public var checksum: UInt32
}
