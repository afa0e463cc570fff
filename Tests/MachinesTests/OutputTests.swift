// What commands write to: that whatever a path names is written to and nothing is replaced by a file, and that a write which
// fails is told with its reason. The full device is a node of its own in a folder of the test's, never that of the machine.

import Foundation
import Testing

@testable import Machines

@Suite(.serialized) struct `Outputs` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let report = root.appending(path: "Tests/Fixtures/boots/pc.report").path
    /// What goes to `--output`.
    private static let text: String = {
        let words = ["record", report, "--atlas", "\(root.path)/Sources/Atlas"]
        return (try? BootImage.run(`Command metaos`.path, words))?.output ?? ""
    }()

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Runs `metaos record` with an output, which is what the other commands write by too.
    private func record(to path: String) throws -> (status: Int32, diagnostics: String) {
        let words = ["record", Self.report, "--atlas", "\(Self.root.path)/Sources/Atlas", "--output", path]
        let result = try BootImage.run(`Command metaos`.path, words, status: nil)
        #expect(result.output.isEmpty)
        return (result.status, result.diagnostics)
    }

    /// A device that is always full: a node of that kind, or without the right to make one a link to the machine's.
    private func fullDevice() throws -> String {
        let path = directory.file("full")
        if (try? BootImage.run("mknod", [path, "c", "1", "7"])) == nil {
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
        }
        return path
    }

    private func isCharacterDevice(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    }

    @Test func `a device is written to, and its error told`() throws {
        let path = try fullDevice()
        for _ in 0..<2 {
            let result = try record(to: path)
            #expect(result.status == 1)
            #expect(result.diagnostics == "metaos: cannot write \(path): No space left on device\n")
            #expect(isCharacterDevice(path))
        }
    }

    @Test func `a capture that cannot be written fails the run, though it passed`() throws {
        let image = try BootImage(saying: CannedReport.passed)
        let full = try fullDevice()
        // A card would have to have a driver; a network alone has frames of its own.
        let words = [
            "run", try image.kernel().path, "--options", CannedReport.option, "--device", "none", "--network",
            "user,id=net0", "--capture",
        ]
        var result = try BootImage.run(`Command metaos`.path, words + [full], status: nil)
        #expect(result.status == 1 && result.output.contains("\npassed in "))
        #expect(result.diagnostics == "metaos: cannot write \(full): No space left on device\n")
        #expect(isCharacterDevice(full))
        result = try BootImage.run(`Command metaos`.path, words + ["/nowhere/a.pcap"], status: nil)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.diagnostics == "metaos: cannot write /nowhere/a.pcap: No such file or directory\n")
        // A pcap file has a head of 24 bytes before its first frame.
        let link = directory.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "frames.pcap")
        result = try BootImage.run(`Command metaos`.path, words + [link])
        #expect(try Data(contentsOf: URL(filePath: directory.file("frames.pcap"))).count == 24)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "frames.pcap")
    }

    @Test func `a link is followed and stays, whether there is a file behind it or not`() throws {
        let link = directory.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "behind")
        try FileManager.default.createSymbolicLink(atPath: directory.file("behind"), withDestinationPath: "file")
        for text in [nil, "old"] {
            if let text { try Data(text.utf8).write(to: URL(filePath: directory.file("file"))) }
            #expect(try record(to: link).status == 0)
            #expect(try String(contentsOfFile: directory.file("file"), encoding: .utf8) == Self.text)
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "behind")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory.file("behind")) == "file")
        // A link to itself leads nowhere.
        try FileManager.default.createSymbolicLink(atPath: directory.file("loop"), withDestinationPath: "loop")
        #expect(try record(to: directory.file("loop")).status == 1)
    }

    @Test func `a file keeps its rights, and its time where it stays as it is`() throws {
        let path = directory.file("file")
        try Data("old".utf8).write(to: URL(filePath: path))
        chmod(path, 0o640)
        #expect(try record(to: path).status == 0)
        var first = stat()
        #expect(stat(path, &first) == 0 && first.st_mode & 0o7777 == 0o640)
        #expect(try record(to: path).status == 0)
        var second = stat()
        #expect(stat(path, &second) == 0 && first.st_ino == second.st_ino)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["file"])
    }

    @Test func `pipes and standard output are written to`() throws {
        let atlas = "'\(Self.root.path)/Sources/Atlas'"
        let command = "'\(`Command metaos`.path)' record \(Self.report) --atlas \(atlas) --output"
        let (file, pipe) = (directory.file("out"), directory.file("pipe"))
        for script in [
            "\(command) /dev/stdout", "\(command) /dev/stdout | cat",
            "\(command) /dev/stdout >\(file) && cat \(file)",
            "mkfifo \(pipe); cat \(pipe) & \(command) \(pipe); wait",
        ] {
            #expect(try BootImage.run("bash", ["-c", script]).output == Self.text, "\(script)")
        }
        // A reader that wants no more is no error.
        let script = "\(command) /dev/stdout | head -1; echo ${PIPESTATUS[0]}"
        #expect(try BootImage.run("bash", ["-c", script]).output == "machine 1\n0\n")
    }

    @Test func `what cannot be written says why`() throws {
        for (path, reason) in [
            (directory.path, "Is a directory"), ("/nowhere/file", "No such file or directory"),
            ("\(Self.report)/file", "Not a directory"), ("/proc/version/file", "Not a directory"),
        ] {
            let result = try record(to: path)
            #expect(result.status == 1 && result.diagnostics == "metaos: cannot write \(path): \(reason)\n")
        }
    }
}
