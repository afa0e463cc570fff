// Cards that are told too much write over what comes after their memory, as the hardware does: one number each that has
// them do it, and its neighbour that does not. What was written outside of rings and pools, the memory itself says.

import Devices
import Hardware
import Pipeline
import Program
import Testing

@Suite struct CardOverrunTests {
    /// A card over memory as its driver has it, in its registers' hands.
    private final class Bench {
        var time: UInt64 = 0
        let memory: DirectMemory
        let card: SimulatedCard

        init(_ row: DriverUnderTest) throws {
            memory = DirectMemory(try row.driver.memories)
            let address = SimulatedMachine.stationAddress
            switch row.model {
            case .lists: card = ListCard(memory: memory, stationAddress: address, timing: .immediate, seed: seed)
            case .virtio:
                let virtio = VirtioCard(memory: memory, stationAddress: address, timing: .immediate, seed: seed)
                virtio.features |= 1 << 29
                card = virtio
            default: card = GigabitCard(memory: memory, stationAddress: address, timing: .immediate, seed: seed)
            }
            card.now = { [unowned self] in time }
        }

        func read(_ offset: UInt64, _ byteCount: Int = 4) -> UInt64 { card.read(bar: 0, offset, byteCount: byteCount) }
        func write(_ offset: UInt64, _ value: UInt64, _ byteCount: Int = 4) {
            card.write(bar: 0, offset, byteCount: byteCount, value: value)
        }

        func wait() {
            for _ in 0..<4 {
                time += 30_000_000
                card.step()
            }
        }

        func memory(_ name: String) throws -> PlacedMemory {
            try #require(memory.memories.first { $0.name.elementsEqual(name.utf8) })
        }

        func start(_ name: String) throws -> UInt64 { try memory(name).physical.rawValue }
        func end(_ name: String) throws -> UInt64 { try memory(name).physical.rawValue + memory(name).byteCount }

        /// Writes a number at a physical address.
        func poke(_ value: UInt64, _ byteCount: Int, at address: UInt64) throws {
            let place = memory.block + Int(address - memory.physicalStart)
            for index in 0..<byteCount {
                place.storeBytes(
                    of: UInt8(truncatingIfNeeded: value >> UInt64(8 * index)), toByteOffset: index, as: UInt8.self)
            }
        }

        /// What is there, in 16 bits.
        func peek(_ address: UInt64) throws -> UInt16 {
            (memory.block + Int(address - memory.physicalStart)).loadUnaligned(as: UInt16.self)
        }

        /// Stores a number in a memory, as the driver would.
        func store(_ value: UInt64, _ byteCount: Int, in name: String, at offset: Int) throws {
            try poke(value, byteCount, at: start(name) + UInt64(offset))
        }
    }

    private static func frame(_ byteCount: Int) -> [UInt8] {
        SimulatedMachine.stationAddress + [UInt8](repeating: 7, count: byteCount - 6)
    }

    // MARK: 82540EM

    /// A card that receives into the last buffer of the pool.
    private func gigabit(
        control: UInt64, head: UInt64 = 0, byteCount: UInt64 = 4096, address: UInt64? = nil
    ) throws -> Bench {
        let bench = try Bench(.generated)
        bench.write(0, 1 << 26)
        bench.wait()
        bench.write(0, 1 << 6)
        bench.wait()
        let pool = try bench.end("rx_pool") - 2048
        for slot in 0..<256 { try bench.store(address ?? pool, 8, in: "rx", at: 16 * slot) }
        bench.write(0x2800, try bench.start("rx"))
        bench.write(0x2804, 0)
        bench.write(0x2808, byteCount)
        bench.write(0x2810, head)
        bench.write(0x2818, 8)
        bench.write(0x100, control | 2 | 1 << 15)
        return bench
    }

    /// RCTL's bits, a frame's length, and whether it goes past the buffer.
    static let frames: [(UInt64, Int, Bool)] = [
        (0x0201_0020, 9000, true), (0x0201_0020, 1514, false),  // 16 KiB and LPE
        (0x0201_0000, 9000, false), (0x0201_0004, 9000, true),  // 16 KiB without LPE, and with SBP
        (0x0000_0000, 1514, false), (0x0000_0020, 9000, false),  // 2 KiB: a long frame takes several
    ]

    @Test(arguments: frames)
    func `how far a frame is written, a control register decides and not the driver's buffer`(
        row: (control: UInt64, byteCount: Int, overruns: Bool)
    ) throws {
        let bench = try gigabit(control: row.control)
        bench.card.arrive(Self.frame(row.byteCount))
        #expect(bench.memory.overrun?.lowerBound == (row.overruns ? try bench.end("rx_pool") : nil))
        if row.overruns {
            let end = try bench.end("rx_pool") - 2048 + UInt64(row.byteCount)
            // With its check sum, which is not stripped here.
            #expect(bench.memory.overrun?.upperBound == end + 4)
        }
    }

    // A head after the ring, and a ring that is longer than its memory.
    @Test(arguments: [(0, 4096, false), (256, 4096, true), (300, 0xF_FF80, true)] as [(UInt64, UInt64, Bool)])
    func `a head or a length beyond the ring has the card write there`(
        row: (head: UInt64, byteCount: UInt64, overruns: Bool)
    ) throws {
        let bench = try gigabit(control: 0, head: row.head, byteCount: row.byteCount)
        bench.card.arrive(Self.frame(200))
        #expect((bench.memory.overrun != nil) == row.overruns)
        if row.overruns {
            let slot = try bench.start("rx") + 16 * row.head
            #expect(try #require(bench.memory.overrun).contains(slot + 8))
        }
    }

    // MARK: virtio

    /// A receive queue of one buffer, and the card running; gives the doorbell.
    private func virtio(
        size: UInt64 = 128, flags: UInt64 = 2, byteCount: UInt64 = 2048, next: UInt64 = 0
    ) throws -> (
        bench: Bench, doorbell: UInt64
    ) {
        let bench = try Bench(.virtio)
        bench.write(0x14, 0, 1)
        bench.wait()
        for status in [1, 3] as [UInt64] { bench.write(0x14, status, 1) }
        for (half, features) in [(0, 1 << 5 | 1 << 16 | 1 << 29), (1, 1)] as [(UInt64, UInt64)] {
            bench.write(0x08, half)
            bench.write(0x0C, features)
        }
        bench.write(0x14, 0xB, 1)
        bench.write(0x16, 0, 2)
        let doorbell = 0x3000 + bench.read(0x1E, 2) * 4
        bench.write(0x18, size, 2)
        try bench.store(try bench.end("rx") - 2048, 8, in: "rx_table", at: 0)
        try bench.store(byteCount | flags << 32 | next << 48, 8, in: "rx_table", at: 8)
        try bench.store(0, 2, in: "rx_available", at: 4)
        try bench.store(1, 2, in: "rx_available", at: 2)
        for (offset, name) in [(0x20, "rx_table"), (0x28, "rx_available"), (0x30, "rx_used")] as [(UInt64, String)] {
            bench.write(offset, try bench.start(name))
            bench.write(offset + 4, 0)
        }
        bench.write(0x1C, 1, 2)
        bench.write(0x14, 0xF, 1)
        bench.wait()
        return (bench, doorbell)
    }

    // A buffer's length; the last one's is past its memory. A frame that finds too little room is not told of.
    @Test(arguments: [(2048, 1514, true), (1000, 1514, false), (2048, 200, true)] as [(UInt64, Int, Bool)])
    func `a frame goes no further than a descriptor says`(row: (room: UInt64, byteCount: Int, isTold: Bool)) throws {
        let (bench, doorbell) = try virtio(byteCount: row.room)
        bench.write(doorbell, 0, 2)
        bench.card.arrive(Self.frame(row.byteCount))
        bench.wait()
        #expect(bench.memory.overrun == nil)
        #expect((bench.card.takeReports().count == 1) == row.isTold)
    }

    @Test func `a descriptor behind the table is taken for one where NEXT leads there`() throws {
        let (bench, doorbell) = try virtio(flags: 3, byteCount: 112, next: 128)
        let end = try bench.end("rx")
        try bench.poke(end, 8, at: bench.start("rx_table") + 128 * 16)
        try bench.poke(2048 | 2 << 32, 8, at: bench.start("rx_table") + 128 * 16 + 8)
        bench.write(doorbell, 0, 2)
        bench.card.arrive(Self.frame(200))
        #expect(bench.memory.overrun == end..<(end + 100))
    }

    @Test func `a table that a buffer holds is followed where a descriptor is INDIRECT`() throws {
        let (bench, doorbell) = try virtio(flags: 4, byteCount: 16)
        let end = try bench.end("rx")
        try bench.poke(end, 8, at: end - 2048)
        try bench.poke(2048 | 2 << 32, 8, at: end - 2040)
        bench.write(doorbell, 0, 2)
        bench.card.arrive(Self.frame(200))
        #expect(bench.memory.overrun == end..<(end + 212))
    }

    // The event comes after the last element: a card that goes to sleep writes it.
    @Test(arguments: [128, 1024] as [UInt64])
    func `a queue's size is where the card takes its used ring to end`(size: UInt64) throws {
        let (bench, doorbell) = try virtio(size: size)
        let event = try bench.start("rx_used") + 4 + 8 * size
        try bench.poke(0xEEEE, 2, at: event)
        bench.write(doorbell, 0, 2)
        #expect(try bench.peek(event) == 1)
        let isHeld = try event < bench.end("rx_used")
        #expect(isHeld == (size == 128))
    }

    // MARK: 8255x

    /// A card after a reset, with what PORT or a command is about.
    private func lists() throws -> Bench {
        let bench = try Bench(.lists)
        bench.write(0x08, 0)
        bench.wait()
        return bench
    }

    // Self-test, dump: 8 and 596 bytes at the address given.
    @Test(arguments: [(1, 8), (3, 596)] as [(UInt64, UInt64)])
    func `PORT has the card write where it is told`(row: (selection: UInt64, byteCount: UInt64)) throws {
        let bench = try lists()
        let place = (try bench.end("rx") + 15) / 16 * 16
        bench.write(0x08, place | row.selection)
        #expect(bench.memory.overrun == place..<(place + row.byteCount))
    }

    @Test func `counters go where a command said, with a word behind them`() throws {
        let bench = try lists()
        let place = try bench.end("rx")
        bench.write(0x04, place)
        bench.write(0x02, 0x140, 2)
        #expect(bench.memory.overrun == nil)
        bench.write(0x02, 0x150, 2)
        #expect(bench.memory.overrun == place..<(place + 68))
    }

    @Test func `a dump command writes where the address behind its link says`() throws {
        let bench = try lists()
        let place = try bench.end("rx")
        try bench.store(6 << 16 | 1 << 31 | (try bench.start("setup")) << 32, 8, in: "setup", at: 0)
        try bench.store(place, 4, in: "setup", at: 8)
        bench.write(0x04, try bench.start("setup"))
        bench.write(0x02, 0x110, 2)
        #expect(bench.memory.overrun == place..<(place + 596))
    }

    // A frame is cut off at the record's size; a size that the record has not got lets it through to the end.
    @Test(arguments: [(1518, 1514, 1514, false), (600, 1514, 600, false), (0x3FFE, 4000, 4000, true)])
    func `a record's size is how far a frame may go`(
        row: (size: UInt64, byteCount: Int, count: UInt64, overruns: Bool)
    ) throws {
        let bench = try lists()
        // Configure: long frames too, byte 18.
        try bench.store(2 << 16 | 1 << 31, 8, in: "setup", at: 0)
        for (index, byte) in [0x16, 8, 0, 0, 0, 0, 0x32].enumerated() {
            try bench.store(UInt64(byte), 1, in: "setup", at: 8 + index)
        }
        try bench.store(1, 1, in: "setup", at: 23)  // promiscuous
        try bench.store(0x0A, 1, in: "setup", at: 26)
        bench.write(0x04, try bench.start("setup"))
        bench.write(0x02, 0x110, 2)
        let last = Int(try bench.memory("rx").byteCount) - 2048
        try bench.store(1 << 31, 4, in: "rx", at: last)
        try bench.store(row.size, 2, in: "rx", at: last + 14)
        bench.write(0x04, try bench.end("rx") - 2048)
        bench.write(0x02, 0x101, 2)
        bench.card.arrive(Self.frame(row.byteCount))
        let head = bench.memory.pointer(to: try bench.memory("rx")) + last
        #expect(UInt64(head.load(fromByteOffset: 12, as: UInt16.self)) == row.count | 0xC000)
        let isWhole = row.count == UInt64(row.byteCount)
        #expect(head.load(as: UInt16.self) == (isWhole ? 0xA000 : 0x8200))
        #expect((bench.memory.overrun != nil) == row.overruns)
        if row.overruns {
            #expect(bench.memory.overrun == (try bench.end("rx"))..<(try bench.end("rx") - 2048 + 16 + 4000))
        }
    }

    @Test func `a list that leads elsewhere is followed there, unless the card has failed`() throws {
        for hasFailed in [false, true] {
            let bench = try lists()
            if hasFailed {
                bench.card.failures.rings.noisePerMille = 1
                bench.card.failures = .none
            }
            bench.write(0x04, try bench.end("rx"))
            bench.write(0x02, 0x101, 2)
            bench.card.arrive([UInt8](repeating: 0xFF, count: 64))
            #expect(bench.card.violations.isEmpty == false)
            #expect((bench.memory.overrun != nil) == !hasFailed)
        }
    }
}
