// What may lead to records of memory, and what may be defined of statements: small edits of one right rule, each with the
// diagnostics that it must give.

import RuleCompiler
import Testing

@Suite struct LinkTests {
    private static let right = """
        class lamp 1 {
            require start() -> ready | stuck
            require stop() -> none
        }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.STATUS at 0x00 rw { READY: 0 }
            register regs.POINTER at 0x04 rw as address of rows, note
            layout Row 32 bytes {
                status at 0 u32 by both
                link at 4 u32 by driver as address of rows
                note at 8 u32 by driver as address of note
                size at 12 u16 by driver as length of rows
                data[16] at 16 u8 by device
            }
            layout Note 8 bytes {
                status at 0 u32 by both
                back at 4 u32 by driver as address of rows
            }
            memory rows of Row { count 8, headroom 16 }
            memory note of Note { count 1 }
            state turn: u32 = 0
            define settle() { wait STATUS.READY within 9 us else return stuck }
            generate start() -> ready | stuck {
                reset state
                rows[1].link = rows[2].address
                rows[1] = Row { link: rows[2].address, note: note.address, size: 16 }
                POINTER = rows[3].address
                settle()
                return ready
            }
            generate stop() -> none {
                if turn == 0 { return }
                turn = 1
            }
        }
        """

    /// What is replaced, by what, and what the compiler finds.
    private static let edits: [(String, String, [String])] = [
        ("", "", []),
        // What is led to is there, and has what is wanted of it.
        ("as address of rows\n        note", "as address of rose\n        note", ["M007"]),
        ("as address of rows, note", "as address of rows, rows", ["M008"]),
        ("as address of rows, note", "as address of rows, turn", ["M007"]),
        ("rw as address of rows, note", "ro as address of rows, note", ["M081"]),
        ("note at 8 u32 by driver as address of note", "note at 8 u16 by driver as address of note", ["M044"]),
        ("note at 8 u32 by driver as address of note", "note at 8 u32 by device as address of note", ["M028", "M028"]),
        ("rows[1].link = rows[2].address", "rows[1].link = note.address", ["M046"]),
        ("rows[1].link = rows[2].address", "rows[1].link = 64", ["M046"]),
        ("rows[1].link = rows[2].address", "rows[1].link = rows[8].address", ["M033"]),
        ("rows[1].link = rows[2].address", "rows[1].status = rows[2].address", ["M066"]),
        ("POINTER = rows[3].address", "POINTER = 1", ["M046"]),
        ("link: rows[2].address, ", "", ["M046"]),
        ("link: rows[2].address, ", "link: note.address, ", ["M046"]),
        ("rows[1].link = rows[2].address", "rows[1].data = 1", ["M084"]),
        // A field of that name is assigned, and the address of the record is a value.
        ("status at 0 u32 by both\n        back", "address at 0 u32 by both\n        back", ["M008"]),
        ("status at 0 u32 by both\n        back", "address at 0 u32 by driver\n        back", []),
        ("memory note of", "memory spare of Note { count 2 } memory note of", ["M081"]),
        ("memory note of Note { count 1 }", "memory note of Note { count 1, bytes STATUS }", ["M081"]),
        ("POINTER = rows[3].address", "rows.start()", ["M039"]),
        // Definitions of statements.
        ("settle()\n        return", "settle(1)\n        return", ["M039"]),
        ("settle()\n        return", "settled()\n        return", ["M007"]),
        ("settle()\n        return", "return", ["M009"]),
        ("settle()\n        return", "let x = settle()\n        return", ["M009", "M009", "M007"]),
        ("within 9 us else return stuck }", "within 9 us else return stuck\n settle() }", ["M039"]),
        ("define settle() {", "define settle() { let x = turn", ["M009"]),
        ("within 9 us else return stuck }", "within 9 us else return stuck\n return ready }", ["M025"]),
        ("define settle() {", "define settle() { turn = level", ["M007"]),
        ("settle()\n        return", "let level = turn\n settle()\n STATUS = level\n return", []),
        ("turn = 1", "settle()", ["M036"]),
        // A counter that is not wanted, and a return before a next line.
        ("turn = 1", "for _ in 0..<3 { turn = 1 }", []),
        ("turn = 1", "for i in 0..<3 { turn = 1 }", ["M009"]),
        ("turn = 1", "turn = _", ["M007"]),
    ]

    @Test(arguments: edits.indices)
    func `Every edit gives its diagnostics`(index: Int) {
        let (part, other, expected) = Self.edits[index]
        let text = part.isEmpty ? Self.right : Self.right.replacing(part, with: other)
        #expect(part.isEmpty || text != Self.right, "nothing is replaced: \(part)")
        let found = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: text)]).diagnostics
        #expect(found.map(\.identifier.text) == expected, "\(part) -> \(other): \(found.map(\.description))")
    }

    @Test func `a field named address takes the address of a record`() {
        let text = Self.right.replacing("link", with: "address")
        #expect(RuleCompiler.compileAndTry([RuleSource(name: "blinker.meta", text: text)]).diagnostics.isEmpty)
    }
}
