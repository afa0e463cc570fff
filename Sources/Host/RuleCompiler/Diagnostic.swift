// One mistake in the rules, with everything that a person needs to correct it. It is plain data: where it is shown, and
// what becomes of the run, the caller decides.

/// A mistake in a rule file.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    public var identifier: DiagnosticIdentifier
    /// Name of the file, as the caller gave it.
    public var file: String
    /// Counted from 1.
    public var line: Int
    /// Counted in characters from 1.
    public var column: Int
    /// Number of characters that the caret line underlines, at least 1.
    public var length: Int
    /// What is wrong.
    public var message: String
    /// What to do about it.
    public var fixIt: String
    /// The line of the file.
    public var sourceLine: String

    /// `file:line:column: error[M012]: what`, or `warning[M201]`, the line, a caret line and the fix-it.
    public var description: String {
        """
        \(file):\(line):\(column): \(identifier.isWarning ? "warning" : "error")[\(identifier.text)]: \(message)
            \(sourceLine)
            \(caretLine)
        fix-it: \(fixIt)
        """
    }

    /// Blanks up to the place, tabs kept so that the caret is below it, then `^~~~`.
    private var caretLine: String {
        let before = sourceLine.unicodeScalars.prefix(column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        return before + "^" + String(repeating: "~", count: length - 1)
    }
}
