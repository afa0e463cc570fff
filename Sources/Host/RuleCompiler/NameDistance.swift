// Finds the name that somebody may have meant, for the fix-it of a diagnostic.

/// Closeness of names.
enum NameDistance {
    /// Longer names are not compared: the work grows with the square of the length.
    private static let comparedLength = 63

    /// The candidate nearest to a name, `nil` if none is near: at most a third of its letters differ.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(name, candidate)
            if distance * 3 <= max(3, name.utf8.count), distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// A mend, with what a word is nearly before it, of the words that a text has in quotes.
    static func mend(_ word: String, _ mend: String, among text: String) -> String {
        guard word.utf8.count > 1 else { return mend }
        let quoted = text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.0 % 2 == 1 }
        let words = quoted.flatMap { $0.1.split { !$0.isLowercase && !$0.isNumber } }.map(String.init)
        let nearest = nearest(to: word, among: words.filter { $0.utf8.count > 1 })
        return nearest.map { "write `\($0)`, if that is meant; else \(mend)" } ?? mend
    }

    /// Letters to insert, remove, replace, or swap with the next one (optimal string alignment); case does not count.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased().utf8.prefix(comparedLength))
        let right = Array(right.lowercased().utf8.prefix(comparedLength))
        /// The row above the last one, and the last one.
        var (before, row) = ([Int](), Array(0...right.count))
        for (i, letter) in left.enumerated() {
            var next = [i + 1]
            for (j, other) in right.enumerated() {
                var least = min(row[j] + (letter == other ? 0 : 1), next[j] + 1, row[j + 1] + 1)
                if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other { least = min(least, before[j - 1] + 1) }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
