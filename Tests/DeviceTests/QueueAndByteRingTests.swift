// The simulated RTL8139 and virtio card by themselves, touched by hand: what datasheet and specification say, as far as the
// drivers do not show it.

import Devices
import Hardware
import Pipeline
import Program
import Testing

@Suite struct QueueAndByteRingTests {
    /// A card of one model with a clock that the test moves, over memory as its driver has it.
    private final class Bench {
        var time: UInt64 = 0
        let memory: DirectMemory
        let card: SimulatedCard

        init(_ row: DriverUnderTest, _ make: (DirectMemory) -> SimulatedCard) throws {
            memory = DirectMemory(try row.driver.memories)
            card = make(memory)
            card.now = { [unowned self] in time }
        }

        func read(_ offset: UInt64, _ byteCount: Int) -> UInt64 { card.read(bar: 0, offset, byteCount: byteCount) }
        func write(_ offset: UInt64, _ byteCount: Int, _ value: UInt64) {
            card.write(bar: 0, offset, byteCount: byteCount, value: value)
        }

        func wait() {
            for _ in 0..<3 {
                time += 10_000_000
                card.step()
            }
        }

        func memory(_ name: String) throws -> PlacedMemory {
            try #require(memory.memories.first { $0.name.elementsEqual(name.utf8) })
        }

        var kinds: [Violation.Kind] { card.violations.map(\.kind) }
    }

    private static func frame(_ number: UInt8, _ byteCount: Int = 86) -> [UInt8] {
        SimulatedMachine.stationAddress + [UInt8](repeating: number, count: byteCount - 6)
    }

    // MARK: RTL8139

    private func byteRing(control: UInt64 = 0x8F) throws -> Bench {
        let bench = try Bench(.byteRing) {
            RTL8139Card(
                memory: $0, stationAddress: SimulatedMachine.stationAddress, timing: .immediate, seed: seed)
        }
        bench.write(0x37, 1, 0x10)
        bench.wait()
        bench.write(0x30, 4, try bench.memory("rx").physical.rawValue)
        bench.write(0x37, 1, 0x0C)
        bench.write(0x44, 4, control)
        bench.wait()
        return bench
    }

    private func header(_ bench: Bench, _ place: Int) throws -> UInt32 {
        bench.memory.pointer(to: try bench.memory("rx")).load(fromByteOffset: place, as: UInt32.self)
    }

    @Test func `a frame lies behind its header, at a multiple of four, and the driver says where it reads next`() throws
    {
        let bench = try byteRing()
        #expect(bench.read(0x37, 1) == 0x0D)
        bench.card.arrive(Self.frame(7))
        #expect(bench.read(0x37, 1) == 0x0C)
        #expect(try header(bench, 0) & 0xFFFF_003F == 90 << 16 | 1)  // with its checksum, and ROK
        #expect(bench.read(0x3A, 2) == 96)  // 4, 86 and 4, up to a multiple of 4
        bench.write(0x38, 2, 96 - 16)
        #expect(bench.read(0x37, 1) == 0x0D)
        #expect(bench.kinds == [])
        bench.write(0x38, 2, 100 - 16)
        #expect(bench.kinds == [.tailOverOwned(.receive, from: 96, to: 100)])
    }

    @Test func `a full ring takes no more, and one that wraps goes on at its start`() throws {
        let bench = try byteRing(control: 0x0F)
        var count = 0
        while bench.card.hasRoom(for: 1514) {
            bench.card.arrive(Self.frame(1, 1514))
            count += 1
        }
        #expect(count == 5)  // of 1,524 bytes each in 8 KiB
        bench.card.arrive(Self.frame(2, 1514))
        #expect(bench.card.missedCount == 1)
        bench.write(0x38, 2, 1524 * 2 - 16)
        bench.card.arrive(Self.frame(3, 1514))
        // What does not fit before the end is at the beginning.
        #expect(bench.read(0x3A, 2) == UInt64(1524 * 6 - 8192))
        let byte = bench.memory.pointer(to: try bench.memory("rx")).load(fromByteOffset: 900, as: UInt8.self)
        #expect(byte == 3)
        #expect(bench.kinds == [])
    }

    @Test(arguments: [false, true])
    func `a frame longer than the ring overruns it, less far where it turns round`(wraps: Bool) throws {
        let bench = try byteRing(control: wraps ? 0x8F : 0x0F)
        let card = try #require(bench.card as? RTL8139Card)
        card.arrive(Self.frame(7, 40_000))
        #expect(card.missedCount == 1 && bench.memory.overrun == nil)
        card.lengths = .asTheyAre
        card.arrive(Self.frame(7, 40_000))
        let ring = try bench.memory("rx")
        let end = ring.physical.rawValue + ring.byteCount
        // Header, frame and checksum; without WRAP four rings of 8 KiB, and the rest at the ring's start.
        let last = ring.physical.rawValue + (wraps ? 4 + 40_000 + 4 : 32768)
        #expect(bench.memory.overrun?.upperBound == last)
        #expect((bench.memory.overrun?.lowerBound ?? 0) >= end)
        #expect(try header(bench, 0) >> 16 == 40_004)
    }

    @Test func `groups are let in by the table, and everybody's frames by a bit of their own`() throws {
        let bench = try byteRing(control: 0x82)
        let group: [UInt8] = [0x01, 0x00, 0x5E, 0x00, 0x00, 0x01]
        for frame in [[UInt8](repeating: 0xFF, count: 80), group + [UInt8](repeating: 1, count: 80)] {
            bench.card.arrive(frame)
        }
        #expect(bench.card.filteredCount == 2)
        bench.write(0x44, 4, 0x8E)
        bench.write(0x08, 4, 0)
        bench.write(0x0C, 4, 0)
        bench.card.arrive(group + [UInt8](repeating: 1, count: 80))
        #expect(bench.card.filteredCount == 3)
        // The address of all systems: the upper six bits of its CRC-32 (IEEE 802.3, 0x7FA32D9B as zlib gives it) are 31.
        bench.write(0x08, 4, 1 << 31)
        bench.card.arrive(group + [UInt8](repeating: 1, count: 80))
        bench.card.arrive([UInt8](repeating: 0xFF, count: 80))
        #expect(bench.card.filteredCount == 3)
        #expect(bench.card.takeReports().count == 2)
    }

    @Test func `transmit descriptors go round, and short or unaligned ones are objected to`() throws {
        let bench = try byteRing()
        let pool = try bench.memory("tx").physical.rawValue
        bench.write(0x20, 4, pool)
        bench.write(0x10, 4, 60)
        #expect(bench.read(0x10, 4) & 0x2000 != 0)
        #expect(bench.card.takeSent().map(\.count) == [60])
        bench.write(0x10, 4, 60)
        #expect(bench.kinds == [.slotOutOfOrder(.transmit, slot: 0, expected: 1)])
        bench.write(0x24, 4, pool + 2048)
        bench.write(0x14, 4, 59)
        bench.write(0x28, 4, pool + 4)
        #expect(
            bench.kinds.dropFirst() == [
                .shortFrame(slot: 1, byteCount: 59), .addressNoBuffer(.transmit, slot: 2, address: pool + 4),
            ])
    }

    // MARK: virtio

    /// A card with its features agreed on, its queues not yet set up.
    private func queues(_ accepted: UInt64 = 1 << 5 | 1 << 16) throws -> Bench {
        let bench = try Bench(.virtio) {
            VirtioCard(memory: $0, stationAddress: SimulatedMachine.stationAddress, timing: .immediate, seed: seed)
        }
        bench.write(0x14, 1, 0)
        bench.wait()
        bench.write(0x14, 1, 1)
        bench.write(0x14, 1, 3)
        bench.write(0x08, 4, 0)
        bench.write(0x0C, 4, accepted)
        bench.write(0x08, 4, 1)
        bench.write(0x0C, 4, 1)
        bench.write(0x14, 1, 0xB)
        return bench
    }

    /// The receive queue with one buffer, and the card running; gives the doorbell of that queue.
    private func start(_ bench: Bench) throws -> UInt64 {
        bench.write(0x16, 2, 0)
        let doorbell = 0x3000 + bench.read(0x1E, 2) * 4
        bench.write(0x18, 2, 128)
        let table = try bench.memory("rx_table")
        let available = bench.memory.pointer(to: try bench.memory("rx_available"))
        let descriptor = bench.memory.pointer(to: table)
        descriptor.storeBytes(
            of: try bench.memory("rx").physical.rawValue + 5 * 2048, toByteOffset: 80, as: UInt64.self)
        descriptor.storeBytes(of: 2048 | 2 << 32, toByteOffset: 88, as: UInt64.self)
        available.storeBytes(of: 5, toByteOffset: 4, as: UInt16.self)
        available.storeBytes(of: 1, toByteOffset: 2, as: UInt16.self)
        for (offset, name) in [(0x20, "rx_table"), (0x28, "rx_available"), (0x30, "rx_used")] as [(UInt64, String)] {
            let address = try bench.memory(name).physical.rawValue
            bench.write(offset, 4, address & 0xFFFF_FFFF)
            bench.write(offset + 4, 4, address >> 32)
        }
        bench.write(0x1C, 2, 1)
        bench.write(0x14, 1, 0xF)
        bench.wait()
        return doorbell
    }

    private func used(_ bench: Bench, _ offset: Int) throws -> UInt32 {
        bench.memory.pointer(to: try bench.memory("rx_used")).loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    @Test func `a frame is told of behind a header of twelve bytes, once a doorbell has rung`() throws {
        let bench = try queues()
        #expect(bench.read(0x14, 1) == 0xB)
        let doorbell = try start(bench)
        bench.card.arrive(Self.frame(9))
        #expect(try used(bench, 0) >> 16 == 0)
        bench.write(doorbell, 2, 0)
        #expect(try used(bench, 0) >> 16 == 1)
        #expect(try used(bench, 4) == 5)
        #expect(try used(bench, 8) == 98)
        let data = bench.memory.pointer(to: try bench.memory("rx")) + 5 * 2048
        #expect(Array(UnsafeRawBufferPointer(start: data, count: 12)) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
        #expect(Array(UnsafeRawBufferPointer(start: data + 12, count: 86)) == Self.frame(9))
        #expect(bench.kinds == [])
    }

    @Test func `features that are not offered, or not to be had here, are not agreed on`() throws {
        #expect(try queues(1 << 5).read(0x14, 1) == 0xB)
        #expect(try queues(1 << 15).read(0x14, 1) == 3)
        #expect(try queues(1 << 3).read(0x14, 1) == 3)
    }

    @Test func `steps out of their order are objected to`() throws {
        let bench = try queues()
        bench.write(0x14, 1, 0xF)
        bench.write(0x14, 1, 0x7)
        #expect(bench.kinds == [.outOfSequence(offset: 0x14)])
        let late = try queues()
        let doorbell = try start(late)
        late.write(0x18, 2, 64)
        late.write(doorbell, 2, 1)
        late.write(0x2000, 4, 0)
        #expect(
            late.kinds == [
                .ringMovedWhileEnabled(.receive, offset: 0x18), .outOfSequence(offset: doorbell),
                .accessWidth(offset: 0x2000, byteCount: 4),
            ])
        let early = try Bench(.virtio) {
            VirtioCard(memory: $0, stationAddress: SimulatedMachine.stationAddress, seed: seed)
        }
        early.write(0x14, 1, 0)
        #expect(early.read(0x14, 1) == 0xF)
        _ = early.read(0x16, 2)
        #expect(early.kinds == [.accessDuringReset(offset: 0x16)])
        early.wait()
        #expect(early.read(0x14, 1) == 0)
    }
}
