// What commands show on a terminal of eighty columns: nothing wider, and no word cut. What goes to a program is as it is.

import Foundation
import Testing

@testable import Machines

@Suite(.serialized) struct `Output on a terminal` {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines that a command shows on a terminal, which script(1) of util-linux gives it.
    private func lines(_ words: String) throws -> [Substring] {
        let command = "cd '\(Self.root.path)' && '\(`Command metaos`.path)' \(words)"
        let shown = try BootImage.run("script", ["-qec", command, "/dev/null"], status: nil).output
        // What stands before a line that is erased is none of it.
        return shown.replacing("\r\u{1B}[K", with: "\n").split(whereSeparator: \.isNewline)
    }

    @Test func `of a report shows every line`() throws {
        let long = "step \"\((1...40).map { "word\($0)" }.joined(separator: " "))\""
        let image = try BootImage(
            saying: CannedReport.frame([
                "metaos 2 entry=pvh nonce=0123456789abcdef by=option options=\"\"", long, "KTAP version 1", "1..1",
                "ok 1 x", "verdict passed nonce=0123456789abcdef tests=1 failed=0",
            ]))
        let command = "run \(try image.kernel().path) --device none --options \(CannedReport.option)"
        let shown = try lines(command)
        #expect(shown.allSatisfy { $0.count <= 80 })
        let words = Set(shown.flatMap { $0.split { " \"".contains($0) } })
        for number in 1...40 { #expect(words.contains("word\(number)")) }
        let piped = try BootImage.run("bash", ["-c", "'\(`Command metaos`.path)' \(command)"]).output
        #expect(piped.contains("\n\(long)\n"))
    }

    @Test(arguments: [
        "frobnicate", "help", "run nowhere.iso", "run --cpu help", "check", "record Tests/Fixtures/boots/canned.asm",
        "record --lspci Tests/Fixtures/machines/q35.lspci --output /dev/null", "generate --machine nowhere.machine",
        "disassemble --report Tests/Fixtures/boots/pc.report", "dump --stage bytecode e1000",
        "dump --stage nothing-like-it", "figures --no-such-option-that-is-known-anywhere-in-the-whole-of-this-command",
    ])
    func `of a command is not wider`(words: String) throws {
        let shown = try lines(words)
        #expect(!shown.isEmpty)
        for line in shown { #expect(line.count <= 80, "\(line)") }
    }

    @Test func `of a mistake shows the place, though the rule's line is wide`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("a.meta")
        let indent = String(repeating: " ", count: 60)
        let wide = indent + "register regs.LAMP at 0x00 u8 rw { LIT: 0, LIT: 1 }        // both"
        try Data("device lamp is nic {\n\(wide)\n}\n".utf8).write(to: URL(filePath: path))
        let shown = try lines("check \(path)")
        for line in shown { #expect(line.count <= 80, "\(line)") }
        for (index, line) in shown.enumerated() where line.contains("^") {
            let place = line.distance(from: line.startIndex, to: line.firstIndex(of: "^") ?? line.endIndex)
            let word = shown[index - 1].dropFirst(place).prefix { $0.isLetter || $0 == "." || $0 == "_" }
            #expect(!word.isEmpty)
        }
        #expect(shown.contains { $0.contains("register regs.LAMP") })
    }
}
