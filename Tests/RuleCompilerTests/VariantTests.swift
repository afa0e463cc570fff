// Further ways to the same identifiers: small edits of one right rule, each with the diagnostics that it must give.

import RuleCompiler
import Testing

@Suite struct VariantTests {
    private static let right = """
        class lamp 1 { require lit() -> on: bool }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.STATUS at 0x08 ro { LIT: 0, LEVEL: 8…15 }
            generate lit() -> on: bool {
                let now = STATUS
                return now.LIT
            }
        }
        """

    /// What is replaced, by what, and what the compiler finds.
    static let edits: [(String, String, [String])] = [
        ("", "", []),
        ("bar 0", "bar 6", ["M004 at 4:23"]),
        ("bar 0 memory", "bar 0 ports", []),
        ("bar 0 memory", "bar 0 port", ["M002 at 4:25"]),
        ("at 0x08", "at 0x4000000", ["M004 at 5:29"]),
        ("at 0x08", "at 0x3FFFFFC", []),
        ("lamp 1", "lamp 256", ["M004 at 1:12"]),
        ("LIT: 0", "LIT: 18446744073709551616", ["M004 at 5:44"]),
        ("LIT: 0", "LIT: 18446744073709551615", ["M012 at 5:44"]),
        ("LIT: 0", "LIT: 0x", ["M003 at 5:44"]),
        ("LIT: 0", "LIT: 0b", ["M003 at 5:44"]),
        ("LIT: 0", "LIT: 0b0", []),
        ("LIT: 0", "LIT: 9", ["M013 at 5:54"]),
        ("is lamp", "is lamb", ["M007 at 2:19"]),
        ("on: bool }", "on: bit }", ["M007 at 1:37"]),
        ("regs.STATUS", "rags.STATUS", ["M007 at 5:14"]),
        ("now.LIT", "now.LITT", ["M007 at 8:20"]),
        ("now.LIT", "new.LIT", ["M007 at 8:16"]),
        ("now.LIT", "regs.STATUS", ["M009 at 7:13", "M010 at 8:16"]),
        ("return now.LIT", "let low = now & 1 return low.LIT", ["M010 at 8:34"]),
        ("let now", "let STATUS", ["M008 at 7:13", "M009 at 7:13", "M007 at 8:16"]),
        ("let now = STATUS", "let now = STATUS let now = STATUS", ["M008 at 7:30"]),
        ("device blinker", "device lamp", ["M008 at 2:8"]),
        ("require lit", "require lit() -> on: bool require lit", ["M008 at 1:50"]),
        ("window", "window spare = bar 1 memory window", ["M009 at 4:12"]),
        ("    match pci vendor 0x1234 device 0x0001\n", "\n", ["M016 at 2:8"]),
        ("ro {", "u16 ro {", []),
        ("at 0x08 ro", "at 0x0C u64 ro", ["M014 at 5:29"]),
        ("ro {", "bool ro {", ["M002 at 5:34"]),
        ("ro {", "ro { },{", ["M002 at 5:39"]),
        ("{ LIT", "{ } LIT", ["M002 at 5:39"]),
        ("now.LIT", "1 << 64", ["M009 at 7:13", "M023 at 8:18"]),
        ("now.LIT", "(now << 33) & 1", ["M023 at 8:21"]),
        ("now.LIT", "(now << 32) & 1", []),
        ("now.LIT", "(0 << 63) | now.LIT", []),
        ("now.LIT", "now.LIT >> 1", ["M023 at 8:24"]),
        ("now.LIT", "2", ["M009 at 7:13", "M021 at 8:16"]),
        ("now.LIT", "(now.LIT", ["M002 at 9:5"]),
        ("= STATUS", "STATUS", ["M002 at 7:17"]),
        ("on: bool {", "off: bool {", ["M020 at 6:23"]),
        ("lit() -> on: bool {", "lit( -> on: bool {", ["M002 at 6:19"]),
        ("lit() -> on: bool {", "lit() -> on: bool", ["M002 at 7:9"]),
        ("is lamp {", "is lamp", ["M002 at 3:5"]),
        ("lamp 1 {", "lamp 1", ["M002 at 1:14"]),
        ("generate lit", "generate lid", ["M019 at 6:14"]),
        ("}\n}", "}", ["M002 at 9:6"]),
        ("class", "klass", ["M002 at 1:1"]),
        ("class lamp", "import \"lamp.meta\" class lamp", ["M049 at 1:8"]),
        ("class lamp", "import \"a\" import \"a\" class lamp", ["M047 at 1:8", "M047 at 1:19"]),
        ("class lamp", "import \"a class lamp", ["M001 at 1:8", "M002 at 1:9"]),
        ("device blinker", "import \"lamp.meta\"\ndevice blinker", ["M002 at 2:1"]),
        ("return now.LIT", "return now.LIT @ ²", ["M001 at 8:24", "M001 at 8:26"]),
    ]

    /// Values of a function of 32 bits beside a register, a field of 8 bits and one of a single bit.
    static let values: [(String, String?)] = [
        ("now + 1", "M021"), ("u32(now + 1)", nil), ("u32(now)", "M055"), ("u16(now)", nil),
        ("LEVEL + 1", nil), ("u8(LEVEL + 1)", nil), ("u16(LEVEL + 1)", "M055"), ("255 - LEVEL", nil),
        ("254 - LEVEL", "M054"), ("u8(254 - LEVEL)", nil), ("LEVEL - 0", "M054"),
        ("(LEVEL - 1) | LIT", "M054"), ("u8(LEVEL - 1) | LIT", nil), ("u8(LEVEL - LIT + 1 - LEVEL)", nil),
        ("3 - 4", "M054"), ("u32(3 - 4)", nil), ("4 - 3", nil), ("u32(0xFFFF_FFFF_FFFF_FFFF + 2)", nil),
        ("0xFFFF_FFFF_FFFF_FFFF + 2", "M054"), ("LEVEL * LIT", "M057"), ("LEVEL * 0", "M057"),
        ("16 * LEVEL", nil), ("LEVEL * 1", nil), ("LEVEL * 0x100_0000", nil), ("LEVEL * 0x200_0000", "M021"),
        ("6 * 7", nil), ("0x1_0000_0000 * 0x1_0000_0000", "M021"), ("~now", nil), ("~LIT", nil),
        ("~5", "M021"), ("u32(~5)", nil), ("now & ~5", nil), ("u8(LEVEL, 1)", "M039"),
        ("LEVEL + now > 3", nil), ("LEVEL - now > 3", "M054"), ("LEVEL >> 1 + 2", nil),
        ("LEVEL + 1 << 2 * 2 & 7 | 8", nil), ("- 1", "M002"), ("LEVEL -1", "M054"),
    ]

    @Test(arguments: values.indices)
    func `What is added, taken off and multiplied has a width, and is cut where it says so`(row: Int) {
        let (value, expected) = Self.values[row]
        let text = """
            class lamp 1 { require lit() -> level: u32 }
            device blinker is lamp { match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory register regs.STATUS at 0x08 ro { LIT: 0, LEVEL: 8…15 }
            generate lit() -> level: u32 {
                let now = STATUS
                let part = now.LEVEL
                if part != 0 { return now & 1 }
                return VALUE
            } }
            """.replacing("VALUE", with: value.replacing("LE", with: "now.LE").replacing("LI", with: "now.LI"))
        let found = RuleCompiler.compile([RuleSource(name: "lamp.meta", text: text)]).diagnostics
        #expect(found.map(\.identifier.text) == [expected].compactMap { $0 }, "\(value)\n\(found)")
    }

    /// Arms of a `match` over a field of three bits, and what they give.
    static let arms: [(String, String?)] = [
        ("0: { } else: { }", nil), ("0…7: { }", nil), ("0…3: { } 4…7: { }", nil), ("0…5: { } 4…7: { }", nil),
        ("7, 0…6: { }", nil), ("else: { }", nil), ("0…3: { } 5…7: { }", "M058"), ("", "M058"), ("1…7: { }", "M058"),
        ("0…6: { }", "M058"), ("0…7: { } else: { }", "M059"), ("0…8: { }", "M059"), ("0…7: { } 3: { }", "M059"),
        ("0…3: { } 2…3: { } else: { }", "M059"), ("else: { } 3: { }", "M059"), ("5…3: { } else: { }", "M059"),
        ("0…3: { } else { }", "M002"), ("0…3 { } else: { }", "M002"), ("0: { let x = 1 } else: { }", "M009"),
        ("0: { return 1 POWER = 1 } else: { }", "M025"), ("x: { } else: { }", "M002"),
    ]

    @Test(arguments: arms.indices)
    func `The arms of a match cover its value, and none of them is idle`(row: Int) {
        let (arms, expected) = Self.arms[row]
        let text = """
            class lamp 1 { require lit() -> level: u32 }
            device blinker is lamp { match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory register regs.STATUS at 0x08 rw { LEVEL: 8…10 } register regs.POWER at 0 rw
            generate lit() -> level: u32 {
                match STATUS.LEVEL covering { ARMS }
                return POWER
            } }
            """.replacing("ARMS", with: arms)
        let found = RuleCompiler.compile([RuleSource(name: "lamp.meta", text: text)]).diagnostics
        #expect(found.map(\.identifier.text) == [expected].compactMap { $0 }, "\(arms)\n\(found)")
    }

    /// Statements beside a register array, a table, a state of the class and a register that clears what is written.
    static let statements: [(String, String?)] = [
        ("", nil), ("owner[3] = 1", nil), ("owner[4] = 1", "M033"), ("owner[now] = 1", "M033"), ("owner = 1", "M039"),
        ("owner[now & 3] = 200", nil), ("owner[now & 3] = 201", "M021"), ("rounds[1] = 1", "M039"),
        ("rounds = owner[now & 3]", nil), ("rounds = owner", "M039"), ("rounds = owner[now]", "M033"),
        ("rounds = rounds[1]", "M039"), ("rounds = owner[1].LIT", "M010"), ("rounds = TABLE[now & 7].LIT", nil),
        ("rounds = TABLE[now & 7].LOT", "M007"), ("rounds = TABLE[8].LIT", "M033"), ("rounds = TABLE.LIT", "M039"),
        ("rounds = now[1]", "M010"), ("rounds = nowhere[1]", "M007"), ("rounds = owner[1", "M002"),
        ("TABLE = 1", "M039"),
        ("CAUSE = DONE", nil), ("CAUSE = 0xFFFF_FFFF", nil), ("CAUSE = now & DONE", nil), ("CAUSE = CAUSE", "M061"),
        ("CAUSE = CAUSE & ~DONE", "M061"), ("CAUSE = seen()", "M061"), ("let all = CAUSE CAUSE = all & 3", nil),
        ("POWER = CAUSE", nil), ("flush POWER", nil), ("flush BELL", "M015"), ("flush TABLE", "M039"),
        ("flush", "M002"),
        ("flush POWRE", "M007"), ("flush now", "M007"),
        ("for i in 0..<8 { owner[i] = 1 }", "M033"), ("for i in 0..<4 { owner[i] = 1 }", nil),
    ]

    @Test(arguments: statements.indices)
    func `Tables are indexed inside, single things are not, and what clears is not written back`(row: Int) {
        let (statement, expected) = Self.statements[row]
        let text = """
            class lamp 1 { require lit() -> level: u32 state rounds: u8 = 0 }
            device blinker is lamp { match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory register regs.STATUS at 0x08 ro register regs.POWER at 0 rw
            register regs.CAUSE at 0xC w1c { DONE: 0 } register regs.BELL at 0x10 wo
            register regs.TABLE[8] at 0x20 rw { LIT: 0…3 } state owner[4]: u8 in 0…200 = 7
            define seen() = CAUSE
            generate lit() -> level: u32 {
                reset state
                let now = STATUS
                \(statement)
                rounds = owner[now & 1] & TABLE[2].LIT
                if CAUSE == 3 { return seen() }
                return now | rounds
            } }
            """
        let found = RuleCompiler.compile([RuleSource(name: "lamp.meta", text: text)]).diagnostics
        #expect(found.map(\.identifier.text) == [expected].compactMap { $0 }, "\(statement)\n\(found)")
    }

    @Test func `Tables have a power of two of elements, and states of a class do not meet names of a device`() {
        func found(_ itsClass: String, _ device: String) -> [String] {
            let text = """
                class lamp 1 { require lit() -> level: u32 \(itsClass) }
                device blinker is lamp { match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory register regs.STATUS at 0x08 ro \(device)
                generate lit() -> level: u32 { reset state return STATUS | rounds[0] } }
                """
            return RuleCompiler.compile([RuleSource(name: "lamp.meta", text: text)]).diagnostics.map(\.identifier.text)
        }
        #expect(found("", "state rounds[1]: u8 = 0") == [])
        #expect(found("state rounds[4096]: u8 = 0", "") == [])
        #expect(found("", "state rounds[0]: u8 = 0") == ["M033", "M033"])
        #expect(found("", "state rounds[6]: u8 = 0") == ["M033"])
        #expect(found("state rounds[4097]: u8 = 0", "") == ["M004", "M039"])
        #expect(found("state rounds[2]: u8 = 0", "state rounds[2]: u8 = 0") == ["M008"])
        #expect(found("state rounds[2]: u8 = 0 state idle: u8 = 0", "") == ["M009"])
        #expect(found("state rounds[2]: u8 in 0…3 = 4", "") == ["M021"])
    }

    @Test(arguments: edits.indices)
    func `An edit of a right rule gives its diagnostics and no others`(row: Int) throws {
        let (old, new, expected) = Self.edits[row]
        let text = old.isEmpty ? Self.right : Self.right.replacing(old, with: new, maxReplacements: 1)
        let found = RuleCompiler.compile([RuleSource(name: "lamp.meta", text: text)]).diagnostics
        #expect(found.map(\.summary) == expected, "\(old) -> \(new)\n\(found)")
    }

    /// The same for a ring and the layout of its slots, in the rule of the fixture that has one.
    static let ringEdits: [(String, String, [String])] = [
        ("", "", []),
        ("    pool buffers of out { bytes 256, spare 2 }\n", "", ["M038 at 24:10"]),
        ("by driver as address", "by driver", ["M045 at 20:9"]),
        ("by driver as address", "by both as address", []),
        ("by driver as address", "by device as address", ["M028 at 19:9", "M028 at 27:41", "M028 at 37:28"]),
        ("by driver as address", "by driver as length", ["M045 at 19:9", "M043 at 20:9"]),
        ("by driver as address", "by driver as adress", ["M002 at 19:39"]),
        ("by driver as length", "by driver as address", ["M043 at 20:9", "M046 at 27:65"]),
        ("by driver as length", "by driver any", []), ("by driver as length", "by driver", ["M134 at 27:65"]),
        ("address at 0 u64", "address at 0 u32", []),
        ("address: place,", "address: place & 0xFFF0,", ["M046 at 27:50"]),
        ("address: place,", "address: 0,", ["M009 at 27:18", "M046 at 27:50"]),
        ("address: slot.buffer, status", "address: 4096, status", ["M046 at 37:37"]),
        ("base LOW:HIGH", "base LOW:LOW", ["M038 at 24:10"]),
        ("bytes SIZE", "bytes HIGH", ["M038 at 24:10"]),
        ("TABLE[4] at 0x20 wo", "TABLE[4] at 0x1C wo", []),
        ("SIZE at 0x10 rw", "SIZE at 0x0C rw", ["M042 at 14:19"]),
        ("POWER at 0x04", "POWER at 0x20", ["M042 at 17:19"]),
    ]

    @Test(arguments: ringEdits.indices)
    func `A small edit of a ring gives its own diagnostics`(row: Int) throws {
        let (part, other, expected) = Self.ringEdits[row]
        let right = try #require(Fixture.passing().first { $0.name.hasPrefix("M038") }).text
        #expect(part.isEmpty || right.split(separator: part, omittingEmptySubsequences: false).count == 2)
        let text = part.isEmpty ? right : right.replacing(part, with: other)
        let found = RuleCompiler.compile([RuleSource(name: "ring", text: text)]).diagnostics
        #expect(found.map(\.summary) == expected, "\(found.map(\.description).joined(separator: "\n"))")
    }
}
