// The commands for rules, as an author of rules meets them: every mistake with its place, and nothing written for rules
// that have one.

import Foundation
import Testing

@testable import Machines

@Suite struct `Commands for rules` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let atlas = root.appending(path: "Sources/Atlas").path
    private static let fixtures = root.appending(path: "Tests/RuleCompilerTests/Fixtures").path

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func metaos(_ arguments: String...) throws -> (status: Int32, output: String, diagnostics: String) {
        try BootImage.run(`Command metaos`.path, arguments, status: nil)
    }

    @Test func `check of rules without a mistake ends with 0 and says so`() throws {
        let result = try metaos("check", Self.atlas)
        #expect(result.status == 0 && result.diagnostics.isEmpty)
        #expect(result.output.wholeMatch(of: #/\d+ files checked: no mistake\n/#) != nil)
    }

    @Test func `check shows every mistake with id, place, caret and mend, and ends with 1`() throws {
        let path = "\(Self.fixtures)/fail/M013-fields-overlap.meta"
        let result = try metaos("check", path)
        #expect(result.status == 1 && result.diagnostics.isEmpty)
        let lines = result.output.split(separator: "\n")
        #expect(lines.first?.wholeMatch(of: #/.*M013-fields-overlap.meta:\d+:\d+: error\[M013\]: .+/#) != nil)
        #expect(lines.contains { $0.wholeMatch(of: #/ +\^~*/#) != nil })
        #expect(lines.contains { $0.hasPrefix("fix-it: ") })
        #expect(lines.last?.hasPrefix("1 file checked: ") == true && lines.last?.hasSuffix(" in 1 file") == true)
    }

    @Test func `a warning is shown, and rules with one are compiled`() throws {
        let path = "\(Self.fixtures)/fail/M203-not-published.meta"
        let result = try metaos("check", path)
        #expect(result.status == 0 && result.diagnostics.isEmpty)
        #expect(result.output.contains(": warning[M203]: "))
        #expect(result.output.hasSuffix("1 file checked: 1 warning in 1 file\n"))
        let output = directory.path + "/rules.bin"
        let compiled = try metaos("compile", path, "--output", output)
        #expect(compiled.status == 0 && compiled.diagnostics.contains(": warning[M203]: "))
        #expect(FileManager.default.fileExists(atPath: output))
    }

    @Test func `check takes several files at once`() throws {
        let paths = ["M013-fields-overlap", "M003-malformed-number"].map { "\(Self.fixtures)/fail/\($0).meta" }
        let result = try BootImage.run(`Command metaos`.path, ["check"] + paths, status: nil)
        #expect(result.status == 1)
        #expect(result.output.contains("error[M013]") || result.output.contains("error[M003]"))
        #expect(result.output.contains("2 files checked: "))
    }

    @Test func `check without operands takes the rules of the checkout`() throws {
        let script = "cd '\(Self.root.path)' && '\(`Command metaos`.path)' check"
        let named = try metaos("check", Self.atlas)
        #expect(try BootImage.run("bash", ["-c", script]).output == named.output)
        let elsewhere = try BootImage.run("bash", ["-c", "cd / && '\(`Command metaos`.path)' check"], status: nil)
        #expect(elsewhere.status == 2)
        #expect(elsewhere.diagnostics == "metaos: cannot read Sources/Atlas: No such file or directory\n")
    }

    @Test func `what cannot be read ends with 2 and one line`() throws {
        for command in ["check", "compile"] {
            let missing = try metaos(command, "nowhere.meta")
            #expect(missing.status == 2 && missing.output.isEmpty)
            #expect(missing.diagnostics == "metaos: cannot read nowhere.meta: No such file or directory\n")
            let empty = try metaos(command, directory.path)
            #expect(empty.status == 2 && empty.diagnostics == "metaos: no .meta file in \(directory.path)\n")
        }
    }

    @Test func `a rule file above its limit is refused by name, be it one without an end`() throws {
        let long = directory.file("long.meta")
        try Data(repeating: 0x20, count: 262_145).write(to: URL(filePath: long))
        let link = directory.file("endless.meta")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/zero")
        let importing = directory.file("importing.meta")
        try Data("import \"endless.meta\"".utf8).write(to: URL(filePath: importing))
        for (path, named) in [(long, long), ("/dev/zero", "/dev/zero"), (importing, link)] {
            for command in ["check", "compile"] {
                let result = try metaos(command, path)
                #expect(result.status == 2 && result.output.isEmpty)
                #expect(result.diagnostics == "metaos: \(named) is above 256 KiB, the most that a rule file has\n")
            }
        }
        try Data(repeating: 0x20, count: 262_144).write(to: URL(filePath: long))
        #expect(try metaos("check", long).output == "1 file checked: no mistake\n")
    }

    @Test func `compile shows the size of each device, and writes nothing for rules with a mistake`() throws {
        let output = directory.file("rules.bin")
        let result = try metaos("compile", Self.atlas, "--output", output)
        #expect(result.status == 0 && result.diagnostics.isEmpty)
        let bytes = try Data(contentsOf: URL(filePath: output))
        #expect(result.output.hasPrefix("\(output): \(bytes.count) bytes, "))
        #expect(result.output.contains(#/\n  e1000 is \w+ \d+: \d+ functions, \d+ bytes of rules\n/#))
        let refused = try metaos("compile", "\(Self.fixtures)/fail/M013-fields-overlap.meta", "--output", output)
        #expect(refused.status == 1 && refused.output.isEmpty && refused.diagnostics.contains("error[M013]"))
        #expect(try Data(contentsOf: URL(filePath: output)) == bytes)
    }

    @Test func `a file is checked and compiled with the files that it imports`() throws {
        let path = "\(Self.atlas)/e1000.meta"
        #expect(try metaos("check", path).output == "4 files checked: no mistake\n")
        #expect(try metaos("compile", path, "--output", directory.file("rules.bin")).status == 0)
        let lost = directory.file("lost.meta")
        try "import \"nowhere.meta\"\n".write(toFile: lost, atomically: true, encoding: .utf8)
        let result = try metaos("check", lost)
        #expect(result.status == 1 && result.output.contains("lost.meta:1:8: error[M047]"))
    }
}
