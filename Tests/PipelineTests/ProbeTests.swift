// Probes: what they find out becomes a fact, and where nobody can ask it comes from a record or an assumption; what they may
// do to their device, the verifier holds them to.

import Hardware
import Metabinary
import Pipeline
import Program
import RuleCompiler
import Testing
import Verification

@Suite struct `Probes` {
    private static let restoring = """
        probe width: u8 = 2 restores POWER {
            POWER = ON | LEVEL(9)
            wait STATUS.READY within 10 us else fail
            return STATUS.LEVEL
        }
        """

    private static func image(_ probe: String = restoring) throws -> MetabinaryImage {
        try `Static stage`.image(probe, "return STATUS & width")
    }

    /// The outcome where probes are run so, the drivers that were run, and what observers saw.
    private static func outcome(
        _ image: MetabinaryImage, _ facts: MachineFacts = `Static stage`.facts(),
        _ run: (GeneratedDriver) -> ProbeOutcome
    ) -> (outcome: GenerationOutcome?, runs: [GeneratedDriver]) {
        var generator = Generator(facts, image, observer: SilentObserver())
        var runs: [GeneratedDriver] = []
        let outcome = generator.generate(
            for: generator.functions[0],
            probe: {
                runs.append($0)
                return run($0)
            })
        return (outcome, runs)
    }

    private static func recorded(_ value: UInt64, _ edit: (inout ProbedFact) -> Void = { _ in }) -> MachineFacts {
        var facts = `Static stage`.facts()
        var fact = ProbedFact(
            function: facts.functions[0].address, device: Array("sensor".utf8), name: Array("width".utf8), value: value)
        edit(&fact)
        facts.probes = [fact]
        return facts
    }

    @Test func `what a probe finds out is a fact of the rules, and its code takes no room`() throws {
        let (outcome, runs) = Self.outcome(try Self.image()) { _ in .returned(11) }
        guard case .driver(let driver) = outcome else {
            Issue.record("\(`Static stage`.reason(outcome))")
            return
        }
        let plain = try `Static stage`.driver(try `Static stage`.image("", "return STATUS & 11"))
        #expect(driver.functions.map(\.bytes) == plain.functions.map(\.bytes))
        #expect(driver.functions.map(\.entry) == plain.functions.map(\.entry))
        #expect(runs.count == 1 && runs[0].functions.count == 1 && runs[0].memories.isEmpty)
        #expect(runs[0].functions[0].entry == driver.functions[0].entry)
    }

    @Test func `a probe runs once, however many alternatives are tried`() throws {
        let image = try `Static stage`.image(
            Self.restoring + "\nfact level = choose 1, 2, 3\nfact both = level + width", "return STATUS & both")
        #expect(Self.outcome(image) { _ in .returned(1) }.runs.count == 1)
    }

    @Test func `a host takes what was recorded, else what is assumed, else refuses`() throws {
        let image = try Self.image()
        let plain = { (number: Int) in
            try `Static stage`.driver(try `Static stage`.image("", "return STATUS & \(number)")).functions[0].bytes
        }
        #expect(try `Static stage`.driver(image, Self.recorded(7)).functions[0].bytes == plain(7))
        #expect(try `Static stage`.driver(image).functions[0].bytes == plain(2))
        // A record of another device, of another description or of another probe is none.
        for edit: (inout ProbedFact) -> Void in [
            { $0.function = FunctionAddress(bus: 0, device: 4, function: 0) }, { $0.device = [0x61] },
            { $0.name = [0x61] },
        ] {
            #expect(try `Static stage`.driver(image, Self.recorded(7, edit)).functions[0].bytes == plain(2))
        }
        let none = try Self.image(Self.restoring.replacing(" = 2", with: ""))
        #expect(
            `Static stage`.reason(`Static stage`.outcome(none))
                == "probe width: no device to ask, no record of an answer, and none is assumed, line 12")
        #expect(
            `Static stage`.reason(`Static stage`.outcome(image, Self.recorded(256)))
                == "probe width: cannot have found that, line 12")
    }

    @Test func `a probe that fails refuses its driver, and names itself`() throws {
        let image = try Self.image()
        for (outcome, words) in [
            (ProbeOutcome.returned(1 << 32), "found nothing"), (.failed(.faulted), "raised an exception"),
            (.failed(.endless), "did not return"), (.failed(.notMapped), "could not be mapped"),
        ] {
            let reason = `Static stage`.reason(Self.outcome(image) { _ in outcome }.outcome)
            #expect(reason == "probe width: \(words), line 12")
        }
    }

    // MARK: Purity

    private func grants(_ probe: String) throws -> [String: Rights] { try grants(of: try Self.image(probe)) }

    private func grants(of image: MetabinaryImage) throws -> [String: Rights] {
        let runs = Self.outcome(image) { _ in .returned(1) }.runs
        return try #require(runs.first).grants.reduce(into: [:]) {
            $0[String(decoding: $1.name, as: UTF8.self)] = $1.rights
        }
    }

    @Test func `what a probe may write is what its purity says`() throws {
        let reads = "probe width: u8 reads { return STATUS.LEVEL }"
        #expect(try grants(reads) == ["regs.STATUS": .read, "regs.POWER": .read])
        #expect(try grants(Self.restoring) == ["regs.STATUS": .read, "regs.POWER": [.read, .write]])
        let resets = """
            state seen: u8 = 0
            fact modern = pci.revision > 3
            probe width: u8 resets {
                when modern { POWER = 0 } else { POWER = ON }
                TABLE[3] = 1
                return STATUS.LEVEL
            }
            """
        let image = try `Static stage`.image(resets, "seen = 1\nreturn STATUS & width + seen")
        #expect(
            try grants(of: image) == ["regs.STATUS": .read, "regs.POWER": [.read, .write], "regs.TABLE": .write])
    }

    @Test func `a probe that restores writes back on every way out, after its last look`() throws {
        let image = try Self.image()
        let device = image.devices[0]
        let probe = device.probes[0]
        let region = Region(kind: .window, address: VirtualAddress(rawValue: 0x5000_0000), byteCount: 0x1000)
        let program = try image.evaluate(probe.rule, regions: [region], clockFrequency: 1_000_000)
        #expect(program.items[0].operation == .load && program.items[0].immediate == 4)
        var returns = 0
        for (index, item) in program.items.enumerated() where item.operation == .returnValue {
            returns += 1
            let before = program.items[..<index].reversed().first { $0.operation == .store || $0.operation == .load }
            #expect(before?.operation == .store && before?.immediate == 4 && before?.right.rawValue == 0)
        }
        #expect(returns == 2)
    }

    @Test func `a probe that would put back what tells of memory is refused by the generator`() throws {
        let rules = """
            class lamp 1 { require start() -> none }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.POWER at 0x04 rw any
                register regs.LOW at 0x08 rw
                register regs.SIZE at 0x0C rw
                register regs.HEAD at 0x10 rw
                register regs.TAIL at 0x14 rw
                register regs.HIGH at 0x18 rw    register regs.SEND at 0x1C wo = 0, 1 after out
                layout Entry 16 bytes { address at 0 u64 by driver as address status at 12 u32 by both { DONE: 0 } }
                probe width: u8 = 77 restores POWER { POWER = 1 return 2 }
                fact both = width
                ring out of Entry sends { count 8, base LOW:HIGH, bytes SIZE, head HEAD, tail TAIL, done status.DONE }
                pool buffers of out { bytes 256, spare 2 }
                generate start() -> none {
                    reset state
                    for slot in out { slot = Entry { address: slot.buffer, status: DONE } }
                    out.start()
                    POWER = both
                }
            }
            """
        var facts = `Static stage`.facts()
        facts.functions[0].vendor = 0x1234
        facts.functions[0].device = 0x0001
        let honest = try #require(RuleCompiler.compile([RuleSource(name: "a.meta", text: rules)]).metabinary)
        guard case .driver? = Self.outcome(try MetabinaryImage(honest), facts, { _ in .returned(1) }).outcome else {
            Issue.record("the honest probe is refused")
            return
        }
        // Purity, an assumption of 77, one register: of window 0 POWER, which becomes LOW, the ring's base, and SIZE.
        for register: UInt8 in [1, 2] {
            var hostile = honest
            try hostile.replaceOnly([1, 1, 77, 1, 0, 0], with: [1, 1, 77, 1, 0, register])
            let (outcome, runs) = Self.outcome(try MetabinaryImage(hostile), facts) { _ in .returned(1) }
            #expect(`Static stage`.reason(outcome) == "probe width: would write what tells of memory, line 12")
            #expect(runs.isEmpty)
        }
        let told = RuleCompiler.compile([
            RuleSource(
                name: "a.meta", text: rules.replacing("restores POWER { POWER = 1", with: "restores LOW { LOW = 1"))
        ])
        #expect(told.metabinary == nil)
        #expect(Set(told.diagnostics.map(\.line)) == [12])
    }

    @Test func `a probe that would start what waits is refused by the verifier`() throws {
        let rules = """
            class lamp 1 { require start() -> none }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.RUN at 0x04 rw = 0…95, 99 after note
                register regs.LOW at 0x08 rw
                layout Note 8 bytes { text at 0 u64 by driver any }
                memory note of Note { count 1, base LOW }
                state seen: u8 = 0
                probe width: u8 = 77 resets { RUN = 93 return 2 }
                fact both = width
                generate start() -> none { reset state seen = both note.start() RUN = 99 }
            }
            """
        var facts = `Static stage`.facts()
        facts.functions[0].vendor = 0x1234
        facts.functions[0].device = 0x0001
        let honest = try #require(RuleCompiler.compile([RuleSource(name: "a.meta", text: rules)]).metabinary)
        #expect(Self.outcome(try MetabinaryImage(honest), facts) { _ in .returned(1) }.runs.count == 1)
        // The number that waits; and purity, an assumption of 77, no register, which becomes a promise to put RUN back.
        for (run, other) in [([93], [99]), ([2, 1, 77], [1, 1, 77, 1, 0, 0])] as [([UInt8], [UInt8])] {
            var hostile = honest
            try hostile.replaceOnly(run, with: other)
            let (outcome, runs) = Self.outcome(try MetabinaryImage(hostile), facts) { _ in .returned(1) }
            guard case .refused? = outcome else {
                Issue.record("\(other) is run")
                continue
            }
            #expect(runs.isEmpty)
        }
    }

    @Test func `code of a probe that stores where it may not is refused by the verifier`() throws {
        // The compiler's metabinary of a probe that restores, changed to one that says that it only reads.
        let text = "probe width: u8 restores POWER {\nPOWER = 1\nreturn STATUS.LEVEL\n}"
        let device = try Self.image(text).devices[0]
        let probe = device.probes[0]
        #expect(probe.purity == .restores && probe.registers.count == 1)
        let honest = Self.outcome(try Self.image(text)) { _ in .returned(1) }
        guard case .driver = honest.outcome else {
            Issue.record("\(`Static stage`.reason(honest.outcome))")
            return
        }
        let run = try #require(honest.runs.first)
        var grants = run.grants
        for index in grants.indices { grants[index].rights.remove(.write) }
        let reading = grants.filter { !$0.rights.isEmpty }
        let code = CodeFunction(
            offset: 0, byteCount: run.functions[0].bytes.count, parameters: [], evidence: Evidence())
        #expect(throws: VerificationError.self) {
            try Verifier().verify(run.code, at: run.functions[0].entry.rawValue, [code], reading)
        }
        #expect(throws: Never.self) {
            try Verifier().verify(run.code, at: run.functions[0].entry.rawValue, [code], run.grants)
        }
    }
}
