// The fields of a record, taken one after the other in the order of its form's row, as the writer added them. Every departure
// from the row is an error that names the record and what was expected; whoever takes the fields says only what the values mean.

import Hardware
import Report

/// The fields of a record whose text is of a form.
struct RecordFields {
    let record: Record
    let form: RecordForm
    private var values: ArraySlice<(value: RecordMatch.Value, holds: String)>

    /// Finds the form of a record. Of several that it could have, an error speaks of the one that it follows furthest.
    ///
    /// Throws: `unexpectedKind`, `malformed`.
    init(_ record: Record) throws(ReportError) {
        let layouts = RecordLayout.candidates(for: record.text)
        guard !layouts.isEmpty else { throw .unexpectedKind(record: record.number, text: record.text) }
        var departures: [RecordMatch.Departure] = []
        for layout in layouts {
            do throws(RecordMatch.Departure) {
                values = try RecordMatch(record.text, layout).values[...]
                self.record = record
                form = layout.form
                return
            } catch {
                departures.append(error)
            }
        }
        let furthest = departures.map(\.place).max()
        let expected = departures.filter { $0.place == furthest }.map(\.expected)
        throw .malformed(record: record.number, text: record.text, expected: Self.alternatives(expected))
    }

    /// `a`, `a or b`, `a, b or c`.
    private static func alternatives(_ words: [String]) -> String {
        guard words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
    }

    func malformed(_ expected: String) -> ReportError {
        .malformed(record: record.number, text: record.text, expected: expected)
    }

    func contradiction(_ reason: String) -> ReportError {
        .contradiction(record: record.number, text: record.text, reason: reason)
    }

    func unintroduced(_ subject: String) -> ReportError {
        .unintroduced(record: record.number, text: record.text, subject: subject)
    }

    // MARK: Fields

    private mutating func next() -> (value: RecordMatch.Value, holds: String) {
        guard let first = values.popFirst() else { preconditionFailure("'\(form.row)' has no further field") }
        return first
    }

    /// The next field, a number that fits the type.
    mutating func number<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(ReportError) -> T {
        guard case (.number(let number), let holds) = next() else { preconditionFailure("no number in '\(form.row)'") }
        guard let value = T(exactly: number) else { throw malformed(holds) }
        return value
    }

    /// The next field, a word, text or bytes.
    mutating func text() -> [UInt8] {
        guard case .text(let text) = next().value else { preconditionFailure("no text in '\(form.row)'") }
        return text
    }

    /// The next field, the word of one of the elements.
    mutating func element<T>(of elements: [T], _ word: (T) -> StaticString) throws(ReportError) -> T {
        let text = text()
        guard let element = elements.first(where: { text.isSpelled(word($0)) }) else {
            throw malformed(Self.alternatives(elements.map { "\(word($0))" }))
        }
        return element
    }

    mutating func function() -> FunctionAddress {
        guard case .function(let address) = next().value else { preconditionFailure("no function in '\(form.row)'") }
        return address
    }

    mutating func source() -> FactSource {
        guard case .source(let source) = next().value else { preconditionFailure("no source in '\(form.row)'") }
        return source
    }

    /// The words at the end.
    mutating func words() -> [ArraySlice<UInt8>] {
        guard case .words(let words) = next().value else { preconditionFailure("no words in '\(form.row)'") }
        return words
    }

    /// Whether what may be absent here is there.
    mutating func option() -> Bool {
        guard case .option(let isPresent) = next().value else { preconditionFailure("no option in '\(form.row)'") }
        return isPresent
    }

    /// The number that may be absent here.
    mutating func optionalNumber<T: FixedWidthInteger>() throws(ReportError) -> T? { option() ? try number() : nil }
}
