// Cursors and the views of slots, from the text of a rule to what its programs compute: against arithmetic on the number
// of elements that were passed, for every kind of array, every type, and sizes that are facts.

import Hardware
import Interpretation
import Metabinary
import Program
import RuleCompiler
import Testing

@Suite struct CursorTests {
    /// What a cursor runs around: elements, and the bytes of one where they lie in shared memory.
    struct Course: CustomTestStringConvertible {
        var array: String
        var count: UInt64
        var byteCount: UInt64?
        var type = ""

        var testDescription: String { "\(array)\(type)" }
        /// The count wraps here.
        var modulus: UInt64 { ["": 1 << 16, ": u8": 1 << 8, ": u32": 1 << 32][type] ?? 0 }
    }

    private static let courses = [
        Course(array: "rows", count: 32, byteCount: 64), Course(array: "queue.entries", count: 128, byteCount: 8),
        Course(array: "queue.words", count: 4, byteCount: 2), Course(array: "queue.octets", count: 2, byteCount: 1),
        Course(array: "slots", count: 64, byteCount: 16), Course(array: "marks", count: 16),
        Course(array: "TABLE", count: 8), Course(array: "out", count: 16, byteCount: 256),
        Course(array: "many", count: 4096), Course(array: "sized", count: 8),
        Course(array: "rows", count: 32, byteCount: 64, type: ": u8"),
        Course(array: "queue.entries", count: 128, byteCount: 8, type: ": u8"),
        Course(array: "many", count: 4096, type: ": u32"),
    ]

    /// A device with an array of each kind, a cursor that runs around one of them, and that function.
    private static func text(_ course: Course, _ result: String, _ body: String) -> String {
        """
        class probe 1 {
            require ask() -> answer: \(result)
            require start() -> none
        }
        device sensor is probe {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.LOW at 0x00 rw
            register regs.HIGH at 0x04 rw
            register regs.BYTES at 0x08 rw
            register regs.HEAD at 0x0C rw
            register regs.TAIL at 0x10 rw
            register regs.ROWS at 0x14 rw
            register regs.QUEUE at 0x18 u64 rw
            register regs.TABLE[8] at 0x20 u16 rw any
            register regs.START at 0x30 u64 rw as address of out
            register regs.RUN at 0x38 wo = 0, 1 after rows and queue and slots
            layout Row 64 bytes {
                index at 0 u32 by both any
                rest[15] at 4 u32 by device
            }
            layout Entry 8 bytes { word at 0 u64 by device }
            layout Queue 1034 bytes {
                entries[128] at 0 of Entry
                words[4] at 1024 u16 by driver any
                octets[2] at 1032 u8 by driver any
            }
            layout Slot 16 bytes {
                place at 0 u64 by driver as address
                index at 8 u16 by device
                status at 12 u32 by both { DONE: 0 }
            }
            memory rows of Row { count 32, base ROWS }
            memory queue of Queue { base QUEUE }
            ring slots of Slot sends {
                count 64, base LOW:HIGH, bytes BYTES, head HEAD, tail TAIL, done status.DONE
            }
            pool buffers of slots { bytes 64 }
            pool out { count 16, bytes 256 }
            table sizes = 2, 4, 8, 16
            fact size = sizes[pci.revision & 3]
            state marks[16]: u8 = 0
            state many[4096]: u8 = 0
            state sized[size]: u8 = 0
            cursor next\(course.type) over \(course.array)
            generate start() -> none {
                reset state
                rows.start()
                queue.start()
                slots.start()
                rows[0].index = 0
                queue.words[0] = 0
                queue.octets[0] = 0
                TABLE[0] = 0
                marks[0] = 0
                many[0] = 0
                sized[0] = 0
                TABLE[0] = out.bytes
                next.advance()
            }
            generate ask() -> answer: \(result) {
                \(body)
            }
        }
        """
    }

    /// A function of the device, for a card of revision 2: `size` is 8.
    private static func program(
        _ course: Course, _ result: String, _ body: String, function name: String = "ask",
        _ change: (String) -> String = { $0 }
    ) throws -> (program: Program, state: UInt8) {
        let compilation = RuleCompiler.compile(
            [RuleSource(name: "probe.meta", text: change(text(course, result, body)))])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        let device = image.devices[0]
        var input = StaticInput()
        input.facts = [UInt64](repeating: 8, count: device.facts.count)
        let function = try #require(device.functions.first { $0.name.elementsEqual(name.utf8) })
        let program = try image.evaluate(
            function, input: input, regions: Rules.regions(of: device), clockFrequency: 1_000_000)
        #expect(program.defect == nil, "\(program.text)")
        return (program, UInt8(Rules.regions(of: device).count - 1))
    }

    /// Counts to look at: the first three laps, the last before the count wraps, and some between.
    private static func counts(_ course: Course) -> [UInt64] {
        let (lap, end) = (course.count, course.modulus)
        let edges = [0, 1, lap - 1, lap, lap + 1, 2 * lap - 1, 2 * lap, 3 * lap - 1, 3 * lap]
        let others = (0..<64 as Range<UInt64>).map { ($0 &* 0x9E37_79B9_7F4A_7C15 >> 7) & (end - 1) }
        return edges.filter { $0 < end } + edges.filter { (1...end).contains($0) }.map { end - $0 } + others
    }

    // MARK: Views

    @Test(arguments: courses)
    func `Views are the rest, the quotient and the product of what was passed`(course: Course) throws {
        let index = try Self.program(course, "u64", "return next.index").program
        let lap = try Self.program(course, "u64", "return next.lap").program
        let count = try Self.program(course, "u64", "return next.count").program
        let offset = try course.byteCount.map { _ in try Self.program(course, "u64", "return next.offset").program }
        for passed in Self.counts(course) {
            #expect(index.run { _, _, _ in passed } == passed % course.count, "\(passed)")
            #expect(lap.run { _, _, _ in passed } == passed / course.count % 2, "\(passed)")
            #expect(count.run { _, _, _ in passed } == passed)
            guard let offset, let byteCount = course.byteCount else { continue }
            #expect(offset.run { _, _, _ in passed } == passed % course.count * byteCount, "\(passed)")
        }
    }

    @Test func `A lap decides, and is compared with a bit`() throws {
        let course = Self.courses[0]
        let branch = try Self.program(course, "u8", "if next.lap { return 7 }\nreturn 3").program
        let equal = try Self.program(course, "bool", "return TABLE[3] & 1 == next.lap").program
        for passed in Self.counts(course) where passed % 32 < 8 {
            #expect(branch.run { _, _, _ in passed } == (passed / 32 % 2 == 0 ? 3 : 7))
        }
        for (passed, bit) in [(5, 0), (5, 1), (37, 0), (37, 1), (69, 0), (69, 1)] as [(UInt64, UInt64)] {
            let answer = equal.run { region, _, _ in region == 0 ? 0xFFFE | bit : passed }
            #expect(answer == (passed / 32 % 2 == bit ? 1 : 0), "\(passed) \(bit)")
        }
    }

    // MARK: Moves

    @Test(arguments: courses)
    func `An advance adds, and the count wraps where an even lap ends`(course: Course) throws {
        let once = try Self.program(course, "u8", "next.advance()\nreturn 0")
        let often = try Self.program(course, "u8", "next.advance(TABLE[3] & 0xFF)\nreturn 0")
        for passed in Self.counts(course) {
            for (program, state, step) in [(once.program, once.state, 1), (often.program, often.state, 200)] {
                var memory = AnsweringMemory { region, _, _ in region == 0 ? 200 : passed }
                _ = ProgramInterpreter.run(program, memory: &memory)
                #expect(memory.writes.map(\.region) == [state])
                #expect(memory.writes.map(\.value) == [(passed + UInt64(step)) % course.modulus], "\(passed)")
            }
        }
        #expect(course.modulus % (2 * course.count) == 0)
    }

    @Test func `Where state is reset, a cursor is at its first element`() throws {
        let (program, state) = try Self.program(Self.courses[0], "u8", "return 0", function: "start")
        var memory = AnsweringMemory { _, _, _ in 0x5555 }
        _ = ProgramInterpreter.run(program, memory: &memory)
        let cells = memory.writes.filter { $0.region == state && $0.byteCount == 2 }
        #expect(cells.contains { $0.value == 0 } && cells.last?.value == 0x5556)
    }

    @Test func `A view is an index of the array, of one as large, and of one whose size is the same fact`() throws {
        for (array, body) in [
            ("queue.entries", "return queue.entries[next.index].word"), ("TABLE", "return TABLE[next.index]"),
            ("marks", "return rows[next.index].index"), ("sized", "return sized[next.index]"),
            ("out", "START = out[next.index].address\nreturn 0"),
        ] {
            let course = Course(array: array, count: 0)
            #expect(throws: Never.self) { try Self.program(course, "u64", body) }
        }
    }

    // MARK: Slots

    private static let claim = "let slot = slots.claim() else return 99\n"

    /// What a function returns when the next slot is the one with that byte offset; the device is done with all.
    private static func answer(_ body: String, at offset: UInt64, named field: String = "length") throws -> UInt64? {
        let (program, state) = try program(courses[4], "u32", body) {
            $0.replacing("index at 8 u16", with: "\(field) at 8 u16")
        }
        return program.run { region, place, byteCount in
            if region == state { return offset }
            return region == 1 && place == offset + 8 ? 0x1234 : .max >> (64 - 8 * byteCount)
        }
    }

    @Test func `A slot that was claimed knows its number and its place`() throws {
        for number in [0, 1, 17, 62, 63] as [UInt64] {
            #expect(try Self.answer(Self.claim + "return slot.index", at: 16 * number) == number)
            #expect(try Self.answer(Self.claim + "return slot.offset", at: 16 * number) == 16 * number)
            #expect(try Self.answer(Self.claim + "return many[slot.index]", at: 16 * number) == 16 * number)
        }
    }

    @Test func `A field of the layout is found before the view of that name`() throws {
        #expect(try Self.answer(Self.claim + "return slot.index", at: 48, named: "index") == 0x1234)
        #expect(try Self.answer(Self.claim + "return slot.offset", at: 48, named: "offset") == 0x1234)
        #expect(try Self.answer(Self.claim + "return slot.offset", at: 48, named: "index") == 48)
    }

    @Test func `A loop over slots knows their numbers and places`() throws {
        let body = """
            for slot in slots {
                TABLE[slot.index & 7] = slot.offset
                slot = Slot { place: slot.buffer }
            }
            return 0
            """
        let program = try Self.program(Self.courses[4], "u32", body) {
            $0.replacing("index at 8 u16", with: "length at 8 u16")
        }.program
        var memory = AnsweringMemory { _, _, _ in 0 }
        _ = ProgramInterpreter.run(program, memory: &memory)
        let stores = memory.writes.filter { $0.region == 0 }
        let numbers = 0..<64 as Range<UInt64>
        #expect(stores.map(\.value) == numbers.map { 16 * $0 })
        #expect(stores.map(\.offset) == numbers.map { 0x20 + 2 * ($0 % 8) })
    }

    @Test func `A slot's number is an index of a state that has as many elements as the ring, by the same fact`() throws
    {
        let body = Self.claim + "sized[slot.index] = 1\nmarks[next.index & 15] = 1\nreturn sized[next.index]"
        let text = Self.text(Self.courses[4], "u32", body).replacing("count 64", with: "count size")
            .replacing("sizes = 2, 4, 8, 16", with: "sizes = 8, 16, 32, 64")
            .replacing("index at 8 u16", with: "length at 8 u16")
        let found = RuleCompiler.compileAndTry([RuleSource(name: "probe.meta", text: text)]).diagnostics
        #expect(found.isEmpty, "\(found)")
        let other = text.replacing("sized[size]", with: "sized[32]")
        let mistakes = RuleCompiler.compileAndTry([RuleSource(name: "probe.meta", text: other)]).diagnostics
        #expect(Set(mistakes.map(\.identifier.text)) == ["M033"], "\(mistakes)")
    }
}
