// A record's text held against the layout of a form, from left to right: the values of its fields, or the first place where
// the text departs from the row and what should have stood there.

import Hardware
import Report

/// What the fields of a record hold.
struct RecordMatch {
    /// A value, in the order of the row.
    enum Value {
        case number(UInt64)
        case text([UInt8])
        case function(FunctionAddress)
        case source(FactSource)
        case words([ArraySlice<UInt8>])
        /// Whether what may be absent is there; its values follow where it is.
        case option(Bool)
    }

    /// Where a text is not of the form.
    struct Departure: Error {
        /// Index of the first byte that does not fit.
        var place: Int
        var expected: String
    }

    /// The values, and what each field holds in words.
    private(set) var values: [(value: Value, holds: String)] = []
    private var rest: ArraySlice<UInt8>
    private let form: RecordForm

    init(_ text: [UInt8], _ layout: RecordLayout) throws(Departure) {
        rest = text[...]
        form = layout.form
        try take(layout.parts)
        guard rest.isEmpty else { throw departure("nothing more") }
    }

    private func departure(_ expected: String) -> Departure { Departure(place: rest.startIndex, expected: expected) }

    private mutating func take(_ parts: [RecordLayout.Part]) throws(Departure) {
        var isBehindKey = false
        for (index, part) in parts.enumerated() {
            let next = index + 1 < parts.count ? parts[index + 1] : nil
            switch part {
            case .text(let text):
                try take(text, before: next)
                isBehindKey = text.last == UInt8(ascii: "=")
            case .field(let kind, let holds):
                guard let value = takeField(kind, mayBeEmpty: isBehindKey, end: next?.beginning?.first) else {
                    throw departure(holds)
                }
                values.append((value, holds))
            case .option(let parts):
                let isPresent = begins(parts)
                values.append((.option(isPresent), ""))
                if isPresent { try take(parts) }
            }
        }
    }

    /// Takes the row's own text. What is expected of another is the word of it that differs, or the field after it where it
    /// has no letter.
    private mutating func take(_ text: [UInt8], before next: RecordLayout.Part?) throws(Departure) {
        let same = zip(text, rest).prefix { $0 == $1 }.count
        if same == text.count { return rest = rest.dropFirst(same) }
        let blank = UInt8(ascii: " ")
        let start = text[..<same].lastIndex(of: blank).map { $0 + 1 } ?? 0
        let word = text[start...].drop { $0 == blank }.prefix { $0 != blank }
        rest = rest.dropFirst(min(word.startIndex, same))
        let isSaying = word.contains { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) }
        if !isSaying, case .field(_, let holds) = next { throw departure(holds) }
        throw departure(form.expectation(of: String(decoding: word, as: UTF8.self)))
    }

    /// Whether the text goes on with what may be absent.
    private func begins(_ parts: [RecordLayout.Part]) -> Bool {
        guard let text = parts.first?.beginning, rest.starts(with: text) else { return false }
        let next = rest.dropFirst(text.count)
        guard parts.count > 1, case .field(let kind, _) = parts[1] else {
            return next.isEmpty || next.first == UInt8(ascii: " ")
        }
        if text != Array(" ".utf8) { return true }
        if kind == UInt8(ascii: "q") { return next.first == UInt8(ascii: "\"") }
        return !next.prefix { $0 != UInt8(ascii: " ") }.contains(UInt8(ascii: "="))
    }

    // MARK: Fields

    /// Takes a field; `nil` where the text does not go on with one of the kind.
    ///
    /// - Parameter end: With what the row goes on, where a blank is not all that ends the field.
    private mutating func takeField(_ kind: UInt8, mayBeEmpty: Bool, end: UInt8?) -> Value? {
        let (blank, quote) = (UInt8(ascii: " "), UInt8(ascii: "\""))
        switch kind {
        case UInt8(ascii: "q"):
            let text = rest.dropFirst().prefix { $0 != quote }
            guard rest.first == quote, rest.count > text.count + 1 else { return nil }
            rest = rest.dropFirst(text.count + 2)
            return .text(Array(text))
        case UInt8(ascii: "t"):
            defer { rest = rest.dropFirst(rest.count) }
            return rest.isEmpty ? nil : .text(Array(rest))
        case UInt8(ascii: "r"):
            let words = rest.split(separator: blank, omittingEmptySubsequences: false)
            guard rest.isEmpty || words[0].isEmpty, !words.dropFirst().contains(where: \.isEmpty) else { return nil }
            rest = rest.dropFirst(rest.count)
            return .words(Array(words.dropFirst()))
        default:
            let word = rest.prefix { $0 != blank && $0 != end }
            guard mayBeEmpty || !word.isEmpty, let value = Self.value(word, kind) else { return nil }
            rest = rest.dropFirst(word.count)
            return value
        }
    }

    /// What a word says as a field of that kind.
    private static func value(_ word: ArraySlice<UInt8>, _ kind: UInt8) -> Value? {
        switch kind {
        case UInt8(ascii: "d"): word.number(radix: 10).map { .number($0) }
        case UInt8(ascii: "x"): word.prefixedNumber.map { .number($0) }
        case UInt8(ascii: "h"): word.number(radix: 16).map { .number($0) }
        case UInt8(ascii: "n"): word.number(radix: 16, digitCount: BootNonce.digitCount).map { .number($0) }
        case UInt8(ascii: "b"): word.hexadecimalBytes.map { .text($0) }
        case UInt8(ascii: "f"): FunctionAddress(reported: word).map { .function($0) }
        case UInt8(ascii: "s"): FactSource.allCases.first { word.isSpelled($0.word) }.map { .source($0) }
        case UInt8(ascii: "w"): word.contains { "\"=".utf8.contains($0) } ? nil : .text(Array(word))
        default: word.number(radix: 16, digitCount: Int(kind - UInt8(ascii: "0"))).map { .number($0) }
        }
    }
}
