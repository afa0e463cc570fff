// Where a device or its code is too large for its metabinary or for the target: the largest that fits passes, the next one is
// a diagnostic of the compiler, whatever the facts of a machine.

import Metabinary
import Pipeline
import RuleCompiler
import Testing

@Suite struct CapacityTests {
    /// A device with declarations and the statements of its one function.
    static func text(_ declarations: String, _ statements: String) -> String {
        """
        class lamp 1 { require start() -> ready | stuck }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.STATUS at 0x00 ro
            register regs.POWER at 0x04 rw any
            register regs.BASE at 0x08 rw
        \(declarations)
            generate start() -> ready | stuck {
        \(statements)
                return ready
            }
        }
        """
    }

    /// So many lines, by number.
    private static func lines(_ count: Int, _ line: (Int) -> String) -> String {
        (0..<count).map(line).joined(separator: "\n")
    }

    private static func repeated(_ count: Int, _ opening: String, _ middle: String, _ closing: String) -> String {
        String(repeating: opening, count: count) + middle + String(repeating: closing, count: count)
    }

    /// A layout of so many fields of four bytes, each of which tells of a buffer, in a memory of two.
    private static func telling(_ count: Int) -> String {
        "pool out { count 4, bytes 256 }\nlayout Link \(4 * count) bytes {\n"
            + lines(count) { "a\($0) at \(4 * $0) u32 by driver as address of out" }
            + "\n}\nmemory links of Link { count 2, base BASE } register regs.RUN at 0x80 wo = 0, 1 after links"
    }

    /// A layout of an array and further fields, in a memory of one.
    private static func fields(_ count: Int, name: String = "list") -> String {
        "layout List \(4 * (count + 3)) bytes { all[4] at 0 u32 by driver\n"
            + lines(count - 1) { "f\($0) at \(4 * $0 + 16) u32 by driver" }
            + "}\nmemory \(name) of List { base BASE } register regs.RUN at 0x80 wo = 0, 1 after \(name)"
    }

    /// What is declared and done so many times, how often it fits and how often not, and what is said then.
    private static let rows: [(what: String, fits: Int, exceeds: Int, text: @Sendable (Int) -> String)] = [
        (
            "memories", 16, 17,
            { count in
                text(
                    lines(count) { "pool p\($0) { count 1, bytes 8 }" }, lines(count) { "POWER = p\($0).count" })
            }
        ),
        (
            "cells of state", 64, 65,
            { count in
                text(lines(count) { "state s\($0): u8 = 0" }, "reset state\n" + lines(count) { "s\($0) = 1" })
            }
        ),
        (
            "facts", 64, 65,
            { count in
                text(lines(count) { "fact f\($0) = pci.revision + \($0)" }, lines(count) { "POWER = f\($0)" })
            }
        ),
        (
            "lists of numbers", 32, 33,
            { count in text("", lines(count) { "for each i\($0) in \($0), 99 { POWER = i\($0) }" }) }
        ),
        (
            "windows", 3, 4,
            { count in
                text(
                    lines(count) { "window w\($0) = bar \($0 + 1) memory register w\($0).R\($0) at 0x3FFFFFC rw" },
                    lines(count) { "R\($0) = 1" })
            }
        ),
        ("told fields", 8, 16, { text(telling($0), "links.start()") }),
        ("parts", 32, 33, { text(fields($0), "list.start()") }),
        (
            "definitions of values", 8, 40,
            { count in
                text(
                    "define d0(x) = x | 1\n" + lines(count) { "define d\($0 + 1)(x) = d\($0)(x) | d\($0)(x)" },
                    "let v = STATUS\nPOWER = d\(count)(v)")
            }
        ),
        (
            "definitions of statements", 8, 40,
            { count in
                text(
                    "define d0() { POWER = 1 }\n" + lines(count) { "define d\($0 + 1)() { d\($0)() d\($0)() }" },
                    "d\(count)()")
            }
        ),
        ("items", 1023, 1024, { text("", "for each i in 0..<\($0) { POWER = i }") }),
        (
            "items by a fact", 1023, 1024,
            { text("fact many in 0…\($0) = pci.device", "for each i in 0..<many { POWER = i }") }
        ),
        (
            "items of the costlier arm", 1021, 1022,
            {
                text(
                    "fact old = pci.revision < 3",
                    "when old { for each i in 0..<\($0) { POWER = i } } else { POWER = STATUS | 1 }\nPOWER = 1\nPOWER = 1"
                )
            }
        ),
        (
            "items with every alternative", 1006, 1007,
            { count in
                let choices = ["one", "two"].map { "fact \($0) = choose 1, 2, 3, 4, 5, 6, 7, 8" }
                return text(
                    choices.joined(separator: "\n"), "for each i in 0..<\(count) { POWER = i }\nPOWER = one + two")
            }
        ),
        (
            "steps with every alternative", 1_500, 1_800,
            { count in
                let choices = ["one", "two"].map { "fact \($0) = choose 1, 2, 3, 4, 5, 6, 7, 8" }
                return text(
                    choices.joined(separator: "\n"),
                    "for each i in 0..<\(count) { when i * 3 + 1 == 7 { POWER = 1 } }\nPOWER = one + two")
            }
        ),
        (
            "values at a time", 7, 9,
            { count in
                text(
                    "fact f = pci.revision\ndefine d(x) = " + repeated(15, "f | (", "x", ")") + "\n"
                        + lines(count) { "define d\($0 + 1)(x) = d\($0)(" + repeated(15, "f | (", "x", ")") + ")" }
                        .replacing("d0(", with: "d("), "POWER = d\(count)(f)")
            }
        ),
        (
            "blocks", 14, 15,
            {
                text(
                    "define blink() { if STATUS == 1 { for _ in 0..<3 { POWER = 1 } } }",
                    repeated($0, "if STATUS != 2 { ", "blink()", " }"))
            }
        ),
        (
            "pauses in blocks", 14, 15,
            {
                text(
                    "define blink() { if STATUS == 1 { pause 1 us } }",
                    repeated($0, "if STATUS != 2 { ", "blink()", " }"))
            }
        ),
    ]

    @Test(arguments: rows.indices)
    func `the largest that fits gives a driver, and more is a diagnostic`(row: Int) throws {
        let (what, fits, exceeds, text) = Self.rows[row]
        let compilation = RuleCompiler.compileAndTry([RuleSource(name: "a", text: text(fits))])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(what): \(compilation.diagnostics)"))
        var observer = SilentObserver()
        let outcomes = generate(TruthfulMachine.facts(for: image), image, observer: &observer)
        #expect(outcomes.count { if case .driver = $0 { true } else { false } } == 1, "\(what): \(outcomes)")
        let found = RuleCompiler.compile([RuleSource(name: "a", text: text(exceeds))]).diagnostics
        #expect(found.map(\.identifier) == [.limitExceeded], "\(what): \(found)")
    }

    @Test func `what the compiler calls by the name of a memory has a name that a report has room for`() {
        for (length, expected) in [(59, []), (60, [DiagnosticIdentifier.nameTooLong])] {
            let name = String(repeating: "m", count: length)
            let text = Self.text(Self.fields(1, name: name), "\(name).start()")
            let found = RuleCompiler.compileAndTry([RuleSource(name: "a", text: text)]).diagnostics
            #expect(found.map(\.identifier) == expected, "\(found)")
        }
    }

    @Test func `too much is told at the line at which it is too much`() {
        let loops = Self.text("", "POWER = 1\nfor each i in 0..<1000 {\nPOWER = i\nPOWER = 2 }")
        let found = RuleCompiler.compile([RuleSource(name: "a", text: loops)]).diagnostics
        #expect(found.map(\.summary) == ["M026 at 13:1"])
    }
}
