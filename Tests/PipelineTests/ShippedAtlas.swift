// The rules of Sources/Atlas, compiled by the tests from their text as `metaos compile` does it for an image.

import Foundation
import Metabinary
import RuleCompiler

/// The atlas that images carry.
struct ShippedAtlas: Sendable {
    struct Rejected: Error { var diagnostics: String }

    let metabinary: [UInt8]
    let image: MetabinaryImage
    /// What it was compiled from.
    let sources: [RuleSource]

    /// Compiled once for all tests.
    static let compiled = Result { try ShippedAtlas() }

    private init() throws {
        let folder = BlessedText.folder.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/Atlas")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".meta") }
        sources = try names.sorted().map { name in
            RuleSource(name: name, text: try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
        let compilation = RuleCompiler.compile(sources)
        guard let bytes = compilation.metabinary else { throw Rejected(diagnostics: "\(compilation.diagnostics)") }
        metabinary = bytes
        image = try MetabinaryImage(bytes)
    }
}
