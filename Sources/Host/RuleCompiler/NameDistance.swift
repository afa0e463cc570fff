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

    /// Letters to insert, remove or replace (Levenshtein); case does not count.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased().utf8.prefix(comparedLength))
        let right = Array(right.lowercased().utf8.prefix(comparedLength))
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
