// The words, numbers and signs of a rule file as the fuzzer sees them: a reader of its own, which knows less than the
// compiler's and shares nothing with it.

/// A word, a number, a sign or the end of a line.
package struct Piece: Hashable, Sendable {
    /// What a piece is.
    package enum Kind: Sendable {
        case word
        case number
        case sign
        case lineEnd
    }

    package var kind: Kind
    package var text: String

    package static let lineEnd = Piece(kind: .lineEnd, text: "\n")

    /// Signs of more than one character, the longest first.
    private static let longSigns = ["...", "..<", "->", "<<", ">>", "==", "!=", "<=", ">="]

    /// The pieces of a text, without its comments.
    package static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var rest = line[...]
            while let first = rest.first {
                if rest.hasPrefix("//") { break }
                if first == " " || first == "\t" {
                    rest.removeFirst()
                } else if first.isASCII, first.isLetter || first.isNumber || first == "_" {
                    let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                    pieces.append(Piece(kind: first.isNumber ? .number : .word, text: String(word)))
                    rest.removeFirst(word.count)
                } else if first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") {
                    pieces.append(Piece(kind: .sign, text: String(rest[...end])))
                    rest = rest[rest.index(after: end)...]
                } else {
                    let sign = longSigns.first { rest.hasPrefix($0) } ?? String(first)
                    pieces.append(Piece(kind: .sign, text: sign))
                    rest.removeFirst(sign.count)
                }
            }
            pieces.append(.lineEnd)
        }
        return pieces
    }

    /// A text of these pieces.
    package static func text(of pieces: [Piece]) -> String {
        var text = ""
        for piece in pieces {
            text += piece.text
            if piece.kind != .lineEnd { text += " " }
        }
        return text
    }
}
