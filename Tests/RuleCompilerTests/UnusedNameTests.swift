// Names that nothing uses, of every kind that a rule can declare: each is a mistake where it is, and none is where
// something uses it. Registers, fields and bits describe the device and may be for the reader alone.

import RuleCompiler
import Testing

@Suite struct UnusedNameTests {
    /// A declaration, and a statement that uses it.
    private static let declarations: [(declaration: String, use: String)] = [
        ("fact unused = 3", "POWER = unused"), ("table unused = 1, 2", "POWER = unused[1]"),
        ("probe unused: u8 reads { return STATUS.LEVEL }", "POWER = unused"),
        (
            "layout L 8 bytes { a at 0 u64 by device } memory unused of L { base LOW } "
                + "register regs.RUN at 0x40 wo = 0, 1 after unused", "unused.start()"
        ),
        ("pool unused { count 8, bytes 64 }", "POWER = unused.bytes"),
        ("mailbox unused { request POWER, done STATUS.LIT }", "unused.run(1) within 10 us else return stuck"),
        ("window unused = bar 1 memory", "register unused.X at 0 ro"),
        ("window unused = indirect POWER, LOW", "register unused.X at 0 rw"),
        (
            "layout unused 8 bytes { a at 0 u64 by device }",
            "memory m of unused { base LOW } register regs.RUN at 0x40 wo = 0, 1 after m"
        ),
        ("define unused(a) = a & 1", "POWER = unused(STATUS)"), ("state unused: u8 = 0", "unused = 1"),
        ("pool p { count 8, bytes 64 } state unused[2]: own p", ""),
        ("register regs.ROW[4] at 0x10 rw cursor unused over ROW", "unused.advance()"),
    ]

    /// Statements that name a value, and the name.
    private static let statements: [(statement: String, use: String)] = [
        ("let unused = STATUS", "POWER = unused"), ("for unused in 0..<4 { POWER = 1", "POWER = unused }"),
        ("for each unused in 0, 2 { POWER = 1", "POWER = unused }"),
    ]

    private func found(_ declaration: String, _ statement: String) -> [String] {
        let text = """
            class lamp 1 { require start() -> ready | stuck }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.STATUS at 0x00 ro { LIT: 0, LEVEL: 8…15 }
                register regs.POWER at 0x04 rw any
                register regs.LOW at 0x08 rw
                \(declaration)
                generate start() -> ready | stuck {
                    reset state
                    \(statement)
                    return ready
                }
            }
            """
        return RuleCompiler.compileAndTry([RuleSource(name: "a", text: text)]).diagnostics.map(\.identifier.text)
    }

    @Test(arguments: declarations.indices)
    func `a declaration that nothing uses is a mistake`(row: Int) {
        let (declaration, use) = Self.declarations[row]
        #expect(found(declaration, "") == ["M009"], "\(declaration)")
        guard !use.isEmpty else { return }
        // What uses a window or a layout is a declaration too.
        let isDeclared = use.hasPrefix("register") || use.hasPrefix("memory")
        let statement = use.hasPrefix("memory") ? "m.start()" : isDeclared ? "" : use
        #expect(found(declaration + (isDeclared ? " " + use : ""), statement) == [], "\(declaration)")
    }

    @Test(arguments: statements.indices)
    func `a value or a counter that nothing uses is a mistake`(row: Int) {
        let (statement, use) = Self.statements[row]
        let end = statement.contains("{") ? " }" : ""
        #expect(found("", statement + end) == ["M009"], "\(statement)")
        #expect(found("", statement + " " + use) == [], "\(statement)")
    }

    @Test func `registers, fields and bits may stand for the reader alone`() {
        #expect(found("register regs.SPARE at 0x0C rw { A: 0, B: 1…7 }", "POWER = 1") == [])
    }

    @Test func `what a class gives its devices is used by one of them`() {
        func found(_ declaration: String, _ value: String, more: String = "") -> [String] {
            let text = """
                class lamp 1 {
                    \(declaration)
                    require start() -> ready | stuck
                }
                device blinker is lamp {
                    match pci vendor 0x1234 device 0x0001
                    window regs = bar 0 memory
                    register regs.POWER at 0x04 rw any
                    generate start() -> ready | stuck {
                        POWER = \(value)
                        return ready
                    }
                }
                \(more)
                """
            return RuleCompiler.compileAndTry([RuleSource(name: "a", text: text)]).diagnostics.map(\.identifier.text)
        }
        let other = """
            device other is blinker {
                match pci vendor 0x1234 device 0x0002
                override generate start() -> ready | stuck {
                    POWER = level
                    return ready
                }
            }
            """
        #expect(found("fact level = 3", "1") == ["M009"])
        #expect(found("table level = 1, 2", "1") == ["M009"])
        #expect(found("fact level = 3", "level") == [])
        #expect(found("table level = 1, 2", "level[1]") == [])
        #expect(found("fact level = 3", "1", more: other) == [])
        #expect(found("require fact level", "1", more: "").contains("M009") == false)
    }
}
