// Reads a machine file. Every fact is taken by the reader of reports, so that a record means the same in both; what
// people may do to a text, comments and blanks, is taken off before.

import Hardware
import ReportReading

extension MachineFile {
    /// Reads a text, as MACHINE.md defines it. Why something is assumed it does not tell: that is a comment.
    ///
    /// Throws: `MachineFileError` for the first line that is wrong.
    public init(text: String) throws(MachineFileError) {
        var reader = FactsReader()
        var isTitled = false
        var single: Set<String> = []
        var assumptions: [Assumption] = []
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let words = Self.withoutComment(line).split { $0 == " " || $0 == "\t" }
            guard let kind = words.first else { continue }
            let content = words.joined(separator: " ")
            guard isTitled else {
                try Self.checkTitle(content, line: number)
                isTitled = true
                continue
            }
            if let key = Self.key(kind, words), !single.insert(key).inserted {
                throw .line(number, text: content, reason: "'\(key)' stands in a line before")
            }
            try Self.take(Record(number: number, text: Array(content.utf8)), content, by: &reader)
            if content.hasSuffix(" by=assumed"), let subject = Assumption.Subject(record: content),
                !assumptions.contains(where: { $0.subject == subject })
            {
                assumptions.append(Assumption(subject, "as it was before"))
            }
        }
        guard isTitled else { throw .title(hint: nil) }
        self.init(facts: reader.facts, assumptions: assumptions)
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        var before: Character = " "
        for index in line.indices {
            if line[index] == "#", before == " " || before == "\t" { return line[..<index] }
            before = line[index]
        }
        return line
    }

    private static func checkTitle(_ content: String, line: Int) throws(MachineFileError) {
        if content == title { return }
        if content.hasPrefix("machine ") { throw .version(line: line, text: content) }
        let isReport = content.hasPrefix("metaos ")
        throw .title(hint: isReport ? "; it looks like a report: metaos record makes a machine file of one" : nil)
    }

    /// What may occur once, `nil` for what may occur as often as it likes or is looked after by the reader.
    private static func key(_ kind: Substring, _ words: [Substring]) -> String? {
        switch kind {
        case "clock", "configuration", "place", "data": String(kind)
        case "cpuid": words.prefix(2).joined(separator: " ")
        case "bar", "probe": words.prefix(3).joined(separator: " ")
        case "subsystem", "interrupt", "bridge": words.prefix(2).joined(separator: " ")
        default: nil
        }
    }

    private static func take(
        _ record: Record, _ content: String, by reader: inout FactsReader
    ) throws(MachineFileError) {
        do throws(ReportError) {
            if try reader.read(record) { return }
        } catch {
            throw .line(record.number, text: content, reason: reason(of: error))
        }
        throw .line(record.number, text: content, reason: "no kind of fact that a machine file holds")
    }

    private static func reason(of error: ReportError) -> String {
        switch error {
        case .malformed(_, _, let expected): "expected \(expected)"
        case .unexpectedKind: "no kind of fact that a machine file holds"
        case .unintroduced(_, _, let subject): "no line before it introduces the \(subject)"
        case .contradiction(_, _, let reason): reason
        }
    }
}
