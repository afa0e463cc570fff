// A place in the sources: every token, every node of the syntax tree and every diagnostic has one.

/// Run of bytes in one of the sources.
struct SourceSpan: Hashable {
    /// Index of the source.
    var source: Int
    /// Offset of the first byte.
    var start: Int
    /// Offset after the last byte.
    var end: Int

    /// From the start of this span to the end of another of the same source.
    func joined(with other: SourceSpan) -> SourceSpan {
        SourceSpan(source: source, start: min(start, other.start), end: max(end, other.end))
    }
}
