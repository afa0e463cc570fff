// The peer's side of the volume test: numbered frames of seeded lengths go out, and come back turned, or are lost where a card
// drops them. How many are under way at once changes all the time, from one to more than any ring holds, and now and then
// the peer does not read. What became of the frames, VolumeResult says.

import Exchange

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
    private let patience: Duration
    private let silenceMilliseconds: Int64
    private var result = VolumeResult()
    private var sentCount = 0
    /// Frames before this one are no longer waited for: a later one came back, or nothing did for a time.
    private var frontier = 0
    /// One more than the highest number that came back.
    private var end = 0
    private var hasReturned: [Bool]

    /// - Parameters:
    ///   - count: how many frames.
    ///   - seed: of their lengths.
    ///   - station: the peer's address.
    ///   - card: the address of the machine's card.
    ///   - patienceMilliseconds: after so long without a frame those under way are waited for no more; the last of all is
    ///     then sent again, until it comes back.
    ///   - silenceMilliseconds: after so long without a frame it gives up.
    public init(
        through peer: NetworkPeer, count: Int, seed: UInt64, from station: StationAddress, to card: StationAddress,
        patienceMilliseconds: Int64 = 3000, silenceMilliseconds: Int64 = 10_000
    ) {
        self.peer = peer
        self.station = station
        self.card = card
        patience = .milliseconds(patienceMilliseconds)
        self.silenceMilliseconds = silenceMilliseconds
        hasReturned = [Bool](repeating: false, count: count)
        var state = seed
        lengths = (0..<count).map { index in
            // The shortest and the longest first, whatever the seed.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407  // Knuth's MMIX generator
            return [60, 1514, 61, 1513][safely: index] ?? 60 + Int(state >> 33) % 1455
        }
    }

    /// Runs it to the end.
    ///
    /// - Parameter attend: called again and again: whoever is to listen to the machine's serial line does it there.
    ///
    /// Throws: `systemCall`, and so where QEMU ends too early.
    public mutating func run(attend: () -> Void) throws(MachineError) -> VolumeResult {
        let start = ContinuousClock.now
        var latest = start
        var lookedAt = start
        while end < lengths.count, result.silence == nil {
            attend()
            let known = result.returnedCount
            let hasMore = try fillWindow()
            // Now and then the peer is away, so that what comes back piles up.
            let isAway = known % 2000 >= 1950 && ContinuousClock.now - latest < .milliseconds(30)
            peer.wait(milliseconds: 5, toSend: hasMore, toReceive: !isAway)
            while !isAway, let frame = try peer.receive() { check(frame) }
            let now = ContinuousClock.now
            if result.returnedCount > known { (latest, lookedAt) = (now, now) }
            if now - lookedAt > patience {
                (frontier, lookedAt) = (sentCount, now)
                if sentCount == lengths.count { _ = try send(sentCount - 1) }
            }
            let silence = (now - latest).wholeMilliseconds
            if silence > silenceMilliseconds { result.silence = silence }
        }
        result.duration = ContinuousClock.now - start
        if result.silence == nil { try finish() }
        // What is damaged has lost its number.
        result.lostCount = max(0, lengths.count - result.returnedCount - result.damagedCount)
        return result
    }

    /// Sends what the window allows. Returns whether more would have been sent if there had been room.
    private mutating func fillWindow() throws(MachineError) -> Bool {
        while sentCount < lengths.count {
            let window = Self.windows[sentCount / Self.windowLength % Self.windows.count]
            guard sentCount - frontier < window else { return false }
            guard try send(sentCount) else { return true }
            sentCount += 1
            result.mostUnderWay = max(result.mostUnderWay, sentCount - frontier)
        }
        return false
    }

    private func send(_ number: Int) throws(MachineError) -> Bool {
        try peer.send(frame(number: number, byteCount: lengths[number]))
    }

    private func frame(number: Int, byteCount: Int) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: byteCount)
        var span = frame.mutableSpan
        VolumeFrame.write(number: UInt32(number), byteCount: byteCount, from: station, to: card, in: &span)
        return frame
    }

    private mutating func check(_ frame: [UInt8]) {
        switch VolumeFrame.check(frame.span, isTurned: true) {
        case .foreign: result.foreignCount += 1
        case .damaged: result.damagedCount += 1
        case .number(let number):
            let number = Int(number)
            guard number < lengths.count, frame.count == lengths[number] else {
                result.damagedCount += 1
                return
            }
            guard isAddressed(frame) else {
                result.foreignCount += 1
                return
            }
            take(number)
        }
    }

    private mutating func take(_ number: Int) {
        if hasReturned[number] {
            result.repeatedCount += 1
            return
        }
        hasReturned[number] = true
        result.returnedCount += 1
        if number < end { result.reorderedCount += 1 }
        end = max(end, number + 1)
        frontier = max(frontier, end)
    }

    private func isAddressed(_ frame: [UInt8]) -> Bool {
        do throws(PacketError) {
            let header = try EthernetHeader(frame.span)
            return header.destination == station && header.source == card
        } catch {
            return false
        }
    }

    /// Tells the kernel that no more is waited for, and takes what comes all the same.
    private mutating func finish() throws(MachineError) {
        let last = frame(number: lengths.count, byteCount: EthernetHeader.minimumFrameByteCount)
        while try !peer.send(last) { peer.wait(milliseconds: 100, toSend: true, toReceive: false) }
        peer.wait(milliseconds: 50, toSend: false, toReceive: true)
        while let frame = try peer.receive() { check(frame) }
    }
}

extension Array {
    fileprivate subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
