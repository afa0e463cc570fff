// The static stage from text to bytes: what a machine's facts decide is decided before there is code, alternatives are tried
// and the cheapest kept, windows and matches have second choices, and probes ask once.

import Hardware
import Metabinary
import Pipeline
import Program
import RuleCompiler
import Testing

@Suite struct `Static stage` {
    /// A device with some declarations, and the body of its one function.
    static func image(_ declarations: String, _ body: String, head: String? = nil) throws -> MetabinaryImage {
        let text = """
            class meter 1 {
                \((declarations + body).contains("limit") ? "fact limit = 5" : "")
                require level() -> number: u32
                require bringup() -> ready | stuck
            }
            device sensor is meter {
                \(head ?? "match pci vendor 0x1234 device 0x0001\nwindow regs = bar 0 memory")
                register regs.STATUS at 0x00 ro { READY: 0, LEVEL: 8…15 }
                register regs.POWER at 0x04 rw { ON: 0, LEVEL: 4…7 }
                register regs.TABLE[16] at 0x20 u16 wo
                \(declarations)
                generate level() -> number: u32 {
                    \(body)
                }
                generate bringup() -> ready | stuck {
                    \(declarations.contains("state ") ? "reset state" : "POWER = 0")
                    return ready
                }
            }
            """
        let compilation = RuleCompiler.compile([RuleSource(name: "sensor.meta", text: text)])
        return try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
    }

    static func facts(_ edit: (inout PCIFunction) -> Void = { _ in }) -> MachineFacts {
        var function = PCIFunction(
            address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1234, device: 0x0001)
        function.classCode = 0x010802
        function.baseAddressRegisters = [
            BaseAddressRegister(index: 0, kind: .memory32, isPrefetchable: false, base: 0xFEB0_0000, byteCount: 0x4000),
            BaseAddressRegister(index: 1, kind: .io, isPrefetchable: false, base: 0xC000, byteCount: 0x40),
        ]
        edit(&function)
        var facts = MachineFacts()
        facts.clock = ClockFacts(frequency: 1_000_000_000, source: .assumed)
        facts.functions = [function]
        return facts
    }

    static func outcome(_ image: MetabinaryImage, _ facts: MachineFacts = facts()) -> GenerationOutcome? {
        var observer = SilentObserver()
        return generate(facts, image, observer: &observer).first
    }

    static func driver(_ image: MetabinaryImage, _ facts: MachineFacts = facts()) throws -> GeneratedDriver {
        let outcome = outcome(image, facts)
        guard case .driver(let driver) = outcome else { throw NoDriver(reason: reason(outcome)) }
        return driver
    }

    struct NoDriver: Error { var reason: String }

    static func reason(_ outcome: GenerationOutcome?) -> String {
        guard case .refused(let refusal) = outcome else { return outcome == nil ? "no match" : "a driver" }
        var text: [UInt8] = []
        refusal.error.writeReason(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of the function `level`.
    private func bytes(_ declarations: String, _ body: String, _ facts: MachineFacts = facts()) throws -> [UInt8] {
        try Self.driver(try Self.image(declarations, body), facts).functions[0].bytes
    }

    // MARK: Facts

    @Test func `what facts decide leaves the bytes that the rule would have without them`() throws {
        let facts = Self.facts {
            $0.revision = 3
            $0.subsystem = 0x0403
        }
        let rows: [(declarations: String, body: String, plain: String)] = [
            (
                "fact modern = pci.revision >= 2", "when modern { POWER = ON } else { POWER = 0 }\nreturn STATUS",
                "POWER = ON\nreturn STATUS"
            ),
            ("fact modern = pci.revision > 3", "when modern { return STATUS } else { return POWER }", "return POWER"),
            ("fact modern = pci.revision > 3", "when modern { POWER = ON }\nreturn STATUS", "return STATUS"),
            (
                "fact lanes in 1…8 = pci.revision + 1", "for each i in 0..<lanes { TABLE[i] = i + 1 }\nreturn STATUS",
                "TABLE[0] = 1\nTABLE[1] = 2\nTABLE[2] = 3\nTABLE[3] = 4\nreturn STATUS"
            ),
            (
                "", "for each i in 9, 0, 5 { TABLE[i] = i << 1 }\nreturn STATUS",
                "TABLE[9] = 18\nTABLE[0] = 0\nTABLE[5] = 10\nreturn STATUS"
            ),
            (
                "table widths = 7, 11, 13\nfact width = widths[pci.subsystem % 3]", "return STATUS & width",
                "return STATUS & 11"
            ),
            (
                "fact first = second * 4 - 2\nfact second in 1…9 = pci.revision",
                "POWER = LEVEL(first & 15)\nreturn STATUS", "POWER = LEVEL(10)\nreturn STATUS"
            ),
            ("fact shift in 1…4 = pci.revision", "return STATUS >> shift", "return STATUS >> 3"),
            ("fact size = regs.bytes / 0x1000", "return STATUS & u32(size)", "return STATUS & 4"),
            ("", "when limit == 5 { POWER = ON }\nreturn STATUS", "POWER = ON\nreturn STATUS"),
            ("override fact limit = pci.device", "when limit == 5 { POWER = ON }\nreturn STATUS", "return STATUS"),
            (
                "fact n = choose 3, 4",
                "when n > 9 { POWER = 1 } else { let x = STATUS\nPOWER = x & 15 }\nreturn STATUS",
                "let x = STATUS\nPOWER = x & 15\nreturn STATUS"
            ),
        ]
        for row in rows {
            #expect(try bytes(row.declarations, row.body, facts) == (try bytes("", row.plain, facts)), "\(row.body)")
        }
    }

    @Test func `a machine that contradicts a fact is refused, and the fact named`() throws {
        let image = try Self.image(
            "fact lanes in 1…8 = pci.revision", "for each i in 0..<lanes { TABLE[i] = i }\nreturn STATUS")
        #expect(Self.reason(Self.outcome(image)) == "fact lanes: evaluation: a fact lies outside of its range, line 12")
        let mark = try Self.image("fact place = capability 0x09 where byte 3 == 2, u32 at 8", "return STATUS & place")
        #expect(Self.reason(Self.outcome(mark)) == "fact place: evaluation: the machine does not tell, line 12")
        let told = Self.facts {
            $0.capabilities = [Capability(identifier: 9, offset: 0x40, contents: [8, 2, 0, 0, 0, 0, 0x0F, 0, 0, 0])]
        }
        #expect(try Self.driver(mark, told).functions[0].bytes == (try bytes("", "return STATUS & 15")))
    }

    @Test func `sizes that are facts shape memories, masks and bounds`() throws {
        let text = { (count: String, facts: String) in
            """
            class sender 1 {
                require send(frame: own out) -> sent { buffer: 0…15 } | busy | refused
                require start() -> none
            }
            device sensor is sender {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.LOW at 0x00 rw
                register regs.HIGH at 0x04 rw
                register regs.SIZE at 0x08 rw
                register regs.HEAD at 0x0C rw
                register regs.TAIL at 0x10 rw
                register regs.RUN at 0x14 wo = 0, 1 after out
                layout Entry 16 bytes {
                    address at 0 u64 by driver as address
                    status at 8 u64 by both { DONE: 0 }
                }
                \(facts)
                ring out of Entry sends { count \(count), base LOW:HIGH, bytes SIZE, head HEAD, tail TAIL, done status.DONE }
                pool frames of out { bytes 256, spare 2 }
                state seen[\(count)]: u8 = 0
                generate start() -> none {
                    reset state
                    for slot in out { slot = Entry { address: slot.buffer, status: DONE } }
                    for i in 0..<\(count) { seen[i] = 1 }
                    out.start()
                }
                generate send(frame: own out) -> sent { buffer: 0…15 } | busy | refused {
                    let slot = out.claim() else return busy
                    slot = Entry { address: frame.address }
                    seen[LOW & (\(count) - 1)] = 2
                    let idle = slot.exchange(frame)
                    out.post(slot)
                    out.notify()
                    return sent { buffer: idle }
                }
            }
            """
        }
        func driver(_ count: String, _ declarations: String, revision: UInt8) throws -> GeneratedDriver {
            let compilation = RuleCompiler.compile([RuleSource(name: "a", text: text(count, declarations))])
            let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
            return try Self.driver(image, Self.facts { $0.revision = revision })
        }
        let declarations = "table sizes = 8, 16, 64\nfact slots = sizes[pci.revision % 3]"
        for (revision, count) in [(UInt8(0), "8"), (1, "16"), (2, "64")] {
            let mine = try driver("slots", declarations, revision: revision)
            let plain = try driver(count, "", revision: revision)
            #expect(mine.functions.map(\.bytes).map(\.count) == plain.functions.map(\.bytes).map(\.count))
            #expect(mine.memories.prefix(2).map(\.byteCount) == plain.memories.prefix(2).map(\.byteCount))
        }
    }

    @Test func `a number that each run of a static loop has for itself goes where the run says`() throws {
        let shared = """
            register regs.BASE at 0x80 rw
            register regs.RUN at 0x84 wo = 0, 1 after note
            register regs.START[4] at 0x40 wo as address of out
            layout Note 4 bytes { mark at 0 u16 big by driver any    rest at 2 u16 by driver any }
            memory note of Note { base BASE }
            pool out { count 4, bytes 256 }
            """
        let rows = [
            (
                "for each i in 0..<4 { START[i] = out[i].address }",
                "START[0] = out[0].address START[1] = out[1].address START[2] = out[2].address START[3] = out[3].address"
            ),
            ("for each i in 0..<2 { note.mark = i + 0x1234 }", "note.mark = 0x1234 note.mark = 0x1235"),
        ]
        for (body, plain) in rows {
            let bodies = [body, plain].map { "\($0)\nnote.rest = out[1].address & 255\nnote.start()\nreturn STATUS" }
            #expect(try bytes(shared, bodies[0]) == (try bytes(shared, bodies[1])), "\(body)")
        }
    }

    // MARK: Choices

    /// Counts what is evaluated for the driver that is kept.
    private struct Kept: PipelineObserver {
        var choices: [KeptChoice] = []
        var programs = 0
        mutating func settled(_ device: DeviceDescription, _ facts: [UInt64], _ choices: [KeptChoice]) {
            self.choices = choices
        }
        mutating func evaluated(_ program: Program, of rule: FunctionDescription) { programs += 1 }
    }

    @Test func `every combination is tried, and the cheapest kept, of several the first`() throws {
        let body = """
            choose { TABLE[0] = count
                POWER = 3
                POWER = 4 } or { POWER = 1 } or { POWER = 2 }
            return STATUS & count
            """
        let image = try Self.image(
            "fact count = choose 0x1_0000, 0x7F, 0x80", body.replacing("TABLE[0] = count", with: "TABLE[0] = 9"))
        var observer = Kept()
        let outcomes = generate(Self.facts(), image, observer: &observer)
        guard case .driver(let driver) = try #require(outcomes.first) else {
            Issue.record("\(Self.reason(outcomes.first))")
            return
        }
        #expect(observer.programs == 2 && observer.choices == driver.choices)
        #expect(driver.choices.map(\.kept) == [1, 1])
        #expect(driver.choices.map { String(decoding: $0.name, as: UTF8.self) } == ["level", "count"])
        // What is told of the alternatives is what they cost where they are the only ones.
        for (index, count) in ["0x1_0000", "0x7F", "0x80"].enumerated() {
            let alone = try Self.driver(
                try Self.image("fact count = \(count)", "POWER = 1\nreturn STATUS & count"))
            let cost = CodeCost(
                byteCount: alone.byteCount, instructionCount: alone.functions.reduce(0) { $0 + $1.marks.count })
            #expect(driver.choices[1].costs[index] == cost, "\(count)")
        }
        #expect(driver.byteCount == driver.choices[0].costs[1]?.byteCount)
        #expect(driver.choices[0].costs[1] == driver.choices[0].costs[2])
    }

    @Test func `an alternative that gives no driver costs nothing and is not kept`() throws {
        let declarations = "fact count = choose 1, 9\nfact number in 1…8 = count + pci.revision"
        let image = try Self.image(declarations, "return STATUS & number")
        #expect(try Self.driver(image).choices[0].costs.map { $0 != nil } == [true, false])
        let none = Self.facts { $0.revision = 99 }
        #expect(Self.reason(Self.outcome(image, none)).hasPrefix("fact number: evaluation: a fact lies outside"))
    }

    @Test func `the same facts and rules give the same bytes, choices and records`() throws {
        let image = try Self.image(
            "fact count = choose 3, 5, 255", "for each i in 0..<3 { TABLE[i] = count }\nreturn STATUS")
        #expect(try Self.driver(image) == (try Self.driver(image)))
    }

    // MARK: Windows and matches

    @Test func `a window is at the first place that the function has`() throws {
        let head =
            "match pci vendor 0x1234 device 0x0001\nwindow regs = bar 2 memory else bar 1 ports else bar 0 memory"
        let image = try Self.image("", "return STATUS", head: head)
        let ports = try Self.driver(image).windows[0]
        #expect(ports.bar == 1 && ports.space == .ports && ports.virtual.rawValue == 0xC000)
        // IN is opcode 0xED (Intel SDM, volume 2A).
        #expect(try Self.driver(image).functions[0].bytes.contains(0xED))
        let memory = Self.facts { $0.baseAddressRegisters[1].base = 0 }
        #expect(try Self.driver(image, memory).windows[0].bar == 0)
        let both = Self.facts {
            $0.baseAddressRegisters.append(
                BaseAddressRegister(
                    index: 2, kind: .memory32, isPrefetchable: false, base: 0xFEB1_0000, byteCount: 0x1000))
        }
        #expect(try Self.driver(image, both).windows[0].bar == 2)
        let none = Self.facts { $0.baseAddressRegisters = [] }
        #expect(Self.reason(Self.outcome(image, none)) == "window regs: BAR 2 is absent")
    }

    @Test func `a description by class takes what no description names, whoever made it`() throws {
        let image = try Self.image(
            "", "return STATUS", head: "match pci class 0x01 0x08 0x02\nwindow regs = bar 0 memory")
        let stranger = Self.facts { $0.vendor = 0xABCD }
        #expect(try Self.driver(image, stranger).name == Array("sensor".utf8))
        #expect(Self.outcome(image, Self.facts { $0.classCode = 0x010803 }) == nil)
        let text = """
            class meter 1 { require level() -> number: u32 }
            device any is meter {
                match pci class 0x01 0x08 0x02
                window regs = bar 0 memory
                register regs.STATUS at 0x00 ro
                generate level() -> number: u32 { return STATUS }
            }
            device one is any { match pci vendor 0x1234 device 0x0001 }
            """
        let compilation = RuleCompiler.compile([RuleSource(name: "a", text: text)])
        let two = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        #expect(try Self.driver(two).name == Array("one".utf8))
        #expect(try Self.driver(two, stranger).name == Array("any".utf8))
    }
}
