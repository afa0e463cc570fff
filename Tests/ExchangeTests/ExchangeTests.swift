// The exchange against frames that others made, and against what a network may do to them.

import Testing

@testable import Exchange
import Support

@Suite struct `An exchange` {
    @Test func `it asks, echoes and is answered, in the bytes of others`() {
        var exchange = Exchange(
            of: Frames.card, Frames.cardHost, with: Frames.gatewayHost, identifier: Frames.identifier)
        #expect(exchange.dueFrame(at: 1000) == Frames.question)
        #expect(exchange.dueFrame(at: 1100) == nil)
        #expect(exchange.take(Frames.answer, at: 1123) == .answer)
        #expect(exchange.peerStation == Frames.gateway)
        #expect(exchange.resolution == Exchange.Question(tries: 1, microseconds: 123, isAnswered: true))
        #expect(exchange.dueFrame(at: 2000) == Frames.echo)
        #expect(exchange.take(Frames.reply, at: 2456) == .answer)
        #expect(exchange.echo == Exchange.Question(tries: 1, microseconds: 456, isAnswered: true))
        #expect(exchange.phase == .answered && exchange.isOver)
        #expect(exchange.dueFrame(at: 9_000_000) == nil)
    }

    @Test func `a peer that says nothing is asked three times and then given up`() {
        var exchange = Frames.resolving()
        for now in [UInt64(1_500_000), 3_000_000] {
            #expect(exchange.dueFrame(at: now - 1) == nil)
            #expect(exchange.dueFrame(at: now) == Frames.question)
        }
        #expect(exchange.dueFrame(at: 4_499_999) == nil && !exchange.isOver)
        #expect(exchange.dueFrame(at: 4_500_000) == nil && exchange.phase == .silent)
        #expect(exchange.resolution == Exchange.Question(tries: 3, microseconds: 4_500_000, isAnswered: false))
        #expect(exchange.take(Frames.answer, at: 4_500_001) == .stray)
    }

    @Test func `an echo that is not replied to is sent again under another number`() throws {
        var exchange = Frames.echoing()
        let sent = exchange.dueFrame(at: 1_500_010)
        let second = try #require(sent)
        #expect(second[41] == 2 && second != Frames.echo)
        // A late reply to the first is a reply; one to a third that was not sent is none.
        var third = Frames.reply
        third[41] = 3
        third[37] -= 2
        #expect(exchange.take(third, at: 1_500_020) == .stray)
        #expect(exchange.take(Frames.reply, at: 1_500_030) == .answer)
        #expect(exchange.echo == Exchange.Question(tries: 2, microseconds: 1_500_020, isAnswered: true))
    }

    @Test func `frames cut at any place are never an answer`() {
        for count in 0..<Frames.answer.count {
            var exchange = Frames.resolving()
            let reception = exchange.take(Array(Frames.answer.prefix(count)), at: 20)
            // What ends in the padding is whole.
            #expect(reception == (count < 42 ? .malformed : .answer), "\(count) bytes")
        }
        for count in 0..<Frames.reply.count {
            var exchange = Frames.echoing()
            #expect(exchange.take(Array(Frames.reply.prefix(count)), at: 20) == .malformed, "\(count) bytes")
        }
    }

    @Test func `a flipped bit is never taken for the answer`() {
        for bit in 0..<Frames.reply.count * 8 where !(48..<96).contains(bit) {  // the sender's station is not looked at
            var frame = Frames.reply
            frame[bit / 8] ^= 1 << UInt8(bit % 8)
            var exchange = Frames.echoing()
            let reception = exchange.take(frame, at: 20)
            #expect(reception == .malformed || reception == .stray, "bit \(bit)")
        }
        for bit in 0..<42 * 8 where !(48..<96).contains(bit) && !(176..<224).contains(bit) {
            var frame = Frames.answer
            frame[bit / 8] ^= 1 << UInt8(bit % 8)
            var exchange = Frames.resolving()
            #expect(exchange.take(frame, at: 20) == .stray, "bit \(bit)")
        }
    }

    @Test func `a reply with other data under a good checksum is told apart`() {
        var frame = Frames.reply
        frame.swapAt(50, 52)  // words may change places under this checksum
        frame.swapAt(51, 53)
        var exchange = Frames.echoing()
        #expect(exchange.take(frame, at: 20) == .altered)
        #expect(exchange.phase == .echoing)
    }

    @Test func `answers of others, and to others, are strays`() {
        for (place, value) in [(21, UInt8(1)), (31, 3), (41, 16), (37, 2), (5, 2)] {
            var frame = Frames.answer  // a question; another sender; another target, station, destination
            frame[place] = value
            var exchange = Frames.resolving()
            #expect(exchange.take(frame, at: 20) == .stray, "byte \(place)")
        }
        var group = Frames.answer
        group[22] = 0x53  // a group is no station to send to
        var exchange = Frames.resolving()
        #expect(exchange.take(group, at: 20) == .stray)
        #expect(exchange.take(Frames.reply, at: 20) == .stray)
    }

    @Test func `random frames are never an answer and never trap`() {
        let seed: UInt64 = 0x6D65_7461
        var chance = SeededGenerator(seed: seed)
        for round in 0..<20_000 {
            var frame = [UInt8](repeating: 0, count: Int.random(in: 0...120, using: &chance))
            for index in frame.indices { frame[index] = UInt8.random(in: 0...255, using: &chance) }
            // Most rounds begin like a real frame, so that the inner layers are reached.
            let model = round % 4 < 2 ? Frames.answer : Frames.reply
            for index in 0..<min(frame.count, Int.random(in: 0...40, using: &chance)) { frame[index] = model[index] }
            var exchange = round % 2 == 0 ? Frames.resolving() : Frames.echoing()
            let reception = exchange.take(frame, at: 20)
            #expect(reception != .answer && reception != .altered, "seed \(seed), round \(round): \(frame)")
        }
    }
}
