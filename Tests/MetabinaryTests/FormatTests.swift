// The layout of a metabinary, as its three users know it: FORMAT.md's table is what it says, row by row, and what is read along it
// and written again is the same, byte by byte.

import Foundation
import Metabinary
import Testing

@testable import RuleCompiler

@Suite struct FormatTests {
    @Test func `the document's fields are those of the layout, in its order`() throws {
        let text = try Rules.text(of: "Sources/Shared/Metabinary/FORMAT.md")
        let lines = text.split(separator: "\n").map(String.init)
        let head = try #require(lines.firstIndex(of: "|---|---|---|---|"))
        let rows = Array(lines[(head + 1)...].prefix { $0.hasPrefix("|") })
        let expected = LayoutDescriber.table()
        #expect(rows == expected, "the table of the layout:\n\(expected.joined(separator: "\n"))")
        #expect(expected.count > 100)
    }

    private func expectSame(_ bytes: [UInt8], _ name: String) throws {
        let image = try MetabinaryImage(bytes)
        #expect(ImageWriter.write(image.classes, Array(image.devices), code: bytes).image == bytes, "\(name)")
    }

    @Test func `an image that is read and written again is the same`() throws {
        try expectSame(try Rules.atlas(), "the atlas")
        let folder = "Tests/RuleCompilerTests/Fixtures/pass"
        var count = 0
        for file in try Rules.files(in: folder) {
            let source = RuleSource(name: file, text: try Rules.text(of: "\(folder)/\(file)"))
            // Some import others.
            guard let bytes = RuleCompiler.compile([source]).metabinary else { continue }
            try expectSame(bytes, file)
            count += 1
        }
        #expect(count > 50)
    }
}
