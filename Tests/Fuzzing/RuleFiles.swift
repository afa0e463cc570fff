// The rule files that cases are made of: the shipped atlas, a family at a time, and the fixtures that compile. Each is
// kept as text and as pieces, so that a mutation may take either.

import Foundation
import RuleCompiler

/// The originals of all mutations.
package struct RuleFiles: Sendable {
    /// Files that compile together.
    package struct Group: Sendable {
        package var sources: [RuleSource]
        /// Words, numbers and signs of each file, its comments left out.
        package var pieces: [[Piece]]

        init(_ sources: [RuleSource]) {
            self.sources = sources
            pieces = sources.map { Piece.pieces(of: $0.text) }
        }
    }

    /// Families of the shipped atlas, each with the files that it imports.
    package let families: [Group]
    /// Fixtures of the compiler's tests.
    package let fixtures: [Group]
    /// Families and fixtures.
    package var groups: [Group] { families + fixtures }

    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Throws: whatever reading the files throws.
    package init() throws {
        let atlas = try Self.files(in: "Sources/Atlas")
        families = atlas.filter { $0.text.contains("\ndevice ") }.map { Group(Self.closure(of: $0, in: atlas)) }
        fixtures = try Self.files(in: "Tests/RuleCompilerTests/Fixtures/pass").map { Group(Self.parts(of: $0)) }
    }

    private static func files(in folder: String) throws -> [RuleSource] {
        let url = package.appending(path: folder)
        return try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted().filter { $0.hasSuffix(".meta") }
            .map { RuleSource(name: $0, text: try String(contentsOf: url.appending(path: $0), encoding: .utf8)) }
    }

    /// A file and all that it imports, at once or by way of others.
    private static func closure(of source: RuleSource, in all: [RuleSource]) -> [RuleSource] {
        var found = [source]
        var next = 0
        while next < found.count {
            for name in RuleCompiler.imports(of: found[next]) where !found.contains(where: { $0.name == name }) {
                found += all.filter { $0.name == name }
            }
            next += 1
        }
        return found
    }

    /// The files of a fixture: itself, then those that begin in it by a line `//// NAME`.
    private static func parts(of source: RuleSource) -> [RuleSource] {
        let parts = "//// \(source.name)\n\(source.text)".split(separator: "//// ").map { part in
            part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        return parts.map { RuleSource(name: $0[0], text: $0.count > 1 ? $0[1] : "") }
    }
}
