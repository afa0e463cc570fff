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
    /// Lines of each file, by the file's name.
    private let lines: [String: [String]]

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
        lines = sources.reduce(into: [:]) { lines, source in
            let name = source.name.split(separator: "/").last.map(String.init) ?? source.name
            lines[name] = source.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// A line of a rule's file without the blanks before it, for people.
    func line(of file: String, _ number: UInt16) -> String {
        guard let lines = lines[file], lines.indices.contains(Int(number) - 1) else { return "(no such line)" }
        return String(lines[Int(number) - 1].drop { $0 == " " })
    }
}
