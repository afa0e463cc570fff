// Gathers the diagnostics of one run: every stage reports here and goes on, so that a run shows several mistakes. All
// stages hold the same collector.

/// The diagnostics of a run, in the order in which they were found.
final class DiagnosticCollector: Reporting {
    /// Diagnostics beyond these are dropped: whoever sees as many has other things to do first.
    static let limit = 100

    let sources: [SourceText]
    /// What is not noted.
    var ignored: Set<DiagnosticIdentifier> = []
    /// The mistakes, but for a name that nothing uses because it was misspelt elsewhere.
    var found: [Diagnostic] { noted.filter { $0.unused.map { !meant.contains($0) } ?? true }.map(\.diagnostic) }
    /// Names that others are nearly.
    var meant: Set<String> = []
    /// The mistakes, each with the name that it says nothing uses, if it says so.
    private var noted: [(diagnostic: Diagnostic, unused: String?)] = []
    /// What is in the way of nothing.
    private(set) var warnings: [Diagnostic] = []

    init(sources: [SourceText]) { self.sources = sources }

    var diagnostics: DiagnosticCollector { self }

    var isEmpty: Bool { noted.isEmpty }

    var isFull: Bool { noted.count >= Self.limit }

    /// A whole line, told by its file as images carry it.
    func span(ofLine line: Int, of file: String) -> SourceSpan {
        let index = sources.firstIndex { $0.ruleFile == file } ?? 0
        let extent = sources[index].extent(ofLine: max(1, min(line, sources[index].lineCount)))
        return SourceSpan(source: index, start: extent.lowerBound, end: extent.upperBound)
    }

    /// Notes a mistake, with what is put into its texts.
    func note(_ mistake: Mistake, _ span: SourceSpan, _ values: [Any]) {
        guard !isFull, !ignored.contains(mistake.identifier) else { return }
        let unused = mistake.identifier == .unusedName ? values.lazy.compactMap { $0 as? Name }.last?.text : nil
        let values = values.map { ($0 as? SourceSpan).map(place(of:)) ?? "\($0)" }
        let source = sources[span.source]
        let line = source.line(at: span.start)
        let text = source.text(ofLine: line)
        let column = source.column(at: span.start)
        // The caret line ends with the source line, or one character after it.
        let room = max(1, text.unicodeScalars.count - column + 1)
        let diagnostic = Diagnostic(
            identifier: mistake.identifier, file: source.name, line: line, column: column,
            length: min(max(1, source.scalarCount(from: span.start, to: span.end)), room),
            message: Mistake.text(mistake.message, values), fixIt: Mistake.text(mistake.fixIt, values), sourceLine: text
        )
        // A function of a class is checked for each of its devices, what is inherited for each that inherits it; the fix-it
        // may name the device.
        let isKnown = (noted.map(\.diagnostic) + warnings).contains {
            ($0.identifier, $0.file, $0.line, $0.column, $0.message)
                == (mistake.identifier, diagnostic.file, line, column, diagnostic.message)
        }
        guard !isKnown else { return }
        if mistake.identifier.isWarning { warnings.append(diagnostic) } else { noted.append((diagnostic, unused)) }
    }

    /// Where something is, for a text.
    func place(of span: SourceSpan) -> String { "\(sources[span.source].name):\(line(of: span))" }

    /// Line of a place, counted from 1.
    func line(of span: SourceSpan) -> Int { sources[span.source].line(at: span.start) }
}
