// The first place in which two texts differ, for the message of a failed comparison. Blessed fixtures are compared
// with it, and a canary shows that it misses no line.

/// Comparison of texts, a line at a time.
enum TextDifference {
    /// Lines that are shown before and after the one that differs.
    private static let context = 3

    /// The first line that differs, with a few around it as they were made; `nil` where the texts are equal.
    static func first(expected: String, made: String) -> String? {
        let expected = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let made = made.split(separator: "\n", omittingEmptySubsequences: false)
        let shorter = min(expected.count, made.count)
        let index = (0..<shorter).first { expected[$0] != made[$0] } ?? shorter
        guard index < max(expected.count, made.count) else { return nil }
        var lines = ["differs first in line \(index + 1)"]
        lines += made[max(0, index - context)..<index].map { "    \($0)" }
        lines.append("  - " + (index < expected.count ? expected[index] : "(the end)"))
        lines.append("  + " + (index < made.count ? made[index] : "(the end)"))
        lines += made.dropFirst(index + 1).prefix(context).map { "    \($0)" }
        return lines.joined(separator: "\n")
    }
}
