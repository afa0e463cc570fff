// Drivers against the simulated card: what the contract promises, in good order and in bad.

import Devices
import Foundation
import Pipeline
import Testing

/// Seed of a suite's runs; printed where it matters, replaceable from outside.
let seed = UInt64(ProcessInfo.processInfo.environment["METAOS_SEED"] ?? "") ?? 20_260_301

/// Frames each way; more than 39 laps of a ring of 256.
let frameCount = Int(ProcessInfo.processInfo.environment["METAOS_FRAMES"] ?? "") ?? 10_000

@Suite struct ContractTests {
    private func started(_ row: DriverUnderTest, _ timing: CardTiming = .late) throws -> SimulatedMachine {
        let machine = try SimulatedMachine(
            row.driver, timing: timing, clockFrequency: row.clockFrequency, seed: seed)
        try machine.start()
        return machine
    }

    @Test(arguments: DriverUnderTest.available)
    func `a card that firmware left running is brought up`(row: DriverUnderTest) throws {
        for seed in seed..<seed + 20 {
            let machine = try SimulatedMachine(row.driver, clockFrequency: row.clockFrequency, seed: seed)
            #expect(try machine.bringUp() == .ready, "seed \(seed)")
            #expect(machine.card.violations == [], "seed \(seed)")
        }
    }

    /// A card whose head or tail jumps reads slots that nobody gave it.
    @Test(arguments: DriverUnderTest.available)
    func `every slot holds a buffer of its ring's own pool, idle or not`(row: DriverUnderTest) throws {
        let machine = try SimulatedMachine(row.driver, clockFrequency: row.clockFrequency, seed: seed)
        #expect(try machine.bringUp() == .ready)
        for (name, pool) in [("tx", machine.transmitPool), ("rx", machine.receivePool)] {
            let ring = try #require(machine.memory.memories.first { $0.name.elementsEqual(name.utf8) })
            for slot in 0..<Int(ring.byteCount) / 16 {
                let address = machine.memory.pointer(to: ring).load(fromByteOffset: slot * 16, as: UInt64.self)
                let buffer = pool.physical.rawValue + UInt64(slot * SimulatedMachine.bufferByteCount)
                #expect(address == buffer, "\(name), slot \(slot)")
            }
        }
    }

    @Test(arguments: DriverUnderTest.available)
    func `the link is down while nobody answers, and up some time later`(row: DriverUnderTest) throws {
        var timing = CardTiming.late
        timing.linkMicroseconds = 3_000_000...3_000_000
        let machine = try SimulatedMachine(row.driver, timing: timing, clockFrequency: row.clockFrequency, seed: seed)
        #expect(try machine.bringUp() == .ready)
        #expect(try !machine.isLinkUp())
        machine.processor.clock += 3_000_000 * machine.card.countsPerMicrosecond
        machine.card.step()
        #expect(try machine.isLinkUp())
    }

    @Test(arguments: DriverUnderTest.available)
    func `mac gives the station address, first byte lowest`(row: DriverUnderTest) throws {
        let machine = try started(row)
        let expected = SimulatedMachine.stationAddress.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        #expect(try machine.stationAddress() == expected)
    }

    @Test(arguments: DriverUnderTest.available)
    func `transmit refuses buffers and lengths out of range`(row: DriverUnderTest) throws {
        let machine = try started(row)
        let bufferCount = machine.bufferCount(machine.transmitPool)
        let refused = [
            (bufferCount, 60), (0xFFFF, 60), (0x7FFF_FFFF, 60), (0xFFFF_FFFF, 60), (bufferCount - 1, 59),
            (bufferCount - 1, 0), (bufferCount - 1, 1515), (bufferCount - 1, 0xFFFF), (bufferCount - 1, 0xFFFF_FFFF),
        ]
        for (buffer, byteCount) in refused {
            #expect(try machine.transmit(buffer: buffer, byteCount: byteCount) == .refused, "\(buffer) \(byteCount)")
        }
        for byteCount in [60, 1514] {
            let outcome = try machine.transmit(buffer: bufferCount - 1, byteCount: byteCount)
            guard case .sent = outcome else {
                Issue.record("\(byteCount) bytes: \(outcome)")
                continue
            }
        }
    }

    @Test(arguments: DriverUnderTest.available)
    func `giving back refuses what is no buffer, and what no slot waits for`(row: DriverUnderTest) throws {
        let machine = try started(row)
        let bufferCount = machine.bufferCount(machine.receivePool)
        for buffer in [0, bufferCount - 1, bufferCount, 0xFFFF_FFFF] {
            #expect(try machine.returnBuffer(buffer: buffer) == .refused, "\(buffer)")
        }
        #expect(try machine.receive() == .none)
    }

    @Test(arguments: DriverUnderTest.available)
    func `transmit is busy when the card completes nothing, and nothing is lost`(row: DriverUnderTest) throws {
        let machine = try started(row)
        machine.card.failures.rings.neverCompletes = true
        var buffer = machine.bufferCount(machine.transmitPool) - 1
        var sent = 0
        while case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 60) {
            buffer = idle
            sent += 1
            try #require(sent < 300)
            if sent % 7 == 0 { try machine.notify() }
        }
        try machine.notify()
        machine.card.step(50_000)
        #expect(try machine.transmit(buffer: buffer, byteCount: 60) == .busy)
        // A ring of 256 can hold one less: a tail that comes to the head means an empty ring.
        #expect(sent == 255)
        #expect(machine.card.takeSent().count == sent)
        machine.card.failures.rings.neverCompletes = false
        machine.card.step(50_000)
        guard case .sent = try machine.transmit(buffer: buffer, byteCount: 60) else {
            Issue.record("still busy")
            return
        }
    }

    @Test(arguments: DriverUnderTest.available)
    func `there is nothing to receive until the card says that it is done`(row: DriverUnderTest) throws {
        let machine = try started(row)
        machine.card.failures.rings.neverCompletes = true
        machine.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 5, count: 94))
        machine.card.step(50_000)
        #expect(try machine.receive() == .none)
        machine.card.failures.rings.neverCompletes = false
        machine.card.step(50_000)
        #expect(try machine.receive() == .frame(buffer: 0, byteCount: 100))
        #expect(try machine.receive() == .none)
        #expect(try machine.returnBuffer(buffer: 0) == .done)
    }

    @Test(arguments: DriverUnderTest.available)
    func `a whole ring posted before one doorbell is sent`(row: DriverUnderTest) throws {
        let machine = try started(row)
        var buffer = machine.bufferCount(machine.transmitPool) - 1
        var sent = 0
        while case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 60) {
            buffer = idle
            sent += 1
            try #require(sent < 300)
        }
        try machine.notify()
        machine.card.step(50_000)
        #expect(machine.card.takeSent().count == sent)
        #expect(sent >= 255)
    }

    @Test(arguments: DriverUnderTest.available)
    func `frames are exchanged, each once, in order, unchanged, over many laps of the ring`(
        row: DriverUnderTest
    ) throws {
        let machine = try started(row)
        var exchange = FrameExchange(machine, count: frameCount, seed: seed)
        let start = ContinuousClock.now
        try exchange.run()
        let statistics = exchange.statistics
        print("\(row): \(statistics), seed \(seed), \(ContinuousClock.now - start)")
        #expect(statistics.transmitted == frameCount && statistics.received == frameCount)
        #expect(statistics.busy > 0 && statistics.none > 0 && statistics.heldBack > 0 && statistics.foreign > 0)
        #expect(machine.card.filteredCount == statistics.foreign)
        #expect(machine.card.missedCount == 0)
        #expect(machine.card.violations == [])
    }

    @Test(arguments: DriverUnderTest.available)
    func `a caller that keeps every buffer gets no more, and loses nothing`(row: DriverUnderTest) throws {
        var runs = AcceptanceRuns(row)
        try runs.keepEverything(seed: seed)
    }

    @Test(arguments: DriverUnderTest.available)
    func `a card that does all at once is served too`(row: DriverUnderTest) throws {
        let machine = try started(row, .immediate)
        var exchange = FrameExchange(machine, count: 600, seed: seed)
        try exchange.run()
    }

    @Test(arguments: DriverUnderTest.available)
    func `bring-up may be called again, in the middle of everything`(row: DriverUnderTest) throws {
        let machine = try started(row)
        for round in 0..<3 {
            var exchange = FrameExchange(machine, count: 100, seed: seed + UInt64(round))
            try exchange.run()
            // Something is left in both rings.
            _ = try machine.transmit(buffer: 256, byteCount: 100)
            try machine.notify()
            machine.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 1, count: 100))
            machine.card.step(3)
            try machine.start()
            _ = machine.card.takeSent()
            _ = machine.card.takeReports()
        }
    }
}
