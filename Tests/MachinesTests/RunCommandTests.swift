// What `metaos run` shows of a boot, and to whom: for people, for continuous integration, and what it leaves behind.

import Foundation
import Testing

@testable import Machines

@Suite(.serialized) struct `Command metaos run` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Boots a canned report, which is to be believed, without a card.
    private func run(
        _ image: BootImage, _ arguments: [String]
    ) throws -> (status: Int32, output: String, diagnostics: String) {
        let words = ["run", try image.kernel().path, "--options", CannedReport.option, "--device", "none"]
        return try BootImage.run(`Command metaos`.path, words + arguments, status: nil)
    }

    @Test func `--brief shows the outcome, --quiet what came of it`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let brief = try run(image, ["--brief"]).output.split(separator: "\n")
        #expect(
            brief.dropLast() == ["1..1", "ok 1 x", "verdict passed nonce=0123456789abcdef tests=1 failed=0"])
        let quiet = try run(image, ["--quiet"])
        #expect(quiet.status == 0 && quiet.diagnostics.isEmpty)
        #expect(quiet.output.wholeMatch(of: #/passed in \d+ ms: .*\n/#) != nil)
    }

    @Test func `--junit has a case for each test, and one for the boot`() throws {
        let passed = try BootImage(
            saying: CannedReport.frame([
                "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"", "KTAP version 1", "1..2",
                "ok 1 a < b & c", "ok 2 goes on # SKIP it is quarantined",
                "verdict passed nonce=0123456789abcdef tests=2 failed=0",
            ]))
        let path = passed.directory.file("junit.xml")
        #expect(try run(passed, ["--junit", path, "--quiet"]).status == 0)
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines[0] == #"<?xml version="1.0" encoding="UTF-8"?>"#)
        #expect(
            lines[1].wholeMatch(
                of: #/<testsuite name="metaos" tests="3" failures="0" errors="0" skipped="1" time="\d+\.\d{3}">/#)
                != nil)
        #expect(
            lines[2...] == [
                #"  <testcase classname="metaos" name="1 a &lt; b &amp; c"/>"#,
                #"  <testcase classname="metaos" name="2 goes on"><skipped message="it is quarantined"/></testcase>"#,
                #"  <testcase classname="metaos" name="3 the boot"/>"#, "</testsuite>",
            ])
        // A boot that failed by no test has a failure all the same.
        let failed = try BootImage(saying: CannedReport.failed, value: 0x11)
        #expect(try run(failed, ["--junit", path]).status == 1)
        lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(lines[1].contains(#"tests="1" failures="1""#))
        #expect(
            lines[2]
                == #"  <testcase classname="metaos" name="1 the boot"><failure message="failed: no memory"/></testcase>"#
        )
    }

    @Test func `QEMU's own options come after two dashes`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        #expect(try run(image, ["--quiet", "--", "-name", "guest"]).status == 0)
        let refused = try run(image, ["--", "-no-such-option", "--help"])
        #expect(refused.status == 2 && refused.diagnostics.contains("-no-such-option"))
    }

    @Test func `the help names every fault that the kernel knows`() throws {
        let help = try BootImage.run(`Command metaos`.path, ["help", "run"]).output
        for file in ["DeliberateFault", "DriverInjury"] {
            let path = Self.root.appending(path: "Sources/Kernel/Core/FaultInjection/\(file).swift")
            let names = try String(contentsOf: path, encoding: .utf8).matches(of: #/case \.\w+: "([a-z-]+)"/#)
            #expect(names.count > 8)
            let words = Set(help.split { " ,\n".contains($0) })
            for name in names { #expect(words.contains(name.1), "\(name.1)") }
        }
    }

    @Test func `--trace writes to a file, or between the report and what came of it`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let outcome = ["# 1..1", "# ok 1 x", "# verdict passed nonce=0123456789abcdef tests=1 failed=0"]
        let path = image.directory.file("a.trace")
        var result = try run(image, ["--trace", path, "--quiet"])
        #expect(result.status == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == outcome.map { $0 + "\n" }.joined())
        // No rules are known of this report.
        let reason = "the report does not say by which rules"
        #expect(result.diagnostics == "metaos: no bits are named in the trace: \(reason)\n")
        result = try run(image, ["--trace", "-", "--quiet"])
        #expect(result.output.hasPrefix(outcome.joined(separator: "\n") + "\npassed in "))
        result = try run(image, ["--trace", "/nowhere/a.trace", "--quiet"])
        #expect(result.status == 1 && result.output.hasPrefix("passed in "))
        #expect(result.diagnostics.hasSuffix("metaos: cannot write /nowhere/a.trace: No such file or directory\n"))
    }

    @Test func `a volume test that the kernel never takes part in fails the run`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let words = ["run", try image.kernel().path, "--options", CannedReport.option, "--volume", "5", "--quiet"]
        let result = try BootImage.run(`Command metaos`.path, words, status: nil)
        #expect(result.status == 1 && result.diagnostics.isEmpty)
        #expect(result.output.hasPrefix("failed: volume test: 0 returned, 5 lost, 0 repeated, 0 reordered, "))
    }

    @Test func `a command that is killed leaves no machine behind`() throws {
        let image = try BootImage(saying: [], then: .spin)
        let script = """
            '\(`Command metaos`.path)' run \(try image.kernel().path) --device none --timeout 100 &
            parent=$!
            for turn in $(seq 200); do
                child=$(cat /proc/$parent/task/$parent/children)
                [ -n "$child" ] && grep -q qemu /proc/$child/comm && break
                sleep 0.05
            done
            kill -9 $parent
            for turn in $(seq 400); do
                { [ ! -e /proc/$child ] || grep -q 'State:.Z' /proc/$child/status; } && echo gone && break
                sleep 0.05
            done
            """
        #expect(try BootImage.run("bash", ["-c", script], status: nil).output == "gone\n")
    }
}
