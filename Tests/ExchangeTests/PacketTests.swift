// The layers one by one: what they read from frames of others, and what they refuse.

import Testing

@testable import Exchange

@Suite struct `Packets of each layer` {
    @Test func `the checksum is the one of RFC 1071`() {
        // Section 3 of it sums these bytes to 0xDDF2.
        let example: [UInt8] = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]
        #expect(InternetChecksum.of(bytes: example, 0..<8) == ~0xDDF2)
        #expect(InternetChecksum.of(bytes: [0x12], 0..<1) == ~0x1200)
        #expect(InternetChecksum.of(bytes: [UInt8](repeating: 0xFF, count: 65536), 0..<65536) == 0)
    }

    @Test func `address resolution is read as QEMU wrote it`() throws {
        let packet = try AddressResolution(bytes: Frames.answer)
        #expect(packet.operation == .answer)
        #expect(packet.senderStation == Frames.gateway && packet.sender == Frames.gatewayHost)
        #expect(packet.targetStation == Frames.card && packet.target == Frames.cardHost)
        for place in 14..<22 {
            var frame = Frames.answer
            frame[place] ^= 0x40
            #expect(throws: PacketError.unsupported(.addressResolution)) { try AddressResolution(bytes: frame) }
        }
        #expect(throws: PacketError.truncated(.addressResolution)) {
            try AddressResolution(bytes: Array(Frames.answer.prefix(41)))
        }
        #expect(throws: PacketError.truncated(.ethernet)) {
            try EthernetHeader(bytes: Array(Frames.answer.prefix(13)))
        }
    }

    @Test func `a packet is read as QEMU wrote it, without the frame's padding`() throws {
        let packet = try InternetHeader(bytes: (Frames.reply + [0, 0, 0]))
        #expect(packet.source == Frames.gatewayHost && packet.destination == Frames.cardHost)
        #expect(packet.protocolNumber == 1 && packet.content == 34..<98)
        let message = try EchoMessage(bytes: Frames.reply)
        #expect(message.kind == .reply && message.identifier == 0x6D6F && message.sequence == 1)
        #expect(message.data == 42..<98)
    }

    @Test func `what is not a whole packet of version 4 is refused by name`() {
        #expect(refusal(of: Frames.reply, 14, 0x65) == .unsupported(.internet))
        #expect(refusal(of: Frames.reply, 14, 0x44) == .unsupported(.internet))
        #expect(refusal(of: Frames.reply, 14, 0x4F) == .checksum(.internet))
        #expect(refusal(of: Frames.reply, 16, 0x01) == .truncated(.internet))
        #expect(refusal(of: Frames.reply, 17, 0x13) == .truncated(.internet))
        #expect(refusal(of: Frames.reply, 22, 0x3F) == .checksum(.internet))
        // Fragments: "more" and an offset, each under a checksum that holds.
        for flags in [UInt16(0x2000), 0x0001, 0x1FFF] {
            var frame = Frames.reply
            frame[20] = UInt8(flags >> 8)
            frame[21] = UInt8(flags & 0xFF)
            frame[24] = 0
            frame[25] = 0
            let checksum = InternetChecksum.of(bytes: frame, 14..<34)
            frame[24] = UInt8(checksum >> 8)
            frame[25] = UInt8(checksum & 0xFF)
            #expect(refusal(of: frame, 0, frame[0]) == .unsupported(.internet))
        }
    }

    @Test func `a packet with options is read behind them`() throws {
        // Four "no operation" options; five double words become six.
        var frame = Array(Frames.reply[..<34]) + [1, 1, 1, 1] + Frames.reply[34...]
        frame[14] = 0x46
        frame[17] += 4
        frame[24] = 0
        frame[25] = 0
        let checksum = InternetChecksum.of(bytes: frame, 14..<38)
        frame[24] = UInt8(checksum >> 8)
        frame[25] = UInt8(checksum & 0xFF)
        #expect(try EchoMessage(bytes: frame).data == 46..<102)
    }

    private func refusal(of frame: [UInt8], _ place: Int, _ value: UInt8) -> PacketError? {
        var frame = frame
        frame[place] = value
        do throws(PacketError) {
            _ = try InternetHeader(bytes: frame)
            return nil
        } catch {
            return error
        }
    }
}
