// The commands for machines that are not there, as a user meets them: from a boot's report or the text of lspci to a
// machine file, and from that to bytes. The oracle is the report: what the machine generated, the host generates.

import Foundation
import Testing

@testable import Machines

@Suite(.serialized) struct `Commands for recorded machines` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let atlas = root.appending(path: "Sources/Atlas").path
    private static let report = root.appending(path: "Tests/Fixtures/boots/pc.report").path
    private static let lspci = root.appending(path: "Tests/Fixtures/machines/q35.lspci").path

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func metaos(_ arguments: String...) throws -> (status: Int32, output: String, diagnostics: String) {
        try BootImage.run(`Command metaos`.path, arguments, status: nil)
    }

    private func write(_ text: String, _ name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: directory.file(name)))
        return directory.file(name)
    }

    /// A machine file of the text of lspci.
    private func machine(_ edit: (String) -> String = { $0 }) throws -> String {
        let result = try metaos("record", "--lspci", Self.lspci)
        #expect(result.status == 0)
        return try write(edit(result.output), "a.machine")
    }

    /// The files of a folder, which is removed.
    private func take(_ folder: String) throws -> [String: Data] {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return Dictionary(
            uniqueKeysWithValues: try names.map { ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) })
    }

    // MARK: A boot's report

    /// The files of the functions that a report tells of, and of those that the host generates for its machine.
    private func functions(of report: String) throws -> (told: [String: Data], generated: [String: Data]) {
        let told = try metaos("disassemble", "--report", report, "--binary", directory.file("told"))
        #expect(told.status == 0)
        let recorded = try metaos("record", report, "--output", directory.file("boot.machine"))
        #expect(recorded.status == 0 && recorded.output.isEmpty && recorded.diagnostics.isEmpty)
        let generated = try metaos(
            "generate", "--machine", directory.file("boot.machine"), "--atlas", Self.atlas, "--output",
            directory.file("generated"))
        #expect(generated.status == 0 && generated.diagnostics.isEmpty)
        return (try take(directory.file("told")), try take(directory.file("generated")))
    }

    @Test func `a boot, recorded and generated again, gives the bytes that it told of`() throws {
        var (told, generated) = try functions(of: Self.report)
        if told != generated, ["", nil].contains(ProcessInfo.processInfo.environment["METAOS_BLESS"]) == false {
            let image = Self.root.appending(path: ".build/metaos.elf").path
            let boot = try BootImage.run(
                "bash", ["-c", "'\(`Command metaos`.path)' run --raw \(image) >\(Self.report)"])
            #expect(boot.status == 0)
            (told, generated) = try functions(of: Self.report)
        }
        #expect(told.count > 5)
        #expect(told == generated, "pc.report was written by other rules or another generator: `make bless` boots anew")
    }

    @Test func `a report from standard input gives the same machine`() throws {
        let named = try metaos("record", Self.report)
        #expect(named.status == 0 && named.output.hasPrefix("machine 1\n# recorded from a boot, entered by "))
        #expect(!named.output.contains("assumed"))
        for words in ["record", "record -"] {
            let piped = try BootImage.run("bash", ["-c", "cat \(Self.report) | '\(`Command metaos`.path)' \(words)"])
            #expect(piped.output == named.output)
        }
    }

    @Test func `what is no whole report gives no machine`() throws {
        let whole = try String(contentsOfFile: Self.report, encoding: .utf8)
        let lines = whole.split(separator: "\r\n", omittingEmptySubsequences: false)
        let middle = try #require(lines.firstIndex { $0.hasPrefix("place ") })
        let first = try #require(lines.firstIndex { $0.contains("metaos 2 ") })
        let cases: [(String, String)] = [
            ("", "no record of a report; metaos run --raw saves one"),
            (try String(contentsOfFile: Self.lspci, encoding: .utf8), "no record of a report"),
            (lines[..<middle].joined(separator: "\r\n") + "\r\n", "the report ends before all facts were told"),
            (whole.replacing("memory 0x0 ", with: "memory 0x1 "), "damaged record "),
            ((lines[...first] + lines[(first + 2)...]).joined(separator: "\r\n"), "record 1 is missing"),
        ]
        for (text, reason) in cases {
            let path = try write(text, "broken")
            let result = try metaos("record", path, "--output", directory.file("none"))
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(result.diagnostics.hasPrefix("metaos: \(path): \(reason)"), "\(result.diagnostics)")
            #expect(result.diagnostics.split(separator: "\n").count == 1)
            #expect(!FileManager.default.fileExists(atPath: directory.file("none")))
        }
    }

    @Test(arguments: [
        (["record", "/dev/zero"], "16 MiB, the most that a report has"),
        (["record", "--lspci", "/dev/zero"], "16 MiB, the most that the text of lspci has"),
        (["disassemble", "--report", "/dev/zero"], "16 MiB, the most that a report has"),
        (["generate", "--machine", "/dev/zero"], "4 MiB, the most that a machine file has"),
    ])
    func `a file without an end is refused by name`(arguments: [String], words: String) throws {
        let result = try BootImage.run(`Command metaos`.path, arguments, status: nil)
        #expect(result.status == 2 && result.output.isEmpty)
        #expect(result.diagnostics == "metaos: /dev/zero is above \(words)\n")
    }

    // MARK: The text of lspci

    @Test func `each assumption stands on the terminal and in the file`() throws {
        let verbose = try String(contentsOfFile: Self.lspci, encoding: .utf8)
        let terse = verbose.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("\t") }
        let path = try write(terse.joined(separator: "\n"), "terse.lspci")
        let result = try metaos("record", "--lspci", path, "--output", directory.file("terse.machine"))
        #expect(result.status == 0 && result.output.isEmpty)
        let notes = result.diagnostics.split(separator: "\n")
        #expect(notes.count == 23 && notes.allSatisfy { $0.hasPrefix("metaos: assumed: ") })
        let text = try String(contentsOfFile: directory.file("terse.machine"), encoding: .utf8)
        #expect(text.matches(of: #/(?m)^# assumed: /#).count == notes.count)
        let generated = try metaos("generate", "--machine", directory.file("terse.machine"), "--atlas", Self.atlas)
        #expect(generated.output.contains("\nassumed, not learned: memory, clock, bar 00:01.0 0, "))
    }

    @Test func `the text of lspci comes from standard input too`() throws {
        let named = try metaos("record", "--lspci", Self.lspci)
        let script = "'\(`Command metaos`.path)' record --lspci - <\(Self.lspci)"
        #expect(try BootImage.run("bash", ["-c", script]).output == named.output)
    }

    @Test func `a wrong text of lspci is refused with its line`() throws {
        let path = try write("00:03.0 A card [8086:100e]\n00: 86 80 0e 10\n", "wrong.lspci")
        let result = try metaos("record", "--lspci", path)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(
            result.diagnostics
                == "metaos: \(path):1: 4 bytes of configuration space, expected 64, 128, 256 or 4096\n")
    }

    // MARK: Generation

    @Test func `generate shows each device with its functions`() throws {
        let result = try metaos("generate", "--machine", try machine(), "--atlas", Self.atlas)
        #expect(result.status == 0 && result.diagnostics.isEmpty)
        let lines = result.output.split(separator: "\n")
        #expect(
            lines.contains {
                $0.wholeMatch(of: #/00:06\.0 e1000 is \w+: \d+ bytes, .* branch.*/#) != nil
            })
        #expect(lines.contains { $0.wholeMatch(of: #/  transmit +0x4000[0-9a-f]{4}  \d+ bytes, .*/#) != nil })
        #expect(lines.contains { $0.hasPrefix("11 PCI functions: ") && $0.contains(" 0 refused, ") })
        for line in lines { #expect(line.count <= 80, "\(line)") }
    }

    @Test func `a device that is refused says why, ends with 1, and leaves no bytes`() throws {
        let path = try machine { $0.replacing("bar 00:06.0 0 memory32 0xfeb00000", with: "bar 00:06.0 0 memory32 0x0") }
        let folder = directory.file("bytes")
        let result = try metaos("generate", "--machine", path, "--atlas", Self.atlas, "--output", folder)
        #expect(result.status == 1)
        #expect(
            result.output.contains("00:06.0 e1000: refused by stage evaluate\n  window regs: BAR 0 has no address\n"))
        #expect(try take(folder).keys.allSatisfy { !$0.hasPrefix("00-06.0") })
    }

    @Test func `files are written all or none`() throws {
        let path = try machine()
        let folder = directory.file("bytes")
        // A folder is where a function's file belongs, and what is in it keeps it there.
        let obstacle = "\(folder)/00-06.0-e1000.transmit.bin.part"
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: true)
        let result = try metaos("generate", "--machine", path, "--atlas", Self.atlas, "--output", folder)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.diagnostics == "metaos: cannot write \(folder)/00-06.0-e1000.transmit.bin: File exists\n")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(left.allSatisfy { $0.hasSuffix("transmit.bin.part") })
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `a card that no rule describes is named, and generation fails but where it may be missing`() throws {
        let text = Self.root.appending(path: "Tests/Fixtures/lspci/card-unknown-unsaid.lspci").path
        let path = directory.file("unknown.machine")
        let line = "02:00.0 1969:1062, Ethernet: no description"
        let recorded = try metaos("record", "--lspci", text, "--output", path, "--atlas", Self.atlas)
        #expect(recorded.status == 0 && recorded.diagnostics.hasSuffix("\nmetaos: \(line)\n"))
        for (words, status) in [([], 1), (["--allow-missing"], 0)] as [([String], Int32)] {
            let result = try BootImage.run(
                `Command metaos`.path, ["generate", "--machine", path, "--atlas", Self.atlas] + words, status: nil)
            #expect(result.status == status && result.diagnostics.isEmpty)
            let total = "1 PCI function: 0 drivers, 0 refused, 0 bytes generated, 1 card without a description"
            #expect(result.output.hasPrefix("\(line)\n\(total)\n"))
        }
        // Without rules at hand nobody knows, and the machine is as good.
        let script = "cd / && '\(`Command metaos`.path)' record --lspci \(text) --output \(path)"
        let elsewhere = try BootImage.run("bash", ["-c", script])
        #expect(elsewhere.diagnostics.contains("metaos: which cards have a description is not known: cannot read "))
        #expect(try metaos("record", "--lspci", text, "--atlas", "nowhere").status == 2)
    }

    @Test func `a machine without a PCI function generates nothing, and says so`() throws {
        let path = try write("machine 1\nclock tsc hertz=4000000000 by=pmtimer\n", "empty.machine")
        let result = try metaos("generate", "--machine", path, "--atlas", Self.atlas)
        #expect(result.status == 1 && result.diagnostics == "metaos: the machine shows no PCI function\n")
    }

    @Test func `code of other rules is shown without their lines, which would be wrong ones`() throws {
        let rules = directory.file("rules")
        let script = "cp -r \(Self.atlas) \(rules) && sed -i '1i // another line' \(rules)/e1000.meta"
        try BootImage.run("bash", ["-c", script])
        defer { try? FileManager.default.removeItem(atPath: rules) }
        let result = try metaos("disassemble", "--report", Self.report, "--function", "e1000.link", "--atlas", rules)
        #expect(result.status == 0)
        #expect(result.output.contains(#/(?m)^; e1000\.meta:\d+$/#))
        #expect(!result.output.contains(#/(?m)^; e1000\.meta:\d+ /#))
        #expect(
            result.diagnostics.contains(
                #/^metaos: no lines of rules are shown: the report is of rules with crc=[0-9a-f]{8}, those in .* have [0-9a-f]{8}\n$/#
            ))
    }

    @Test func `rules with mistakes generate nothing`() throws {
        let path = try machine()
        let rules = try write("device lamp is nothing {\n", "lamp.meta")
        let result = try metaos("generate", "--machine", path, "--atlas", rules)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.diagnostics.hasPrefix("metaos: the rules in \(rules) have "))
        #expect(result.diagnostics.hasSuffix("; see: metaos check \(rules)\n"))
    }

    // MARK: Explanation

    @Test func `explain shows every stage in order, in eighty columns`() throws {
        let result = try metaos("explain", "00:06.0", "--machine", try machine(), "--atlas", Self.atlas)
        #expect(result.status == 0 && result.diagnostics.isEmpty)
        let lines = result.output.split(separator: "\n").map(String.init)
        for line in lines { #expect(line.count <= 80, "\(line)") }
        let stages = [
            "facts", "match", "windows", "memories", "grants", "rule", "facts behind it", "program, ", "optimised",
            "encoded, ",
            "placed at 0x4000", "instructions, as Capstone reads them", "bytes",
        ]
        var rest = lines[...]
        for stage in stages {
            let index = try #require(rest.firstIndex { $0.hasPrefix(stage) }, "\(stage)")
            rest = rest[(index + 1)...]
        }
        #expect(lines.contains("  clock tsc hertz=4000000000 by=assumed"))
        #expect(lines.contains("  bar 00:06.0 0 memory32 0xfeb00000 +0x20000 by=pci"))
    }

    @Test func `explain shows the bytes that generate writes`() throws {
        let path = try machine()
        let generated = try metaos(
            "generate", "--machine", path, "--atlas", Self.atlas, "--output", directory.file("b"))
        #expect(generated.status == 0)
        let files = try take(directory.file("b")).filter { $0.key.hasPrefix("00-06.0-") }
        #expect(files.count > 5)
        for (name, bytes) in files {
            let function = String(name.dropFirst("00-06.0-".count).dropLast(".bin".count))
            let shown = try metaos(
                "explain", "e1000", "--machine", path, "--atlas", Self.atlas, "--function", function)
            #expect(shown.status == 0)
            let dump = shown.output.split(separator: "\nbytes\n").last ?? ""
            let digits = dump.split(separator: "\n").flatMap { $0.split(separator: " ").dropFirst() }
            #expect(digits.compactMap { UInt8($0, radix: 16) } == Array(bytes), "\(function)")
            #expect(shown.output.matches(of: #/(?m)^rule$/#).count == 1)
        }
    }

    @Test func `a device without a description, and one that is refused, end with 1`() throws {
        let path = try machine { $0.replacing("bar 00:06.0 0 memory32 0xfeb00000", with: "bar 00:06.0 0 memory32 0x0") }
        let plain = try metaos("explain", "00:1f.3", "--machine", path, "--atlas", Self.atlas)
        #expect(plain.status == 1 && plain.output.hasSuffix("match\n  no description matches\n"))
        let refused = try metaos("explain", "8086:100e", "--machine", path, "--atlas", Self.atlas)
        #expect(refused.status == 1)
        #expect(refused.output.hasSuffix("refused by stage evaluate\n  window regs: BAR 0 has no address\n"))
    }

    @Test func `explain works in a pipe`() throws {
        let path = try machine()
        let script =
            "'\(`Command metaos`.path)' explain 00:06.0 --machine \(path) --atlas \(Self.atlas) | head -1; "
            + "echo ${PIPESTATUS[0]}"
        #expect(try BootImage.run("bash", ["-c", script]).output == "00:06.0 8086:100e\n0\n")
    }

    // MARK: Wrong input

    @Test func `a wrong command line ends with 2 and one line`() throws {
        let path = try machine()
        let cases: [([String], String)] = [
            (["record", "a", "b"], "'b' is one operand too many"),
            (["record", "a", "--lspci", "b"], "'a' is one operand too many"),
            (["record", "nowhere"], "cannot read nowhere: No such file or directory"),
            (["record", "/"], "cannot read /: Is a directory"),
            (["record", "--lspci", "nowhere"], "cannot read nowhere: No such file or directory"),
            (["record", "--lspc", "nowhere"], "no option '--lspc'; did you mean '--lspci'?"),
            (["generate"], "--machine FILE is missing"),
            (["generate", "--machine", "nowhere"], "cannot read nowhere: No such file or directory"),
            (["generate", "--machine", path, "--atlas", "nowhere"], "cannot read nowhere: No such file or directory"),
            (["generate", path], "'\(path)' is one operand too many"),
            (["explain", "--machine", path], "a device is missing"),
            (["explain", "00:06.0"], "--machine FILE is missing"),
            (["explain", "e100", "--machine", path], "no device 'e100' in the machine; did you mean 'e1000'?"),
            (["explain", "lamp", "--machine", path], "no device 'lamp' in the machine; see: metaos generate"),
            (
                ["explain", "e1000", "--machine", path, "--function", "e1000.lnk"],
                "no function 'e1000.lnk' of e1000; did you mean 'e1000.link'?"
            ),
        ]
        for (words, message) in cases {
            let result = try BootImage.run(`Command metaos`.path, words, status: nil)
            #expect(result.status == 2, "\(words)")
            #expect(result.diagnostics == "metaos: \(message)\n")
            #expect(result.output.isEmpty)
        }
    }

    @Test func `a wrong machine file is refused with its line`() throws {
        let report = try metaos("generate", "--machine", Self.report, "--atlas", Self.atlas)
        #expect(report.status == 1 && report.diagnostics.hasPrefix("metaos: \(Self.report):1: no machine file"))
        let wrong = try machine { $0.replacing("bar 00:06.0 0 memory32", with: "bar 00:06.0 0 memory16") }
        let text = try String(contentsOfFile: wrong, encoding: .utf8)
        let line = try #require(text.split(separator: "\n").firstIndex { $0.contains("memory16") }) + 1
        for command in [["generate"], ["explain", "e1000"]] {
            let result = try BootImage.run(
                `Command metaos`.path, command + ["--machine", wrong, "--atlas", Self.atlas], status: nil)
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(
                result.diagnostics == "metaos: \(wrong):\(line): 'bar 00:06.0 0 memory16 0xfeb00000 +0x...': "
                    + "expected memory32, memory64 or io\n")
        }
        let binary = directory.file("binary")
        try Data([0x6D, 0xFF, 0x00]).write(to: URL(filePath: binary))
        let result = try metaos("generate", "--machine", binary)
        #expect(result.status == 1 && result.diagnostics == "metaos: \(binary) is no text in UTF-8\n")
    }
}
