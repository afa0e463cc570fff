// The driver of an NE2000 against what silicon does and QEMU's model does not: each weakness of NE2000Quirks alone, a ring that
// runs over while a frame is on its way, a chip that was reset, and frames that are longer than Ethernet's.

import Devices
import Pipeline
import Testing

@Suite struct NE2000QuirkTests {
    private static let all: [NE2000Quirks] = [.endsRemoteLate, .hangsRemote, .hidesAddress, .abortsSending]
    private static let last = 15

    private func machine(
        _ quirks: NE2000Quirks, _ timing: CardTiming = .immediate, seed: UInt64 = seed
    ) throws -> SimulatedMachine {
        let row = DriverUnderTest.ownMemory
        let machine = try SimulatedMachine(
            try row.driver, row.model, timing: timing, clockFrequency: row.clockFrequency, seed: seed)
        try #require(machine.card as? NE2000Card).quirks = quirks
        return machine
    }

    private static func frame(_ number: UInt8, _ byteCount: Int = 86) -> [UInt8] {
        SimulatedMachine.stationAddress + [UInt8](repeating: number, count: byteCount - 6)
    }

    private func send(_ number: UInt8, from buffer: Int = last, _ machine: SimulatedMachine) throws -> TransmitOutcome {
        let data = machine.buffer(buffer, of: machine.transmitPool)
        data.initializeMemory(as: UInt8.self, repeating: number, count: 100)
        return try machine.transmit(buffer: buffer, byteCount: 100)
    }

    /// Sends once the frame before has left.
    private func awaitSent(_ number: UInt8, from buffer: Int, _ machine: SimulatedMachine) throws -> TransmitOutcome {
        for _ in 0..<200 {
            let outcome = try send(number, from: buffer, machine)
            if outcome != .busy { return outcome }
            machine.card.step(40)
        }
        Issue.record("busy for ever")
        return .busy
    }

    /// Takes what has come, over some calls, and gives it back.
    private func receiveAll(_ machine: SimulatedMachine) throws -> (frames: [[UInt8]], badCount: Int) {
        var (frames, badCount, quiet): ([[UInt8]], Int, Int) = ([], 0, 0)
        while quiet < 4 {
            machine.card.step(40)
            let outcome = try machine.receive()
            quiet = outcome == .none ? quiet + 1 : 0
            switch outcome {
            case .frame(let buffer, let byteCount):
                let data = machine.buffer(buffer, of: machine.receivePool)
                frames.append(Array(UnsafeRawBufferPointer(start: data, count: byteCount)))
                #expect(try machine.returnBuffer(buffer: buffer) == .done)
            case .bad(let buffer):
                badCount += 1
                #expect(try machine.returnBuffer(buffer: buffer) == .done)
            case .none, .lost: break
            }
        }
        return (frames, badCount)
    }

    private func expectExchange(_ machine: SimulatedMachine, seed: UInt64 = seed) throws {
        _ = machine.card.takeSent()
        _ = machine.card.takeReports()
        var exchange = FrameExchange(machine, count: 60, seed: seed)
        try exchange.run()
        #expect(machine.card.violations == [], "seed \(seed)")
    }

    @Test(arguments: [.endsRemoteLate, .hidesAddress] as [NE2000Quirks])
    func `frames are exchanged, each once, in order, unchanged`(quirks: NE2000Quirks) throws {
        for run in 0..<UInt64(3) {
            let machine = try machine(quirks, .late, seed: seed + run)
            try machine.start()
            try expectExchange(machine, seed: seed + run)
        }
    }

    @Test(arguments: all) func `whatever else fails, every call ends within its limits`(quirks: NE2000Quirks) throws {
        let limits = try FamilyDescription(.ownMemory).limits(seed: seed)
        let machine = try machine(quirks, AcceptanceRuns.prompt)
        try machine.start()
        var failing = FailureExchange(machine, limits: limits, seed: seed)
        try failing.run(rounds: 1000)
        try machine.recover()
        if quirks != .abortsSending, quirks != .hangsRemote { try expectExchange(machine) }
    }

    @Test(arguments: [false, true]) func `remote DMA that does not end costs a reset`(isHeard: Bool) throws {
        let machine = try machine(.hangsRemote)
        try machine.start()
        machine.card.arrive(Self.frame(1))
        #expect(try send(7, machine) == .busy)
        // Whichever of the two is called next resets the card.
        if isHeard { #expect(try receiveAll(machine).frames == []) }
        guard case .sent = try send(8, machine) else {
            Issue.record("still busy")
            return
        }
        #expect(machine.card.takeSent() == [[UInt8](repeating: 8, count: 100)])
        machine.card.arrive(Self.frame(2))
        #expect(try receiveAll(machine).frames == [Self.frame(2)])
        #expect(machine.card.violations == [])
    }

    @Test func `the address is read of a card that was set up for it, before its bring-up too`() throws {
        let machine = try machine(.hidesAddress, .late)
        let expected = SimulatedMachine.stationAddress.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // As the bus leaves it.
        _ = machine.card.read(bar: 0, 0x1F, byteCount: 1)
        machine.rest(microseconds: 2000)
        #expect(try machine.stationAddress() == expected)
        try machine.start()
        machine.card.arrive(Self.frame(1))
        #expect(try machine.stationAddress() == expected)
        #expect(try receiveAll(machine).frames == [Self.frame(1)])
        #expect(machine.card.violations == [])
    }

    @Test func `a frame that is given up is not sent again, and the next one leaves`() throws {
        let machine = try machine(.abortsSending)
        try machine.start()
        var buffer = Self.last
        for number in 0..<UInt8(6) {
            guard case .sent(let idle) = try send(number, from: buffer, machine) else {
                Issue.record("busy at \(number)")
                return
            }
            buffer = idle
        }
        #expect(machine.card.takeSent().map { $0[0] } == [1, 3, 5])
        #expect(machine.card.violations == [])
    }

    /// The frame on its way goes once, whether the stop cut it off or not; what is in the ring comes out.
    @Test func `a ring that ran over is emptied, and a frame that was cut off is sent again`() throws {
        var cutCount = 0
        for run in 0..<UInt64(12) {
            let machine = try machine([], .late, seed: seed + run)
            try machine.start()
            var arrived: [[UInt8]] = []
            while machine.card.missedCount == 0 {
                arrived.append(Self.frame(UInt8(arrived.count), 1514))
                machine.card.arrive(arrived[arrived.count - 1])
                machine.card.step(400)
            }
            guard case .sent = try send(7, machine) else { continue }
            #expect(try machine.receive() == .none)  // stopped
            #expect(try send(8, from: Self.last - 1, machine) == .busy, "nothing has been taken out")
            guard case .frame(let first, _) = try machine.receive() else {
                Issue.record("the first frame is not there, seed \(seed + run)")
                continue
            }
            #expect(try machine.returnBuffer(buffer: first) == .done)
            let sent = machine.card.takeSent()
            if sent == [] { cutCount += 1 }
            let isEmptied = run % 2 == 0
            if isEmptied { #expect(try receiveAll(machine).frames == Array(arrived[1..<arrived.count - 1])) }
            guard case .sent = try awaitSent(8, from: Self.last - 1, machine) else { continue }
            machine.card.step(4000)
            #expect((sent + machine.card.takeSent()).map { $0[0] } == [7, 8], "seed \(seed + run)")
            machine.card.arrive(Self.frame(200))
            let rest = isEmptied ? [] : Array(arrived[1..<arrived.count - 1])
            #expect(try receiveAll(machine).frames == rest + [Self.frame(200)])
            #expect(machine.card.violations == [], "seed \(seed + run)")
        }
        #expect(cutCount > 0)
    }

    @Test func `a reset that does not end is said`() throws {
        let machine = try machine([])
        machine.isCardSound = false
        machine.card.failures = FailurePlan(register: 0x07, .stuck(at: 0))
        #expect(try machine.bringUp() == .stuck)
        #expect(machine.lastCall.elapsed < 11_000 * machine.card.countsPerMicrosecond)
    }

    // 1,522 bytes with its check sum: one with the tag of a VLAN.
    @Test(arguments: [(1515, true), (1518, true), (1519, false), (2000, false), (9000, false)])
    func `a tagged frame is one, and a longer one is dropped`(row: (byteCount: Int, isFrame: Bool)) throws {
        let machine = try machine([], .late)
        machine.card.lengths = .marked
        try machine.start()
        for number in 0..<UInt8(12) {
            machine.card.arrive(Self.frame(number, row.byteCount))
            machine.card.arrive(Self.frame(number))
            let (frames, badCount) = try receiveAll(machine)
            let tagged = row.isFrame ? [Self.frame(number, row.byteCount)] : []
            #expect(frames == tagged + [Self.frame(number)])
            #expect(badCount == (row.isFrame ? 0 : 1))
        }
        #expect(machine.card.violations == [])
    }
}
