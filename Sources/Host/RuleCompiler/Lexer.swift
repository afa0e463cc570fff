// Splits a source into tokens. It knows characters, numbers and reserved words, not the grammar; whatever it cannot
// read it reports and leaves out.

import Metabinary

/// Reader of the tokens of one source.
struct Lexer {
    private let source: SourceText
    private let sourceIndex: Int
    private var offset = 0
    private var isFirstOnLine = true

    private init(_ source: SourceText, index: Int) {
        self.source = source
        sourceIndex = index
    }

    /// All tokens of a source, an `end` token last.
    static func tokens(ofSource index: Int, _ diagnostics: inout DiagnosticCollector) -> [Token] {
        var lexer = Lexer(diagnostics.sources[index], index: index)
        var tokens: [Token] = []
        while true {
            lexer.skipBlanks()
            guard lexer.offset < lexer.source.bytes.count else { break }
            if let token = lexer.next(&diagnostics) {
                tokens.append(token)
                lexer.isFirstOnLine = false
            }
        }
        tokens.append(Token(kind: .end, text: "", span: lexer.endSpan, isFirstOnLine: true))
        return tokens
    }

    /// Behind the last character that is no blank, so that a diagnostic points at text.
    private var endSpan: SourceSpan {
        var end = source.bytes.count
        while end > 0, Self.isBlank(source.bytes[end - 1]) { end -= 1 }
        return SourceSpan(source: sourceIndex, start: end, end: end)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") || byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            || byte == UInt8(ascii: "_") || isDigit(byte)
    }

    private func starts(with text: String) -> Bool { source.bytes[offset...].starts(with: text.utf8) }

    private mutating func skipBlanks() {
        while offset < source.bytes.count {
            if Self.isBlank(source.bytes[offset]) {
                if source.bytes[offset] == UInt8(ascii: "\n") { isFirstOnLine = true }
                offset += 1
            } else if starts(with: "//") {
                while offset < source.bytes.count, source.bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
            } else {
                return
            }
        }
    }

    private func token(_ kind: Token.Kind, from start: Int) -> Token {
        Token(
            kind: kind, text: source.text(from: start, to: offset),
            span: SourceSpan(source: sourceIndex, start: start, end: offset), isFirstOnLine: isFirstOnLine)
    }

    /// The token at the offset, `nil` for a character that starts none.
    private mutating func next(_ diagnostics: inout DiagnosticCollector) -> Token? {
        let start = offset
        if Self.isWordByte(source.bytes[offset]) {
            while offset < source.bytes.count, Self.isWordByte(source.bytes[offset]) { offset += 1 }
            let word = token(.name, from: start)
            return Self.isDigit(source.bytes[start]) ? number(word, &diagnostics) : name(word, &diagnostics)
        }
        if let end = closingQuote() {
            offset = end
            return token(.quoted, from: start)
        }
        for sign in Token.signs where starts(with: sign) {
            offset += sign.utf8.count
            var token = token(.sign, from: start)
            if sign == "..." { token.text = "…" }
            return token
        }
        reportCharacter(&diagnostics)
        return nil
    }

    /// Behind the text in quotes that begins here, `nil` where none begins or its line has no second quote.
    private func closingQuote() -> Int? {
        guard starts(with: "\"") else { return nil }
        let rest = source.bytes[(offset + 1)...]
        guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") }),
            rest[end] == UInt8(ascii: "\"")
        else { return nil }
        return end + 1
    }

    private func name(_ word: Token, _ diagnostics: inout DiagnosticCollector) -> Token {
        var word = word
        if Token.keywords.contains(word.text) {
            word.kind = .keyword
        } else if word.text.utf8.count > MetabinaryLimit.nameByteCount {
            diagnostics.report(
                .nameTooLong, word.span,
                "a name of \(word.text.utf8.count) characters; \(MetabinaryLimit.nameByteCount) is the most",
                mend: "shorten it: names appear in reports of 80 columns")
        }
        return word
    }

    private func number(_ word: Token, _ diagnostics: inout DiagnosticCollector) -> Token {
        let lowered = word.text.lowercased()
        let radix = lowered.hasPrefix("0x") ? 16 : lowered.hasPrefix("0b") ? 2 : 10
        let digits = lowered.dropFirst(radix == 10 ? 0 : 2).filter { $0 != "_" }
        var word = word
        let isWellFormed = !digits.isEmpty && digits.allSatisfy { ($0.hexDigitValue ?? 16) < radix }
        if isWellFormed, let value = UInt64(digits, radix: radix) {
            word.kind = .number(value)
            return word
        }
        word.kind = .number(nil)
        if isWellFormed {
            diagnostics.report(
                .numberTooLarge, word.span, "`\(word.text)` does not fit 64 bits",
                mend: "no number in a rule is above 0xFFFF_FFFF_FFFF_FFFF")
        } else {
            diagnostics.report(
                .malformedNumber, word.span, "`\(word.text)` is no number",
                mend:
                    "write decimal digits, or `0x` or `0b` and digits of that base; a name starts with a letter"
            )
        }
        return word
    }

    private mutating func reportCharacter(_ diagnostics: inout DiagnosticCollector) {
        let start = offset
        offset += 1
        while offset < source.bytes.count, source.bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        let text = source.text(from: start, to: offset)
        let mend =
            switch text {
            case ";": "take it out: a statement ends where the next one begins"
            case "\"": "close the quotes in the same line; only the file of an `import` has any"
            case "'", "`": "take it out: names stand without quotes"
            case "!": "write `!=`, `~` for the bits of a value, or compare with 0"
            case "#": "write `//` to begin a comment, and `0x` before hexadecimal digits"
            case "–", "—": "write `…` or `...` for a range, `->` for a result"
            default: "take it out: outside comments, text is ASCII and `…`"
            }
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        let code = text.unicodeScalars.first.map { String($0.value, radix: 16, uppercase: true) } ?? ""
        let shown = isPrintable ? "`\(text)`" : "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
        diagnostics.report(
            .unexpectedCharacter, SourceSpan(source: sourceIndex, start: start, end: offset),
            "unexpected character \(shown)", mend: mend)
    }
}
