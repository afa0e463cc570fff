// The simulated card by itself, its registers touched by hand: what the datasheet says of resets, links, interrupt
// causes and filters, as far as drivers do not show it.

import Devices
import Pipeline
import Testing

@Suite struct CardTests {
    /// A card of its own clock, which the test moves.
    private final class Bench {
        var time: UInt64 = 0
        let memory = DirectMemory((try? StandInDriver.assemble())?.memories ?? [])
        let card: GigabitCard

        init() {
            card = GigabitCard(memory: memory, stationAddress: SimulatedMachine.stationAddress, seed: seed)
            card.now = { [unowned self] in time }
        }

        func read(_ offset: UInt64) -> UInt64 { card.read(bar: 0, offset, byteCount: 4) }
        func write(_ offset: UInt64, _ value: UInt64) { card.write(bar: 0, offset, byteCount: 4, value: value) }

        func reset() {
            write(0xD8, 0xFFFF_FFFF)
            write(0, 1 << 26)
            for _ in 0..<2 {
                time += 10_000_000
                card.step()
            }
        }

        /// A receive ring of 64 slots over the first buffers of the receive pool.
        func startReceiver(ring: UInt64, pool: UInt64, control: UInt64 = 0x0400_8002) {
            for slot in 0..<64 {
                let descriptor = memory.pointer(at: ring + UInt64(slot * 16), byteCount: 16, kind: .ring)
                descriptor?.storeBytes(of: pool + UInt64(slot * 2048), as: UInt64.self)
                descriptor?.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
            }
            write(0x2800, ring)
            write(0x2808, 1024)
            write(0x2818, 63)
            write(0x100, control)
            write(0, 1 << 6)
            time += 10_000_000
            card.step()
        }
    }

    private func memory(_ name: String, _ bench: Bench) throws -> UInt64 {
        try #require(bench.memory.memories.first { $0.name.elementsEqual(name.utf8) }).physical.rawValue
    }

    @Test func `a reset clears its bit late, takes the link down, and brings the station address back later`() {
        let bench = Bench()
        bench.write(0xD8, 0xFFFF_FFFF)
        bench.write(0x5400, 0)
        #expect(bench.card.isLinkUp)
        bench.write(0, 1 << 26)
        bench.time += 1000
        #expect(bench.read(0) & 1 << 26 != 0)
        bench.time += 10_000_000
        #expect(bench.read(0) & 1 << 26 == 0)
        bench.time += 10_000_000
        _ = bench.read(0)
        #expect(!bench.card.isLinkUp)
        #expect(bench.read(0x5400) == 0x9A00_5452)
        #expect(bench.read(0x5404) == 0x8000_DEBC)
        #expect(bench.card.violations == [])
    }

    @Test func `during a reset only the control register may be touched, and that after a microsecond`() {
        let bench = Bench()
        bench.write(0, 1 << 26)
        bench.time += 999
        _ = bench.read(0)
        bench.time += 1
        _ = bench.read(0)
        _ = bench.read(8)
        #expect(
            bench.card.violations.map(\.kind) == [.accessDuringReset(offset: 0), .accessDuringReset(offset: 8)])
    }

    @Test func `causes clear when they are read, and one that is not masked is a violation`() throws {
        let bench = Bench()
        bench.reset()
        bench.startReceiver(ring: try memory("rx", bench), pool: try memory("rx_pool", bench))
        #expect(bench.read(0xC0) == 1 << 2)  // LSC
        #expect(bench.read(0xC0) == 0)
        #expect(bench.card.violations == [])
        bench.write(0xD0, 1 << 7)
        bench.card.arrive([UInt8](repeating: 0xFF, count: 60))
        bench.card.step(20_000)
        #expect(bench.card.violations.map(\.kind) == [.interruptRaised(causes: 1 << 7)])
    }

    @Test func `the filter lets pass what is for this station, for all, or for a group in the table`() throws {
        let bench = Bench()
        bench.reset()
        for word in 0..<128 { bench.write(0x5200 + UInt64(word * 4), 0) }
        // 01:00:5E:00:00:FB: its bits 47:36 are FB0, word 7D, bit 16 (13.5.1).
        bench.write(0x5200 + 0x7D * 4, 1 << 16)
        bench.startReceiver(ring: try memory("rx", bench), pool: try memory("rx_pool", bench))
        let rows: [([UInt8], Bool)] = [
            (SimulatedMachine.stationAddress, true), ([0x52, 0x54, 0, 0x9A, 0xBC, 0xDF], false),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], true), ([0x01, 0x00, 0x5E, 0x00, 0x00, 0xFB], true),
            ([0x01, 0x00, 0x5E, 0x00, 0x00, 0xFC], false),
        ]
        for (address, passes) in rows {
            bench.card.arrive(address + [UInt8](repeating: 0, count: 60))
            bench.card.step(20_000)
            #expect(bench.card.takeReports().count == (passes ? 1 : 0), "\(address)")
        }
        bench.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 0, count: 1513))
        bench.card.step(20_000)
        #expect(bench.card.takeReports() == [], "a frame of 1519 bytes is too long")
    }

    @Test func `without bus mastering nothing moves`() throws {
        let bench = Bench()
        bench.reset()
        bench.startReceiver(ring: try memory("rx", bench), pool: try memory("rx_pool", bench))
        bench.card.isBusMaster = false
        bench.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 0, count: 60))
        bench.card.step(20_000)
        #expect(bench.card.takeReports() == [])
        #expect(bench.card.violations.first?.kind == .notBusMaster(.receive))
    }

    @Test func `a frame longer than a buffer goes into several, and only the last ends it`() throws {
        let bench = Bench()
        bench.reset()
        // BSIZE 256 (13.4.22).
        bench.startReceiver(ring: try memory("rx", bench), pool: try memory("rx_pool", bench), control: 0x0403_8002)
        bench.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 0, count: 594))
        bench.card.step(20_000)
        #expect(bench.card.takeReports().map(\.byteCount) == [256, 256, 88])
        #expect(bench.card.violations == [])
    }
}
