// Text for a terminal of 80 columns: cut between words, never in one. Whatever shows lines to people calls it.

/// Units: characters.
private let width = 80

extension String {
    /// The text in as many lines as it takes. Runs of blanks stay, but where a line is cut; a word that is wider than a line
    /// has one for itself.
    ///
    /// - Parameters:
    ///   - first: what comes before the text in the first line.
    ///   - rest: what comes before it in the others.
    public func wrapped(first: String = "", rest: String) -> [String] {
        guard first.count + count > width else { return [first + self] }
        var lines: [String] = []
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else if lines.isEmpty || !word.isEmpty {
                lines.append((lines.isEmpty ? first : rest) + word)
            }
        }
        return lines.map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
