// What each construct of the language does, on the interpreter of items: branches, loops, waits, state, arguments,
// outcomes, stores to registers and their arrays. Rings are tested by the shipped card's driver.

import Hardware
import Interpretation
import Metabinary
import Program
import RuleCompiler
import Testing

@Suite struct ConstructTests {
    /// A device whose one function has that signature and body.
    private func program(
        _ signature: String, _ body: String, states: String = "", declarations: String = ""
    ) throws -> Program {
        try rule(signature, body, states: states, declarations: declarations).program
    }

    /// The same with what its results mean.
    private func rule(
        _ signature: String, _ body: String, states: String = "", declarations: String = ""
    ) throws -> (program: Program, signature: FunctionSignature) {
        let text = """
            class probe 1 {
                require \(signature)
                require start() -> none
            }
            device sensor is probe {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.STATUS at 0x00 ro { READY: 0, LEVEL: 4…7, KIND: 8…15 }
                register regs.POWER at 0x04 rw { ON: 0, LEVEL: 4…7 }
                register regs.NARROW at 0x08 u8 wo
                register regs.TABLE[8] at 0x10 u16 wo
                register regs.ROWS[4] at 0x20 u16 ro
                \(states)
                \(declarations)
                generate start() -> none { \(states.isEmpty ? "POWER = 0" : "reset state") }
                generate \(signature) {
                    \(body)
                }
            }
            """
        let compilation = RuleCompiler.compile([RuleSource(name: "probe.meta", text: text)])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        let device = image.devices[0]
        let program = try image.evaluate(
            device.functions[0], regions: Rules.regions(of: device), clockFrequency: 2_500_000_000)
        #expect(program.defect == nil, "\(program.text)")
        return (program, device.functions[0].signature)
    }

    private func run(_ program: Program, _ arguments: [UInt64] = [], status: UInt64 = 0) -> (UInt64?, [[UInt64]]) {
        var memory = AnsweringMemory { _, _, _ in status }
        guard case .returned(let value) = ProgramInterpreter.run(program, arguments, memory: &memory) else {
            return (nil, [])
        }
        return (value, memory.writes.map { [$0.offset, $0.byteCount, $0.value] })
    }

    @Test func `A branch takes one arm, and what follows runs after either`() throws {
        let body =
            "let now = STATUS if now.LEVEL > 3 { POWER = ON } else { POWER = LEVEL(2) } NARROW = 7 return now.KIND"
        let program = try program(
            "ask() -> answer: u8", body.replacing(" if", with: "\nif").replacing("now.KIND", with: "1"))
        #expect(run(program, status: 0x40).1 == [[4, 4, 1], [8, 1, 7]])
        #expect(run(program, status: 0x30).1 == [[4, 4, 0x20], [8, 1, 7]])
    }

    @Test(arguments: [
        ("==", [0, 1, 0]), ("!=", [1, 0, 1]), ("<", [1, 0, 0]), ("<=", [1, 1, 0]), (">", [0, 0, 1]), (">=", [0, 1, 1]),
    ])
    func `Comparisons are of unsigned numbers`(sign: String, expected: [UInt64]) throws {
        let program = try program("ask() -> answer: bool", "return STATUS \(sign) 0x8000_0000")
        for (status, answer) in zip([0x7FFF_FFFF, 0x8000_0000, 0x8000_0001] as [UInt64], expected) {
            #expect(run(program, status: status).0 == answer)
        }
        let field = try self.program("ask() -> answer: bool", "return STATUS.KIND \(sign) 9")
        for (kind, answer) in zip([8, 9, 10] as [UInt64], expected) {
            #expect(run(field, status: kind << 8 | 0xFFFF_00FF).0 == answer)
        }
    }

    @Test func `Names of fields stand for their bits beside their register`() throws {
        let program = try program("ask() -> answer: bool", "return STATUS & (READY | KIND) == READY")
        #expect(run(program, status: 0x00F1).0 == 1)
        #expect(run(program, status: 0x0101).0 == 0)
        #expect(run(program, status: 0x0000).0 == 0)
    }

    @Test func `A loop counts from 0, and its counter leads into an array of registers`() throws {
        let program = try program("ask() -> none", "for i in 0..<8 { TABLE[i] = i | 0x10 }")
        #expect(run(program).1 == (0..<8).map { [0x10 + 2 * $0, 2, 0x10 | $0] })
        let single = try self.program(
            "ask() -> none", "TABLE[5] = 1 TABLE[STATUS.LEVEL & 7] = 2".replacing(" TABLE", with: "\nTABLE"))
        #expect(run(single, status: 0xF0).1 == [[0x1A, 2, 1], [0x1E, 2, 2]])
    }

    @Test func `A wait looks again until the bound has passed, and once more`() throws {
        let (program, signature) = try rule(
            "ask() -> ready | stuck", "wait STATUS.READY within 3 us else return stuck\nreturn ready")
        #expect(run(program, status: 1).0.map { NamedResult($0, of: signature) } == "ready")
        #expect(run(program, status: 0xFFFF_FFFE).0.map { NamedResult($0, of: signature) } == "stuck")
        #expect(program.items.first { $0.operation == .wait }?.immediate == 7500)
        var looks = 0
        var memory = AnsweringMemory { _, _, _ in
            looks += 1
            return looks > 5 ? 1 : 0
        }
        #expect(ProgramInterpreter.run(program, memory: &memory) == .returned(0))
        #expect(looks == 6)
    }

    @Test func `A pause lasts at least its time at half a cycle a run and four times the clock`() throws {
        let program = try program("ask() -> none", "pause 2 us\nPOWER = ON")
        #expect(program.items.first { $0.operation == .loop }?.immediate == 2 * 2500 * 8)
        #expect(run(program).1 == [[4, 4, 1]])
    }

    @Test func `Arguments are checked at both ends of their range`() throws {
        let (program, signature) = try rule(
            "ask(size: u16 in 14…1514, kind: u8 in 0…3) -> done { size: 0…15 } | refused",
            "NARROW = kind\nreturn done { size: size }")
        for (size, kind, isDone) in [
            (14, 0, true), (1514, 3, true), (13, 0, false), (1515, 0, false), (0, 0, false), (0xFFFF, 0, false),
            (14, 4, false),
        ] as [(UInt64, UInt64, Bool)] {
            let (value, writes) = run(program, [size, kind])
            let result = NamedResult(try #require(value), of: signature)
            #expect(result == (isDone ? .init("done", ["size": size]) : "refused"))
            #expect(writes.isEmpty != isDone)
        }
    }

    @Test func `State keeps its value between calls, in its own cells`() throws {
        let states = "state count: u16 in 0…511 = 300\nstate last: u32 = 7"
        let program = try program(
            "ask(next: u32) -> before: u32", "let before = last\nlast = next\ncount = STATUS.KIND\nreturn before",
            states: states)
        var memory = AnsweringMemory { region, offset, _ in region == 1 && offset == 4 ? 7 : 0x4200 }
        #expect(ProgramInterpreter.run(program, [99], memory: &memory) == .returned(7))
        #expect(
            memory.writes == [
                .init(region: 1, offset: 4, byteCount: 4, value: 99),
                .init(region: 1, offset: 0, byteCount: 2, value: 0x42),
            ])
    }

    @Test func `Outcomes have numbers, their own or the next, and carry fields`() throws {
        let signature = "ask() -> idle | warm { level: 0…7 } | hot 9 { level: 0…7, kind: 8…15 } | burnt"
        let body = """
            let now = STATUS
            if now.LEVEL == 0 { return idle }
            if now.LEVEL < 4 { return warm { level: now.LEVEL } }
            if now.LEVEL < 8 { return hot { kind: now.KIND, level: now.LEVEL } }
            return burnt
            """
        let (program, laidOut) = try rule(signature, body)
        for (status, expected) in [
            (0x1200, "idle"), (0x1230, .init("warm", ["level": 3])),
            (0x1240, .init("hot", ["level": 4, "kind": 0x12])), (0x12F0, "burnt"),
        ] as [(UInt64, NamedResult)] {
            #expect(NamedResult(try #require(run(program, status: status).0), of: laidOut) == expected)
        }
        // Where the manual says that they stand.
        #expect(laidOut.outcomes.map(\.pattern) == [0, 1, 9, 10].map { $0 << 32 })
        #expect(laidOut.outcomes[2].fields.map(\.mask) == [0xFF, 0xFF00])
        #expect(try rule("ask() -> a | b 5", "return b").signature.outcomes.map(\.pattern) == [0, 5])
    }

    @Test func `Publish keeps its place among the stores`() throws {
        let program = try program("ask() -> none", "POWER = ON\npublish\nNARROW = 1")
        #expect(program.shape == "constant store releaseFence constant store returnValue")
    }

    @Test func `A derived device does what its parts say, inherited or its own, in the lines of their files`() throws {
        let general = """
            class probe 1 {
                require ask() -> answer: u8
                require tell() -> answer: u8
            }
            device sensor is probe {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.STATUS at 0x00 ro { LEVEL: 4…7, KIND: 8…15 }
                define rated(level) = level & 7
                generate ask() -> answer: u8 {
                    let level = STATUS.LEVEL
                    return rated(level)
                }
                generate tell() -> answer: u8 { return STATUS.KIND }
            }
            """
        let special = """
            import "sensor.meta"

            device finer is sensor {
                match pci vendor 0x1234 device 0x0002
                override register regs.STATUS at 0x08 ro { LEVEL: 0…7, KIND: 8…15 }
                override define rated(level) = level & 0x3F
            }

            device finest is finer {
                match pci vendor 0x1234 device 0x0003
                register regs.MORE at 0x0C u8 ro
                override generate tell() -> answer: u8 { return MORE }
            }
            """
        let compilation = RuleCompiler.compile([
            RuleSource(name: "sensor.meta", text: general), RuleSource(name: "special.meta", text: special),
        ])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        let devices = ["sensor", "finer", "finest"].map { name in
            image.devices.first { $0.name.elementsEqual(name.utf8) }
        }
        var answers: [[UInt64?]] = []
        var files: [[String]] = []
        for device in devices {
            let device = try #require(device)
            files.append(device.functions.map { String(decoding: $0.ruleFile, as: UTF8.self) })
            answers.append(
                try device.functions.map { function in
                    try image.evaluate(function, regions: Rules.regions(of: device), clockFrequency: 1_000_000)
                        .run { _, offset, _ in [0: 0x12F4, 8: 0x56F7, 12: 0x9A][offset] ?? 0 }
                })
        }
        #expect(answers == [[7, 0x12], [0x37, 0x56], [0x37, 0x9A]])
        #expect(
            files == [
                ["sensor.meta", "sensor.meta"], ["sensor.meta", "sensor.meta"], ["sensor.meta", "special.meta"],
            ])
    }

    /// Values, and what they come to for a register's word `s`.
    static let sums: [(String, @Sendable (UInt64) -> UInt64)] = [
        ("now.KIND + now.LEVEL + 1", { ($0 >> 8 & 0xFF) + ($0 >> 4 & 15) + 1 }),
        ("now + 1", { $0 + 1 }), ("u32(now + 1)", { ($0 + 1) & 0xFFFF_FFFF }),
        ("u8(now.KIND - now.LEVEL)", { (($0 >> 8 & 0xFF) &- ($0 >> 4 & 15)) & 0xFF }),
        ("u16(now.LEVEL - now.KIND)", { (($0 >> 4 & 15) &- ($0 >> 8 & 0xFF)) & 0xFFFF }),
        ("u32(now.LEVEL - now.KIND - 1)", { (($0 >> 4 & 15) &- ($0 >> 8 & 0xFF) &- 1) & 0xFFFF_FFFF }),
        ("u8(now - 7 + now.KIND)", { ($0 &- 7 &+ ($0 >> 8 & 0xFF)) & 0xFF }),
        ("255 - now.KIND", { 255 - ($0 >> 8 & 0xFF) }),
        ("~now", { ~$0 & 0xFFFF_FFFF }), ("~now.LEVEL", { ~($0 >> 4) & 15 }),
        ("now & ~(KIND | READY)", { $0 & 0xFFFF_00FE }),
        ("now.LEVEL * 16 + 3 * 5", { ($0 >> 4 & 15) * 16 + 15 }),
        ("u8(~now + now.KIND)", { (~$0 &+ ($0 >> 8)) & 0xFF }),
        ("now.LEVEL + 1 << 1 & 0x1F | 0x40", { (($0 >> 4 & 15) + 2) & 0x1F | 0x40 }), ("~now.READY", { ~$0 & 1 }),
        ("u16(0x2_0001 - 2)", { _ in 0xFFFF }), ("u8(0 - 1)", { _ in 0xFF }),
    ]

    @Test(arguments: sums.indices)
    func `Sums, differences, products and inverses are those of whole numbers, cut where a rule cuts them`(
        row: Int
    ) throws {
        let (value, expected) = Self.sums[row]
        let program = try program(
            "ask() -> answer: u64",
            "let now = STATUS\nlet kind = now.KIND\nif kind == 0x77 { return 0 }\nreturn \(value)")
        for status in [0, 1, 0xFFFF_FFFF, 0x10, 0xFF00, 0x01F0, 0x8000_1234, 0x0F71] as [UInt64] {
            #expect(run(program, status: status).0 == expected(status), "\(value) of \(status)")
        }
    }

    @Test func `A match runs the first arm that takes its value, and reads it once`() throws {
        let body = """
            match STATUS.LEVEL covering {
                0: { return 100 }
                3…5, 9: { POWER = LEVEL(1) }
                4…7: { return 101 }
                1, 2: { return 102 }
                12…15: { match STATUS.READY covering { 0: { return 103 } 1: { return 104 } } }
                else: { POWER = LEVEL(2) }
            }
            return 105
            """
        let program = try program("ask() -> answer: u8", body)
        let answers: [UInt64] = [100, 102, 102, 105, 105, 105, 101, 101, 105, 105, 105, 105, 103, 103, 103, 103]
        let powers: [UInt64?] = [nil, nil, nil, 16, 16, 16, nil, nil, 32, 16, 32, 32, nil, nil, nil, nil]
        for level in 0..<16 {
            let (answer, writes) = run(program, status: UInt64(level) << 4 | 0xFF00)
            #expect(answer == answers[level] && writes == powers[level].map { [[4, 4, $0]] } ?? [], "\(level)")
        }
        #expect(run(program, status: 0xF1).0 == 104)
        #expect(program.items.count { $0.operation == .load } == 2)
    }

    @Test func `Tables keep an element each, and their first values come back`() throws {
        let states = "state owner[4]: u16 in 0…511 = 300\nstate last: u32 = 7"
        let program = try program(
            "ask(next: u8) -> before: u16",
            "let now = STATUS\nlet before = owner[now.KIND & 3]\nowner[now.LEVEL + 1 & 3] = next\nlast = 0\nreturn before",
            states: states)
        var memory = AnsweringMemory { region, offset, byteCount in
            region == 0 ? 0x0270 : byteCount == 2 ? 100 + offset : 0
        }
        #expect(ProgramInterpreter.run(program, [99], memory: &memory) == .returned(104))
        #expect(
            memory.writes == [
                .init(region: 1, offset: 0, byteCount: 2, value: 99),
                .init(region: 1, offset: 8, byteCount: 4, value: 0),
            ])
        let reset = try self.program("ask() -> none", "reset state\nowner[2] = last & 1", states: states)
        var fresh = AnsweringMemory { _, _, _ in 3 }
        #expect(ProgramInterpreter.run(reset, memory: &fresh) == .returned(0))
        #expect(fresh.writes.map(\.offset) == [0, 2, 4, 6, 8, 4])
        #expect(fresh.writes.map(\.value) == [300, 300, 300, 300, 7, 1])
    }

    @Test func `Elements of an array of registers are read by index, and a flush reads and keeps nothing`() throws {
        let program = try program(
            "ask() -> answer: u16",
            "let now = STATUS\nPOWER = ON\nflush POWER\nlet row = STATUS\nreturn ROWS[row & 3] | ROWS[3] & now")
        var reads: [UInt64] = []
        var memory = AnsweringMemory { _, offset, _ in
            reads.append(offset)
            return offset < 0x20 ? 0x000A : offset
        }
        #expect(ProgramInterpreter.run(program, memory: &memory) == .returned(0x24 | 0x26 & 0x0A))
        #expect(reads == [0, 4, 0, 0x24, 0x26])
    }

    // MARK: Accesses that something comes before

    private static let selected = """
        window ports = bar 1 ports pace 3 us
        window csr = indirect SELECT, DATA
        register ports.DATA at 0x10 u16 rw
        register ports.SELECT at 0x12 u16 rw
        register csr.MODE at 15 u16 rw { LOOP: 2 }
        register csr.TICK at 7 u16 ro { DONE: 8 }
        """

    @Test func `A register behind two others is selected before each access, and its device is given time`() throws {
        let program = try program(
            "ask() -> answer: u16", "let mode = MODE\nMODE = LOOP\nif mode.LOOP == 0 { NARROW = 1 }\nreturn mode",
            declarations: Self.selected)
        var memory = AnsweringMemory { _, _, _ in 0xABCD }
        guard case .returned(let value) = ProgramInterpreter.run(program, [], memory: &memory) else {
            return _ = Issue.record("it does not return")
        }
        #expect(value == 0xABCD)
        #expect(
            memory.writes.map { [$0.offset, $0.byteCount, $0.value] } == [
                [0x12, 2, 15], [0x12, 2, 15], [0x10, 2, 4],
            ])
        #expect(program.items.count { $0.operation == .loop && $0.immediate >= 3 * 2_500 } == 4)
    }

    @Test func `A mailbox takes a request, is waited for with its register selected at each look, and answers`() throws
    {
        let program = try program(
            "ask() -> answer: u16", "let now = clock.run(LOOP) within 50 us else return 0\nreturn now",
            declarations: Self.selected + "\nmailbox clock { request MODE, done TICK.DONE, answer TICK }")
        var looks = 0
        var memory = AnsweringMemory { _, _, _ in
            looks += 1
            return looks < 2 ? 1 : 0x0107
        }
        guard case .returned(let value) = ProgramInterpreter.run(program, [], memory: &memory) else {
            return _ = Issue.record("it does not return")
        }
        #expect(value == 0x0107)
        #expect(memory.writes.map(\.value) == [15, 4, 7, 7, 7])
    }
}
