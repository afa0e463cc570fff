// Reports that older kernels wrote, kept as they were: every later version reads what they tell of a machine and of its
// drivers, and says what it does not read.

import Foundation
import Testing

@testable import Machines

@Suite struct `Reports of older kernels` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let atlas = root.appending(path: "Sources/Atlas").path

    /// A report, how many bytes of functions it tells of, and what of it is not read.
    struct Case: CustomTestStringConvertible {
        var name: String
        var byteCount: Int
        var unread: [String]

        var testDescription: String { name }
        var path: String { root.appending(path: "Tests/Fixtures/boots/older/\(name)").path }
    }

    static let cases = [
        Case(
            name: "version-1.report", byteCount: 961,
            unread: [
                "expected version 2 of the format, which proves its boot by a nonce", "expected lost=",
                "expected nonce=",
            ]),
        Case(name: "version-2-first.report", byteCount: 968, unread: ["expected lost="]),
    ]

    private func metaos(_ arguments: String...) throws -> (status: Int32, output: String, diagnostics: String) {
        try BootImage.run(`Command metaos`.path, arguments, status: nil)
    }

    @Test(arguments: cases) func `give a machine, for which drivers are generated and explained`(_ old: Case) throws {
        let directory = try TemporaryDirectory()
        let machine = directory.file("a.machine")
        let recorded = try metaos("record", old.path, "--atlas", Self.atlas, "--output", machine)
        #expect(recorded.status == 0 && recorded.output.isEmpty && recorded.diagnostics.isEmpty)
        let generated = try metaos("generate", "--machine", machine, "--atlas", Self.atlas)
        #expect(generated.status == 0 && generated.output.contains("6 PCI functions: 1 driver, 0 refused, "))
        let explained = try metaos("explain", "e1000", "--machine", machine, "--atlas", Self.atlas)
        #expect(explained.status == 0 && explained.output.contains("bar 00:03.0 0 memory32 0xfebc0000 +0x20000"))
        let new = try metaos("new", "device", "8086:100e", "--report", old.path)
        #expect(new.status == 0 && new.output.contains("match pci vendor 0x8086 device 0x100e"))
    }

    @Test(arguments: cases) func `show every function, and name the records that are not read`(_ old: Case) throws {
        let shown = try metaos("disassemble", "--report", old.path, "--atlas", Self.atlas)
        #expect(shown.status == 0)
        let heads = shown.output.matches(of: #/(?m)^e1000\.\w+ for 00:03\.0: (\d+) bytes?, /#)
        #expect(heads.count == 7)
        #expect(heads.compactMap { Int($0.1) }.reduce(0, +) == old.byteCount)
        let notes = shown.diagnostics.split(separator: "\n")
        #expect(notes.count == old.unread.count + 1, "\(shown.diagnostics)")
        for (note, reason) in zip(notes, old.unread) { #expect(note.hasSuffix(reason)) }
        #expect(notes.last?.hasPrefix("metaos: no lines of rules are shown: the report is of rules with crc=") == true)
    }
}
