// What people write who come from other languages, and what this one says instead, a row a habit. Lexer and parser ask for
// it where they find what the language does not have.

/// Habits of other languages.
enum ForeignHabit {
    /// A sign, what is written instead, and what it is read as, so that what follows is no second mistake.
    typealias Sign = (sign: String, mend: String, isRead: [String])

    /// Longest first: a sign may be the beginning of another one.
    static let signs: [Sign] =
        ["<<", ">>", "+", "-", "*", "/", "%", "&", "|", "^"].map {
            ("\($0)=", "write `NAME = NAME \($0) VALUE`: only `=` assigns", ["="])
        } + [
            ("||", "write `|`: conditions are bits, and both sides are computed", ["|"]),
            ("&&", "write `&`: conditions are bits, and both sides are computed", ["&"]),
            ("++", "write `NAME = NAME + 1`", ["=", "0"]), ("--", "write `NAME = NAME - 1`", ["=", "0"]),
            ("..", "write `…` or `...` for a range", ["…"]),
            ("!", "write `~` for what is not so, or compare: `VALUE == 0`, `VALUE != NUMBER`", ["~"]),
            ("^", "write `(A | B) & ~(A & B)`", ["|"]),
            (";", "take it out: a statement ends where the next one begins", []),
            ("\"", "close the quotes in the same line; only the file of an `import` has any", []),
            ("'", "take it out: names are written without quotes", []),
            ("`", "take it out: names are written without quotes", []),
            ("#", "write `//` to begin a comment, and `0x` before hexadecimal digits", []),
            ("–", "write `…` or `...` for a range, `->` for a result", []),
            ("—", "write `…` or `...` for a range, `->` for a result", []),
        ]

    /// What is written instead of a word of another language.
    static let words: [String: String] = {
        let rows: [([String], String)] = [
            (
                ["while", "until", "do", "loop"],
                "write `wait CONDITION within NUMBER us else return VALUE`, or count: `for NAME in 0..<NUMBER { … }`"
            ),
            (["break", "continue"], "a loop makes all its turns: put what is to be left out into an `if`"),
            (["switch", "case"], "write `match VALUE covering { 0: { … } else: { … } }`"),
            (["elif", "elsif", "elseif"], "write `else { if CONDITION { … } }`"),
            (["goto"], "write what it leads to as `define NAME() { … }`, and `NAME()`"),
            (["const", "auto", "int", "unsigned"], "write `let NAME = VALUE`, or `var NAME: TYPE = VALUE`"),
            (["true"], "write 1"), (["false", "NULL"], "write 0"),
            (["static"], "write `state NAME: TYPE = FIRST` in the device"),
            (["struct"], "write `layout NAME NUMBER bytes { … }`"),
            (["func", "fn", "def", "void"], "write `generate NAME() -> none { … }`, or `define NAME() { … }`"),
            (["sleep", "delay", "udelay", "usleep"], "write `pause NUMBER us`"),
            (
                ["barrier", "wmb", "mb"],
                "write `publish` after stores to memory, `fence` before what the device wrote is read"
            ),
        ]
        return Dictionary(uniqueKeysWithValues: rows.flatMap { words, mend in words.map { ($0, mend) } })
    }()
}
