// Splits a source into tokens. It knows characters, numbers and reserved words, not the grammar; whatever it cannot
// read it reports and leaves out.

import Metabinary

/// Reader of the tokens of one source.
struct Lexer: Reporting {
    private static let blanks = Set(" \t\r\n".utf8)
    private static let digits = Set("0123456789".utf8)
    private static let wordBytes = digits.union("ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)
    private static let lineEnd = UInt8(ascii: "\n")

    private let source: SourceText
    private let sourceIndex: Int
    let diagnostics: DiagnosticCollector
    private var offset = 0
    private var isFirstOnLine = true

    /// All tokens of a source, an `end` token last.
    static func tokens(ofSource index: Int, _ diagnostics: DiagnosticCollector) -> [Token] {
        var lexer = Lexer(source: diagnostics.sources[index], sourceIndex: index, diagnostics: diagnostics)
        var tokens: [Token] = []
        while lexer.skipBlanks() {
            tokens += lexer.next()
            if tokens.last?.span.end == lexer.offset { lexer.isFirstOnLine = false }
        }
        // The end is after the last character that is no blank, so that a diagnostic points at text.
        let end = lexer.source.bytes.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? 0
        let span = SourceSpan(source: index, start: end, end: end)
        return tokens + [Token(kind: .end, text: "", span: span, isFirstOnLine: true)]
    }

    private func starts(with text: String) -> Bool { source.bytes[offset...].starts(with: text.utf8) }

    /// Skips blanks and comments.
    ///
    /// - Returns: Whether something comes after them.
    private mutating func skipBlanks() -> Bool {
        while offset < source.bytes.count {
            if Self.blanks.contains(source.bytes[offset]) {
                isFirstOnLine = isFirstOnLine || source.bytes[offset] == Self.lineEnd
                offset += 1
            } else if starts(with: "//") {
                offset = source.bytes[offset...].firstIndex(of: Self.lineEnd) ?? source.bytes.count
            } else if starts(with: "/*") {
                skipForeignComment()
            } else {
                return true
            }
        }
        return false
    }

    private mutating func skipForeignComment() {
        let start = offset
        offset += 2
        while offset < source.bytes.count, !starts(with: "*/") { offset += 1 }
        offset = min(offset + 2, source.bytes.count)
        let span = SourceSpan(source: sourceIndex, start: start, end: start + 2)
        report(.foreignSign, span, "`/*`", "write `//` before each line of a comment")
    }

    private func token(_ kind: Token.Kind, from start: Int) -> Token {
        Token(
            kind: kind, text: source.text(from: start, to: offset),
            span: SourceSpan(source: sourceIndex, start: start, end: offset), isFirstOnLine: isFirstOnLine)
    }

    /// The token at the offset, none for a character that starts none; what a sign of another language is read as.
    private mutating func next() -> [Token] {
        let start = offset
        if Self.wordBytes.contains(source.bytes[start]) {
            offset = source.bytes[start...].firstIndex { !Self.wordBytes.contains($0) } ?? source.bytes.count
            let word = token(.name, from: start)
            return [Self.digits.contains(source.bytes[start]) ? number(word) : name(word)]
        }
        if let end = closingQuote() {
            offset = end
            return [token(.quoted, from: start)]
        }
        let sign = Token.signs.first(where: starts)
        let habit = ForeignHabit.signs.first { starts(with: $0.sign) }
        if let habit, habit.sign.utf8.count > sign?.utf8.count ?? 0 {
            offset += habit.sign.utf8.count
            let span = SourceSpan(source: sourceIndex, start: start, end: offset)
            report(.foreignSign, span, "`\(habit.sign)`", habit.mend)
            return habit.isRead.map { text in
                var token = token(text == "0" ? .number(0) : .sign, from: start)
                token.text = text
                return token
            }
        }
        guard let sign else {
            reportCharacter()
            return []
        }
        offset += sign.utf8.count
        var found = token(.sign, from: start)
        if sign == "..." { found.text = "…" }
        return [found]
    }

    /// After the text in quotes that begins here, `nil` where none begins or its line has no second quote.
    private func closingQuote() -> Int? {
        let quote = UInt8(ascii: "\"")
        guard source.bytes[offset] == quote,
            let end = source.bytes[(offset + 1)...].firstIndex(where: { $0 == quote || $0 == Self.lineEnd }),
            source.bytes[end] == quote
        else { return nil }
        return end + 1
    }

    private mutating func name(_ word: Token) -> Token {
        var word = word
        if Token.keywords.contains(word.text) {
            word.kind = .keyword
        } else if word.text.utf8.count > MetabinaryLimit.nameByteCount {
            report(.nameTooLong, word.span, word.text.utf8.count, MetabinaryLimit.nameByteCount)
        }
        return word
    }

    private mutating func number(_ word: Token) -> Token {
        let lowered = word.text.lowercased()
        let radix = lowered.hasPrefix("0x") ? 16 : lowered.hasPrefix("0b") ? 2 : 10
        let digits = lowered.dropFirst(radix == 10 ? 0 : 2).filter { $0 != "_" }
        var word = word
        let isWellFormed = !digits.isEmpty && digits.allSatisfy { ($0.hexDigitValue ?? 16) < radix }
        word.kind = .number(isWellFormed ? UInt64(digits, radix: radix) : nil)
        if !isWellFormed {
            report(.malformedNumber, word.span, word.text)
        } else if word.kind == .number(nil) {
            report(.numberPast64Bits, word.span, word.text)
        }
        return word
    }

    private mutating func reportCharacter() {
        let start = offset
        // Bytes 10xxxxxx continue a character in UTF-8.
        offset = source.bytes[(start + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? source.bytes.count
        let text = source.text(from: start, to: offset)
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        let code = text.unicodeScalars.first.map { String($0.value, radix: 16, uppercase: true) } ?? ""
        let shown = isPrintable ? "`\(text)`" : "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
        report(
            .unexpectedCharacter, SourceSpan(source: sourceIndex, start: start, end: offset), shown,
            "take it out: outside comments, text is ASCII and `…`")
    }
}
