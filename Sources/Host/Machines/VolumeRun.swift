// The peer's side of the volume test: numbered frames of seeded lengths go out, and each must come back turned, once, in
// order and unchanged. How many are under way at once changes all the time, from one to more than any ring holds, and now
// and then the peer does not read.

import Exchange

/// What came of a volume test, as the peer saw it.
public struct VolumeResult: Hashable, Sendable {
    /// What was wrong with the frames that came back.
    public enum Failure: Hashable, Sendable {
        /// Nothing came for so long.
        case silence(milliseconds: Int64)
        /// Another frame came than the next.
        case outOfOrder(expected: Int, came: Int)
        /// A byte or the length of the frame is not what it should be.
        case damaged(expected: Int)
        /// The frame is not addressed from the card to the peer, or no frame of the test.
        case foreign
        /// A frame came after the last.
        case surplus
    }

    /// Frames that came back as they should.
    public var returnedCount = 0
    /// Most frames that were under way at once.
    public var mostUnderWay = 0
    public var failure: Failure?
}

/// One volume test.
public struct VolumeRun {
    /// Frames that may be under way, in turn: alone, a few, about a ring, and far more.
    private static let windows = [1, 3, 40, 255, 257, 700, 1200]
    /// Frames sent under one window.
    private static let windowLength = 300

    private let peer: NetworkPeer
    private let station: StationAddress
    private let card: StationAddress
    private let lengths: [Int]
    private let silenceMilliseconds: Int64
    private var result = VolumeResult()
    private var sentCount = 0

    /// - Parameters:
    ///   - count: how many frames.
    ///   - seed: of their lengths.
    ///   - station: the peer's address.
    ///   - card: the address of the machine's card.
    ///   - silenceMilliseconds: after so long without a frame it gives up.
    public init(
        through peer: NetworkPeer, count: Int, seed: UInt64, from station: StationAddress, to card: StationAddress,
        silenceMilliseconds: Int64 = 10_000
    ) {
        self.peer = peer
        self.station = station
        self.card = card
        self.silenceMilliseconds = silenceMilliseconds
        var state = seed
        lengths = (0..<count).map { index in
            // The shortest and the longest first, whatever the seed.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407  // Knuth's MMIX generator
            return [60, 1514, 61, 1513][safely: index] ?? 60 + Int(state >> 33) % 1455
        }
    }

    /// Runs it to the end, or to the first thing that is wrong.
    ///
    /// - Parameter attend: called again and again: whoever is to listen to the machine's serial line does it there.
    ///
    /// Throws: `systemCall`, and so where QEMU ends too early.
    public mutating func run(attend: () -> Void) throws(MachineError) -> VolumeResult {
        let start = ContinuousClock.now
        var latest = start
        while result.returnedCount < lengths.count, result.failure == nil {
            attend()
            let known = result.returnedCount
            let hasMore = try fillWindow()
            // Now and then the peer is away, so that what comes back piles up.
            let isAway = known % 2000 >= 1950 && ContinuousClock.now - latest < .milliseconds(30)
            peer.wait(milliseconds: 5, toSend: hasMore, toReceive: !isAway)
            while !isAway, result.failure == nil, let frame = try peer.receive() { check(frame) }
            let now = ContinuousClock.now
            if result.returnedCount > known { latest = now }
            let silence = (now - latest).wholeMilliseconds
            if result.failure == nil, silence > silenceMilliseconds {
                result.failure = .silence(milliseconds: silence)
            }
        }
        if result.failure == nil {
            try finish()
            if try peer.receive() != nil { result.failure = .surplus }
        }
        return result
    }

    /// Sends what the window allows. Returns whether more would have been sent if there had been room.
    private mutating func fillWindow() throws(MachineError) -> Bool {
        while sentCount < lengths.count {
            let window = Self.windows[sentCount / Self.windowLength % Self.windows.count]
            guard sentCount - result.returnedCount < window else { return false }
            guard try peer.send(frame(number: sentCount, byteCount: lengths[sentCount])) else { return true }
            sentCount += 1
            result.mostUnderWay = max(result.mostUnderWay, sentCount - result.returnedCount)
        }
        return false
    }

    private func frame(number: Int, byteCount: Int) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: byteCount)
        var span = frame.mutableSpan
        VolumeFrame.write(number: UInt32(number), byteCount: byteCount, from: station, to: card, in: &span)
        return frame
    }

    private mutating func check(_ frame: [UInt8]) {
        let expected = result.returnedCount
        guard expected < lengths.count else {
            result.failure = .surplus
            return
        }
        let verdict = VolumeFrame.check(frame.span, isTurned: true)
        switch verdict {
        case .foreign: result.failure = .foreign
        case .damaged: result.failure = .damaged(expected: expected)
        case .number(let number):
            if Int(number) != expected {
                result.failure = .outOfOrder(expected: expected, came: Int(number))
            } else if frame.count != lengths[expected] {
                result.failure = .damaged(expected: expected)
            } else if !isAddressed(frame) {
                result.failure = .foreign
            } else {
                result.returnedCount += 1
            }
        }
    }

    private func isAddressed(_ frame: [UInt8]) -> Bool {
        do throws(PacketError) {
            let header = try EthernetHeader(frame.span)
            return header.destination == station && header.source == card
        } catch {
            return false
        }
    }

    /// Tells the kernel that all have come back, and sees that nothing more does.
    private func finish() throws(MachineError) {
        let last = frame(number: lengths.count, byteCount: EthernetHeader.minimumFrameByteCount)
        while try !peer.send(last) { peer.wait(milliseconds: 100, toSend: true, toReceive: false) }
        peer.wait(milliseconds: 50, toSend: false, toReceive: true)
    }
}

extension Array {
    fileprivate subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
