// The words of the language, as the lexer hands them to the parser.

/// A word, number or sign of the text.
struct Token: Equatable {
    /// What a token is.
    enum Kind: Equatable {
        case name
        /// One of the keywords.
        case keyword
        /// `nil` where the lexer has reported the number as wrong.
        case number(UInt64?)
        case sign
        /// Text in quotes, which are part of the token's text: the name of a file.
        case quoted
        case end
    }

    /// Words that open a declaration or a statement; they are no names. Other words have a meaning only in their place.
    static let keywords = [
        "import", "class", "device", "match", "override", "window", "register", "layout", "memory", "ring", "pool",
        "mailbox", "state", "cursor", "define", "generate", "require", "let", "var", "if", "wait", "pause", "for",
        "publish", "flush", "fence", "release", "reset", "when", "choose", "return",
    ]

    /// Longest first: a sign may be the beginning of another one.
    static let signs = [
        "...", "..<", "…", "->", "<<", ">>", "==", "!=", "<=", ">=", "{", "}", "(", ")", "[", "]", ",", ":", ".", "=",
        "|", "&", "<", ">", "+", "-", "*", "/", "%", "~",
    ]

    /// Words kept for what the language is to become; each is an error today.
    static let reservedWords = ["while", "machine", "await"]

    var kind: Kind
    /// As it is in the source; of a range, always `…`.
    var text: String
    var span: SourceSpan
    /// Whether only blanks are before it in its line; after a mistake the parser goes on at such a keyword.
    var isFirstOnLine: Bool

    var isNumber: Bool { if case .number = kind { true } else { false } }

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
