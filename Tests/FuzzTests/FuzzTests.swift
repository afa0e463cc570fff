// A share of the fuzzer's cases, and what it has found so far as fixed cases. `make fuzz` runs many; METAOS_FUZZ says how
// many run here, METAOS_SEED which.

import Foundation
import Fuzzing
import Metabinary
import RuleCompiler
import Testing

@Suite struct FuzzTests {
    private static func environment(_ name: String, default value: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
    }

    private static let run = Result { try FuzzRun() }

    @Test func `mutants of rules and metabinaries pass or are refused, and what is accepted gives code`() throws {
        let seed = UInt64(Self.environment("METAOS_SEED", default: 1))
        let count = Self.environment("METAOS_FUZZ", default: 1_000)
        let result = try Self.run.get().run(seed: seed, count: count, threads: 1, limit: 120)
        let counts = result.counts.map { "\($0.value) \($0.key)" }.sorted()
        print("FuzzTests: \(count) cases, seed \(seed): \(counts)")
        for (number, what) in result.findings { Issue.record("seed \(seed), case \(number): \(what)") }
        #expect(result.counts["text to a driver", default: 0] > count / 50)
        #expect(result.counts["image to a driver", default: 0] > count / 100)
    }

    @Test func `a seed and a number give the same case again`() throws {
        let run = try Self.run.get()
        let texts = { (seed: UInt64) in (0..<40).map { "\(run.fuzzCase(seed: seed, $0).input)" } }
        #expect(texts(1) == texts(1))
        #expect(texts(1) != texts(2))
    }

    @Test func `an image that is judged as if a compiler had accepted it is a finding where it is refused`() throws {
        let run = try Self.run.get()
        var foundCount = 0
        for number in 0..<400 where foundCount < 3 {
            let fuzzCase = run.fuzzCase(seed: 1, number)
            guard case .image(let bytes) = fuzzCase.input, let image = try? MetabinaryImage(bytes) else { continue }
            let outcome = fuzzCase.run(image, [], isAccepted: true)
            // A fact that lies outside of its range, or a wait without a clock, is the machine's affair.
            let isOfCode = ["encode", "verify"].contains(where: outcome.summary.hasSuffix)
            #expect(!isOfCode || !outcome.findings.isEmpty, "case \(number): \(outcome.summary)")
            foundCount += outcome.findings.isEmpty ? 0 : 1
        }
        #expect(foundCount == 3)
    }

    // MARK: What was found

    private static let rule = """
        class lamp 1 { require glow(frame: own out, length: u16 in 1…256) -> sent { buffer: 0…15 } | busy | refused }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.POWER at 0x04 rw any { ON: 0 }
            register regs.LOW at 0x08 rw
            register regs.HIGH at 0x0C rw
            register regs.SIZE at 0x10 rw
            register regs.HEAD at 0x14 rw
            register regs.TAIL at 0x18 rw
            register regs.SEND at 0x1C wo = 0, 1 after out
            layout Entry 16 bytes {
                address at 0 u64 by driver as address
                length at 8 u16 by driver as length
                status at 12 u32 by both { DONE: 0 }
            }
            ring out of Entry sends { count 8, base LOW:HIGH, bytes SIZE, head HEAD, tail TAIL, done status.DONE }
            pool buffers of out { bytes 256, spare 2 }
            generate glow(frame: own out, length: u16 in 1…256) -> sent { buffer: 0…15 } | busy | refused {
                reset state
                POWER = ON
                let slot = out.claim() else return busy
                slot = Entry { address: frame.address, length: length }
                let idle = slot.exchange(frame)
                out.post(slot)
                return sent { buffer: idle }
            }
        }
        """

    /// Edits that once ended in a trap, or in a refusal by a later stage, and the diagnostics that they give now.
    private static let found: [(old: String, new: String, expected: [String])] = [
        ("", "", []),
        // Slots of a size that no shift gives: a trap in the checker.
        ("Entry 16 bytes", "Entry 15 bytes", ["M029"]), ("Entry 16 bytes", "Entry 1 bytes", ["M029"]),
        // A field of an outcome that has all bits and more: the same.
        ("sent { buffer: 0…15 }", "sent { buffer: 0…18446744073709551615 }", ["M012"]),
        // An argument of 48 bits, for which images have no type.
        ("length: u16 in 1…256", "length: u48 in 1…256", ["M002"]),
        // Lengths, ring registers and pauses that the verifier or the evaluator refused.
        ("in 1…256", "in 1…257", ["M130"]), ("length: length }", "length: 257 & length | 257 }", ["M130"]),
        ("bytes 256,", "bytes 128,", ["M130"]),
        ("POWER = ON", "SIZE = 129", ["M131"]), ("POWER = ON", "SIZE = 128", []), ("POWER = ON", "HIGH = 0", ["M131"]),
        ("POWER = ON", "pause 50_001 us", ["M004"]), ("POWER = ON", "pause 50_000 us", []),
        // A ring that moves by the register of its own address.
        ("tail TAIL", "tail HIGH", ["M038"]), ("head HEAD", "head SIZE", ["M038"]), ("tail TAIL", "tail HEAD", []),
        // A window that finds no room, and one range that is memory and ports.
        ("POWER at 0x04", "POWER at 0x400_0000", ["M004"]), ("POWER at 0x04", "POWER at 0x3FF_FFFC", []),
        ("POWER at 0x04", "POWER[2] at 0x3FF_FFFC", ["M026", "M039"]),
        ("window regs", "window more = bar 0 ports register more.R at 0 ro window regs", ["M133"]),
        // A window that its capability has no room to tell of.
        ("window regs = bar 0 memory", Self.located("u8 at 12") + " register regs.FAR at 0xF8 rw", []),
        ("window regs = bar 0 memory", Self.located("u8 at 12") + " register regs.FAR at 0xFC rw", ["M060"]),
        ("window regs = bar 0 memory", Self.located("u16 at 12") + " register regs.FAR at 0x100 rw", []),
        // More code than there is room for, by a loop that is run while generating, and by a fact.
        ("POWER = ON", "for each i in 0..<1024 { POWER = i % 12 + 4 / 127 }", ["M026"]),
        // Slots that are larger than what they are at multiples of.
        ("Entry 16 bytes", "Entry 256 bytes", ["M029", "M080"]),
        // A ring behind two registers by which another is.
        ("register regs.SIZE at", "window far = indirect HEAD, TAIL register far.SIZE at", ["M135"]),
        // An address as a number.
        ("POWER = ON", "if frame.address == 0 { POWER = ON }", ["M056"]),
        // More values at a time than there are registers.
        ("POWER = ON", Self.values(6), []), ("POWER = ON", Self.values(9), ["M132"]),
    ]

    /// The window by way of a capability.
    private static func located(_ length: String) -> String {
        "window regs = capability 0x09 where byte 3 == 1, bar byte 4, offset u32 at 8, length \(length)"
    }

    /// A statement that needs so many values at a time.
    private static func values(_ count: Int) -> String {
        let names = (0..<count).map { "v\($0)" }
        return names.map { "let \($0) = POWER" }.joined(separator: " ")
            + " POWER = " + names.reversed().joined(separator: " | ")
    }

    private static let sharedRule = """
        class lamp 1 { require glow(frame: own out, length: u16 in 1…256) -> sent | refused }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.LOW at 0x08 rw
            register regs.RUN at 0x0C wo = 0, 1 after queue
            register regs.START[4] at 0x20 wo as address of out
            register regs.SEND[4] at 0x30 rw { SIZE: 0…12 as length of out, BUSY: 31 }
            layout Entry 8 bytes {
                id at 0 u32 by driver any
                size at 4 u32 by driver any
            }
            layout Queue 36 bytes {
                index at 0 u16 by driver any
                seen at 2 u16 by device
                entries[4] at 4 of Entry
            }
            memory queue of Queue { align 16, base LOW }
            pool out { count 12, bytes 256 }
            generate glow(frame: own out, length: u16 in 1…256) -> sent | refused {
                queue.start()
                queue.entries[0].id = frame.number
                queue.entries[queue.seen & 3].size = length
                START[1] = frame.address
                release frame
                SEND[1] = SIZE(length)
                return sent
            }
        }
        """

    /// The same for memory that is no ring.
    private static let foundShared: [(old: String, new: String, expected: [String])] = [
        ("", "", []),
        // Two fields of one name in a layout: a trap in the checker.
        ("seen at 2", "entries at 2", ["M008"]), ("index at 0", "entries at 0", ["M008"]),
        // Records of no bytes within another: the same.
        ("Entry 8 bytes", "Entry 0 bytes", ["M029", "M080"]),
        // What a field tells of a buffer, and where a register says that memory is.
        ("SIZE(length)", "SIZE(length) | BUSY", []), ("SIZE(length)", "SIZE(length + 1)", ["M130"]),
        ("SIZE(length)", "length", []), ("SIZE(length)", "256", []), ("SIZE(length)", "257", ["M130"]),
        ("SIZE(length)", "SEND[0]", ["M130"]), ("SIZE(length)", "SEND[0] & 0xFF", []),
        ("START[1] = frame.address", "LOW = 0x1000", ["M131"]),
        // The address of memory, which nobody knows before it is placed.
        ("queue.start()", "queue.start() if queue.address == 0 { queue.index = 1 }", ["M056"]),
        // Data that would begin after their memory.
        ("base LOW }", "base LOW, headroom 36 }", ["M081"]), ("base LOW }", "base LOW, headroom 35 }", []),
    ]

    /// A device with a pool: declarations, what `start` does besides, and what `glow` does with its buffer.
    private static func lamp(_ declarations: String, _ start: String, _ glow: String) -> String {
        """
        class lamp 1 {
            require start() -> ready | stuck
            require glow(frame: own out, bright: bool) -> sent { buffer: 0…15 } | busy | refused
        }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.BASE at 0x00 rw
            register regs.POWER at 0x04 rw any
            register regs.SELECT at 0x08 rw any
            register regs.DATA at 0x0C rw
            register regs.START[4] at 0x20 wo as address of out
            pool out { count 12, bytes 256 }
            state held[4]: own out
            \(declarations)
            generate start() -> ready | stuck {
                reset state
                \(start)
                return ready
            }
            generate glow(frame: own out, bright: bool) -> sent { buffer: 0…15 } | busy | refused {
                \(glow)
                return sent { buffer: idle }
            }
        }
        """
    }

    private static let glow = "POWER = bright START[1] = frame.address let idle = held[0].exchange(frame)"
    private static let far = "window far = indirect SELECT, DATA register far.DEPTH at 5 rw "
    private static let head =
        "layout Head 16 bytes { next at 0 u32 by driver as address of heads size at 4 u16 by driver "
    private static let heads =
        "mark at 8 u64 by device } memory heads of Head { count 8, base BASE, headroom 12 } "
        + "register regs.RUN at 0x40 wo = 0, 1 after heads"

    /// Reads so many values, then returns all of them joined.
    private static func reads(_ count: Int) -> String {
        (0..<count).map { "let v\($0) = POWER " }.joined()
            + "return " + (0..<count).reversed().map { "v\($0)" }.joined(separator: " | ")
    }

    /// What was found by reading every refusal of the later stages.
    private static let foundByReading: [(declarations: String, start: String, glow: String, expected: [String])] = [
        ("", "", glow, []),
        // Ten, twelve buffers, and a number of four bits that was kept.
        ("", "", "POWER = bright let idle = held[1].exchange(frame) START[1] = idle.address", ["M033"]),
        ("", "", "POWER = bright let idle = held[1].exchange(frame) START[1] = out[idle.number & 7].address", []),
        // An address that only placement knows decides nothing.
        ("", "if out[1].address == 5 { POWER = 1 }", glow, ["M056"]),
        ("", "let place = out[1].address wait place & 1 == 0 within 5 us else return stuck", glow, ["M056"]),
        ("", "match out[1].address & 1 covering { 0: { POWER = 1 } else: { POWER = 2 } }", glow, ["M056"]),
        // Records with a head: what the device is told of begins after it.
        (head + "as length of heads " + heads, "heads[0] = Head { next: heads[1].address, size: 4 }", glow, []),
        (head + "as length of heads " + heads, "heads[0] = Head { next: heads[1].address, size: 5 }", glow, ["M130"]),
        (head + heads.replacing("12", with: "127"), "heads[0] = Head { next: heads[1].address }", glow, []),
        (head + heads.replacing("12", with: "128"), "heads[0] = Head { next: heads[1].address }", glow, ["M081"]),
        // A probe that writes by reading, or has memory all the same.
        (far + "probe depth: u8 = 2 reads { return DEPTH & 7 }", "POWER = depth", glow, ["M107"]),
        (far + "probe depth: u8 = 2 restores SELECT { return DEPTH & 7 }", "POWER = depth", glow, []),
        (far + "probe depth: u8 = 2 restores DEPTH, SELECT { return 1 }", "POWER = depth", glow, ["M107"]),
        (far + "probe depth: u8 = 2 restores SELECT, DEPTH { DEPTH = 1 return 1 }", "POWER = depth", glow, []),
        (
            "state seen: u8 = 0 probe lit: bool = 0 reads { return seen == 1 }", "seen = POWER & 1 POWER = lit", glow,
            ["M107"]
        ),
        ("probe lit: bool = 0 resets { START[0] = out[0].address return 1 }", "POWER = lit", glow, ["M107"]),
        (head + heads + " probe lit: bool = 0 resets { BASE = 0 return 1 }", "POWER = lit", glow, ["M107"]),
        ("probe lit: bool = 0 resets { BASE = 0 return 1 }", "POWER = lit", glow, []),
        // A probe that needs more values at a time than there are registers.
        ("probe lit: u32 = 0 reads { \(reads(14)) }", "POWER = lit", glow, ["M132"]),
        ("probe lit: u32 = 0 reads { \(reads(6)) }", "POWER = lit", glow, []),
        // Two windows of ports, which are at different ports.
        (
            "window near = bar 2 ports register near.NEAR at 8 u8 rw any "
                + "window away = bar 3 ports register away.AWAY at 8 u8 rw any", "NEAR = 1 AWAY = 1", glow, []
        ),
        // A boolean among the arguments.
        ("", "", "if bright { POWER = 1 } " + glow, []), ("", "", "POWER = bright & POWER " + glow, []),
    ]

    /// That a rule has these mistakes and no other; warnings stop no run.
    private func expect(_ mistakes: [String], of text: String) {
        let found = RuleCompiler.compileAndTry([RuleSource(name: "lamp.meta", text: text)]).diagnostics
        #expect(Set(found.map(\.identifier).filter { !$0.isWarning }.map(\.text)) == Set(mistakes), "\(found)")
    }

    @Test(arguments: foundByReading.indices)
    func `what was found by reading is a diagnostic now`(row: Int) {
        let (declarations, start, glow, expected) = Self.foundByReading[row]
        let text = Self.lamp(declarations, start, glow)
        expect(expected, of: text)
    }

    @Test(arguments: foundShared.indices)
    func `what was found of shared memory is a diagnostic now`(row: Int) {
        let (old, new, expected) = Self.foundShared[row]
        let text = old.isEmpty ? Self.sharedRule : Self.sharedRule.replacing(old, with: new)
        expect(expected, of: text)
    }

    @Test(arguments: found.indices)
    func `what was found once is a diagnostic now`(row: Int) {
        let (old, new, expected) = Self.found[row]
        let text = old.isEmpty ? Self.rule : Self.rule.replacing(old, with: new)
        expect(expected, of: text)
    }
}
