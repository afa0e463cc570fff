// The volume test's peer against machines that are no machines: one that returns every frame, and some that do not.

import Exchange
import Glibc
import Testing

@testable import Machines

@Suite struct `Volume run` {
    /// What a machine does wrong with one frame.
    enum Wrong: CaseIterable {
        case nothing, lost, doubled, swapped, changed, cut, unturned, readdressed, foreign
    }

    private static let peer = StationAddress(rawValue: 0x0200_0000_5452)
    private static let card = StationAddress(rawValue: 0x0100_0000_5452)

    @Test(arguments: Wrong.allCases) func `it tells what is wrong with a frame`(wrong: Wrong) throws {
        let peer = try NetworkPeer()
        let machine = try FakeMachine(on: peer.network(named: "net0"), wrong: wrong)
        var run = VolumeRun(
            through: peer, count: 600, seed: 3, from: Self.peer, to: Self.card, silenceMilliseconds: 5000)
        let result = try run.run(attend: machine.work)
        var expected = VolumeResult()
        expected.returnedCount = 599
        switch wrong {
        case .nothing: expected.returnedCount = 600
        case .lost: expected.lostCount = 1
        case .doubled: (expected.returnedCount, expected.repeatedCount) = (600, 1)
        case .swapped: (expected.returnedCount, expected.reorderedCount) = (600, 1)
        case .changed, .cut, .unturned: expected.damagedCount = 1
        case .readdressed, .foreign: (expected.lostCount, expected.foreignCount) = (1, 1)
        }
        (expected.mostUnderWay, expected.duration) = (result.mostUnderWay, result.duration)
        #expect(result == expected)
        #expect(result.isSound == (wrong == .nothing || wrong == .lost))
        #expect(result.isComplete == (wrong == .nothing))
    }

    @Test func `a tail that is lost is passed over, and its last frame is sent until it comes back`() throws {
        let peer = try NetworkPeer()
        let machine = try FakeMachine(on: peer.network(named: "net0"), wrong: .nothing)
        machine.dropped = 430..<600
        var run = VolumeRun(
            through: peer, count: 600, seed: 3, from: Self.peer, to: Self.card, patienceMilliseconds: 50,
            silenceMilliseconds: 5000)
        let result = try run.run(attend: machine.work)
        #expect(result.isSound)
        #expect(result.returnedCount == 431 && result.lostCount == 169)
    }

    @Test func `a machine that falls silent, or is not there, ends it`() throws {
        let peer = try NetworkPeer()
        var run = VolumeRun(
            through: peer, count: 5, seed: 3, from: Self.peer, to: Self.card, silenceMilliseconds: 100)
        let result = try run.run(attend: {})
        #expect(try #require(result.silence) > 100)
        #expect(!result.isSound && result.lostCount == 5)
    }
}

/// A socket where QEMU's would be, which turns every frame but the one numbered 410.
private final class FakeMachine {
    private let descriptor: Int32
    private let peer: String
    private let wrong: `Volume run`.Wrong
    private var held: [UInt8]?
    /// Numbers that get lost the first time that they come.
    var dropped = 0..<0

    init(on network: String, wrong: `Volume run`.Wrong) throws {
        func path(_ key: String) -> String {
            network.split(separator: ",").first { $0.hasPrefix(key) }.map { String($0.dropFirst(key.count)) } ?? ""
        }
        self.wrong = wrong
        peer = path("remote.path=")
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        let failure = NetworkPeer.call(bind, descriptor, path("local.path="))
        try #require(failure == 0)
        try #require(NetworkPeer.call(connect, descriptor, peer) == 0)
    }

    deinit { close(descriptor) }

    /// Turns what has come, until the peer takes no more.
    func work() {
        while true {
            if let frame = held {
                guard Glibc.send(descriptor, frame, frame.count, 0) >= 0 else { return }
                held = nil
            }
            var frame = [UInt8](repeating: 0, count: 2048)
            let count = recv(descriptor, &frame, frame.count, 0)
            guard count > 0 else { return }
            frame.removeLast(frame.count - count)
            if case .number(let number) = VolumeFrame.check(frame.span, isTurned: false), Int(number) == dropped.first {
                dropped.removeFirst()
                continue
            }
            for answer in answers(to: frame) {
                // The peer is busy: it is in this very call. What it has no room for waits.
                if Glibc.send(descriptor, answer, answer.count, 0) < 0 { held = answer }
            }
        }
    }

    private var swapped: [UInt8]?

    private func answers(to frame: [UInt8]) -> [[UInt8]] {
        var turned = [UInt8](repeating: 0, count: frame.count)
        var span = turned.mutableSpan
        VolumeFrame.turn(frame.span, to: &span)
        if let first = swapped {
            swapped = nil
            return [turned, first]
        }
        guard VolumeFrame.check(frame.span, isTurned: false) == .number(410) else { return [turned] }
        switch wrong {
        case .nothing: break
        case .lost: return []
        case .doubled: return [turned, turned]
        case .swapped:
            swapped = turned
            return []
        case .changed: turned[turned.count - 1] ^= 1
        case .cut: turned.removeLast()
        case .unturned: turned = frame
        case .readdressed: turned[0] ^= 2
        case .foreign: turned[12] ^= 1
        }
        return [turned]
    }
}
