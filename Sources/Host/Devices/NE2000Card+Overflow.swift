// What the simulated NE2000 does where its ring runs over, and what it wants then before it goes on: stopped, left alone for
// a time, no remote DMA, looped back, something taken out, the warning taken back.
// Source: DP8390D, 7.0, "Buffer Ring Overflow", and DP83902A, 7.0, for the steps from 6 on.

/// A ring that ran over.
struct NE2000Stall {
    /// When the card was stopped. Units: time-stamp counts.
    var stopTime: UInt64
    /// Where the driver had read up to; `nil` where there was nothing to read, and a frame longer than the ring came.
    var boundary: UInt8?
}

extension NE2000Card {
    /// Units: microseconds that a stopped card may take to end what it is at.
    private static let stopMicroseconds: UInt64 = 1600

    /// Reception is given up where the ring is full.
    func overflow() {
        stall = NE2000Stall(stopTime: now(), boundary: freePages == ringPages - 1 ? nil : boundary)
        interruptStatus |= Interrupt.reset
        raise(Interrupt.overwritten)
    }

    /// What is on its way ends in the time that the card is to be left; a frame that was deferred does not go.
    func stop() {
        stall?.stopTime = now()
        stepsToSend = 0
        let isSending = command & Command.transmit != 0 && !sent.isEmpty
        guard stall != nil, isSending, generator.happens(perMille: 500) else { return }
        sent.removeLast()
        isCut = true
    }

    /// A stopped card is left alone for a time, and starts without remote DMA and looped back on itself.
    func startStalled(_ stall: NE2000Stall) {
        let isEarly = now() - stall.stopTime < Self.stopMicroseconds * countsPerMicrosecond
        if isEarly || transmitControl & 0b110 == 0 || remoteLength != 0 {
            object(.outOfSequence(offset: NE2000Register.command))
        }
    }

    /// Let out of its loop the card receives again, if something was taken out and the warning was taken back.
    func endLoop() {
        guard let stall, !isLeftRunning else { return }
        if interruptStatus & Interrupt.overwritten != 0 || boundary == stall.boundary {
            object(.outOfSequence(offset: NE2000Register.transmitControl))
        }
        self.stall = nil
    }
}
