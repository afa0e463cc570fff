// ARP for Ethernet and IPv4: asking which station has a host's address, and reading who says so.

/// A request or an answer of address resolution.
///
/// Layout: behind the Ethernet header: hardware 0…1 (1), protocol 2…3 (0x0800), their lengths 4 and 5 (6 and 4), operation
/// 6…7, sender's station 8…13 and host 14…17, target's station 18…23 and host 24…27.
///
/// Source: RFC 826 ("Packet format").
public struct AddressResolution: Hashable, Sendable {
    public enum Operation: UInt16, Sendable {
        case request = 1
        case answer = 2
    }

    /// Units: bytes.
    static let byteCount = 28

    public var operation: Operation
    public var senderStation: StationAddress
    public var sender: InternetAddress
    public var targetStation: StationAddress
    public var target: InternetAddress

    /// Reads a frame whose type says that it carries address resolution.
    ///
    /// Throws: `truncated`, `unsupported`.
    public init(_ frame: Span<UInt8>) throws(PacketError) {
        let start = EthernetHeader.byteCount
        guard frame.count >= start + Self.byteCount else { throw .truncated(.addressResolution) }
        guard frame.doubleWord(at: start) == 0x0001_0800, frame.word(at: start + 4) == 0x0604,
            let operation = Operation(rawValue: frame.word(at: start + 6))
        else { throw .unsupported(.addressResolution) }
        self.operation = operation
        senderStation = frame.station(at: start + 8)
        sender = frame.host(at: start + 14)
        targetStation = frame.station(at: start + 18)
        target = frame.host(at: start + 24)
    }

    /// Asks every station who has the address `target`.
    public init(asking target: InternetAddress, from sender: InternetAddress, _ senderStation: StationAddress) {
        operation = .request
        self.senderStation = senderStation
        self.sender = sender
        targetStation = .unknown
        self.target = target
    }

    /// Writes the whole frame.
    ///
    /// - Returns: The frame's length; it is padded.
    /// - Precondition: the span has room for the shortest frame.
    public func write(to frame: inout MutableSpan<UInt8>) -> Int {
        let start = EthernetHeader.byteCount
        let destination = operation == .request ? StationAddress.broadcast : targetStation
        EthernetHeader(destination: destination, source: senderStation, content: .addressResolution).write(to: &frame)
        frame.put(doubleWord: 0x0001_0800, at: start)
        frame.put(word: 0x0604, at: start + 4)
        frame.put(word: operation.rawValue, at: start + 6)
        frame.put(senderStation, at: start + 8)
        frame.put(sender, at: start + 14)
        frame.put(targetStation, at: start + 18)
        frame.put(target, at: start + 24)
        frame.clear(start + Self.byteCount..<EthernetHeader.minimumFrameByteCount)
        return EthernetHeader.minimumFrameByteCount
    }
}
