// What keeps a card in use: its bring-up, the watch over what it writes, and a new bring-up where it wrote past its memory
// or lost its way in it. A neighbour on the wire can cause the first, a card that is not sound the second: neither ends the
// use of a card that can be brought up; each costs some frames and a bring-up, and the exchange's own bounds go on.

import Platform
import Report

extension CardExchange {
    /// Brings the card up, twice: first it may not reach memory, so that whatever firmware left it doing ends in its reset,
    /// and its rings are in place when it may. A card that comes up by its own reads of memory is stuck the first time.
    func bringUp() throws(DriverFailure) -> PacketCard.Bringup {
        bus.forbid()
        try mend()
        if try card.bringUp() == .gone { return .gone }
        bus.allow()
        return try card.bringUp()
    }

    /// The next good frame, or `nil` for none so far. What is no frame is counted and given back.
    @inline(never)
    func receive() throws(DriverFailure) -> PacketCard.Received? {
        switch try card.receive() {
        case .lost:
            counts.lost += 1
            try recover()
        case .bad(let received):
            counts.bad += 1
            if watch.isWhole { try card.returnBuffer(received) } else { try recover() }
        case .frame(let received):
            if watch.seemsWhole { return received }
            try recover()
        case .none:
            if !watch.seemsWhole { try recover() }
        }
        return nil
    }

    /// Brings the card up anew, with its memories as they were before its first use. Frames that were under way are lost.
    @inline(never)
    private func recover() throws(DriverFailure) {
        counts.bringups += 1
        bus.forbid()
        clearMemories(of: driver)
        let outcome = try bringUp()
        guard outcome == .ready else { throw .bringup(outcome.word) }
        _ = try waitForLink()
    }

    /// Ends the card's use: nobody attends to it from here on, so it does not reach memory. What it did last is answered as
    /// ever; then it stands, brought up.
    func rest() throws(DriverFailure) {
        bus.forbid()
        guard !watch.isWhole else { return }
        try recover()
        bus.forbid()
    }

    /// Has guard space mended.
    ///
    /// - Throws: `overrun` where it did not hold what came.
    private func mend() throws(DriverFailure) {
        let finding = watch.mend()
        counts.overruns = watch.overrunCount
        if case .passed(let part) = finding { throw .overrun(part.memory) }
    }
}
