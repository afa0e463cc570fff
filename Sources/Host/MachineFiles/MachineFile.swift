// A machine as a text that people read and edit: the fact records of a report, without frames, with comments, as
// MACHINE.md defines it. It is written here and read beside; where the facts come from, a boot or a dump, is not its
// business.

import Hardware
import Report

/// The facts of a machine, and what of them is assumed.
public struct MachineFile: Sendable {
    /// First line of the text but for comments; the number is the version of the format.
    static let title = "machine 1"

    public var facts: MachineFacts
    /// What was not learned of the machine; empty for facts of a boot.
    public var assumptions: [Assumption]
    /// Where the facts come from, for the comment at the head of the text, a line each.
    public var origin: [String]

    public init(facts: MachineFacts, assumptions: [Assumption] = [], origin: [String] = []) {
        self.facts = facts
        self.assumptions = assumptions
        self.origin = origin
    }

    /// The text, as MACHINE.md defines it. Reading it returns the same facts.
    public var text: String {
        var lines = [Self.title]
        for line in origin { lines += Self.comment(line) }
        for assumption in assumptions where assumption.subject == .machine {
            lines += Self.comment("assumed: " + assumption.words)
        }
        let reasons = Dictionary(assumptions.map { ($0.subject, $0.words) }, uniquingKeysWith: { first, _ in first })
        var said: Set<Assumption.Subject> = []
        for record in Self.records(of: facts) {
            guard let subject = Assumption.Subject(record: record), let words = reasons[subject] else {
                lines.append(record)
                continue
            }
            if said.insert(subject).inserted { lines += Self.comment("assumed: " + words) }
            lines.append(Self.assumed(record))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The fact records in the order of a report; what it says again in words stands as a comment.
    private static func records(of facts: MachineFacts) -> [String] {
        var writer = RecordWriter(sink: RecordTexts())
        writer.write(facts)
        return writer.sink.texts.compactMap { text in
            switch text.prefix(while: { $0 != " " }) {
            case "cpu", "brand", "cache": facts.processor.leaves.isEmpty ? nil : "# " + text
            case "power", "msi", "msi-x", "express": "# " + text
            default: text
            }
        }
    }

    /// The text of a fact record, with `assumed` for how it was learned where it was not.
    public func marked(_ record: String) -> String {
        guard let subject = Assumption.Subject(record: record), assumptions.contains(where: { $0.subject == subject })
        else { return record }
        return Self.assumed(record)
    }

    private static func assumed(_ record: String) -> String {
        record.firstRange(of: " by=").map { record[..<$0.upperBound] + "assumed" } ?? record
    }

    /// Comment lines of that text.
    private static func comment(_ text: String) -> [String] { text.wrapped(first: "# ", rest: "#   ") }
}

/// Keeps the texts of records, without their frames.
private struct RecordTexts: RecordSink {
    private(set) var texts: [String] = []

    mutating func write(_ line: Span<UInt8>, textCount: Int) {
        texts.append(line.withUnsafeBufferPointer { String(decoding: $0.prefix(textCount), as: UTF8.self) })
    }
}
