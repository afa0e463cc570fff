// The words of the language, as the lexer hands them to the parser.

/// A word, number or sign of the text.
struct Token: Equatable {
    /// What a token is.
    enum Kind: Equatable {
        case name
        case keyword(Keyword)
        /// `nil` where the lexer has reported the number as wrong.
        case number(UInt64?)
        case sign(Sign)
        /// Text in quotes, which are part of the token's text: the name of a file.
        case quoted
        case end
    }

    /// Words that open a declaration or a statement; they are no names. Other words have a meaning only in their place.
    enum Keyword: String, CaseIterable {
        case `import`
        case `class`
        case device
        case match
        case override
        case window
        case register
        case layout
        case memory
        case ring
        case pool
        case mailbox
        case state
        case cursor
        case define
        case generate
        case require
        case `let`
        case `if`
        case wait
        case pause
        case `for`
        case publish
        case flush
        case fence
        case release
        case reset
        case when
        case choose
        case `return`
    }

    /// Signs, with the text that stands for them.
    enum Sign: String, CaseIterable {
        case openBrace = "{"
        case closeBrace = "}"
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
        case comma = ","
        case colon = ":"
        case point = "."
        case equals = "="
        case arrow = "->"
        case range = "…"
        case or = "|"
        case and = "&"
        case shiftLeft = "<<"
        case shiftRight = ">>"
        case equal = "=="
        case notEqual = "!="
        case below = "<"
        case belowOrEqual = "<="
        case above = ">"
        case aboveOrEqual = ">="
        case upTo = "..<"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case dividedBy = "/"
        case remainder = "%"
        case inverse = "~"

        /// Longest first: a sign may be the beginning of another one.
        static let byLength = allCases.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count }
    }

    /// Words kept for what the language is to become; each is an error today.
    static let reservedWords: [String] = [
        "while", "machine", "await",
    ]

    var kind: Kind
    var text: String
    var span: SourceSpan
    /// Whether only blanks stand before it in its line; after a mistake the parser goes on at such a keyword.
    var isFirstOnLine: Bool

    /// The token as a diagnostic calls it.
    var shown: String {
        switch kind {
        case .end: "the end of the file"
        case .number: "the number `\(text)`"
        case .keyword: "the word `\(text)`"
        case .name, .sign, .quoted: "`\(text)`"
        }
    }
}
