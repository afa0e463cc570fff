// metaos dump as a user meets it: which stages are shown of what, what is refused and how, and that a dump feeds the other
// commands. What the text of each stage is, tests of the pipeline compare.

import Foundation
import Testing

@testable import Machines

@Suite(.serialized) struct `The command for dumps` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let atlas = root.appending(path: "Sources/Atlas").path
    private static let lspci = root.appending(path: "Tests/Fixtures/machines/q35.lspci").path
    private static let stages = [
        "tokens", "syntax", "checked", "bytecode", "facts", "program", "optimised", "assembly", "bytes", "evidence",
    ]

    private let directory: TemporaryDirectory
    private let machine: String

    init() throws {
        directory = try TemporaryDirectory()
        machine = directory.file("a.machine")
        let recorded = try BootImage.run(`Command metaos`.path, ["record", "--lspci", Self.lspci, "--output", machine])
        #expect(recorded.output.isEmpty)
    }

    private func dump(_ arguments: String...) throws -> (status: Int32, output: String, diagnostics: String) {
        try BootImage.run(`Command metaos`.path, ["dump", "--atlas", Self.atlas] + arguments, status: nil)
    }

    /// The first words of the titles, which name the stages.
    private func titles(_ output: String) -> [String] {
        output.split(separator: "\n").compactMap { line in
            guard let title = line.firstMatch(of: /^(\/\/|#) (\w+)/)?.2, Self.stages.contains(String(title)) else {
                return nil
            }
            return String(title)
        }
    }

    @Test func `without a stage all are shown, and with a machine those of a machine too`() throws {
        let rules = try dump("e1000.link")
        #expect(rules.status == 0 && rules.diagnostics.isEmpty)
        #expect(titles(rules.output) == Array(Self.stages.prefix(4)))
        let all = try dump("00:06.0.link", "--machine", machine)
        #expect(all.status == 0 && titles(all.output) == Self.stages)
    }

    @Test func `stages are shown in their order, each once, whatever the order of the options`() throws {
        let result = try dump(
            "--stage", "evidence", "--stage", "bytes", "--stage=bytes", "--machine", machine, "e1000.mac")
        #expect(result.status == 0 && titles(result.output) == ["bytes", "evidence"])
    }

    @Test func `a device has every one of its functions, and all devices are shown where none is named`() throws {
        let device = try dump("--stage", "assembly", "--machine", machine, "e1000")
        #expect(device.output.matches(of: /\/\/ assembly e1000\.\w+ for 00:06\.0\n/).count == 10)
        let all = try dump("--stage", "assembly", "--machine", machine)
        #expect(all.output.contains(device.output.split(separator: "\n\n")[0]))
        #expect(titles(all.output).count > 20)
    }

    @Test func `facts are a machine file, which generates what the first one does`() throws {
        let facts = try dump("--stage", "facts", "--machine", machine)
        try Data(facts.output.utf8).write(to: URL(filePath: directory.file("b.machine")))
        let tables = try [machine, directory.file("b.machine")].map {
            try BootImage.run(`Command metaos`.path, ["generate", "--machine", $0, "--atlas", Self.atlas]).output
        }
        #expect(facts.status == 0 && tables[0] == tables[1])
    }

    @Test func `rules with mistakes have tokens and a tree, and a note`() throws {
        let rules = directory.file("lamp.meta")
        try Data("class light 1 {\n    require lit() -> up: bool\n}\ndevice lamp is light {\n".utf8).write(
            to: URL(filePath: rules))
        let shown = try BootImage.run(
            `Command metaos`.path, ["dump", "--atlas", rules, "--stage", "tokens", "light"], status: nil)
        #expect(shown.status == 1 && shown.output.hasPrefix("// tokens light, lamp.meta\n1:1      keyword  class\n"))
        #expect(shown.diagnostics.contains("; see: metaos check \(rules)\n"))
        let refused = try BootImage.run(
            `Command metaos`.path, ["dump", "--atlas", rules, "--stage", "checked"], status: nil)
        #expect(refused.status == 1 && refused.output.isEmpty)
    }

    @Test func `a device that is refused or not described has a note, and ends with 1`() throws {
        let text = try String(contentsOfFile: machine, encoding: .utf8)
            .replacing("bar 00:06.0 0 memory32 0xfeb00000", with: "bar 00:06.0 0 memory32 0x0")
        try Data(text.utf8).write(to: URL(filePath: machine))
        let refused = try dump("--stage", "bytes", "--machine", machine, "00:06.0")
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(refused.diagnostics == "metaos: 00:06.0 e1000 has no driver; see: metaos explain 00:06.0\n")
        let plain = try dump("--stage", "bytes", "--machine", machine, "00:1f.3")
        #expect(plain.status == 1 && plain.diagnostics == "metaos: no description matches 00:1f.3\n")
    }

    @Test func `a wrong command line ends with 2 and one line that says what there is`() throws {
        let cases: [([String], String)] = [
            (["--stage", "tokns"], "--stage 'tokns': expected 'tokens', as it seems"),
            (
                ["--stage", "everything"],
                "--stage 'everything': expected \(Self.stages.dropLast().joined(separator: ", ")) or evidence"
            ),
            (["--stage", "bytes"], "--machine FILE is missing"),
            (["e100"], "no device 'e100'; did you mean 'e1000'?"),
            (["e1000.lnk"], "no function 'lnk' of e1000; did you mean 'link'?"),
            (
                ["e1000.everything"],
                "no function 'everything' of e1000, which has link, mac, bringup, on_pcix, stored_low, stored_high, "
                    + "transmit, notify, receive, giveback"
            ),
            (["--stage", "checked", "ring_nic"], "'ring_nic' is a class: name a device of it for stage 'checked'"),
            (
                ["--stage", "bytes", "--machine", machine, "ne2000"],
                "no device 'ne2000' in the machine; see: metaos generate"
            ),
        ]
        for (words, message) in cases {
            let result = try BootImage.run(`Command metaos`.path, ["dump", "--atlas", Self.atlas] + words, status: nil)
            #expect(result.status == 2, "\(words)")
            #expect(result.diagnostics == "metaos: \(message)\n")
            #expect(result.output.isEmpty)
        }
        let lamp = try dump("lamp_that_nobody_has")
        #expect(lamp.status == 2 && lamp.diagnostics.hasPrefix("metaos: no device 'lamp_that_nobody_has'; there is "))
    }

    @Test func `a dump works in a pipe`() throws {
        let script =
            "'\(`Command metaos`.path)' dump --atlas \(Self.atlas) --stage tokens e1000 | head -1; echo ${PIPESTATUS[0]}"
        #expect(try BootImage.run("bash", ["-c", script]).output == "// tokens e1000, e1000.meta\n0\n")
    }
}
