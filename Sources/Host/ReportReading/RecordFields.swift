// The words of a record's text, taken one after the other by whoever knows what the record's kind puts where. FactsReader
// and MachineReport read every record through it, so that each departure from RECORDS.md is an error that names the record.

import Report

/// The words of a record, from the one after its kind on.
struct RecordFields {
    /// A word: bare, or a value behind `key=`.
    private struct Word {
        var key: ArraySlice<UInt8>
        var value: ArraySlice<UInt8>
        var isQuoted: Bool
    }

    let record: Record
    private var words: [Word] = []
    private var index = 0

    /// Splits the text of `record` into words and passes over its kind.
    init(_ record: Record) throws(ReportError) {
        self.record = record
        var rest = record.text[...]
        while let word = Self.nextWord(&rest) { words.append(word) }
        guard rest.isEmpty, !words.isEmpty else { throw malformed("words with one blank between them") }
        index = 1
    }

    private static func nextWord(_ rest: inout ArraySlice<UInt8>) -> Word? {
        guard let first = rest.first, first != 0x20 else { return nil }
        let quote = UInt8(ascii: "\"")
        var key = rest.prefix(0)
        if first != quote {
            let name = rest.prefix { $0 != 0x20 && $0 != quote && $0 != UInt8(ascii: "=") }
            if !name.isEmpty, rest.dropFirst(name.count).first == UInt8(ascii: "=") {
                key = name
                rest = rest.dropFirst(name.count + 1)
            }
        }
        let isQuoted = rest.first == quote
        let value: ArraySlice<UInt8>
        if isQuoted {
            value = rest.dropFirst().prefix { $0 != quote }
            guard rest.count >= value.count + 2 else { return nil }
            rest = rest.dropFirst(value.count + 2)
        } else {
            value = rest.prefix { $0 != 0x20 }
            rest = rest.dropFirst(value.count)
        }
        // One blank parts two words; a blank with nothing behind it stays, and is found by whoever looks at the rest.
        if rest.first == 0x20 {
            if rest.count > 1 { rest = rest.dropFirst() }
        } else if !rest.isEmpty {
            return nil
        }
        return Word(key: key, value: value, isQuoted: isQuoted)
    }

    func malformed(_ expected: String) -> ReportError {
        .malformed(record: record.number, text: record.text, expected: expected)
    }

    /// Whether words are left.
    var hasMore: Bool { index < words.count }

    /// The next bare word.
    mutating func word(_ expected: String) throws(ReportError) -> ArraySlice<UInt8> {
        guard let word = optionalWord() else { throw malformed(expected) }
        return word
    }

    /// The next word if it is bare.
    mutating func optionalWord() -> ArraySlice<UInt8>? {
        guard hasMore, words[index].key.isEmpty, !words[index].isQuoted else { return nil }
        index += 1
        return words[index - 1].value
    }

    /// The next word if it is bare and spelled so.
    mutating func takes(_ spelling: StaticString) -> Bool {
        guard hasMore, words[index].key.isEmpty, !words[index].isQuoted, words[index].value.isSpelled(spelling) else {
            return false
        }
        index += 1
        return true
    }

    /// The next word, a bare one in double quotes.
    mutating func quoted(_ expected: String) throws(ReportError) -> [UInt8] {
        guard hasMore, words[index].key.isEmpty, words[index].isQuoted else { throw malformed(expected) }
        index += 1
        return Array(words[index - 1].value)
    }

    /// The value of the next word, which has that key.
    mutating func value(_ key: StaticString) throws(ReportError) -> ArraySlice<UInt8> {
        guard let value = optionalValue(key) else {
            throw malformed(
                String(
                    decoding: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount),
                    as: UTF8.self) + "=")
        }
        return value
    }

    /// The value of the next word if it has that key.
    mutating func optionalValue(_ key: StaticString) -> ArraySlice<UInt8>? {
        guard hasMore, !words[index].key.isEmpty, words[index].key.isSpelled(key) else { return nil }
        index += 1
        return words[index - 1].value
    }

    /// Key and value of the next word, whatever its key is.
    mutating func keyAndValue(_ expected: String) throws(ReportError) -> (key: [UInt8], value: [UInt8]) {
        guard hasMore, !words[index].key.isEmpty else { throw malformed(expected) }
        index += 1
        return (Array(words[index - 1].key), Array(words[index - 1].value))
    }

    /// Refuses words that are left.
    func end() throws(ReportError) {
        if hasMore { throw malformed("nothing more") }
    }
}
