// Memory that a device shares and that is no ring, from the text of a rule to what its programs read and write: ways into
// it, the order of bytes, buffers kept in state, fences. What a metabinary may say of it is refused where it cannot be.

import Hardware
import Interpretation
import Metabinary
import Program
import RuleCompiler
import Testing

@Suite struct SharedMemoryTests {
    /// A device with one memory of each shape, whose one function has that signature and body.
    private static func text(_ signature: String, _ body: String) -> String {
        """
        class probe 1 {
            require \(signature)
            require start() -> none
            require keep(frame: own out) -> kept { other: 0…15 } | refused
        }
        device sensor is probe {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.ROW_BASE at 0x00 rw
            register regs.LOW at 0x08 rw
            register regs.HIGH at 0x0C rw
            register regs.LARGE at 0x10 u64 rw
            register regs.BYTES at 0x18 rw
            register regs.START[4] at 0x20 rw as address of out
            register regs.SEND[4] at 0x30 rw { BUSY: 0, SIZE: 4…15 as length of out }
            register regs.RUN at 0x40 wo = 0, 1 after row and one and two
            layout Row 16 bytes {
                place at 0 u64 by driver as address
                size  at 8 u16 by driver as length
                mark  at 10 u16 by device { DONE: 0, KIND: 4…7 }
                word  at 12 u32 big by both any
            }
            layout Pair 8 bytes {
                id   at 0 u32 by device
                size at 4 u32 big by driver any
            }
            layout Queue 62 bytes {
                index      at 0 u16 by both any
                ring_[8]   at 2 u16 big by both any
                wide       at 24 u64 big by both any
                pairs[3]   at 36 of Pair
                last       at 60 u16 by device
            }
            memory row of Row { count 32, align 256, base ROW_BASE, pool out }
            memory one of Queue { base LOW:HIGH, bytes BYTES }
            memory two of Queue { base LARGE }
            pool out { count 12, bytes 2048, headroom 16 }
            state held[4]: own out
            generate start() -> none {
                reset state
                row.start()
                one.start()
                two.start()
                START[0] = out[11].address
                row[1].size = 1
                let now = one.index
                if now == two.last { SEND[0] = BUSY }
            }
            generate \(signature) {
                \(body)
            }
            generate keep(frame: own out) -> kept { other: 0…15 } | refused {
                let idle = held[1].exchange(frame)
                let other = held[0].exchange(idle)
                return kept { other: other }
            }
        }
        """
    }

    private func image(_ signature: String, _ body: String) throws -> MetabinaryImage {
        let compilation = RuleCompiler.compile([RuleSource(name: "probe.meta", text: Self.text(signature, body))])
        return try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
    }

    /// Outcome and stores of a function: regions are 0 the window, 1 the pool, 2 `row`, 3 `one`, 4 `two`, 5 the state.
    private func run(
        _ signature: String, _ body: String, _ arguments: [UInt64] = [], function: Int = 0,
        answer: @escaping (UInt8, UInt64, UInt64) -> UInt64 = { _, _, _ in 0 }
    ) throws -> (UInt64?, [[UInt64]]) {
        let image = try image(signature, body)
        let device = image.devices[0]
        let program = try image.evaluate(
            device.functions[function], regions: Rules.regions(of: device), clockFrequency: 1_000_000)
        #expect(program.defect == nil, "\(program.text)")
        var memory = AnsweringMemory(answer)
        guard case .returned(let value) = ProgramInterpreter.run(program, arguments, memory: &memory) else {
            return (nil, [])
        }
        return (value, memory.writes.map { [UInt64($0.region), $0.offset, $0.byteCount, $0.value] })
    }

    // MARK: Ways into memory

    @Test(
        arguments: [
            ("row[3].mark", 2, 58, 2), ("row[31].mark.KIND", 2, 506, 2), ("one.index", 3, 0, 2),
            ("one.ring_[7]", 3, 16, 2),
            ("one.pairs[2].id", 3, 52, 4), ("two.last", 4, 60, 2), ("two.pairs[0].id", 4, 36, 4),
            ("row[0].word", 2, 12, 4),
        ] as [(String, UInt8, UInt64, UInt64)])
    func `A read goes to its own place, whole`(value: String, region: UInt8, offset: UInt64, byteCount: UInt64) throws {
        let (answer, writes) = try run("ask() -> answer: bool", "return \(value) != 0") {
            [UInt64($0), $1, $2] == [UInt64(region), offset, byteCount] ? 0xFFFF_FFFF >> (32 - 8 * $2) : 0
        }
        #expect(answer == 1)
        #expect(writes.isEmpty)
    }

    @Test func `A store goes to its own place by an index that is bounded`() throws {
        let body = """
            let i = level & 3
            row[i | 28].size = level & 0x7FF
            one.index = 7
            two.ring_[i | 4] = 0x1234
            one.pairs[1].size = level
            """
        let (_, writes) = try run("ask(level: u32) -> none", body, [0x0102_0306])
        #expect(
            writes == [
                [2, 488, 2, 0x306], [3, 0, 2, 7], [4, 14, 2, 0x3412], [3, 48, 4, 0x0603_0201],
            ])
    }

    @Test func `A whole record is stored by eight bytes, its fields in their order of bytes`() throws {
        let body = "row[level & 31] = Row { place: out[2].address, size: 9, word: level }"
        let (_, writes) = try run("ask(level: u32) -> none", body, [0x0102_0305])
        #expect(writes == [[2, 80, 8, 0x40_1000], [2, 88, 8, 0x0503_0201 << 32 | 9]])
    }

    @Test func `Bytes that stand in the other order are turned round on the way, whatever the width`() throws {
        for index in UInt64(1)..<50 {
            let value = 0x9E37_79B9_7F4A_7C15 &* index
            let word = value & 0xFFFF_FFFF
            let half = value & 0xFFFF
            #expect(
                try run("ask() -> answer: u64", "return one.wide") { _, _, _ in value }.0 == value.byteSwapped)
            #expect(
                try run("ask() -> answer: u64", "return row[1].word") { _, _, _ in word }.0
                    == UInt64(UInt32(word).byteSwapped))
            #expect(
                try run("ask() -> answer: u64", "return one.ring_[1]") { _, _, _ in half }.0
                    == UInt64(UInt16(half).byteSwapped))
            #expect(
                try run("ask(level: u64) -> none", "one.wide = level", [value]).1 == [[3, 24, 8, value.byteSwapped]])
            #expect(
                try run("ask() -> none", "one.wide = \(value)").1 == [[3, 24, 8, value.byteSwapped]])
        }
    }

    // MARK: Addresses and buffers

    @Test func `Starting a memory tells its address by all of its registers, and its size if one takes it`() throws {
        let (_, writes) = try run("ask() -> none", "one.index = 1", function: 1)
        let stores = writes.filter { $0[0] == 0 }
        #expect(
            stores == [
                [0, 0x00, 4, 0x40_6000], [0, 0x08, 4, 0x40_7000], [0, 0x0C, 4, 0], [0, 0x18, 4, 62],
                [0, 0x10, 8, 0x40_8000], [0, 0x20, 4, 0x40_5800], [0, 0x30, 4, 1],
            ])
        // The first buffers are those of their own numbers.
        #expect(writes.filter { $0[0] == 5 } == [[5, 0, 2, 0], [5, 2, 2, 1], [5, 4, 2, 2], [5, 6, 2, 3]])
    }

    @Test func `A state gives the buffer that it held for another`() throws {
        let signature = "ask(frame: own out, slot: u32 in 0…3) -> sent { buffer: 0…15 } | refused"
        let body = """
            START[slot] = frame.address
            SEND[slot] = BUSY | SIZE(frame.number)
            let idle = held[slot].exchange(frame)
            let other = held[0].exchange(idle)
            return sent { buffer: other }
            """
        let held: (UInt8, UInt64, UInt64) -> UInt64 = { region, offset, _ in region == 5 ? offset == 0 ? 6 : 9 : 0 }
        let (value, writes) = try run(signature, body, [11, 2], answer: held)
        #expect(value == 6)
        #expect(writes == [[0, 0x28, 4, 0x40_5800], [0, 0x38, 4, 0xB1], [5, 4, 2, 11], [5, 0, 2, 9]])
        let refused = try #require(try run(signature, body, [12, 2], answer: held).0)
        #expect(NamedResult(refused, of: try image(signature, body).devices[0].functions[0].signature) == "refused")
    }

    @Test func `A fence keeps its place among the stores`() throws {
        let image = try image("ask() -> none", "one.index = 1\nfence\nSEND[0] = BUSY")
        let device = image.devices[0]
        let program = try image.evaluate(device.functions[0], regions: Rules.regions(of: device), clockFrequency: 1)
        #expect(program.shape == "constant store fullFence constant store returnValue")
    }

    // MARK: The tables

    @Test func `What code may reach is each field of a single record, or all records alike`() throws {
        let device = try image("ask() -> none", "one.index = 1").devices[0]
        #expect(device.memories.map(\.kind) == [.pool, .ring, .ring, .ring, .state])
        #expect(device.memories.map(\.headroom) == [16, 0, 0, 0, 0])
        let rows = device.memories[1].parts
        #expect(rows.map(\.elementByteCount) == [16] && rows[0].byteCount == 512)
        #expect(rows[0].fields.map(\.memory) == [0, 0] && rows[0].fields.map(\.isLength) == [false, true])
        #expect(rows[0].fields.map(\.offset) == [0, 8])
        let parts = device.memories[2].parts
        #expect(
            parts.map { String(decoding: $0.name, as: UTF8.self) } == [
                "one.index", "one.ring_", "one.wide", "one.pairs", "one.last",
            ])
        #expect(parts.map(\.offset) == [0, 2, 24, 36, 60])
        #expect(parts.map(\.byteCount) == [2, 16, 8, 24, 2])
        #expect(parts.map(\.elementByteCount) == [2, 2, 8, 4, 2])
        #expect(parts.map(\.isReadable) == [true, true, true, true, true])
        #expect(parts.map(\.isWritable) == [true, true, true, true, false])
        let registers = device.windows[0].registers
        #expect(registers.map(\.role.rawValue) == [1, 1, 2, 1, 3, 4, 5, 0])
        #expect(registers.map(\.memories) == [[1], [2], [2], [3], [2], [0], [0], []])
        #expect(registers[6].firstBit == 4 && registers[6].bitCount == 12)
    }

    /// An image whose ring is memory in parts: 64 bytes at multiples of 16.
    private func error(
        _ parts: [[UInt8]], count: UInt8? = nil, code: [UInt8] = [0x02, 0, 0x0B], registers: [[UInt8]] = Rules.registers
    ) -> MetabinaryError? {
        var memories = Rules.memories
        memories[0] = [0, 4, 64, 16, 4, 64, 0, count ?? UInt8(parts.count)] + parts.map(Rules.open(part:)).joined()
        do throws(MetabinaryError) {
            let image = try MetabinaryImage(Rules.image(registers: registers, memories: memories, code: code))
            let device = image.devices[0]
            _ = try image.evaluate(device.functions[0], regions: Rules.regions(of: device), clockFrequency: 1)
            return nil
        } catch {
            return error
        }
    }

    @Test func `Parts that are no memory, or lie over each other, are refused`() {
        let right: [[UInt8]] = [[0, 0, 8, 4, 3, 0], [1, 8, 56, 8, 1, 0]]
        #expect(error(right) == nil)
        let wrong: [[UInt8]] = [
            [0, 0, 8, 0, 3, 0], [0, 0, 8, 3, 3, 0], [0, 0, 6, 4, 3, 0], [0, 2, 4, 4, 3, 0], [0, 0, 0, 4, 3, 0],
            [0, 4, 8, 4, 3, 0], [0, 0, 8, 4, 0, 0], [0, 0, 8, 4, 4, 0],
        ]
        for part in wrong {
            guard case .badPart = error([part, right[1]]) else {
                Issue.record("\(part) is not refused")
                continue
            }
        }
        guard case .badPart = error([right[1], right[0]]), case .badPart = error([]),
            case .badPart = error([[0, 60, 8, 4, 3, 0]]), case .badSlot = error([[0, 0, 8, 8, 3, 1, 4, 0, 64]]),
            case .numberTooLarge = error([[0, 0, 65, 1, 3, 0]]), case .numberTooLarge = error(right, count: 33)
        else {
            Issue.record("not refused")
            return
        }
        #expect(error([[0, 0, 8, 8, 3, 1, 2, 0, 64]]) == nil)
        // Of the memory itself, which is in parts.
        #expect(error([[0, 0, 8, 8, 3, 2, 0, 0, 32, 1, 4, 32]]) == nil)
    }

    @Test func `What lies behind another comes after one, and what a page leads to is aligned to pages`() {
        func error(_ kinds: [UInt8], alignment: [UInt8] = [16], role: UInt8 = 1) -> MetabinaryError? {
            var (memories, registers) = (Rules.memories, Rules.registers)
            let parts = [0, 0, 64, 16, 3, 0] as [UInt8]
            let rows = kinds.map { [0, $0, 64] + alignment + [4, 64, 0, 1] + Rules.open(part: parts) }
            memories.replaceSubrange(0...0, with: rows)
            for index in registers.indices where registers[index].count > 7 && registers[index][6] == 1 {
                registers[index][7] = registers[index][7] == 0 ? 0 : registers[index][7] + UInt8(kinds.count) - 1
            }
            registers[3][5] = role
            if role == 6 { registers.remove(at: 4) }
            do throws(MetabinaryError) {
                _ = try MetabinaryImage(Rules.image(registers: registers, memories: memories))
                return nil
            } catch {
                return error
            }
        }
        #expect(error([4]) == nil && error([4, 6]) == nil && error([4, 6, 6]) == nil)
        guard case .badMemory = error([6]), case .badMemory = error([7]) else {
            Issue.record("not refused")
            return
        }
        #expect(error([4], alignment: [0x80, 0x20], role: 6) == nil)
        guard case .badRole = error([4], role: 6) else {
            Issue.record("not refused")
            return
        }
    }

    @Test func `Code stays in the part that it names, in its direction`() {
        let parts: [[UInt8]] = [[0, 0, 8, 4, 3, 0], [1, 8, 16, 4, 1, 0], [1, 24, 40, 8, 2, 0]]
        /// A load of a place of region 1 behind an index that is a parameter, as far as a mask lets it be.
        func load(_ part: UInt8, _ bits: UInt8, _ offset: UInt8, mask: UInt8) -> [UInt8] {
            [0x0C, 0, 0x02, mask, 0x05, 0x0E, 1, part, bits, offset, 0x02, 0, 0x0B]
        }
        #expect(error(parts, code: load(0, 32, 0, mask: 4)) == nil)
        #expect(error(parts, code: load(1, 32, 0, mask: 12)) == nil)
        for code in [
            load(0, 32, 0, mask: 8), load(0, 32, 4, mask: 4), load(1, 32, 0, mask: 28), load(0, 32, 0, mask: 2),
        ] {
            guard case .unboundedIndex = error(parts, code: code) else {
                Issue.record("\(code) is not refused")
                continue
            }
        }
        // Past its part, at no multiple, against its direction; a part that is not there.
        for code in [
            load(0, 32, 8, mask: 0), load(0, 32, 2, mask: 0), load(2, 32, 0, mask: 0), load(0, 1, 0, mask: 0),
            [0x02, 1, 0x0F, 1, 1, 32, 0, 0x02, 0, 0x0B],
        ] as [[UInt8]] {
            guard case .badRegister = error(parts, code: code) else {
                Issue.record("\(code) is not refused")
                continue
            }
        }
        guard case .badIndex = error(parts, code: load(3, 32, 0, mask: 0)) else {
            Issue.record("a fourth part is not refused")
            return
        }
    }

    @Test func `A register that tells of buffers names pools or memory in parts, and has room for what it tells`() {
        let parts: [[UInt8]] = [[0, 0, 64, 16, 3, 0]]
        func error(_ register: [UInt8]) -> MetabinaryError? {
            var registers = Rules.registers
            registers[6] = register
            return self.error(parts, registers: registers)
        }
        #expect(error([0, 24, 32, 2, 2, 4, 1, 1]) == nil)
        #expect(error([0, 24, 16, 4, 2, 5, 1, 1, 0, 16]) == nil)
        #expect(error([0, 24, 32, 2, 2, 4, 1, 0]) == nil && error([0, 24, 32, 2, 2, 4, 2, 1, 0]) == nil)
        for wrong in [
            [0, 24, 16, 4, 2, 4, 1, 1], [0, 24, 32, 2, 1, 4, 1, 1], [0, 24, 32, 2, 2, 4, 2, 1, 2],
            [0, 24, 32, 2, 2, 4, 0], [0, 24, 16, 4, 2, 5, 1, 1, 1, 16], [0, 24, 16, 4, 2, 5, 1, 1, 0, 0],
            [0, 24, 16, 4, 2, 5, 2, 1, 0, 0, 16], [0, 24, 32, 2, 2, 4, 1, 2], [0, 24, 32, 1, 2, 1, 1, 1],
        ] as [[UInt8]] {
            guard case .badRole = error(wrong) else {
                Issue.record("\(wrong) is not refused")
                continue
            }
        }
    }

    @Test func `Memory in parts is told by one low part or not at all, and by no other part more than once`() {
        let parts: [[UInt8]] = [[0, 0, 64, 16, 3, 0]]
        func error(without index: Int? = nil, adding register: [UInt8]? = nil) -> MetabinaryError? {
            var registers = Rules.registers
            if let register { registers[6] = register }
            if let index { registers.remove(at: index) }
            return self.error(parts, registers: registers)
        }
        #expect(error() == nil && error(without: 4) == nil && error(without: 5) == nil)
        // By none at all: fields may lead there.
        #expect(self.error(parts, registers: [Rules.registers[0], Rules.registers[6]]) == nil)
        for found in [
            error(without: 3), error(adding: [0, 24, 32, 1, 2, 1, 1, 0]), error(adding: [0, 24, 32, 1, 2, 2, 1, 0]),
            error(adding: [0, 24, 32, 1, 2, 3, 1, 0]), error(adding: [0, 24, 32, 1, 2, 2, 2, 0, 0]),
            error(without: 3, adding: [0, 24, 64, 1, 2, 1, 1, 0]),
        ] {
            guard case .ringWithoutBase = found else {
                Issue.record("\(String(describing: found))")
                continue
            }
        }
    }
}
