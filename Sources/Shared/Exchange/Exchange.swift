// The first words with a network: which station has the peer's address, then an echo. It builds the frames to send, judges
// those that came, and tries again within bounds; it moves no frame and reads no clock. Whoever drives a card calls it.

/// An exchange with one peer: address resolution, then an echo whose reply is compared byte for byte.
public struct Exchange: Sendable {
    /// Most frames that ask the same.
    public static let tryLimit: UInt64 = 3
    /// How long an answer to one of them may take. Not under a second (RFC 1122, section 2.3.2.1: an address is asked for
    /// once a second at most); and some cards take nothing in for their first second.
    ///
    /// Units: microseconds.
    public static let microsecondsPerTry: UInt64 = 1_500_000
    /// Data of the echo, as much as ping(8) sends.
    ///
    /// Units: bytes.
    public static let dataByteCount = 56

    public enum Phase: UInt8, Sendable {
        /// Asking for the station.
        case resolving
        /// Waiting for the echo.
        case echoing
        /// Both answers came.
        case answered
        /// An answer did not come.
        case silent
    }

    /// What became of a question.
    public struct Question: Hashable, Sendable {
        /// Frames sent.
        public var tries: UInt64 = 0
        /// From the first of them to the answer, or to giving up.
        ///
        /// Units: microseconds.
        public var microseconds: UInt64 = 0
        public var isAnswered = false
    }

    /// What a received frame is to the exchange.
    public enum Reception: UInt8, Sendable {
        /// The answer that was waited for.
        case answer
        /// A whole frame that answers nothing.
        case stray
        /// No packet, or a damaged one.
        case malformed
        /// The peer's reply with other data than was sent.
        case altered
    }

    public let station: StationAddress
    public let host: InternetAddress
    public let peer: InternetAddress
    /// Identifier of the echo.
    public let identifier: UInt16

    public private(set) var phase = Phase.resolving
    /// The station that has the peer's address, once it is known.
    public private(set) var peerStation = StationAddress.unknown
    public private(set) var resolution = Question()
    public private(set) var echo = Question()
    private var firstSent: UInt64 = 0
    private var lastSent: UInt64 = 0

    public init(of station: StationAddress, _ host: InternetAddress, with peer: InternetAddress, identifier: UInt16) {
        self.station = station
        self.host = host
        self.peer = peer
        self.identifier = identifier
    }

    /// Whether nothing is left to do.
    public var isOver: Bool { phase == .answered || phase == .silent }

    /// Writes the frame that is due now.
    ///
    /// - Parameter now: a time that never goes back. Units: microseconds.
    /// - Returns: The frame's length, or `nil` where nothing is to be sent now.
    /// - Precondition: the span has room for the longest frame.
    public mutating func writeDueFrame(at now: UInt64, to frame: inout MutableSpan<UInt8>) -> Int? {
        if isOver { return nil }
        var question = phase == .resolving ? resolution : echo
        if question.tries > 0 {
            guard now - lastSent >= Self.microsecondsPerTry else { return nil }
            question.microseconds = now - firstSent
        } else {
            firstSent = now
        }
        let isExhausted = question.tries == Self.tryLimit
        if !isExhausted { question.tries += 1 }
        lastSent = now
        let isResolving = phase == .resolving
        if isResolving { resolution = question } else { echo = question }
        if isExhausted {
            phase = .silent
            return nil
        }
        return isResolving
            ? AddressResolution(asking: peer, from: host, station).write(to: &frame)
            : writeEcho(sequence: UInt16(truncatingIfNeeded: question.tries), to: &frame)
    }

    private func writeEcho(sequence: UInt16, to frame: inout MutableSpan<UInt8>) -> Int {
        let message = EchoMessage(identifier: identifier, sequence: sequence, dataByteCount: Self.dataByteCount)
        EthernetHeader(destination: peerStation, source: station, content: .internet).write(to: &frame)
        InternetHeader(
            from: host, to: peer, protocolNumber: InternetHeader.controlMessages,
            contentByteCount: EchoMessage.headerByteCount + Self.dataByteCount
        ).write(identification: sequence, to: &frame)
        message.write(to: &frame)
        return message.data.upperBound
    }

    /// Judges a received frame, and goes on where it is the answer.
    public mutating func take(_ frame: Span<UInt8>, at now: UInt64) -> Reception {
        do throws(PacketError) {
            let header = try EthernetHeader(frame)
            switch EthernetHeader.Content(rawValue: header.type) {
            case .addressResolution: return takeResolution(try AddressResolution(frame), header, at: now)
            case .internet: return try takeEcho(frame, header, at: now)
            default: return .stray
            }
        } catch {
            if case .unsupported = error { return .stray }
            return .malformed
        }
    }

    private mutating func takeResolution(
        _ packet: AddressResolution, _ header: EthernetHeader, at now: UInt64
    ) -> Reception {
        guard phase == .resolving, resolution.tries > 0, packet.operation == .answer, packet.sender == peer,
            packet.target == host, packet.targetStation == station, header.destination == station,
            packet.senderStation.isStation
        else { return .stray }
        peerStation = packet.senderStation
        close(&resolution, at: now)
        phase = .echoing
        return .answer
    }

    private mutating func takeEcho(
        _ frame: Span<UInt8>, _ header: EthernetHeader, at now: UInt64
    ) throws(PacketError) -> Reception {
        let packet = try InternetHeader(frame)
        guard phase == .echoing, header.destination == station, packet.source == peer, packet.destination == host,
            packet.protocolNumber == InternetHeader.controlMessages
        else { return .stray }
        let message = try EchoMessage(frame, in: packet)
        // A reply to an earlier try is a reply.
        guard message.kind == .reply, message.identifier == identifier, message.sequence > 0,
            UInt64(message.sequence) <= echo.tries
        else { return .stray }
        guard message.hasPattern(frame, byteCount: Self.dataByteCount) else { return .altered }
        close(&echo, at: now)
        phase = .answered
        return .answer
    }

    private func close(_ question: inout Question, at now: UInt64) {
        question.isAnswered = true
        question.microseconds = now - firstSent
    }
}
