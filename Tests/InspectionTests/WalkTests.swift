// The walk in Sources/README.md, which follows one field through all stages: a newcomer who goes there must find what is
// named. It looks at names alone, not at what is said of them.

import Foundation
import Testing

@Suite struct `The walk through the sources` {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// A row of its table: the place in backquotes, a file and a name in it.
    private struct Station {
        var file: String
        var name: String
    }

    private static func stations() throws -> [Station] {
        let tour = try String(contentsOf: sources.appending(path: "README.md"), encoding: .utf8)
        let walk = try #require(tour.split(separator: "\n## ").first { $0.hasPrefix("One field, followed\n") })
        let rows = walk.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        return try rows.map { row in
            let place = try #require(row.firstMatch(of: /\| `([^`]+)`: `([^`]+)` \|/), "no place: \(row)")
            return Station(file: String(place.1), name: String(place.2))
        }
    }

    @Test func `every station is a file that declares the name`() throws {
        for station in try Self.stations() {
            let text = try String(contentsOf: Self.sources.appending(path: station.file), encoding: .utf8)
            let declaration = try Regex(
                #"(^|\s)(struct|enum|class|extension|layout|generate) (\w+\.)*\#(station.name)\b"#)
            #expect(text.contains(declaration), "\(station.file) declares no \(station.name)")
        }
    }

    @Test func `it has a station in every module that a rule goes through`() throws {
        let modules = Set(try Self.stations().map { $0.file.split(separator: "/").dropLast().joined(separator: "/") })
        let passed = ["RuleCompiler", "Metabinary", "Program", "Pipeline", "Encoding", "Verification"]
        #expect(modules == Set(["Atlas"] + passed.map { $0 == "RuleCompiler" ? "Host/\($0)" : "Shared/\($0)" }))
    }
}
