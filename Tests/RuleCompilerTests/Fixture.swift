// The rule files under Fixtures: `fail` holds one for each identifier, with what it must provoke in leading comments;
// `pass` holds a nearby one that compiles. A line `//// NAME` in one begins a further file of that name.

import Foundation
import RuleCompiler

/// A rule file of the tests.
struct Fixture {
    /// Name without the folder, `M012-field-past-register.meta`.
    let name: String
    let text: String

    /// Folder of the tests' package.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All rule files of a folder of the package, in the order of their names.
    static func all(in folder: String) throws -> [Fixture] {
        let url = package.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
            .filter { $0.hasSuffix(".meta") }
            .map { Fixture(name: $0, text: try String(contentsOf: url.appending(path: $0), encoding: .utf8)) }
    }

    static func failing() throws -> [Fixture] { try all(in: "Tests/RuleCompilerTests/Fixtures/fail") }

    static func passing() throws -> [Fixture] { try all(in: "Tests/RuleCompilerTests/Fixtures/pass") }

    /// The rules that are shipped.
    static func atlas() throws -> [RuleSource] { try all(in: "Sources/Atlas").flatMap(\.sources) }

    /// The file itself, then those that begin in it.
    var sources: [RuleSource] {
        let parts = "//// \(name)\n\(text)".split(separator: "//// ").map { part in
            part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        return parts.map { RuleSource(name: $0[0], text: $0[1]) }
    }

    var compilation: RuleCompilation { RuleCompiler.compileAndTry(sources) }

    /// `M012 at 9:31`, one for each leading comment `// expect …`.
    var expectations: [String] {
        text.split(separator: "\n").prefix { $0.hasPrefix("// expect ") }.map { String($0.dropFirst(10)) }
    }
}

extension Diagnostic {
    /// `M012 at 9:31`
    var summary: String { "\(identifier.text) at \(line):\(column)" }
}
