// Gathers the diagnostics of one run: every stage reports here and goes on, so that a run shows several mistakes. All
// stages hold the same collector.

/// The diagnostics of a run, in the order in which they were found.
final class DiagnosticCollector {
    /// Diagnostics beyond these are dropped: whoever sees as many has other things to do first.
    static let limit = 100

    let sources: [SourceText]
    /// What is not noted.
    var ignored: Set<DiagnosticIdentifier> = []
    private(set) var diagnostics: [Diagnostic] = []

    init(sources: [SourceText]) { self.sources = sources }

    var isEmpty: Bool { diagnostics.isEmpty }

    var isFull: Bool { diagnostics.count >= Self.limit }

    /// Notes a mistake of a whole line, which is told by its file as images carry it.
    func report(
        _ identifier: DiagnosticIdentifier, file: String, line: Int, _ message: String, mend: String
    ) {
        let index = sources.firstIndex { $0.ruleFile == file } ?? 0
        let extent = sources[index].extent(ofLine: max(1, min(line, sources[index].lineCount)))
        report(
            identifier, SourceSpan(source: index, start: extent.lowerBound, end: extent.upperBound), message, mend: mend
        )
    }

    /// Notes a mistake.
    func report(_ identifier: DiagnosticIdentifier, _ span: SourceSpan, _ message: String, mend: String) {
        guard !isFull, !ignored.contains(identifier) else { return }
        let source = sources[span.source]
        let line = source.line(at: span.start)
        let text = source.text(ofLine: line)
        let column = source.column(at: span.start)
        // The caret line ends with the source line, or one character after it.
        let room = max(1, text.unicodeScalars.count - column + 1)
        let diagnostic = Diagnostic(
            identifier: identifier, file: source.name, line: line, column: column,
            length: min(max(1, source.scalarCount(from: span.start, to: span.end)), room), message: message,
            mend: mend, sourceLine: text)
        // A function of a class is checked for each of its devices, what is inherited for each that inherits it; the mend
        // may name the device.
        let isKnown = diagnostics.contains {
            ($0.identifier, $0.file, $0.line, $0.column, $0.message)
                == (identifier, diagnostic.file, line, column, message)
        }
        if !isKnown { diagnostics.append(diagnostic) }
    }

    /// Line of a place, counted from 1.
    func line(of span: SourceSpan) -> Int { sources[span.source].line(at: span.start) }
}
