// The metaos command as a user meets it: exit statuses, one-line errors, help, and what goes to which stream.

import Foundation
import Testing

@testable import Machines

@Suite(.serialized) struct `Command metaos` {
    /// The command that was built beside these tests.
    static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "metaos").path

    private func metaos(_ arguments: String...) throws -> (status: Int32, output: String, diagnostics: String) {
        try BootImage.run(Self.path, arguments, status: nil)
    }

    private func path(of medium: MachineDescription.BootMedium) -> String {
        medium.path
    }

    @Test func `run shows the report without frames and ends with 0`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let result = try metaos("run", path(of: image.kernel()), "--options", CannedReport.option, "--device", "none")
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n")
        #expect(
            lines.dropLast() == [
                "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"", "KTAP version 1", "1..1", "ok 1 x",
                "verdict passed nonce=0123456789abcdef tests=1 failed=0",
            ])
        #expect(lines.last?.hasPrefix("passed in ") == true)
        #expect(result.diagnostics.isEmpty)
    }

    @Test func `run --raw gives the line as it was`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let result = try metaos(
            "run", path(of: image.kernel()), "--options", CannedReport.option, "--raw", "--machine=q35", "--device",
            "none")
        #expect(result.status == 0)
        #expect(Array(result.output.utf8) == CannedReport.passed)
        #expect(result.diagnostics.hasPrefix("passed in "))
    }

    @Test func `run tells failed, damaged and timed out apart`() throws {
        let failed = try BootImage(saying: CannedReport.failed, value: 0x11)
        var result = try metaos("run", path(of: failed.kernel()))
        #expect(result.status == 1 && result.output.hasSuffix("failed: no memory\n"))

        var bytes = CannedReport.passed
        bytes[5] ^= 0x40
        let damaged = try BootImage(saying: bytes)
        result = try metaos("run", path(of: damaged.kernel()))
        #expect(result.status == 1)
        #expect(result.diagnostics.hasPrefix("metaos: damaged record 0 (\"metao3 2 entry"))

        // The third record is cut, and is no damage for that.
        let cut = Array(CannedReport.passed.prefix(120))
        let silent = try BootImage(saying: cut, then: .spin)
        result = try metaos("run", path(of: silent.kernel()), "--timeout", "1")
        #expect(result.status == 3 && result.output.contains("timed out; the last record was 1 (KTAP version 1)"))
        #expect(result.diagnostics.isEmpty)

        let start = ContinuousClock.now
        let halted = try BootImage(saying: cut, then: .halt)
        result = try metaos("run", path(of: halted.kernel()), "--timeout", "60")
        #expect(result.status == 1 && result.diagnostics.isEmpty)
        let reason = "incomplete: the report ends before a verdict; the machine has halted"
        #expect(result.output.hasSuffix("failed: \(reason)\n"))
        #expect(ContinuousClock.now - start < .seconds(50))
    }

    @Test func `a card of the command line without a driver fails the run`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let kernel = try path(of: image.kernel())
        for (words, count) in [([], "1 card"), (["--device", "e1000", "--device", "usb-net,netdev=x"], "2 cards")] {
            let networks = words.isEmpty ? [] : ["--network", "user,id=x", "--device", "qemu-xhci"]
            let result = try BootImage.run(
                Self.path, ["run", kernel, "--options", CannedReport.option] + networks + words, status: nil)
            #expect(result.status == 1, "\(result.diagnostics)")
            #expect(result.output.hasSuffix("failed: \(count) asked for, 0 drivers generated\n"))
        }
    }

    @Test func `what is missing ends with 4`() throws {
        let result = try metaos("run", "nowhere.iso")
        #expect(result.status == 4)
        #expect(
            result.diagnostics
                == "metaos: cannot read nowhere.iso: No such file or directory; make iso builds .build/metaos.iso\n")
        let image = try BootImage(saying: [])
        let bare = try BootImage.run(
            "PATH=/nowhere", [Self.path, "run", path(of: image.kernel())], status: nil)
        #expect(bare.status == 4 && bare.diagnostics.contains("apt-get install qemu-system-x86"))
    }

    @Test(arguments: [
        (["rum"], "no command 'rum'; did you mean 'run'?"),
        (["frobnicate"], "no command 'frobnicate'; see: metaos help"),
        (["run", "--machin", "pc"], "no option '--machin'; did you mean '--machine'?"),
        (["run", "--zzz"], "no option '--zzz'"),
        (["run", "--memory"], "--memory needs a value: --memory MIB"),
        (["run", "--memory", "64k"], "--memory '64k': expected a number from 8 to 1048576"),
        (["run", "--timeout", "0"], "--timeout '0': expected a number from 1 to 86400"),
        (["run", "--timeout", "-1"], "--timeout '-1': expected a number from 1 to 86400"),
        (["run", "--machine", "atari"], "--machine 'atari': expected pc, q35 or microvm"),
        (["run", "--raw=yes"], "--raw takes no value"),
        (["run", "--brief", "--quiet"], "--brief and --quiet exclude each other"),
        (["run", "a.iso", "b.iso", "--", "c"], "'b.iso' is one operand too many"),
        (["run", "--cpu", "max", "--cpu", "max"], "--cpu is given twice"),
        (["run", "a.iso", "b.iso"], "'b.iso' is one operand too many"),
        (["run", "a.iso", "--options", "x"], "--options 'x': expected an .elf image: GRUB passes no options on"),
        (
            ["run", "--machine", "microvm"],
            "--machine 'microvm': expected pc or q35 for this image: microvm boots an .elf only"
        ),
        (["run", "--cpu", "help"], "--cpu 'help': expected a value; for a list: qemu-system-x86_64 -cpu help"),
        (
            ["run", "--device", "e1000,help"],
            "--device 'e1000,help': expected a value; for a list: qemu-system-x86_64 -device e1000,help"
        ),
        (["run", "--volume", "0"], "--volume '0': expected a number from 1 to 10000000"),
        (["run", "a.iso", "--volume", "5"], "--volume '5': expected an .elf image: GRUB passes no options on"),
        (["run", "a.elf", "--volume", "5", "--options", "exchange=none"], "--volume and exchange= exclude each other"),
        (
            ["run", "--volume", "5", "--device", "none"],
            "--volume '5': expected one card, and no network for it: it gets the peer"
        ),
        (["help", "run", "more"], "'more' is one operand too many"),
        (["--version", "more"], "'more' is one operand too many"),
        (["check", ""], "cannot read '': No such file or directory"),
        (["run", "--trace"], "--trace needs a value: --trace FILE"),
        (["run", "--raw", "--trace", "-"], "--raw and --trace - exclude each other"),
        (["compile"], "a .meta file or a directory is missing"),
        (["figures", "now"], "'now' is one operand too many"),
    ])
    func `a wrong command line ends with 2 and one line`(words: [String], message: String) throws {
        let result = try BootImage.run(Self.path, words, status: nil)
        #expect(result.status == 2)
        #expect(result.diagnostics == "metaos: \(message)\n")
        #expect(result.output.isEmpty)
    }

    @Test func `a machine that QEMU refuses is a wrong command line`() throws {
        let image = try BootImage(saying: [])
        let result = try metaos("run", path(of: image.kernel()), "--device", "no-such-card")
        #expect(result.status == 2)
        #expect(result.diagnostics.contains("no-such-card") && result.diagnostics.split(separator: "\n").count == 1)
    }

    @Test func `a file that is no boot medium is a wrong command line, and is not booted`() throws {
        let image = try BootImage(saying: [])
        let kinds = [
            "text.elf": "no ELF image", "text.iso": "no ISO 9660 image",
            "text": "no disk to boot from: its first sector does not end in 55 AA",
        ]
        for (name, kind) in kinds {
            let path = image.directory.file(name)
            try Data("no medium".utf8).write(to: URL(filePath: path))
            let result = try metaos("run", path)
            #expect(result.status == 2 && result.output.isEmpty)
            #expect(result.diagnostics == "metaos: \(path) is \(kind)\n")
        }
        let result = try metaos("run", "/")
        #expect(result.status == 4 && result.diagnostics == "metaos: cannot read /: Is a directory\n")
    }

    @Test func `a boot without a report shows what stands on the screen`() throws {
        var image = try BootImage(saying: [], then: .spin)
        var result = try metaos("run", path(of: image.disk()), "--timeout", "2")
        #expect(result.status == 3 && result.output == "timed out; no record came\n")
        #expect(result.diagnostics == "metaos: on the screen when the time was up:\nsafe to switch off\n")
        image = try BootImage(saying: [], then: .halt)
        result = try metaos("run", path(of: image.disk()), "--timeout", "60")
        #expect(result.status == 1 && result.output == "failed: no report; the machine has halted\n")
        #expect(result.diagnostics == "metaos: on the screen when it halted:\nsafe to switch off\n")
    }

    @Test func `a boot without a report and a screen shows what came on the line`() throws {
        let image = try BootImage(saying: Array("no long mode\u{7}\r\nhalted".utf8), then: .halt)
        let result = try metaos("run", path(of: image.kernel()), "--machine", "microvm", "--device", "none")
        #expect(result.status == 1 && result.output == "failed: no report; the machine has halted\n")
        #expect(
            result.diagnostics
                == "metaos: on the serial line when it halted, without a record:\nno long mode?\nhalted\n")
    }

    @Test func `output that cannot be written fails the run`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let script =
            "'\(Self.path)' run --raw --device none --options \(CannedReport.option) \(path(of: try image.kernel())) "
            + ">/dev/full"
        let result = try BootImage.run("bash", ["-c", script], status: nil)
        #expect(result.status == 1)
        #expect(result.diagnostics.hasSuffix("metaos: cannot write the output: No space left on device\n"))
    }

    @Test func `--version tells the commit that the build noted`() throws {
        // Tests are built by Tools/build, which notes it.
        let folder = URL(filePath: Self.path).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let noted = try String(contentsOf: folder.appending(path: "commit"), encoding: .utf8).prefix { $0 != "\n" }
        #expect(try metaos("--version").output == "metaos, commit \(noted), reports of version 2\n")
        // A copy is of no build that is known.
        let directory = try TemporaryDirectory()
        let copy = directory.file("metaos")
        try FileManager.default.copyItem(atPath: Self.path, toPath: copy)
        #expect(try BootImage.run(copy, ["--version"]).output.hasPrefix("metaos, commit unknown"))
    }

    @Test func `help fits eighty columns`() throws {
        let overview = try metaos("help").output
        let names = overview.matches(of: #/(?m)^  ([a-z]+) /#).map { String($0.1) }
        #expect(names.count > 10 && names.last == "help")
        for words in [["--help"], ["help"]] + names.flatMap({ [["help", $0], [$0, "--help"], [$0, "-h"]] }) {
            let result = try BootImage.run(Self.path, words, status: nil)
            #expect(result.status == 0 && result.diagnostics.isEmpty)
            #expect(result.output.hasPrefix("usage: metaos "))
            for line in result.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
        #expect(try metaos().status == 2)
    }

    @Test func `new begins a rule file, and never over one that is there`() throws {
        let directory = try TemporaryDirectory()
        let lspci = directory.file("pc.lspci")
        try Data(
            """
            00:05.0 Ethernet controller [0200]: Nobody [1234:4001]
            00: 34 12 01 40 07 00 00 00 02 00 00 02 00 00 00 00
            10: 00 00 00 f0 00 00 00 00 00 00 00 00 00 00 00 00
            20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            30: 00 00 00 00 00 00 00 00 00 00 00 00 ff 00 00 00

            """.utf8
        ).write(to: URL(filePath: lspci))
        let rule = directory.file("card.meta")
        var result = try metaos("new", "device", "1234:4001", "--lspci", lspci, "--output", rule)
        #expect(result.status == 0 && result.output.isEmpty && result.diagnostics.isEmpty)
        let text = try String(contentsOf: URL(filePath: rule), encoding: .utf8)
        #expect(text.contains("device pci_1234_4001 is packet_nic {\n    match pci vendor 0x1234 device 0x4001\n"))
        result = try metaos("new", "device", "00:05.0", "--lspci", lspci, "--output", rule)
        #expect(result.status == 2 && result.diagnostics == "metaos: \(rule) is there already; nothing was written\n")
        result = try metaos("new", "device", "1234:4002", "--lspci", lspci)
        #expect(result.status == 2)
        #expect(result.diagnostics == "metaos: no device '1234:4002' in the machine; it has: 00:05.0 1234:4001\n")
        result = try metaos("new", "device", "1234:4001")
        #expect(result.status == 2 && result.diagnostics == "metaos: --lspci, --report or --machine is missing\n")
    }

    @Test func `a reader that goes early ends the output, not the run`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let script =
            "'\(Self.path)' run --device none --options \(CannedReport.option) \(path(of: try image.kernel())) | head -1; "
            + "echo ${PIPESTATUS[0]}"
        let result = try BootImage.run("bash", ["-c", script])
        #expect(result.output == "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"\n0\n")
        #expect(result.diagnostics.isEmpty)
    }

    @Test func `disassemble reads a saved report and writes flat binaries`() throws {
        let image = try BootImage(saying: [])
        let report = image.directory.file("saved")
        try Data(
            CannedReport.frame([
                "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"",
                "pci 00:03.0 8086:100e class=02.00.00 revision=03 header=0 by=pci",
                "bar 00:03.0 0 memory32 0xfebc0000 +0x20000 by=pci",
                "driver 00:03.0 e1000 is=nic functions=1 bytes=12 ticks=1",
                "window 00:03.0 e1000.regs bar=0 0x50000000 +0x20000",
                "function 00:03.0 e1000.link 0x40000000 bytes=12 instructions=4 branches=0 rule=e1000.meta",
                "code 00:03.0 e1000.link +0x0 @21 8b0502000010 @22 d1e8 83e001 c3",
            ])
        ).write(to: URL(filePath: report))
        let binaries = image.directory.file("binaries")
        defer { try? FileManager.default.removeItem(atPath: binaries) }
        let result = try metaos(
            "disassemble", "--report", report, "--function", "e1000.link", "--binary", binaries, "--atlas", "nowhere")
        #expect(result.status == 0)
        #expect(
            result.diagnostics
                == "metaos: no lines of rules are shown: cannot read nowhere: No such file or directory\n")
        #expect(result.output.contains("  40000006  d1e8                  shr eax, 1\n"))
        let binary = try Data(contentsOf: URL(filePath: binaries + "/00-03.0-e1000.link.bin"))
        #expect(Array(binary) == [0x8B, 0x05, 0x02, 0, 0, 0x10, 0xD1, 0xE8, 0x83, 0xE0, 0x01, 0xC3])
        let missed = try metaos("disassemble", "--report", report, "--function", "e1000.lnk")
        #expect(missed.status == 2)
        #expect(missed.diagnostics == "metaos: no function 'e1000.lnk' in the report; did you mean 'e1000.link'?\n")
    }
}
