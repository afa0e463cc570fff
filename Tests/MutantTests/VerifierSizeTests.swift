// How long the verifier is: a part that everything rests on has to be one that a person can read.

import Foundation
import Testing

@Suite struct VerifierSizeTests {
    private static let logicLineLimit = 2_000
    private static let rowLimit = 300

    @Test func `the verifier is short, and so is its table`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Shared/Verification")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        let lines = try names.flatMap {
            try String(contentsOf: folder.appending(path: $0), encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false
            ).dropLast()
        }
        // A row begins like no other line does.
        let rows = lines.filter { $0.hasPrefix("        .init(.") }.count
        #expect(rows > 40)
        #expect(rows <= Self.rowLimit)
        #expect(lines.count - rows <= Self.logicLineLimit, "\(lines.count - rows) lines")
        #expect(lines.count - rows > 1_000)
    }
}
