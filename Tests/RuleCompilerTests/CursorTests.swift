// What a cursor is refused for, each use by the diagnostic that it gives; the views and moves that are right stand among them.

import RuleCompiler
import Testing

@Suite struct CursorTests {
    /// A cursor, and a statement of a function that may name it.
    private static let uses: [(cursor: String, statement: String, expected: [String])] = [
        // What it runs around.
        ("over rows", "rows[next.index].word = next.lap", []), ("over queue.words", "LOW = next.offset", []),
        ("over TABLE", "TABLE[next.index] = 1", []), ("over ROW", "next.advance()", ["M007"]),
        ("over queue", "next.advance()", ["M088"]), ("over queue.words[4]", "next.advance()", ["M002"]),
        ("over queue.word", "next.advance()", ["M007"]), ("over queue.single", "next.advance()", ["M088"]),
        ("over rows.word", "next.advance()", ["M088"]), ("over LOW", "next.advance()", ["M088"]),
        ("over marks.index", "next.advance()", ["M088"]), ("over single", "next.advance()", ["M088"]),
        ("over odd", "next.advance()", ["M088"]), ("over next", "next.advance()", ["M088"]),
        ("over ROWS", "next.advance()", ["M088"]), ("over one", "next.advance()", ["M088"]),
        ("over many", "next.advance()", []), (": u8 over many", "next.advance()", ["M088"]),
        (": u48 over many", "next.advance()", ["M002"]), (": u64 over many", "next.advance()", []),
        // Its views, which are of different kinds.
        ("over marks", "LOW = next.count | next.index", []), ("over marks", "LOW = next.offset", ["M088"]),
        ("over marks", "LOW = next.number", ["M007"]), ("over marks", "LOW = next", ["M088"]),
        ("over rows", "TABLE[next.offset & 7] = 1", ["M066"]), ("over rows", "TABLE[next.index] = 1", ["M033"]),
        ("over rows", "if next.offset == next.index { LOW = 1 }", ["M066"]), ("over rows", "TABLE[next] = 1", ["M088"]),
        ("over rows", "LOW = next[1]", ["M088"]), ("over rows", "LOW = next.index.word", ["M084"]),
        // It moves, and is not set.
        ("over rows", "next = 1", ["M088"]), ("over rows", "next.index = 1", ["M088"]),
        ("over rows", "next[1] = 1", ["M088"]), ("over rows", "next.advance(LOW & 0xFFFF)", []),
        ("over rows", "next.advance(LOW)", ["M021"]), (": u8 over rows", "next.advance(256)", ["M021"]),
        ("over rows", "next.advance(next.offset)", ["M066"]), ("over rows", "next.advance(1, 2)", ["M039"]),
        ("over rows", "next.advance(next.count + 1)", ["M021"]), ("over rows", "next.retreat()", ["M039"]),
        ("over rows", "let place = next.advance() LOW = place", ["M088"]), ("over rows", "", ["M009"]),
    ]

    /// The same with a declaration beside the cursor over `rows`.
    private static let declarations: [(declaration: String, statement: String, expected: [String])] = [
        ("fact now = next.index", "next.advance() LOW = now", ["M101"]),
        ("probe now: u8 reads { return next.index }", "LOW = now", ["M107"]),
        ("probe now: u8 resets { next.advance() return 1 }", "LOW = now", ["M107"]),
        ("define place() = next.offset", "LOW = place()", []),
        ("define turn() { next.advance(3) }", "turn()", []),
        ("define at(next) = next & 3", "LOW = at(3)", ["M009"]),
        ("define at(next) = next.index", "next.advance() LOW = at(LOW)", ["M007"]),
        ("state next: u8 = 0", "next.advance()", ["M008"]),
        ("cursor marks over rows", "next.advance()", ["M008"]),
    ]

    private func found(
        _ cursor: String, _ statement: String, _ declaration: String = "", reset: String = "reset state"
    ) -> [String] {
        let text = """
            class lamp 1 { require start() -> ready | stuck }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.LOW at 0x00 rw any
                register regs.ROWS at 0x04 rw
                register regs.QUEUE at 0x08 u64 rw
                register regs.TABLE[8] at 0x20 rw any
                layout Row 8 bytes { word at 0 u64 by both any }
                layout Queue 10 bytes { words[4] at 0 u16 by both single at 8 u16 by both }
                memory rows of Row { count 64, base ROWS }
                memory queue of Queue { base QUEUE }
                register regs.ODD at 0x40 rw
                register regs.RUN at 0x44 wo = 0, 1 after rows and queue and odd
                memory odd of Row { count 48, base ODD }
                state marks[16]: u8 = 0
                state one[1]: u8 = 0
                state many[4096]: u8 = 0
                state single: u8 = 0
                cursor next \(cursor)
                \(declaration)
                generate start() -> ready | stuck {
                    \(reset)
                    rows.start() queue.start() odd.start()
                    marks[0] = 0 one[0] = 0 many[0] = 0 single = 0
                    \(statement)
                    return ready
                }
            }
            """
        return RuleCompiler.compileAndTry([RuleSource(name: "a", text: text)]).diagnostics.map(\.identifier.text)
    }

    @Test(arguments: uses.indices)
    func `each use of a cursor is right, or gives its diagnostic`(row: Int) {
        let (cursor, statement, expected) = Self.uses[row]
        #expect(found(cursor, statement) == expected, "cursor next \(cursor): \(statement)")
    }

    @Test(arguments: declarations.indices)
    func `other declarations see the cursor as it is`(row: Int) {
        let (declaration, statement, expected) = Self.declarations[row]
        #expect(found("over rows", statement, declaration) == expected, "\(declaration): \(statement)")
    }

    @Test func `a cursor is put at its start by some function`() {
        #expect(found("over rows", "next.advance()", reset: "").contains("M041"))
    }

    @Test func `a class declares cursors for its devices, and a derived device has those that it inherits`() {
        let base = """
            class lamp 1 { require start() -> none }
            class turner 1 is lamp {
                cursor last over marks
                generate start() -> none {
                    reset state
                    marks[last.index] = next.count
                    last.advance()
                    next.advance(2)
                }
            }
            device a is turner {
                match pci vendor 0x1234 device 0x0001
                state marks[16]: u16 = 0
                cursor next over marks
            }
            device b is a {
                match pci vendor 0x1234 device 0x0002

            """
        func found(_ declarations: String) -> [String] {
            let text = base + declarations + "\n}"
            return RuleCompiler.compileAndTry([RuleSource(name: "a", text: text)]).diagnostics.map(\.identifier.text)
        }
        #expect(found("") == [])
        #expect(found("override state marks[32]: u16 = 0") == [])
        #expect(found("override state marks[32]: u16 = 0\noverride cursor next over last") == ["M088"])
        #expect(found("override cursor next: u8 over marks") == [])
        #expect(found("cursor next over marks") == ["M052"])
        #expect(found("cursor last over marks") == ["M008"])
    }
}
