// Records that lead to records, and definitions of statements, from the text of a rule to what its programs read and
// write.

import Hardware
import Interpretation
import Metabinary
import Program
import RuleCompiler
import Testing

@Suite struct LinkedMemoryTests {
    /// A device whose rows lead to each other and to its notes; its one function has that body.
    private static func text(_ body: String, _ declarations: String = "") -> String {
        """
        class probe 1 {
            require ask(level: u32 in 0…7) -> done { answer: 0…15 } | refused
            require start() -> none
        }
        device sensor is probe {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.STATUS at 0x00 rw { READY: 0 }
            register regs.POINTER at 0x04 rw as address of rows, note, out
            layout Row 64 bytes {
                status at 0 u16 by both { DONE: 15 }
                link at 4 u32 by driver as address of rows
                note at 8 u32 by driver as address of note
                size at 12 u16 by driver as length of rows
                data[48] at 16 u8 by device
            }
            layout Note 16 bytes {
                place at 0 u64 by driver as address of out
                size at 8 u32 by driver as length of out
                back at 12 u32 by driver as address of rows
            }
            memory rows of Row { count 8, headroom 16 }
            memory note of Note { align 16 }
            pool out { count 12, bytes 2048 }
            state turn: u32 = 0
            \(declarations)
            generate start() -> none {
                reset state
                note.place = out[0].address
                POINTER = note.address
                POINTER = out[3].address
            }
            generate ask(level: u32 in 0…7) -> done { answer: 0…15 } | refused {
                \(body)
                return done { answer: (level | turn | STATUS) & 7 }
            }
        }
        """
    }

    private func image(_ body: String, _ declarations: String = "") throws -> MetabinaryImage {
        let compilation = RuleCompiler.compile(
            [RuleSource(name: "probe.meta", text: Self.text(body, declarations))])
        return try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
    }

    /// What the function stores: region, offset, bytes and value. Regions are 0 the window, 1 the pool, 2 the rows, 3 the
    /// note, 4 the state.
    private func stores(_ body: String, _ declarations: String = "", _ level: UInt64 = 0) throws -> [[UInt64]] {
        let image = try image(body, declarations)
        let device = image.devices[0]
        let program = try image.evaluate(
            device.functions[0], regions: Rules.regions(of: device), clockFrequency: 1_000_000)
        #expect(program.defect == nil, "\(program.text)")
        var memory = AnsweringMemory { _, _, _ in 0 }
        guard case .returned = ProgramInterpreter.run(program, [level], memory: &memory) else { return [] }
        return memory.writes.map { [UInt64($0.region), $0.offset, $0.byteCount, $0.value] }
    }

    @Test func `A field leads to the record that its index names, a register to any that it tells of`() throws {
        let regions = Rules.regions(of: try image("").devices[0])
        let places = regions.map(\.physical.rawValue)
        let (out, rows, note) = (places[1], places[2], places[3])
        let body = """
            rows[level].link = rows[(level + 1) & 7].address
            rows[1].note = note.address
            note.back = rows[7].address
            POINTER = rows[level].address
            POINTER = out[level].address
            """
        let (fourth, fifth, eighth) = (rows + 3 * 64, rows + 4 * 64, rows + 7 * 64)
        let expected: [[UInt64]] = [
            [2, 196, 4, fifth], [2, 72, 4, note], [3, 12, 4, eighth], [0, 4, 4, fourth], [0, 4, 4, out + 3 * 2048],
        ]
        #expect(try stores(body, "", 3) == expected)
    }

    @Test func `A record is written up to the array behind its fields`() throws {
        let regions = Rules.regions(of: try image("").devices[0])
        let (rows, note) = (regions[2].physical.rawValue, regions[3].physical.rawValue)
        let body = "rows[level] = Row { status: DONE, link: rows[2].address, note: note.address, size: 40 }"
        let (first, second): (UInt64, UInt64) = (0x8000 | (rows + 128) << 32, note | 40 << 32)
        let expected: [[UInt64]] = [[2, 320, 8, first], [2, 328, 8, second]]
        #expect(try stores(body, "", 5) == expected)
    }

    @Test func `The tables say of which memory each field tells, and that no register need tell of it`() throws {
        let device = try image("").devices[0]
        #expect(device.memories.map(\.elementByteCount) == [2048, 64, 16, 0])
        #expect(device.memories[1].parts.map(\.elementByteCount) == [64])
        let fields = device.memories[1].parts[0].fields
        #expect(fields.map(\.memory) == [1, 2, 1] && fields.map(\.isLength) == [false, false, true])
        #expect(fields.map(\.offset) == [4, 8, 12])
        #expect(device.memories[2].parts.flatMap(\.fields).map(\.memory) == [0, 0, 1])
        #expect(device.windows[0].registers.map(\.memories) == [[], [1, 2, 0]])
    }

    @Test func `Statements that are defined stand where they are named, and see nothing of the function`() throws {
        let definition = """
            define settle() {
                let now = turn
                for _ in 0..<3 { STATUS = now | 1 }
                turn = 9
            }
            """
        let body = """
            let before = level
            settle()
            let now = before + 1
            STATUS = before | now << 8
            """
        let once = [[0, 0, 4, 1], [0, 0, 4, 1], [0, 0, 4, 1], [4, 0, 4, 9]] as [[UInt64]]
        #expect(try stores(body, definition, 6) == once + [[0, 0, 4, 0x706]])
        #expect(try stores("settle()\nsettle()", definition).count == 8)
        // One in another, which returns from the function.
        let inner = "define leave() { wait STATUS.READY within 1 us else return refused }"
        #expect(try stores("outer()", inner + "\ndefine outer() { turn = 1\nleave()\nturn = 2 }") == [[4, 0, 4, 1]])
    }
}
