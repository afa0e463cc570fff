// The facts of the machines that are recorded under Tests/Fixtures/machines, by replaying each recording through
// discovery. Every recording there is one of them: a new one needs no word here.

import Foundation
import Hardware
import Recording
import Testing

/// A recorded machine and its facts.
struct RecordedFacts: CustomTestStringConvertible, Sendable {
    /// Name of the recording.
    let name: String
    /// What QEMU was told, in one line.
    let machine: String
    let facts: MachineFacts

    var testDescription: String { name }

    /// Names of all recordings, sorted.
    static let names: [String] = {
        let folder = BlessedText.folder.appending(path: "machines")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".recording") }.map { String($0.dropLast(".recording".count)) }.sorted()
    }()

    /// All recorded machines, each replayed once.
    static let all = Result { try names.map { try RecordedFacts(name: $0) } }

    static func named(_ name: String) throws -> RecordedFacts {
        try #require(try all.get().first { $0.name == name }, "there is no recording of that name")
    }

    private init(name: String) throws {
        let text = try #require(BlessedText(path: "machines/\(name).recording").text)
        let recording = try Recording(text: text)
        self.name = name
        machine = recording.machine
        facts = try recording.replay().facts
    }
}
