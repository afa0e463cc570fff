// Frames that others made. QEMU 7.2's user-mode network answered them on a hub, with no machine behind it; what it answered
// was put together by a script with its own checksums, and Wireshark 4.0.17 found every checksum good.

@testable import Exchange

enum Frames {
    static let card = StationAddress(rawValue: 0x0100_0000_5452)  // 52:54:00:00:00:01
    static let gateway = StationAddress(rawValue: 0x0202_000A_5552)  // 52:55:0a:00:02:02
    static let cardHost = InternetAddress(10, 0, 2, 15)
    static let gatewayHost = InternetAddress(10, 0, 2, 2)
    static let identifier: UInt16 = 0x6D6F

    static let question = bytes(
        """
        ffffffffffff525400000001 0806 0001 0800 06 04 0001
        525400000001 0a00020f 000000000000 0a000202 000000000000000000000000000000000000
        """)
    /// From QEMU, which pads to 64.
    static let answer = bytes(
        """
        52540000000152550a0002020806 0001080006040002 52550a0002020a000202 5254000000010a00020f
        00000000000000000000000000000000000000000000
        """)
    static let echo = bytes(
        """
        52550a0002025254000000010800 4500005400014000400122980a00020f0a000202 0800544d6d6f0001
        bfe4092e53789dc2e70c31567ba0c5ea0f34597ea3c8ed12375c81a6cbf0153a5f84a9cef3183d6287acd1f61b40658aafd4f91e43688db2
        """)
    /// From QEMU.
    static let reply = bytes(
        """
        52540000000152550a0002020800 4500005400004000ff0163980a0002020a00020f 00005c4d6d6f0001
        bfe4092e53789dc2e70c31567ba0c5ea0f34597ea3c8ed12375c81a6cbf0153a5f84a9cef3183d6287acd1f61b40658aafd4f91e43688db2
        """)

    /// An exchange that waits for the answer to `question`.
    static func resolving() -> Exchange {
        var exchange = Exchange(of: card, cardHost, with: gatewayHost, identifier: identifier)
        _ = exchange.dueFrame(at: 0)
        return exchange
    }

    /// An exchange that waits for `reply`.
    static func echoing() -> Exchange {
        var exchange = resolving()
        _ = exchange.take(answer.span, at: 10)
        _ = exchange.dueFrame(at: 10)
        return exchange
    }

    static func bytes(_ digits: String) -> [UInt8] {
        let nibbles = digits.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
    }
}

extension Exchange {
    /// The frame that is due, cut to its length.
    mutating func dueFrame(at now: UInt64) -> [UInt8]? {
        var frame = [UInt8](repeating: 0xEE, count: 1514)
        var span = frame.mutableSpan
        guard let count = writeDueFrame(at: now, to: &span) else { return nil }
        return Array(frame.prefix(count))
    }
}

// The layers take spans, which a test's macros cannot hold: these take arrays.

extension Exchange {
    mutating func take(_ frame: [UInt8], at now: UInt64) -> Reception { take(frame.span, at: now) }
}

extension EthernetHeader {
    init(bytes frame: [UInt8]) throws(PacketError) { try self.init(frame.span) }
}

extension AddressResolution {
    init(bytes frame: [UInt8]) throws(PacketError) { try self.init(frame.span) }
}

extension InternetHeader {
    init(bytes frame: [UInt8]) throws(PacketError) { try self.init(frame.span) }
}

extension EchoMessage {
    init(bytes frame: [UInt8]) throws(PacketError) { try self.init(frame.span, in: InternetHeader(frame.span)) }
}

extension InternetChecksum {
    static func of(bytes: [UInt8], _ range: Range<Int>) -> UInt16 { of(bytes.span, range) }
}

extension VolumeFrame {
    static func check(bytes frame: [UInt8], isTurned: Bool) -> Verdict { check(frame.span, isTurned: isTurned) }
}
