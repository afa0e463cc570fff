// ICMP echo: a message that a host sends back as it came.

/// An echo request or its reply.
///
/// Layout: type 0 (8 request, 0 reply), code 1 (0), checksum 2…3, identifier 4…5, sequence 6…7, data.
///
/// Source: RFC 792 ("Echo or Echo Reply Message").
public struct EchoMessage: Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        case reply = 0
        case request = 8
    }

    /// Units: bytes, without the data.
    static let headerByteCount = 8

    public var kind: Kind
    public var identifier: UInt16
    public var sequence: UInt16
    /// Where in the frame the data lies.
    public var data: Range<Int>

    /// Reads the message that a packet carries.
    ///
    /// Throws: `truncated`, `unsupported`, `checksum`.
    public init(_ frame: Span<UInt8>, in packet: InternetHeader) throws(PacketError) {
        let start = packet.content.lowerBound
        guard packet.content.count >= Self.headerByteCount else { throw .truncated(.echo) }
        guard packet.protocolNumber == InternetHeader.controlMessages, frame[start + 1] == 0,
            let kind = Kind(rawValue: frame[start])
        else { throw .unsupported(.echo) }
        guard InternetChecksum.of(frame, packet.content) == 0 else { throw .checksum(.echo) }
        self.kind = kind
        identifier = frame.word(at: start + 4)
        sequence = frame.word(at: start + 6)
        data = start + Self.headerByteCount..<packet.content.upperBound
    }

    /// A request with so many bytes of data.
    init(identifier: UInt16, sequence: UInt16, dataByteCount: Int) {
        kind = .request
        self.identifier = identifier
        self.sequence = sequence
        let start = EthernetHeader.byteCount + InternetHeader.minimumByteCount + Self.headerByteCount
        data = start..<start + dataByteCount
    }

    /// Writes header and data, which is the pattern, behind an IPv4 header without options.
    ///
    /// - Precondition: there is room for it.
    func write(to frame: inout MutableSpan<UInt8>) {
        let start = data.lowerBound - Self.headerByteCount
        frame[start] = kind.rawValue
        frame[start + 1] = 0
        frame.put(word: 0, at: start + 2)
        frame.put(word: identifier, at: start + 4)
        frame.put(word: sequence, at: start + 6)
        for offset in data { frame[offset] = Self.pattern(sequence, at: offset - data.lowerBound) }
        let checksum = InternetChecksum.of(frame.span, start..<data.upperBound)
        frame.put(word: checksum, at: start + 2)
    }

    /// Whether the data is `byteCount` bytes of the pattern.
    func hasPattern(_ frame: Span<UInt8>, byteCount: Int) -> Bool {
        guard data.count == byteCount else { return false }
        for offset in data where frame[offset] != Self.pattern(sequence, at: offset - data.lowerBound) { return false }
        return true
    }

    /// Byte of the data: no two neighbours alike, and another run for each sequence number.
    private static func pattern(_ sequence: UInt16, at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: index &* 37 &+ Int(sequence) &* 101 &+ 0x5A)
    }
}
