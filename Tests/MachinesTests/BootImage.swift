// Boot images for tests of the host harness: assembled by NASM from Tests/Fixtures/boots, they say a canned report and
// end as the test wants it. They stand in for a kernel.

import Foundation

@testable import Machines

/// A boot image in a directory of its own, gone with it.
final class BootImage {
    /// What an image does after its report; the raw values are those of canned.asm.
    enum End: Int {
        case exit = 0
        case halt = 1
        case flood = 2
        case tripleFault = 3
        case spin = 4
    }

    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/boots/canned.asm").path

    let directory: TemporaryDirectory
    private let defines: [String]

    init(saying report: [UInt8], then end: End = .exit, value: Int = 0x10) throws {
        directory = try TemporaryDirectory()
        try Data(report).write(to: URL(filePath: directory.file("report")))
        defines = [
            "-DREPORT=\"\(directory.file("report"))\"", "-DENDING=\(end.rawValue)", "-DEXIT_VALUE=\(value)",
        ]
    }

    /// An ELF image with a PVH note.
    func kernel() throws -> MachineDescription.BootMedium {
        let path = directory.file("kernel.elf")
        try Self.run("nasm", ["-f", "bin", "-DPVH", "-o", path] + defines + [Self.sources])
        return .kernel(path: path, commandLine: CannedReport.option)
    }

    /// A raw disk of 1 MiB; the report must fit its first sector.
    func disk() throws -> MachineDescription.BootMedium {
        let path = directory.file("disk.img")
        let sector = try sector()
        try (Data(sector) + Data(count: 1 << 20)).write(to: URL(filePath: path))
        return .disk(path: path)
    }

    /// A CD that boots without emulation; the report must fit 512 bytes.
    func cdrom() throws -> MachineDescription.BootMedium {
        let path = directory.file("image.iso")
        let tree = directory.file("tree")
        try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: tree) }
        try (Data(try sector()) + Data(count: 1536)).write(to: URL(filePath: tree + "/boot.bin"))
        try Self.run(
            "xorriso",
            ["-as", "mkisofs", "-quiet", "-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "4", "-o", path, tree])
        return .cdrom(path: path)
    }

    private func sector() throws -> Data {
        let path = directory.file("sector.bin")
        try Self.run("nasm", ["-f", "bin", "-DSECTOR", "-o", path] + defines + [Self.sources])
        return try Data(contentsOf: URL(filePath: path))
    }

    struct Failure: Error {
        var text: String
    }

    /// Runs a program to its end and returns what it wrote to standard output and standard error.
    @discardableResult
    static func run(
        _ program: String, _ arguments: [String], status expected: Int32? = 0
    ) throws -> (status: Int32, output: String, diagnostics: String) {
        let process = try ChildProcess(path: "/usr/bin/env", arguments: [program] + arguments)
        var output: [UInt8] = []
        var diagnostics: [UInt8] = []
        while process.output.isOpen || process.diagnostics.isOpen {
            process.waitForOutput(milliseconds: 1000)
            output += process.read(process.output)
            diagnostics += process.read(process.diagnostics)
        }
        while process.poll() == nil { process.waitForOutput(milliseconds: 1) }
        let said = String(decoding: diagnostics, as: UTF8.self)
        guard case .exited(let status) = process.poll(), expected == nil || status == expected else {
            throw Failure(text: "\(program) \(arguments): \(said)")
        }
        return (status, String(decoding: output, as: UTF8.self), said)
    }
}

/// Reports for boot images, framed by the definition in RECORDS.md.
enum CannedReport {
    /// What the harness must tell an image whose report it is to believe.
    static let option = "nonce=0123456789abcdef"

    static let passed = frame([
        "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"", "KTAP version 1", "1..1", "ok 1 x",
        "verdict passed nonce=0123456789abcdef tests=1 failed=0",
    ])
    static let failed = frame([
        "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"",
        "verdict failed nonce=0123456789abcdef tests=0 failed=0 reason=\"no memory\"",
    ])

    static func frame(_ texts: [String]) -> [UInt8] {
        texts.enumerated().flatMap { index, text in
            let covered = "\(text) # \(index) "
            return Array(
                (covered
                    + String(
                        format: "%08x",
                        remainder([0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF] + Array(covered.utf8))) + "\r\n")
                    .utf8)
        }
    }

    private static func remainder(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1) * 0xEDB8_8320 }
        }
    }
}
