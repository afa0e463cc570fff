// A text under Tests/Fixtures that a test compares with what it made, and that `make bless` rewrites. It compares and
// writes files; what the text says is its maker's.

import Foundation

/// A fixture that `make bless` rewrites.
struct BlessedText: Sendable {
    /// What a test does with its fixtures.
    enum Mode: Sendable {
        /// Compares.
        case compare
        /// Writes what differs; of a number that may only fall, what is lower.
        case bless
        /// Writes whatever differs.
        case raise

        /// What METAOS_BLESS asks for: nothing, `raise`, or anything else to bless.
        static var current: Mode {
            switch ProcessInfo.processInfo.environment["METAOS_BLESS"] {
            case nil, "": .compare
            case "raise": .raise
            default: .bless
            }
        }
    }

    /// The folder of all fixtures.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    let file: URL

    /// - Parameter path: where the text stands, from the folder of fixtures on.
    init(path: String, in folder: URL = Self.folder) { file = folder.appending(path: path) }

    /// The text as it is, `nil` where there is none.
    var text: String? { try? String(contentsOf: file, encoding: .utf8) }

    /// What is wrong with what was made: the first line in which it differs from the file, and what to do. Blessed, it
    /// is written to the file, and nothing is wrong.
    func complaint(about made: String, mode: Mode = .current) throws -> String? {
        guard text != made else { return nil }
        guard mode == .compare else {
            try write(made)
            return nil
        }
        let difference =
            text.map { TextDifference.first(expected: $0, made: made) ?? "line ends differ" } ?? "there is no such file"
        return "\(file.lastPathComponent): \(difference)\nRight? `make bless` rewrites it."
    }

    func write(_ made: String) throws { try made.write(to: file, atomically: true, encoding: .utf8) }
}
