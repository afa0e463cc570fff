// The drivers of every family against the simulated card that they are for: the contract `packet_nic 2`, in good order.

import Devices
import Pipeline
import Testing

@Suite struct PacketCardTests {
    /// The families beside the first, which has a suite of its own.
    static let rows: [DriverUnderTest] = [
        .express, .byteRing, .virtio, .quietVirtio, .oldVirtio, .lists, .ownMemory, .lance,
    ]

    private func machine(
        _ row: DriverUnderTest, _ timing: CardTiming = .late, seed: UInt64 = seed
    ) throws -> SimulatedMachine {
        try SimulatedMachine(row.driver, row.model, timing: timing, clockFrequency: row.clockFrequency, seed: seed)
    }

    @Test(arguments: rows)
    func `a card that firmware left running is brought up`(row: DriverUnderTest) throws {
        for seed in seed..<seed + 20 {
            let machine = try machine(row, seed: seed)
            #expect(try machine.bringUp() == .ready, "seed \(seed)")
            #expect(machine.card.violations == [], "seed \(seed)")
        }
    }

    @Test(arguments: rows)
    func `the link is down after bring-up and up some time later, and the address is the card's`(
        row: DriverUnderTest
    ) throws {
        // Long enough for a bring-up that reads an EEPROM.
        var timing = CardTiming.late
        timing.linkMicroseconds = 60_000...61_000
        let machine = try machine(row, timing)
        #expect(try machine.bringUp() == .ready)
        // An NE2000 does not tell.
        #expect(try machine.isLinkUp() == (row == .ownMemory))
        machine.processor.clock += 70_000 * machine.card.countsPerMicrosecond
        machine.card.step()
        #expect(try machine.isLinkUp())
        let expected = SimulatedMachine.stationAddress.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        #expect(try machine.stationAddress() == expected)
        #expect(machine.card.violations == [])
    }

    @Test(arguments: rows)
    func `buffers and lengths out of range are refused`(row: DriverUnderTest) throws {
        let machine = try machine(row)
        try machine.start()
        let count = machine.bufferCount(machine.transmitPool)
        for (buffer, byteCount) in [
            (count, 60), (0xFFFF, 60), (0xFFFF_FFFF, 60), (count - 1, 59), (count - 1, 0), (count - 1, 1515),
            (count - 1, 0xFFFF_FFFF),
        ] {
            #expect(try machine.transmit(buffer: buffer, byteCount: byteCount) == .refused, "\(buffer) \(byteCount)")
        }
        for buffer in [0, machine.bufferCount(machine.receivePool), 0xFFFF_FFFF] {
            #expect(try machine.returnBuffer(buffer: buffer) == .refused, "\(buffer)")
        }
        for byteCount in [60, 1514] {
            let buffer = byteCount == 60 ? count - 1 : count - 2
            guard case .sent = try machine.transmit(buffer: buffer, byteCount: byteCount) else {
                Issue.record("\(byteCount) bytes are not sent")
                continue
            }
            // A card that sends one at a time has sent it then.
            machine.card.step(1000)
        }
        #expect(try machine.receive() == .none)
    }

    @Test(arguments: rows)
    func `frames are exchanged, each once, in order, unchanged, over many laps`(row: DriverUnderTest) throws {
        for run in 0..<UInt64(4) {
            let machine = try machine(row, seed: seed + run)
            try machine.start()
            var exchange = FrameExchange(machine, count: frameCount / 4, seed: seed + run)
            try exchange.run()
            let statistics = exchange.statistics
            print("\(row): \(statistics), seed \(seed + run)")
            #expect(statistics.busy > 0 && statistics.none > 0 && statistics.heldBack > 0 && statistics.foreign > 0)
            #expect(machine.card.filteredCount == statistics.foreign)
            #expect(machine.card.missedCount == 0)
            #expect(machine.card.violations == [])
        }
    }

    @Test(arguments: rows)
    func `a card that does all at once is served too`(row: DriverUnderTest) throws {
        let machine = try machine(row, .immediate)
        try machine.start()
        var exchange = FrameExchange(machine, count: 600, seed: seed)
        try exchange.run()
    }

    @Test(arguments: rows)
    func `transmit is busy when the card completes nothing, and nothing is lost`(row: DriverUnderTest) throws {
        let machine = try machine(row)
        try machine.start()
        machine.card.failures.rings.neverCompletes = true
        var buffer = machine.bufferCount(machine.transmitPool) - 1
        var sent = 0
        while case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 60) {
            buffer = idle
            sent += 1
            try #require(sent < 300)
            if sent % 3 == 0 { try machine.notify() }
        }
        try machine.notify()
        machine.card.step(50_000)
        #expect(try machine.transmit(buffer: buffer, byteCount: 60) == .busy)
        // A card that walks a list is told of more once it has said that all before is sent.
        #expect(machine.card.takeSent().count == (row == .lists ? 3 : sent))
        machine.card.failures.rings.neverCompletes = false
        machine.card.step(50_000)
        guard case .sent = try machine.transmit(buffer: buffer, byteCount: 60) else {
            Issue.record("still busy")
            return
        }
    }

    @Test(arguments: rows)
    func `bring-up may be called again, in the middle of everything`(row: DriverUnderTest) throws {
        let machine = try machine(row)
        try machine.start()
        for round in 0..<3 {
            var exchange = FrameExchange(machine, count: 100, seed: seed + UInt64(round))
            try exchange.run()
            _ = try machine.transmit(buffer: machine.bufferCount(machine.transmitPool) - 1, byteCount: 100)
            try machine.notify()
            machine.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 1, count: 100))
            machine.card.step(3)
            try machine.start()
            _ = machine.card.takeSent()
            _ = machine.card.takeReports()
        }
    }

    /// The command that a card stopped behind says where it goes on (8255x manual, 6.5.3.2): it is not written over.
    @Test func `as many frames as fit are sent before the card is told of any`() throws {
        let machine = try machine(.lists)
        try machine.start()
        var buffer = machine.bufferCount(machine.transmitPool) - 1
        var sentCount = 0
        while case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 60) {
            buffer = idle
            sentCount += 1
        }
        #expect(sentCount == 15)
        try machine.notify()
        machine.card.step(50_000)
        #expect(machine.card.takeSent().count == 15)
    }
}
