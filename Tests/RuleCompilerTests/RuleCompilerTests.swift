// The compiler as its callers see it: what a person reads after a mistake, how much one run finds, and what never
// happens (a trap, an order that matters).

import Foundation
import Metabinary
import RuleCompiler
import Testing

@Suite struct RuleCompilerTests {
    @Test func `A diagnostic shows place, identifier, line, caret and mend`() {
        let text = """
            class lamp 1 { require lit() -> on: bool }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
            \tregister regs.STATUS at 0x08 ro { LIT: 0, LEVEL: 1…32 }
                generate lit() -> on: bool { return STATUS.LIT }
            }
            """
        let diagnostics = RuleCompiler.compile([RuleSource(name: "rules/lamp.meta", text: text)]).diagnostics
        #expect(
            diagnostics.map(\.description).joined(separator: "\n") == """
                rules/lamp.meta:5:51: error[M012]: field `LEVEL` reaches bit 32; `STATUS` has bits 0…31
                    \tregister regs.STATUS at 0x08 ro { LIT: 0, LEVEL: 1…32 }
                    \t                                                 ^~~~
                fix-it: correct the bit, or the register's type, which is `u32`
                """)
    }

    @Test func `One run reports mistakes of all kinds and places, in the order of the text`() {
        let text = """
            class lamp 1 { require lit() -> on: bool  require dim() -> level: u9 }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001 0x0002
                window regs = bar 7 memory
                register regs.STATUS at 0x09 ro { LIT: 0 }
                generate lit() -> on: bool {
                    let a STATUS
                    return STATUS.LIT | STATUS
                }
                generate dim() -> level: u8 {
                    if 1
                    return 0b2
                }
            device blinker is lamp {
                match pci vendor 0x1234 device 0x0001
                generate lit() -> on: bool { return 1 }
                generate dim() -> level: u8 { return (1 }
            }
            }
            """
        let diagnostics = RuleCompiler.compile([RuleSource(name: "a", text: text)]).diagnostics
        #expect(
            diagnostics.map(\.summary) == [
                "M007 at 1:67", "M002 at 3:43", "M004 at 4:23", "M014 at 5:29", "M002 at 7:15", "M021 at 8:16",
                "M002 at 12:9", "M003 at 12:16", "M002 at 14:1", "M008 at 14:8", "M017 at 15:36", "M002 at 17:45",
                "M002 at 19:1",
            ])
    }

    @Test func `Every reserved word says that it is reserved, as a name and as a statement`() throws {
        let right = try #require(Fixture.passing().first { $0.name.hasPrefix("M001") }).text
        for word in ["machine", "await", "while"] {
            for wrong in [
                right.replacing("LEVEL", with: word), right.replacing("return", with: "\(word) 1 return"),
                right.replacing("device blinker", with: "device \(word)"), right + word,
            ] {
                let found = RuleCompiler.compile([RuleSource(name: "a", text: wrong)]).diagnostics
                #expect(found.map(\.identifier) == [.reservedWord])
                #expect(found.first?.message.contains("`\(word)` is reserved") == true)
            }
        }
    }

    @Test func `The shipped atlas stays small, whatever the order of its files`() throws {
        let sources = try Fixture.atlas()
        let bytes = try #require(RuleCompiler.compile(sources).metabinary)
        #expect(RuleCompiler.compile(sources.reversed()).metabinary == bytes)
        #expect(bytes.count <= 21_928)
        // The four families that came first have at most 898 lines and 11 KB, the fifth 166 lines beside its class, the seventh
        // 141.
        let fifth = ["i8255x.meta", "list_nic.meta"]
        let later = fifth + ["ne2000.meta", "pcnet.meta", "virtio_net_legacy.meta"]
        let four = sources.filter { !later.contains($0.name) }
        #expect(try #require(RuleCompiler.compile(four).metabinary).count <= 11_370)
        let lines = { (source: RuleSource) in source.text.count { $0 == "\n" } }
        #expect(four.map(lines).reduce(0, +) <= 898)
        #expect(sources.filter { $0.name == fifth[0] }.map(lines) == [166])
        #expect(sources.filter { $0.name == "pcnet.meta" }.map(lines) == [141])
    }

    @Test func `Both range signs, comments and line ends of other systems mean the same`() throws {
        let right = try #require(Fixture.passing().first { $0.name.hasPrefix("M001") }).text
        let bytes = try #require(RuleCompiler.compile([RuleSource(name: "a", text: right)]).metabinary)
        for same in [
            right.replacing("…", with: "..."), right.replacing("…", with: " … "),
            right.replacing("\n", with: "\r\n"), right.replacing("\n", with: " // …\n"),
        ] {
            #expect(RuleCompiler.compile([RuleSource(name: "a", text: same)]).metabinary == bytes)
        }
    }

    @Test func `Limits of the metabinary are diagnostics, not damaged images`() throws {
        let right = try #require(Fixture.passing().first { $0.name.hasPrefix("M001") }).text
        let matches = (0...64).map { "0x\(String($0, radix: 16))" }.joined(separator: ", ")
        let values = (0...64).map { "let v\($0) = STATUS.LIT" }.joined(separator: "\n")
        let sum = (0...64).map { "v\($0)" }.joined(separator: " | ")
        let long = "((" + Array(repeating: "STATUS", count: 40).joined(separator: " | ") + ") & 1)"
        let code = (0..<32).map { "let v\($0) = \(long)" }.joined(separator: "\n")
        let wrong = [
            right.replacing("0x0001", with: matches),
            right.replacing("return STATUS.LIT", with: values + " return " + sum),
            right.replacing(
                "return STATUS.LIT", with: code + " return " + (0..<32).map { "v\($0)" }.joined(separator: "|")),
            right.replacing("STATUS.LIT", with: Array(repeating: "STATUS.LIT", count: 66).joined(separator: "|")),
            right + String(repeating: "\n", count: 70_000),
            String(repeating: " ", count: 270_000) + right,
        ]
        for text in wrong {
            let found = RuleCompiler.compile([RuleSource(name: "a", text: text)]).diagnostics
            #expect(found.map(\.identifier) == [.limitExceeded])
        }
    }

    @Test func `Imports go by the path from the importing file's folder, however its name is written`() throws {
        let right = try #require(Fixture.passing().first { $0.name.hasPrefix("M001") }).text
        let parts = right.split(separator: "device", maxSplits: 1)
        let device = "device" + parts[1]
        for (importer, path, imported) in [
            ("a.meta", "b.meta", "b.meta"), ("rules/a.meta", "b.meta", "rules/b.meta"),
            ("./rules/a.meta", "../b.meta", "b.meta"), ("/a/cards/a.meta", "../lamps/b.meta", "/a/lamps/b.meta"),
        ] {
            let source = RuleSource(name: importer, text: "import \"\(path)\"\n\(device)")
            #expect(RuleCompiler.imports(of: source) == [imported])
            let other = RuleSource(name: imported, text: String(parts[0]))
            #expect(RuleCompiler.compile([source, other]).metabinary != nil)
            #expect(RuleCompiler.compile([source]).diagnostics.map(\.identifier).contains(.missingFile))
        }
    }

    @Test func `Nothing is an atlas of nothing`() throws {
        let bytes = try #require(RuleCompiler.compile([]).metabinary)
        let image = try MetabinaryImage(bytes)
        #expect(image.devices.isEmpty && image.classes.isEmpty)
    }
}
