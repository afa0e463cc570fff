// The atlas, compiled by the tests themselves from its text.

import Foundation
import RuleCompiler

enum Atlas {
    struct Rejected: Error { var diagnostics: String }

    /// The rules as text.
    static func sources() throws -> [RuleSource] {
        let folder = Images.root.appending(path: "Sources/Atlas")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".meta") }
        return try names.sorted().map { name in
            RuleSource(name: name, text: try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
    }

    /// The rules as the image carries them.
    static func metabinary() throws -> [UInt8] {
        let compilation = RuleCompiler.compile(try sources())
        guard let bytes = compilation.metabinary else { throw Rejected(diagnostics: "\(compilation.diagnostics)") }
        return bytes
    }
}
