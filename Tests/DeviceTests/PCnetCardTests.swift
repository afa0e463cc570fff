// The simulated PCnet by itself, touched by hand: what the data sheet says, as far as its driver does not show it, and how far
// it writes where it is told too much.

import Devices
import Pipeline
import Testing

@Suite struct PCnetCardTests {
    /// A card over memory as its driver has it, with a clock that the test moves.
    private final class Bench {
        var time: UInt64 = 0
        let memory: DirectMemory
        let card: PCnetCard

        init() throws {
            memory = DirectMemory(try DriverUnderTest.lance.driver.memories)
            card = PCnetCard(
                memory: memory, stationAddress: SimulatedMachine.stationAddress, timing: .immediate, seed: seed)
            card.now = { [unowned self] in time }
            _ = card.read(bar: 0, 0x14, byteCount: 2)
        }

        func control(_ index: UInt64, _ value: UInt64) {
            card.write(bar: 0, 0x12, byteCount: 2, value: index)
            card.write(bar: 0, 0x10, byteCount: 2, value: value)
        }

        func bus(_ index: UInt64, _ value: UInt64) {
            card.write(bar: 0, 0x12, byteCount: 2, value: index)
            card.write(bar: 0, 0x16, byteCount: 2, value: value)
        }

        func control(_ index: UInt64) -> UInt64 {
            card.write(bar: 0, 0x12, byteCount: 2, value: index)
            return card.read(bar: 0, 0x10, byteCount: 2)
        }

        func start(_ name: String) throws -> UInt64 {
            try #require(memory.memories.first { $0.name.elementsEqual(name.utf8) }).physical.rawValue
        }

        func end(_ name: String) throws -> UInt64 {
            try start(name) + #require(memory.memories.first { $0.name.elementsEqual(name.utf8) }).byteCount
        }

        func poke(_ value: UInt64, _ byteCount: Int, at address: UInt64) {
            for index in 0..<byteCount {
                (memory.block + Int(address - memory.physicalStart) + index).storeBytes(
                    of: UInt8(truncatingIfNeeded: value >> UInt64(8 * index)), as: UInt8.self)
            }
        }

        func peek(_ address: UInt64) -> UInt32 {
            (memory.block + Int(address - memory.physicalStart)).loadUnaligned(as: UInt32.self)
        }

        /// Both rings, of one receive descriptor, and the card running.
        func begin(order: UInt64 = 0, style: UInt64 = 2) throws {
            let (block, ring) = (try start("setup"), try start("receives"))
            for place in stride(from: 0, to: 28, by: 4) { poke(0, 4, at: block + UInt64(place)) }
            poke(order << 4, 1, at: block + 2)
            for (index, byte) in SimulatedMachine.stationAddress.enumerated() {
                poke(UInt64(byte), 1, at: block + 4 + UInt64(index))
            }
            poke(ring, 4, at: block + 20)
            poke(try start("sends"), 4, at: block + 24)
            bus(20, style)
            control(1, block & 0xFFFF)
            control(2, block >> 16)
            control(0, 3)
        }

        func descriptor(_ slot: UInt64, _ address: UInt64, _ byteCount: UInt64, in name: String = "receives") throws {
            let place = try start(name) + 16 * slot
            poke(address, 4, at: place)
            poke(0x8000_F000 | (4096 - byteCount) & 0xFFF, 4, at: place + 4)
        }

        var kinds: [Violation.Kind] { card.violations.map(\.kind) }
    }

    private static func frame(_ byteCount: Int) -> [UInt8] {
        SimulatedMachine.stationAddress + [UInt8](repeating: 7, count: byteCount - 6)
    }

    @Test func `a reset by a read leaves it standing, and STOP is stronger than what starts it`() throws {
        let bench = try Bench()
        #expect(bench.control(0) == 4)
        bench.control(0, 7)
        #expect(bench.control(0) == 4)
        try bench.begin()
        #expect(bench.control(0) == 0x01B3)  // IDON and with it INTR, both directions, STRT and INIT
        bench.control(0, 4)
        #expect(bench.control(0) == 4)
        #expect(bench.kinds == [])
    }

    @Test func `addresses and styles are heard while it stands, and it starts from there alone`() throws {
        let bench = try Bench()
        bench.control(0, 2)
        try bench.begin()
        bench.control(1, 0)
        bench.bus(20, 0)
        bench.control(0, 1)
        bench.control(99, 0)
        #expect(
            bench.kinds == [
                .outOfSequence(offset: 0x10), .outOfSequence(offset: 0x10), .outOfSequence(offset: 0x16),
                .outOfSequence(offset: 0x10), .outOfSequence(offset: 0x10),
            ])
    }

    @Test func `ports have 16 bits, until the first write of 32`() throws {
        let bench = try Bench()
        #expect(bench.card.read(bar: 0, 0, byteCount: 4) == 0x9A00_5452)
        _ = bench.card.read(bar: 0, 0x12, byteCount: 1)
        bench.card.write(bar: 0, 0x10, byteCount: 4, value: 0)
        #expect(bench.control(0) == 0xFFFF)
        #expect(
            bench.kinds == [.accessWidth(offset: 0x12, byteCount: 1), .accessWidth(offset: 0x10, byteCount: 4)])
    }

    @Test func `structures of 16 bits are none that it is told of here`() throws {
        let bench = try Bench()
        try bench.begin(style: 0)
        #expect(bench.kinds == [.noRing(.receive)])
    }

    @Test func `a frame goes into one buffer, or on in the next, and without one it is missed`() throws {
        let bench = try Bench()
        let pool = try bench.start("rx")
        for slot in 0..<2 as Range<UInt64> { try bench.descriptor(slot, pool + 2048 * slot, 2048) }
        try bench.begin(order: 1)
        bench.card.arrive(Self.frame(200))
        bench.card.lengths = .asTheyAre
        bench.card.arrive(Self.frame(3000))
        bench.card.arrive(Self.frame(60))
        let ring = try bench.start("receives")
        #expect(bench.peek(ring + 4) & 0xC300_0000 == 0x0300_0000 && bench.peek(ring + 8) & 0xFFF == 204)
        // It begins, and the rest finds no buffer: OFLO, BUFF and ERR.
        #expect(bench.peek(ring + 20) & 0xFF00_0000 == 0x5600_0000)
        #expect(bench.card.missedCount == 1)
        #expect(bench.control(0) & 0x9000 == 0x9000)
    }

    // A buffer's length; the last one's is past its memory.
    @Test(arguments: [(2048, 1514, false), (4096, 3000, true), (2048, 3000, false)])
    func `how far a frame is written, the count of its descriptor says`(
        row: (room: UInt64, byteCount: Int, overruns: Bool)
    ) throws {
        let bench = try Bench()
        bench.card.lengths = .asTheyAre
        let end = try bench.end("rx")
        try bench.descriptor(0, end - 2048, row.room)
        try bench.begin()
        bench.card.arrive(Self.frame(row.byteCount))
        #expect((bench.memory.overrun != nil) == row.overruns)
        if row.overruns { #expect(bench.memory.overrun == end..<(end - 2048 + UInt64(row.byteCount) + 4)) }
    }

    @Test func `a frame leaves as its descriptor says, and one of another length is objected to`() throws {
        let bench = try Bench()
        for slot in 0..<16 { bench.poke(0, 4, at: try bench.start("sends") + 16 * UInt64(slot) + 4) }
        try bench.begin()
        bench.poke(4 << 4, 1, at: try bench.start("setup") + 3)
        bench.control(0, 4)
        bench.control(0, 3)
        for (slot, byteCount) in [60, 1514, 59, 1515].enumerated() as EnumeratedSequence<[UInt64]> {
            try bench.descriptor(UInt64(slot), bench.start("tx"), byteCount, in: "sends")
            let place = try bench.start("sends") + 16 * UInt64(slot) + 4
            bench.poke(UInt64(bench.peek(place)) | 3 << 24, 4, at: place)
            bench.control(0, 8)
        }
        #expect(bench.card.takeSent().map(\.count) == [60, 1514, 59, 1515])
        #expect(bench.kinds == [.shortFrame(slot: 2, byteCount: 59), .badLength(slot: 3, byteCount: 1515)])
        #expect(bench.control(0) & 0x4200 == 0x4200)  // BABL, TINT
    }
}
