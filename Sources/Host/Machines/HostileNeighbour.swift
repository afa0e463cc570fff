// A neighbour on a card's wire that attacks it between the frames of the volume test: hostile frames go out as fast as the
// machine takes them, and the numbered frame that is due is sent again until it comes back. So a card that lost frames, or
// that was brought up anew, goes on; whether it does is what the neighbour finds out. What came of memory, others look at.

import Exchange

/// One end of the wire of one card.
public final class HostileNeighbour {
    /// Length of every numbered frame: with it an RTL8139 has frames begin at multiples of 16 bytes of its ring, so that
    /// descriptors within a hostile frame are where a card would look for one.
    private static let numberedByteCount = 72
    /// Time after which the frame that is due is sent again for the first time, and the longest.
    private static let firstPatience = Duration.milliseconds(4)
    private static let longestPatience = Duration.milliseconds(256)

    private let peer: NetworkPeer
    private let station: StationAddress
    private let card: StationAddress
    /// The next numbered frame.
    public private(set) var due = 0
    /// Frames that were sent more than once.
    public private(set) var resentCount = 0
    /// Hostile frames that the machine took from the wire.
    public private(set) var hostileCount = 0

    public init(through peer: NetworkPeer, from station: StationAddress, to card: StationAddress) {
        self.peer = peer
        self.station = station
        self.card = card
    }

    /// Sends the bytes of a hostile frame. Returns whether the machine took it within the time: a card whose ring is full
    /// leaves frames on the wire.
    ///
    /// Throws: `systemCall`, and so where QEMU is gone.
    @discardableResult
    public func attack(
        _ frame: [UInt8], within timeLimit: Duration = .zero, attend: () -> Bool = { true }
    ) throws(MachineError) -> Bool {
        let deadline = ContinuousClock.now + timeLimit
        while try !peer.send(frame) {
            guard attend(), ContinuousClock.now < deadline else { return false }
            peer.wait(milliseconds: 5, toSend: true, toReceive: false)
        }
        hostileCount += 1
        return true
    }

    /// Has the numbered frame that is due come back. Returns whether it did within the time.
    ///
    /// - Parameter attend: called again and again: whoever is to listen to the machine's serial line does it there, and
    ///   says whether the machine is still at its test.
    ///
    /// Throws: `systemCall`.
    public func exchange(within timeLimit: Duration, attend: () -> Bool) throws(MachineError) -> Bool {
        let deadline = ContinuousClock.now + timeLimit
        let outgoing = frame(number: due)
        var patience = Self.firstPatience
        while attend(), ContinuousClock.now < deadline {
            if try peer.send(outgoing) {
                let until = min(deadline, ContinuousClock.now + patience)
                while ContinuousClock.now < until {
                    peer.wait(milliseconds: 2, toSend: false, toReceive: true)
                    while let came = try peer.receive() {
                        guard number(of: came) == due else { continue }
                        due += 1
                        return true
                    }
                }
                resentCount += 1
                patience = min(patience * 2, Self.longestPatience)
            } else {
                peer.wait(milliseconds: 5, toSend: true, toReceive: false)
                // What comes back to nobody keeps the machine from taking more.
                while try peer.receive() != nil {}
            }
        }
        return false
    }

    /// Tells the machine that all frames have come back, again and again until `isHeard` says that it took note.
    ///
    /// Throws: `systemCall`, where QEMU ends before it took note.
    public func finish(within timeLimit: Duration, isHeard: () -> Bool) throws(MachineError) -> Bool {
        let deadline = ContinuousClock.now + timeLimit
        let last = frame(number: due)
        // Patiently: a card that is laid to rest should find nothing more on its wire.
        var patience = Self.longestPatience
        while !isHeard() {
            guard ContinuousClock.now < deadline else { return false }
            _ = try peer.send(last)
            let until = ContinuousClock.now + patience
            while !isHeard(), ContinuousClock.now < until {
                peer.wait(milliseconds: 2, toSend: false, toReceive: true)
                while try peer.receive() != nil {}
            }
            patience *= 2
        }
        return true
    }

    /// The number of a frame that came back whole, or `nil` for what is none: a frame may be the answer to an earlier one
    /// that was sent again, but not to an attack.
    private func number(of frame: [UInt8]) -> Int? {
        guard frame.count == Self.numberedByteCount,
            case .number(let number) = VolumeFrame.check(frame.span, isTurned: true)
        else { return nil }
        return Int(number)
    }

    private func frame(number: Int) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: Self.numberedByteCount)
        var span = frame.mutableSpan
        VolumeFrame.write(
            number: UInt32(number), byteCount: Self.numberedByteCount, from: station, to: card, in: &span)
        return frame
    }
}
