// Values that wait until the device was told certain things: what may be said of them, and which statements keep it. Each
// edit of a right rule gives its diagnostic and no other.

import RuleCompiler
import Testing

@Suite struct PremiseTests {
    /// What `RUN` allows besides 0, statements, and what the compiler says.
    private static let rows: [(permit: String, statements: String, expected: [String])] = [
        ("1 after note", "note.start() RUN = 1", []), ("1 after note", "RUN = 1 note.start()", ["M136"]),
        ("1 after note", "note.start() RUN = 1 RUN = 1", []),
        ("1 after note", "note.start() MASK = 3 TABLE[2] = 1 RUN = 1", []),
        ("1 after note", "note.start() RESET = 1 RUN = 1", ["M136"]),
        ("1 after note", "RESET = 1 note.start() RUN = 1", []),
        ("1 after note", "note.start() pause 1 us RUN = 1", ["M136"]),
        ("1 after note", "note.start() if SEEN == 0 { return stuck } RUN = 1", ["M136"]),
        ("1 after note and LIMIT 3", "LIMIT = 3 note.start() RUN = 1", []),
        ("1 after note and LIMIT 3", "note.start() LIMIT = 3 LIMIT = 2 RUN = 1", ["M136"]),
        ("1 after note and LIMIT 1…3", "note.start() LIMIT = 2 RUN = 1", []),
        ("1 after note and LIMIT 2…3", "note.start() LIMIT = SEEN & 3 RUN = 1", ["M136"]),
        ("1 after note and LIMIT list.count", "note.start() LIMIT = 4 RUN = 1", []),
        ("1 after note and LIMIT list.count", "note.start() LIMIT = 3 RUN = 1", ["M136"]),
        ("1 after note and PLACE of list", "note.start() PLACE = list[3].address RUN = 1", []),
        ("1 after note and PLACE of list", "note.start() PLACE = 0 RUN = 1", ["M136"]),
        ("1 after note and PLACE of list or out", "note.start() PLACE = out[1].address RUN = 1", []),
        ("1 after note and PLACE 0", "PLACE = 0 note.start() RUN = 1", []),
        ("1 after note, 2 after note and LIMIT 4", "note.start() LIMIT = 4 RUN = 2 RUN = 1", []),
        // What cannot be said.
        ("1 after note and", "note.start()", ["M002"]), ("1 after note LIMIT 3", "note.start()", ["M002"]),
        ("1 after nothing", "note.start()", ["M007", "M137"]), ("1 after note and NONE 1", "note.start()", ["M007"]),
        ("1 after note and LIMIT none.count", "note.start()", ["M007"]),
        ("1 after note and LIMIT 5", "note.start()", ["M135"]),
        ("1 after note and LIMIT 3…2", "note.start()", ["M135"]),
        ("1 after note and MASK 0x1_0000", "note.start()", ["M135"]),
        ("1 after note and SIZE 8", "note.start()", ["M135"]), ("1 after note and LOW 0", "note.start()", ["M135"]),
        ("1 after note and PLACE 4", "note.start()", ["M135"]),
        ("1 after note and PLACE of note", "note.start()", ["M135"]),
        ("1 after note and FAR 1", "note.start()", ["M135"]), ("1 after note and TABLE 1", "note.start()", ["M135"]),
        ("1 after note and SEEN 0", "note.start()", ["M135"]), ("1 after note and MOUTH 1", "note.start()", ["M135"]),
        ("1 after note and CAUSE 1", "note.start()", ["M135"]), ("1 after note and DATA 1", "note.start()", ["M135"]),
        ("1 after note and DEEP 1", "note.start()", ["M135"]), ("1 after note and INDEX 1", "note.start()", []),
        // What makes void what was told before holds what it was told itself.
        ("1 after note and RESET 1", "RESET = 1 note.start() RUN = 1", []),
        ("1 after note and RESET 1", "note.start() RESET = 1 RUN = 1", ["M136"]),
        ("1 after note and RESET 1", "RESET = 0 note.start() RUN = 1", ["M136"]),
        ("1 after note and list", "note.start()", ["M135"]), ("1 after note and out", "note.start()", ["M135"]),
        ("1…3, 2 after note", "note.start()", ["M135"]), ("3…4, 1…2, 2…3 after note", "note.start()", ["M135"]),
        ("list.count, 4 after note", "note.start()", ["M135"]), ("4, list.count after note", "note.start()", ["M135"]),
        ("1…2, 4, 2…4 after note", "note.start() RUN = 3", []),
        ("1…2, 4, 2…4 after note", "RUN = 3 note.start()", ["M136"]),
        ("1 after LIMIT 3", "note.start()", ["M137"]),
        ("1 after note" + String(repeating: " and LIMIT 3", count: 14), "note.start()", []),
        ("1 after note" + String(repeating: " and LIMIT 3", count: 15), "note.start()", ["M026"]),
        (
            "1 after note" + String(repeating: " and PLACE of list or out", count: 3)
                + String(repeating: ", 2 after note and PLACE 0", count: 7), "note.start()", []
        ),
        ("1 after note" + String(repeating: " and PLACE of list or out", count: 4), "note.start()", ["M026"]),
        ("1 after note" + String(repeating: " and PLACE of list or out", count: 14), "note.start()", ["M026"]),
    ]

    private static func text(_ permit: String, _ statements: String) -> String {
        """
        class lamp 1 { require start() -> ready | stuck }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            window more = bar 1 memory
            window far = indirect INDEX, DATA
            register regs.LOW at 0x08 rw
            register regs.HIGH at 0x0C rw
            register regs.SIZE at 0x10 rw
            register regs.LIMIT at 0x14 wo = 0…4
            register regs.PLACE at 0x18 wo as address of list, out or 0
            register regs.MOUTH at 0x1C wo fifo any
            register regs.CAUSE at 0x20 w1c any
            register regs.TABLE[4] at 0x24 wo any
            register regs.SEEN at 0x34 ro
            register regs.MASK at 0x38 u16 wo any
            register regs.RUN at 0x40 wo = 0, \(permit)
            register regs.RESET at 0x44 wo voids = 0…1
            register regs.INDEX at 0x48 wo any
            register regs.DATA at 0x4C wo
            register far.DEEP at 1 wo = 0…3
            register more.FAR at 0x00 wo any
            layout Note 8 bytes { count at 0 u64 by device }
            layout Item 8 bytes { next at 0 u32 by driver as address of list    mark at 4 u32 by device }
            memory note of Note { base LOW:HIGH, bytes SIZE }
            memory list of Item { count 4 }
            pool out { count 4, bytes 64 }
            generate start() -> ready | stuck {
                for i in 0..<4 { list[i].next = list[(i + 1) & 3].address }
                PLACE = out[0].address
                \(statements)
                return ready
            }
        }
        """
    }

    private func found(_ text: String) -> [String] {
        RuleCompiler.compileAndTry([RuleSource(name: "a", text: text)]).diagnostics
            .filter { !$0.identifier.isWarning }.map(\.identifier.text)
    }

    @Test(arguments: rows.indices)
    func `what a value waits for is right and kept, or gives its diagnostic`(row: Int) {
        let (permit, statements, expected) = Self.rows[row]
        #expect(Set(found(Self.text(permit, statements))) == Set(expected), "\(permit): \(statements)")
    }

    @Test func `a store that comes too early is told of by what it is, where it stands`() throws {
        let text = Self.text("1 after note", "\nRUN = 1\nnote.start()")
        let diagnostics = RuleCompiler.compileAndTry([RuleSource(name: "a", text: text)]).diagnostics
        let diagnostic = try #require(diagnostics.first)
        #expect(diagnostics.count == 1 && diagnostic.sourceLine.contains("RUN = 1"))
        #expect(diagnostic.message == "`regs.RUN` is written 1 before all was told that this waits for")
    }

    @Test func `a field of memory waits for nothing, and what is only read makes void by that`() {
        let right = Self.text("1 after note", "note.start() RUN = 1")
        let mark = "mark at 4 u32 by driver = 0, 1 after note"
        #expect(found(right.replacing("mark at 4 u32 by device", with: mark)) == ["M135"])
        let rows = [("note.start() flush SEEN RUN = 1", ["M136"]), ("flush SEEN note.start() RUN = 1", [])]
        for (statements, mistakes) in rows {
            let text = Self.text("1 after note", statements)
            #expect(found(text) == [])
            #expect(found(text.replacing("at 0x34 ro", with: "at 0x34 ro voids")) == mistakes)
        }
    }

    /// Registers behind two others, statements, and what the compiler says. `GO` waits for where `list` is.
    private static let selected: [(go: String, statements: String, expected: [String])] = [
        ("1 after list", "list.start() DEEP_LOW = 0", ["M131"]), ("1 after list", "list.start() GO = 1", []),
        ("1 after list", "GO = 1 list.start()", ["M136"]), ("1 after list", "list.start() LEVEL = 4 GO = 1", []),
        ("1 after list", "list.start() GO = 2", ["M136"]), ("1 after list", "list.start() LEVEL = 5", ["M136"]),
        ("1 after list", "list.start() LEVEL = SEEN", ["M132"]),
        ("1 after list", "list.start() LEVEL = SEEN & 3 GO = 1", []),
        ("1 after list", "list.start() STILL = 1 GO = 1", ["M136"]),
        ("1 after list and STILL 1", "STILL = 1 list.start() GO = 1", []),
        ("1 after list and STILL 1", "list.start() GO = 1", ["M136"]),
        ("1 after list and LEVEL 4", "LEVEL = 4 list.start() GO = 1", []),
        ("1 after list and LEVEL 4", "LEVEL = 4 INDEX = 3 list.start() GO = 1", []),
        ("1 after list and LEVEL 4", "list.start() LEVEL = 4 LEVEL = 3 GO = 1", ["M136"]),
        ("1 after list and NEAR 1", "list.start()", ["M135"]), ("1 after list and DATA 1", "list.start()", ["M135"]),
        // By hand: what was selected is not known, is not there, or was asked for before.
        ("1 after list", "list.start() DATA = 0", ["M132"]),
        ("1 after list", "list.start() INDEX = 9 DATA = 0", ["M132"]),
        ("1 after list", "list.start() INDEX = SEEN DATA = 0", ["M132"]),
        ("1 after list", "list.start() INDEX = 5 DATA = 0", []),
        ("1 after list", "list.start() INDEX = 5 DATA = 0 DATA = 0", ["M132"]),
        ("1 after list", "list.start() INDEX = 5 pause 1 us DATA = 0", ["M132"]),
    ]

    @Test(arguments: selected.indices)
    func `what is reached by way of another register is held by itself, and waits for what is reached alike`(row: Int) {
        let (go, statements, expected) = Self.selected[row]
        let text = """
            class lamp 1 { require start() -> ready | stuck }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 ports
                window far = indirect INDEX, DATA
                register regs.DATA at 0x00 u16 rw
                register regs.INDEX at 0x02 u16 rw any
                register regs.SEEN at 0x04 u16 ro
                register regs.NEAR at 0x06 u16 rw any
                register far.DEEP_LOW at 1 u16 wo
                register far.DEEP_HIGH at 2 u16 wo
                register far.LEVEL at 3 u16 rw { HEIGHT: 0…3 = 0…4 }
                register far.STILL at 4 u16 wo voids = 0…1
                register far.GO at 5 u16 wo = 0, \(go)
                layout Item 8 bytes { mark at 0 u64 by device }
                memory list of Item { count 4, base DEEP_LOW:DEEP_HIGH }
                generate start() -> ready | stuck { \(statements) if SEEN == NEAR { NEAR = LEVEL } return ready }
            }
            """
        #expect(Set(found(text)) == Set(expected), "\(go): \(statements)")
    }

    @Test func `what a derived device puts in the place of something is held against what waits for that`() {
        let right = Self.text("1 after note and PLACE of list", "note.start() PLACE = list[0].address RUN = 1")
        let derived = { (place: String, name: String) in
            right + """

                device dimmer is blinker {
                    match pci vendor 0x1234 device 0x0002
                    override register regs.PLACE\(place) wo as address of list, out or 0
                    override generate start() -> ready | stuck {
                        for i in 0..<4 { list[i].next = list[(i + 1) & 3].address }
                        note.start() \(name) = list[0].address
                        return ready
                    }
                }
                """
        }
        #expect(found(derived(" at 0x50", "PLACE")) == [])
        #expect(found(derived("[17] at 0x50", "PLACE[1]")) == ["M135"])
    }

    @Test func `half of an address in another window is none that a value could wait for`() {
        let right = Self.text("1 after note", "note.start() RUN = 1")
        func derived(_ window: String) -> String {
            right + """

                device dimmer is blinker {
                    match pci vendor 0x1234 device 0x0002
                    register \(window).UPPER at 0x50 rw
                    override memory note of Note { base LOW:UPPER, bytes SIZE }
                }
                """
        }
        #expect(found(derived("regs")) == [])
        #expect(found(derived("more")) == ["M135"])
    }

    @Test func `a value that waits for an array of addresses waits for each of them`() {
        func found(_ count: Int, _ statements: String) -> [String] {
            let text = Self.text("1 after note and PLACES of list", "note.start() \(statements) RUN = 1")
            let array = "register regs.PLACES[\(count)] at 0x50 wo as address of list, out "
            return self.found(text.replacing("layout Note", with: array + "layout Note"))
        }
        let each = "for each i in 0..<3 { PLACES[i] = list[i].address }"
        #expect(found(3, each) == [])
        #expect(found(4, each) == ["M136"])
        #expect(found(3, each + " PLACES[1] = out[1].address") == ["M136"])
        // What is written by an index may be any of them.
        let all = "for each i in 0..<4 { PLACES[i] = list[i].address }"
        #expect(found(4, all + " PLACES[SEEN & 3] = list[0].address") == ["M136"])
        #expect(found(17, "for each i in 0..<17 { PLACES[i] = list[i & 3].address }") == ["M135"])
    }

    @Test func `a derived device that drops what waits for a memory is told of it`() {
        let right = Self.text("1 after note", "note.start() RUN = 1")
        let derived = { (allowed: String) in
            right + """

                device dimmer is blinker {
                    match pci vendor 0x1234 device 0x0002
                    override register regs.RUN at 0x40 wo = \(allowed)
                }
                """
        }
        #expect(found(derived("0, 1 after note")) == [])
        #expect(found(derived("0, 1")) == ["M137"])
    }

    @Test func `a probe leaves nothing started, and puts nothing back that starts something`() {
        let right = Self.text(
            "list.count, 1 after note", "reset state seen = lit if seen == 1 { return stuck } note.start() RUN = 1")
        let rows: [(probe: String, expected: [String])] = [
            ("resets { RESET = 1", []), ("resets { RUN = 0", []), ("resets { RUN = 1", ["M136"]),
            ("resets { RUN = 3", ["M136"]), ("resets { RUN = SEEN & 1", ["M132"]),
            // How many there are is not known before memories are placed.
            ("resets { RUN = 4", ["M136"]),
            ("resets { LIMIT = SEEN & 3", []), ("resets { LIMIT = SEEN & 7", ["M132"]),
            ("resets { MASK = SEEN & 7", []), ("restores MASK { MASK = SEEN & 7", []),
            ("restores LIMIT { LIMIT = SEEN & 7", []), ("restores RUN { RUN = 1", ["M111", "M107"]),
            ("restores RUN { RUN = 0", ["M111", "M107"]),
        ]
        for (probe, expected) in rows {
            let text = right.replacing(
                "generate start",
                with: "state seen: u8 = 0 probe lit: bool = 0 \(probe) return SEEN & 1 } generate start"
            ).replacing("0x40 wo", with: "0x40 rw").replacing("u16 wo", with: "u16 rw").replacing(
                "0x14 wo", with: "0x14 rw")
            #expect(found(text) == expected, "\(probe)")
        }
    }
}
