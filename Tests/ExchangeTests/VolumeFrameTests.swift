// Frames of the volume test against bytes that a script computed from their description.

import Testing

@testable import Exchange

@Suite struct `Volume frames` {
    private static let peer = StationAddress(rawValue: 0x0200_0000_5452)
    private static let seventh = Frames.bytes(
        """
        525400000001 525400000002 88b5 00000007 003c
        9c5d6d632be6b44678193550f2b5f297bf7bb34ea6905c7e958eb01a392c25f36a9d8a48490c9e07
        """)
    private static let turned = Frames.bytes(
        """
        525400000002 525400000001 88b5 fffffff8 ffc3
        63a2929cd4194bb987e6caaf0d4a0d6840844cb1596fa3816a714fe5c6d3da0c956275b7b6f361f8
        """)

    private static func frame(_ number: UInt32, byteCount: Int) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: byteCount)
        var span = frame.mutableSpan
        VolumeFrame.write(number: number, byteCount: byteCount, from: peer, to: Frames.card, in: &span)
        return frame
    }

    private static func turn(_ frame: [UInt8]) -> [UInt8] {
        var turned = [UInt8](repeating: 0, count: frame.count)
        var span = turned.mutableSpan
        VolumeFrame.turn(frame.span, to: &span)
        return turned
    }

    @Test func `a frame is written, turned and checked by its description`() {
        #expect(Self.frame(7, byteCount: 60) == Self.seventh)
        #expect(Self.turn(Self.seventh) == Self.turned)
        #expect(VolumeFrame.check(bytes: Self.seventh, isTurned: false) == .number(7))
        #expect(VolumeFrame.check(bytes: Self.turned, isTurned: true) == .number(7))
        #expect(VolumeFrame.check(bytes: Self.seventh, isTurned: true) == .damaged)
        #expect(VolumeFrame.check(bytes: Self.turned, isTurned: false) == .damaged)
    }

    @Test func `every length survives the way there and back`() {
        for byteCount in 60...1514 {
            let frame = Self.frame(UInt32(byteCount) &* 77, byteCount: byteCount)
            #expect(VolumeFrame.check(bytes: frame, isTurned: false) == .number(UInt32(byteCount) &* 77))
            #expect(VolumeFrame.check(bytes: Self.turn(frame), isTurned: true) == .number(UInt32(byteCount) &* 77))
        }
    }

    @Test func `a changed byte, a cut and an added byte are damage`() {
        let frame = Self.frame(41, byteCount: 97)
        for place in 14..<97 {
            var damaged = frame
            damaged[place] ^= 0x10
            #expect(VolumeFrame.check(bytes: damaged, isTurned: false) == .damaged, "byte \(place)")
        }
        for count in 0..<97 {
            let verdict = VolumeFrame.check(bytes: Array(frame.prefix(count)), isTurned: false)
            #expect(verdict == (count < 60 ? .foreign : .damaged))
        }
        #expect(VolumeFrame.check(bytes: (frame + [0]), isTurned: false) == .damaged)
        // A frame that no wire of the test carries has no room to be turned in.
        #expect(VolumeFrame.check(bytes: Self.frame(41, byteCount: 1515), isTurned: false) == .damaged)
        #expect(VolumeFrame.check(bytes: Frames.reply, isTurned: false) == .foreign)
    }
}
