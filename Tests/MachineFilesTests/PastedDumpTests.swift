// The text of lspci as people paste it: the files of Tests/Fixtures/lspci, and a whole dump in every disguise that a
// terminal, a mail reader or a forum gives it. Each is read as the plain text would be, or refused by the true reason.

import Foundation
import Hardware
import Testing

@testable import MachineFiles

@Suite struct `Pasted text of lspci` {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/lspci")

    /// Places and identifiers of a text's Ethernet controllers.
    private static func cards(_ text: String) throws -> [String] {
        MachineFile(try PCIDump(text: text)).facts.functions.filter { $0.classCode >> 8 == 0x0200 }.map {
            "\($0.address.busDeviceFunctionText) \(String($0.vendor, radix: 16)):\(String($0.device, radix: 16))"
        }
    }

    @Test(arguments: [
        ("glued-noise-misplaced", "06:00.0 8086:100e"), ("function1-alone", "06:00.1 8086:100e"),
        ("hex-indented", "00:03.0 8086:100e"), ("mail-wrapped", "02:01.0 8086:1229"),
        ("bus-path", "00:03.0 8086:100e"), ("card-unknown-unsaid", "02:00.0 1969:1062"),
        ("virtio-legacy-only", "00:03.0 1af4:1000"), ("virtio-page-per-queue", "00:09.0 1af4:1000"),
        ("virtualbox-virtio", "00:08.0 1af4:1000"),
    ])
    func `a text that was once misread has its card at its place`(name: String, card: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: "\(name).lspci"), encoding: .utf8)
        #expect(try Self.cards(text) == [card])
    }

    @Test func `a range in a wrapped line keeps its size`() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "mail-wrapped.lspci"), encoding: .utf8)
        #expect(try PCIDump(text: text).functions[0].ranges.map(\.byteCount) == [4 << 10, 32, 1 << 20])
    }

    @Test(arguments: [
        "everything is indented", "all is a quotation", "a quotation of a quotation", "it is in a fence",
        "it is a transcript", "a terminal coloured it", "lines end with CR LF", "only the rows of bytes are indented",
        "messages are between the lines", "script(1) wrote it",
    ])
    func `a whole dump is read as it would be bare`(disguise: String) throws {
        let bare = try Fixtures.verboseDump()
        let lines = bare.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func each(_ change: (String) -> String) -> String { lines.map(change).joined(separator: "\n") }
        let text =
            switch disguise {
            case "everything is indented": each { $0.isEmpty ? $0 : "    " + $0 }
            case "all is a quotation": each { "> " + $0 }
            case "a quotation of a quotation": each { ">> " + $0 }
            case "it is in a fence": "```\n\(bare)\n```\n"
            case "it is a transcript": "root@pc:~# lspci -vvxxxx -nn\n\(bare)root@pc:~#\n"
            case "a terminal coloured it": each { $0.isEmpty ? $0 : "\u{1B}[01;32m\($0)\u{1B}[0m" }
            case "lines end with CR LF": lines.joined(separator: "\r\n")
            case "only the rows of bytes are indented":
                each { $0.prefixMatch(of: #/[0-9a-f]{2,3}: /#) == nil ? $0 : "\t\($0)" }
            case "messages are between the lines":
                each { $0.isEmpty ? "pcilib: Cannot open /sys/bus/pci/devices/x: No such file" : $0 }
            default: "Script started on 2026-01-01\n[root@pc ~]$ sudo lspci -xxxx\n\(bare)\nScript done\n"
            }
        #expect(text != bare)
        #expect(MachineFile(try PCIDump(text: text)).facts == MachineFile(try PCIDump(text: bare)).facts)
    }

    /// Lines that a pattern would divide in every way before it found that none is a prompt.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "@", "a@", "[@", "#", "$/", "# sudo ", "#lspci_", "> ", "\u{1B}[", "00:00.0 ", "pcilib: ", "[a] ",
        ])
    func `a long line is told in time, whatever it repeats`(piece: String) throws {
        let line = String(repeating: piece, count: 4096 / piece.utf8.count)
        for end in ["", "#", "]", " lspci", ": "] {
            let text = [String](repeating: line + end, count: 20).joined(separator: "\n")
            _ = try? PCIDump(text: text)
            _ = try? PCIDump(text: "00:02.0 SATA controller: X\n\t" + text.replacing("\n", with: "\n\t"))
        }
    }

    @Test(arguments: [
        "root@pc:~# lspci -xxxx", "$ sudo lspci", "[root@pc ~]# /sbin/lspci -n", "user@host:~$/usr/bin/lspci",
        "pc% lspci",
        "pc> sudo /usr/sbin/lspci -vv", "root@pc:~#", "[root@pc ~]$", "a@b c %]",
    ])
    func `a prompt is no line of the dump`(prompt: String) throws {
        let dump = try PCIDump(text: "\(prompt)\n00:02.0 SATA controller: X\n" + Self.rows("01 01"))
        #expect(dump.functions.count == 1)
    }

    @Test(arguments: ["lspci", "x# lspcix", "root@pc", "a@#", "@pc:~#", "what of # this", "pc:~ lspci #"])
    func `what looks like a prompt and is none is refused`(line: String) {
        let text = "\(line)\n00:02.0 X: Y\n" + Self.rows("01 01")
        let error = #expect(throws: PCIDumpError.self) { try PCIDump(text: text) }
        #expect(error?.line == 1)
    }

    @Test(arguments: ["0000:", "10000:", ""])
    func `a message without an end of line hides no headline`(domain: String) throws {
        let zeros = (1...3).map { "\($0)0:" + String(repeating: " 00", count: 16) }.joined(separator: "\n")
        let dump = try PCIDump(
            text: """
                00:02.0 SATA controller: X
                pcilib: read failed: No such device\(domain)06:00.0 Ethernet controller: Y
                00: 86 80 0e 10 00 00 00 00 00 00 00 02 00 00 00 00
                \(zeros)
                """)
        #expect(dump.functions.map(\.address.busDeviceFunctionText) == ["00:02.0", "06:00.0"])
        #expect(dump.functions.map(\.domain) == [0, domain == "10000:" ? 0x10000 : 0])
        #expect(dump.functions.map(\.bytes.count) == [0, 64])
    }

    /// Rows of a header with a class, a header's type and, of a bridge, its secondary bus.
    private static func rows(_ classCode: String, header: String = "00", secondary: String = "00") -> String {
        let first = "00: 86 80 0e 10 00 00 00 00 00 00 \(classCode) 00 00 \(header) 00"
        let second = "10: 00 00 00 00 00 00 00 00 00 \(secondary) \(secondary)" + String(repeating: " 00", count: 5)
        return ([first, second] + (2...3).map { "\($0)0:" + String(repeating: " 00", count: 16) }).joined(
            separator: "\n")
    }

    @Test func `a path without a bus is followed through its bridges`() throws {
        let text = """
            00:1e.0 PCI bridge: X
            \(Self.rows("04 06", header: "01", secondary: "05"))

            00:1e.0/03.0 Ethernet controller: Y
            \(Self.rows("00 02"))
            """
        #expect(try Self.cards(text) == ["05:03.0 8086:100e"])
        let error = #expect(throws: PCIDumpError.self) {
            try PCIDump(text: "00:1e.0/03.0 Ethernet controller: Y\n" + Self.rows("00 02"))
        }
        #expect(error?.reason.hasPrefix("which bus 00:1e.0 leads to is not in the text") == true)
    }

    @Test(arguments: [
        "SATA controller: X", "SATA controller [0106]: X", "0106: 8086:100e", "\"SATA controller\" \"Intel\" \"X\"",
    ])
    func `bytes of a network card are not another function's`(rest: String) throws {
        let error = #expect(throws: PCIDumpError.self) {
            try PCIDump(text: "04:00.0 \(rest)\n" + Self.rows("00 02"))
        }
        #expect(error?.reason == "the headline names another class than the bytes below it")
    }

    @Test(arguments: [
        "04:00.0 Ethernet controller: X", "04:00.0 Ethernet controller [0200]: X [8086:100e]",
        "04:00.0 0200: 8086:100e",
        "04:00.0 Class 0200: 8086:100e", "04:00.0 \"Ethernet controller\" \"Intel\" \"X\"",
        "Slot:\t04:00.0\nClass:\tEthernet controller\nVendor:\tIntel",
    ])
    func `a headline of every format is one`(headline: String) throws {
        #expect(try Self.cards(headline + "\n" + Self.rows("00 02")) == ["04:00.0 8086:100e"])
    }

    @Test(arguments: ["", "00: ff", "00: 86"])
    func `a function is found whatever the text has of function 0`(first: String) throws {
        var head = ""
        if !first.isEmpty {
            let row =
                first == "00: ff"
                ? String(repeating: "ff ", count: 16) : "86 80 0e 10" + String(repeating: " 00", count: 12)
            let rest = first == "00: ff" ? "ff" : "00"
            head = "06:00.0 Unassigned class [ff00]: X\n00: \(row)\n"
            head += (1...3).map { "\($0)0:" + String(repeating: " \(rest)", count: 16) }.joined(separator: "\n") + "\n"
        }
        let file = MachineFile(try PCIDump(text: head + "06:00.1 Ethernet controller: Y\n" + Self.rows("00 02")))
        #expect(file.facts.functions.last?.address == FunctionAddress(bus: 6, device: 0, function: 1))
        #expect(file.facts.functions.count == (first == "00: 86" ? 2 : 1))
        #expect(file.assumptions.contains { $0.words.hasPrefix("06:00.0 is there and has others beside it") })
    }

    @Test(arguments: ["one line", "a line that goes on and on", "what may be prompts"])
    func `a long text without end is refused soon`(kind: String) {
        let text =
            switch kind {
            case "one line": String(repeating: "a", count: 1 << 18)
            case "a line that goes on and on":
                "00:03.0 X: \(String(repeating: "y", count: 100))"
                    + String(repeating: "\n" + String(repeating: "word ", count: 30), count: 1000)
            default: String(repeating: "root@\(String(repeating: "@ ", count: 1000))\n", count: 20)
            }
        #expect(throws: PCIDumpError.self) { try PCIDump(text: text) }
    }
}
