// The driver of an RTL8139 against what silicon does and QEMU's model does not: each weakness of RTL8139Quirks alone, frames that
// are longer than Ethernet's, and a frame that goes on as far behind the ring as any may.

import Devices
import Pipeline
import Testing

@Suite struct RTL8139QuirkTests {
    private static let all: [RTL8139Quirks] = [
        .abortsSending, .readsEarly, .underruns, .hangsReceiving, .sleeps, .isOld, .keepsStores, .stopsWhenFull,
    ]

    private func machine(
        _ quirks: RTL8139Quirks, _ timing: CardTiming = .immediate, seed: UInt64 = seed
    ) throws -> SimulatedMachine {
        let machine = try SimulatedMachine(try DriverUnderTest.byteRing.driver, .byteRing, timing: timing, seed: seed)
        try #require(machine.card as? RTL8139Card).quirks = quirks
        return machine
    }

    private static func frame(_ number: UInt8, _ byteCount: Int = 86) -> [UInt8] {
        SimulatedMachine.stationAddress + [UInt8](repeating: number, count: byteCount - 6)
    }

    /// Sends a buffer of 1,514 bytes filled with a number; gives the buffer that comes back, or `nil` for busy.
    private func send(_ number: UInt8, from buffer: Int, _ machine: SimulatedMachine) throws -> Int? {
        let data = machine.buffer(buffer, of: machine.transmitPool)
        data.initializeMemory(as: UInt8.self, repeating: number, count: 1514)
        guard case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 1514) else { return nil }
        try machine.notify()
        return idle
    }

    /// Takes what has come and gives it back; `nil` for none.
    private func receive(_ machine: SimulatedMachine) throws -> ReceiveOutcome? {
        let outcome = try machine.receive()
        switch outcome {
        case .none: return nil
        case .lost: break
        case .frame(let buffer, _), .bad(let buffer): #expect(try machine.returnBuffer(buffer: buffer) == .done)
        }
        return outcome
    }

    private func expectFrame(_ byteCount: Int, _ machine: SimulatedMachine) throws {
        machine.card.arrive(Self.frame(1, byteCount))
        guard case .frame(_, byteCount)? = try receive(machine) else {
            Issue.record("a frame of \(byteCount) bytes is none")
            return
        }
    }

    @Test(arguments: [.abortsSending, .readsEarly, .sleeps, .isOld, .keepsStores, .stopsWhenFull] as [RTL8139Quirks])
    func `frames are exchanged, each once, in order, unchanged`(quirks: RTL8139Quirks) throws {
        for run in 0..<UInt64(3) {
            let machine = try machine(quirks, .late, seed: seed + run)
            try machine.start()
            var exchange = FrameExchange(machine, count: 400, seed: seed + run)
            try exchange.run()
            #expect(machine.card.violations == [], "seed \(seed + run)")
        }
    }

    @Test(arguments: all) func `whatever else fails, every call ends within its limits`(quirks: RTL8139Quirks) throws {
        let limits = try FamilyDescription(.byteRing).limits(seed: seed)
        let machine = try machine(quirks, AcceptanceRuns.prompt)
        try machine.start()
        var failing = FailureExchange(machine, limits: limits, seed: seed)
        try failing.run(rounds: 2000)
        try machine.recover()
        if quirks == .underruns { return }
        var exchange = FrameExchange(machine, count: 60, seed: seed)
        if quirks != .hangsReceiving { try exchange.run() }
    }

    @Test func `a frame that collided too often leaves, though nobody sends another`() throws {
        let machine = try machine(.abortsSending)
        try machine.start()
        #expect(try send(7, from: 11, machine) != nil)
        #expect(machine.card.takeSent() == [])
        for _ in 0..<8 { #expect(try receive(machine) == nil) }
        machine.card.step(10)
        #expect(machine.card.takeSent() == [[UInt8](repeating: 7, count: 1514)])
        #expect(machine.card.violations == [])
    }

    @Test func `more of a frame is in hand each time that too little was`() throws {
        let machine = try machine(.underruns)
        try machine.start()
        var buffer: Int? = 11
        for number in 0..<UInt8(80) {
            // Busy where the card has something to tell.
            if let idle = try send(number, from: buffer ?? 11, machine) { buffer = idle }
        }
        // 24 steps of 64 bytes, one for each of the first pairs.
        #expect(machine.card.takeSent().count > 30)
        #expect(machine.card.violations == [])
    }

    @Test func `a frame that stays unfinished costs a bring-up`() throws {
        let machine = try machine(.hangsReceiving)
        try machine.start()
        machine.card.arrive(Self.frame(1))
        var looks = 0
        while try machine.receive() == .none, looks < 10_000 { looks += 1 }
        // Long enough for a frame of 1,522 bytes at 10 Mb/s, each look being two reads at least.
        #expect((1200...9_999).contains(looks))
        try machine.start()
        try expectFrame(86, machine)
        #expect(machine.card.violations == [])
    }

    @Test func `what is stored for the card arrives before anybody asks it something`() throws {
        let machine = try machine(.keepsStores)
        try machine.start()
        #expect(try send(7, from: 11, machine) != nil)
        machine.card.step(100)
        #expect(machine.card.takeSent().count == 1)
    }

    @Test func `a ring that was full goes on once it is empty`() throws {
        let machine = try machine(.stopsWhenFull)
        try machine.start()
        while machine.card.missedCount == 0 { machine.card.arrive(Self.frame(1, 1514)) }
        while try receive(machine) != nil {}
        try expectFrame(86, machine)
    }

    @Test func `a reset that does not end is said`() throws {
        let machine = try machine([])
        machine.isCardSound = false
        machine.card.failures = FailurePlan(register: 0x37, .stuck(at: 0x10))
        #expect(try machine.bringUp() == .stuck)
        #expect(machine.lastCall.elapsed < 11_000 * machine.card.countsPerMicrosecond)
    }

    // 1,522 bytes with its check sum: one with the tag of a VLAN.
    @Test(arguments: [(1515, true), (1518, true), (1519, false), (2000, false), (4092, false)])
    func `a tagged frame is one, and a longer one is dropped`(row: (byteCount: Int, isFrame: Bool)) throws {
        let machine = try machine([])
        machine.card.lengths = .asTheyAre
        try machine.start()
        for _ in 0..<40 {
            machine.card.arrive(Self.frame(1, row.byteCount))
            let outcome = try receive(machine)
            if case .frame(_, row.byteCount)? = outcome { #expect(row.isFrame) } else { #expect(!row.isFrame) }
            #expect(outcome != .lost)
            try expectFrame(86, machine)
        }
        #expect(machine.memory.overrun == nil)
        #expect(machine.card.violations == [])
    }

    @Test func `the longest frame that a card takes, behind the last header of the ring, overruns nothing`() throws {
        let machine = try machine([])
        machine.card.lengths = .asTheyAre
        try machine.start()
        // Five of 1,524 and one of 568 bytes with header and check sum, up to 8,188.
        for byteCount in [1514, 1514, 1514, 1514, 1514, 560] { try expectFrame(byteCount, machine) }
        machine.card.arrive(Self.frame(1, 4092))
        #expect(machine.memory.overrun == nil)
        guard case .bad? = try receive(machine) else {
            Issue.record("4,092 bytes are a frame")
            return
        }
        try expectFrame(86, machine)
    }
}
