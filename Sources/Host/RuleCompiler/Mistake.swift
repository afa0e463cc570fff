// What the compiler can find wrong, as rows: the files beside have one for each mistake, by what it is a mistake of. Checkers
// name a row, its place and what is put into its texts; nobody else has words for a mistake.

/// A row of the catalogue of mistakes.
struct Mistake {
    /// What kind of mistake it is.
    let identifier: DiagnosticIdentifier
    /// What is wrong. `$1` stands for the first value as diagnostics show it, `#1` for the same without its quotes.
    let message: String
    /// What to do about it, in the same way.
    let fixIt: String

    init(_ identifier: DiagnosticIdentifier, _ message: String, _ fixIt: String) {
        (self.identifier, self.message, self.fixIt) = (identifier, message, fixIt)
    }

    /// A text with its values, of which there is one for each number in it.
    static func text(_ template: String, _ values: [String]) -> String {
        var text = ""
        var rest = template[...]
        while let mark = rest.firstIndex(where: { $0 == "$" || $0 == "#" }) {
            text += rest[..<mark]
            let digit = rest.index(after: mark)
            guard let number = rest[digit].wholeNumberValue, number <= values.count else {
                preconditionFailure("`\(template)` has no value for \(rest[mark...digit])")
            }
            let value = values[number - 1]
            text += rest[mark] == "$" ? value : value.filter { $0 != "`" }
            rest = rest[rest.index(after: digit)...]
        }
        return text + rest
    }
}
