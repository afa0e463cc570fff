// IPv4: the header of a packet that is not a fragment. Options are passed over, never written.

/// The header of a packet.
///
/// Layout: version and header length 0, total length 2…3, identification 4…5, flags and fragment offset 6…7, time to live
/// 8, protocol 9, checksum 10…11, source 12…15, destination 16…19, options.
///
/// Source: RFC 791, section 3.1.
public struct InternetHeader: Hashable, Sendable {
    /// Length of a header without options.
    ///
    /// Units: bytes.
    static let minimumByteCount = 20

    /// What a packet carries that this host can read.
    ///
    /// Source: Protocol Numbers, IANA.
    static let controlMessages: UInt8 = 1

    public var source: InternetAddress
    public var destination: InternetAddress
    /// Number of the protocol above.
    public var protocolNumber: UInt8
    /// Where in the frame the packet's content lies; padding of the frame is not part of it.
    public var content: Range<Int>

    /// Reads a frame whose type says that it carries a packet.
    ///
    /// Throws: `truncated`, `unsupported`, `checksum`.
    public init(_ frame: Span<UInt8>) throws(PacketError) {
        let start = EthernetHeader.byteCount
        guard frame.count >= start + Self.minimumByteCount else { throw .truncated(.internet) }
        let headerByteCount = Int(frame[start] & 0xF) * 4
        guard frame[start] >> 4 == 4, headerByteCount >= Self.minimumByteCount else { throw .unsupported(.internet) }
        let totalByteCount = Int(frame.word(at: start + 2))
        guard totalByteCount >= headerByteCount, frame.count >= start + totalByteCount else {
            throw .truncated(.internet)
        }
        guard InternetChecksum.of(frame, start..<start + headerByteCount) == 0 else { throw .checksum(.internet) }
        // More fragments, or not the first: bits 13 and 12:0. "Do not fragment", bit 14, is no fragment.
        guard frame.word(at: start + 6) & 0x3FFF == 0 else { throw .unsupported(.internet) }
        protocolNumber = frame[start + 9]
        source = frame.host(at: start + 12)
        destination = frame.host(at: start + 16)
        content = start + headerByteCount..<start + totalByteCount
    }

    /// A header without options, for so many bytes of content.
    init(from source: InternetAddress, to destination: InternetAddress, protocolNumber: UInt8, contentByteCount: Int) {
        self.source = source
        self.destination = destination
        self.protocolNumber = protocolNumber
        let start = EthernetHeader.byteCount + Self.minimumByteCount
        content = start..<start + contentByteCount
    }

    /// Writes the header after that of Ethernet.
    ///
    /// - Parameter identification: of this packet among those of the same hosts and protocol.
    /// - Precondition: there is room for it.
    func write(identification: UInt16, to frame: inout MutableSpan<UInt8>) {
        let start = EthernetHeader.byteCount
        frame.put(word: 0x4500, at: start)  // version 4, five double words, no type of service
        frame.put(word: UInt16(content.upperBound - start), at: start + 2)
        frame.put(word: identification, at: start + 4)
        frame.put(word: 0x4000, at: start + 6)  // do not fragment
        frame[start + 8] = 64  // time to live, as RFC 1700 recommends
        frame[start + 9] = protocolNumber
        frame.put(word: 0, at: start + 10)
        frame.put(source, at: start + 12)
        frame.put(destination, at: start + 16)
        let checksum = InternetChecksum.of(frame.span, start..<start + Self.minimumByteCount)
        frame.put(word: checksum, at: start + 10)
    }
}
