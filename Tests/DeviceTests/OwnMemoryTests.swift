// What an NE2000 asks of its driver besides: that it trusts no page of registers that firmware left, and the procedure for a
// ring that ran over (DP8390D, section 7.0, "Buffer Ring Overflow").

import Devices
import Pipeline
import Testing

@Suite struct OwnMemoryTests {
    private func machine(seed: UInt64) throws -> SimulatedMachine {
        let row = DriverUnderTest.ownMemory
        return try SimulatedMachine(row.driver, row.model, clockFrequency: row.clockFrequency, seed: seed)
    }

    private static func frame(_ number: Int, _ byteCount: Int = 700) -> [UInt8] {
        SimulatedMachine.stationAddress + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: byteCount - 6)
    }

    /// Has frames arrive until the ring has run over. Returns how many are in it.
    private func overflow(_ machine: SimulatedMachine) -> Int {
        var count = 0
        while machine.card.missedCount == 0 {
            machine.card.arrive(Self.frame(count))
            count += 1
        }
        return count - 1
    }

    /// The numbers of the frames that have come.
    private func take(_ machine: SimulatedMachine) throws -> [UInt8] {
        var numbers: [UInt8] = []
        var quiet = 0
        while quiet < 20 {
            machine.card.step(400)
            guard case .frame(let buffer, let byteCount) = try machine.receive() else {
                quiet += 1
                continue
            }
            let data = machine.buffer(buffer, of: machine.receivePool)
            numbers.append(data.load(fromByteOffset: byteCount - 1, as: UInt8.self))
            _ = try machine.returnBuffer(buffer: buffer)
        }
        return numbers
    }

    @Test func `the address is known before bring-up, whatever page firmware left`() throws {
        let expected = SimulatedMachine.stationAddress.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        for seed in seed..<seed + 8 { #expect(try machine(seed: seed).stationAddress() == expected, "seed \(seed)") }
    }

    @Test func `a ring that ran over loses nothing that is in it, and goes on`() throws {
        for seed in seed..<seed + 8 {
            let machine = try machine(seed: seed)
            try machine.start()
            let count = overflow(machine)
            #expect(count > 10)
            #expect(try take(machine) == (0..<count).map { UInt8($0) }, "seed \(seed)")
            machine.card.arrive(Self.frame(200))
            #expect(try take(machine) == [200], "seed \(seed)")
            #expect(machine.card.violations == [])
        }
    }

    /// A card that is stopped gives up a frame that it has not begun to send.
    @Test(arguments: [false, true])
    func `a frame that was being sent when the ring ran over is sent once`(hasMore: Bool) throws {
        for seed in seed..<seed + 20 {
            let machine = try machine(seed: seed)
            try machine.start()
            let last = machine.bufferCount(machine.transmitPool) - 1
            guard case .sent(let idle) = try machine.transmit(buffer: last, byteCount: 300) else {
                Issue.record("not sent")
                return
            }
            let count = overflow(machine)
            // The first call stops the card, the second takes a frame out; the others are taken before, or after, the next one
            // is sent.
            for _ in 0..<2 { _ = try machine.receive() }
            var sentCount = 1
            if hasMore {
                while case .busy = try machine.transmit(buffer: idle, byteCount: 200) { machine.card.step(400) }
                sentCount = 2
            }
            #expect(try take(machine).count >= count - 1, "seed \(seed)")
            machine.card.step(4000)
            let sizes = machine.card.takeSent().map(\.count)
            #expect(sizes == (sentCount == 1 ? [300] : [300, 200]), "seed \(seed)")
            #expect(machine.card.violations == [])
        }
    }
}
