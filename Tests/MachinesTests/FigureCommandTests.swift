// The command that measures what was built, where next to nothing is: what it did not measure must stay in the document.

import Foundation
import Testing

@testable import Machines

@Suite struct `Command metaos figures` {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `a row that a run does not measure keeps its value`() throws {
        let document = directory.file("FIGURES.md")
        let before = """
            # Figures

            <!-- figures -->
            | figure | value |
            |---|---:|
            | `atlas.lines` | 1 |
            | `zebra-net.bringup.bytes` | 1,234,567 |
            <!-- /figures -->

            What follows.

            """
        try Data(before.utf8).write(to: URL(filePath: document))
        let result = try BootImage.run(
            `Command metaos`.path, ["figures", "--build", directory.path, "--table", document])
        let measured = try #require(result.output.split(separator: "\n").first { $0.hasPrefix("| `atlas.lines` | ") })
        let text = try String(contentsOf: URL(filePath: document), encoding: .utf8)
        #expect(text.hasPrefix("# Figures\n\n<!-- figures -->\n| figure | value |\n|---|---:|\n\(measured)\n"))
        #expect(text.hasSuffix("| `zebra-net.bringup.bytes` | 1,234,567 |\n<!-- /figures -->\n\nWhat follows.\n"))
        #expect(measured != "| `atlas.lines` | 1 |")
    }
}
