// Ethernet II: the outermost layer, and the sizes that every frame keeps.

/// The header of a frame.
///
/// Layout: destination 0…5, source 6…11, type 12…13.
///
/// Source: RFC 894; IEEE Std 802.3-2018, section 3.1.1.
public struct EthernetHeader: Hashable, Sendable {
    /// Units: bytes.
    public static let byteCount = 14
    /// Shortest frame without its frame check sequence; shorter ones are padded with zeros.
    ///
    /// Units: bytes. Source: IEEE Std 802.3-2018, section 4A.4.2 (minFrameSize, 64 with the sequence of four).
    public static let minimumFrameByteCount = 60

    /// What a frame carries.
    ///
    /// Source: IEEE 802 Numbers, IANA ("EtherType"); RFC 9542, section 3 for local experiments.
    public enum Content: UInt16, Sendable {
        case internet = 0x0800
        case addressResolution = 0x0806
        case experiment = 0x88B5
    }

    public var destination: StationAddress
    public var source: StationAddress
    /// The type as it is in the frame.
    public var type: UInt16

    /// Reads the header of a frame.
    ///
    /// Throws: `truncated`.
    public init(_ frame: Span<UInt8>) throws(PacketError) {
        guard frame.count >= Self.byteCount else { throw .truncated(.ethernet) }
        destination = frame.station(at: 0)
        source = frame.station(at: 6)
        type = frame.word(at: 12)
    }

    public init(destination: StationAddress, source: StationAddress, content: Content) {
        self.destination = destination
        self.source = source
        type = content.rawValue
    }

    /// Writes the header to the beginning of a frame.
    ///
    /// - Precondition: there is room for it.
    func write(to frame: inout MutableSpan<UInt8>) {
        frame.put(destination, at: 0)
        frame.put(source, at: 6)
        frame.put(word: type, at: 12)
    }
}
