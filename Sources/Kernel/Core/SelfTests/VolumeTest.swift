// The volume test: a peer sends numbered frames, the kernel checks each and sends it back turned. It runs only where the
// command line asks for it. The kernel makes pressure on purpose: it leaves frames unannounced until no slot is free, and
// stands still now and then, so that the rings run full both ways.

import Exchange
import Pipeline
import Platform
import Report

/// What came of a volume test.
struct VolumeOutcome {
    /// Frames that came unharmed, none of them after a later one, and went back.
    var returned: UInt32 = 0
    /// How often no slot was free.
    var busy: UInt64 = 0
    var hasPassed = false
}

extension CardExchange {
    /// Silence after which frames that wait for more are announced. Units: microseconds.
    private static let idleBound: UInt64 = 500
    /// Time without a new frame after which the test is given up. Units: microseconds.
    private static let silenceBound: UInt64 = 5_000_000
    /// Frames between two stands, and how long one is. Units: microseconds.
    private static let standInterval: UInt32 = 1000
    private static let standTime: UInt64 = 20_000

    /// Returns `count` frames to a peer, and ends with the frame of that number, which is not returned: the peer sends it
    /// when it has all others back, or waits for no more of them.
    ///
    /// A frame that comes again, or after a later one, goes back as any other: the peer knows which it sent twice. Cards
    /// drop frames, so that some may be passed over; what became of each, the peer tells. Nothing but a new frame moves
    /// the end of the test.
    func returnFrames(_ count: UInt32) throws(DriverFailure) -> VolumeOutcome {
        var outcome = VolumeOutcome()
        var latest = now
        var lastSent = latest
        var isAnnounced = true
        var next: UInt32 = 0
        while now - latest < Self.silenceBound {
            guard let received = try receive() else {
                if !isAnnounced && now - lastSent > Self.idleBound {
                    try card.notify()
                    isAnnounced = true
                }
                continue
            }
            counts.received += 1
            let frame = card.bytes(of: received)
            switch VolumeFrame.check(frame.span, isTurned: false) {
            case .number(count):
                outcome.hasPassed = outcome.returned > 0
                try card.returnBuffer(received)
                return outcome
            case .number(let number) where number < count:
                if number >= next { latest = now }
                lastSent = now
                var turned = card.outgoing.mutableSpan
                VolumeFrame.turn(frame.span, to: &turned)
                guard try send(frame.count, since: lastSent, &outcome) else { return outcome }
                isAnnounced = false
                if number >= next {
                    next = number + 1
                    outcome.returned += 1
                    if outcome.returned % Self.standInterval == 0 { stand() }
                }
            case .number, .foreign: counts.stray += 1
            case .damaged: counts.malformed += 1
            }
            try card.returnBuffer(received)
        }
        return outcome
    }

    /// Hands a frame over, and announces all where no slot is free. Returns whether one came free in time.
    private func send(
        _ byteCount: Int, since start: UInt64, _ outcome: inout VolumeOutcome
    ) throws(DriverFailure) -> Bool {
        while now - start < Self.silenceBound {
            if try card.transmit(byteCount: byteCount) {
                counts.sent += 1
                return true
            }
            outcome.busy += 1
            try card.notify()
        }
        return false
    }

    /// Lets the rings fill.
    private func stand() {
        let start = now
        while now - start < Self.standTime {}
    }
}
