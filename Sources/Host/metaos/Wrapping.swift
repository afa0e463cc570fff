// Lines for a terminal of 80 columns: cut between words, never in one.

/// Wraps lines.
enum Wrapping {
    /// Units: characters.
    static let width = 80

    /// A line, or as many as it takes, those after the first indented; a word that is wider stands alone.
    static func lines(_ text: String) -> [String] {
        guard text.count > width else { return [text] }
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append((lines.isEmpty ? "" : "  ") + word)
            }
        }
        return lines
    }
}
