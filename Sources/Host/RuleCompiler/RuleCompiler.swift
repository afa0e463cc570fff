// The compiler of the rule language, host only: text -> tokens -> syntax tree -> checked tree -> metabinary. It reads
// no files and prints nothing; `metaos` and the tests call it.

/// Compiler of rules.
public enum RuleCompiler {
    /// Size of one file: some thousand declarations, with which every check is still quick.
    ///
    /// Units: bytes.
    public static let sourceByteLimit = 0x4_0000

    /// Compiles the files of an atlas, which must hold all that one of them imports. Their order does not matter: they are taken in the order of their names.
    public static func compile(_ sources: [RuleSource]) -> RuleCompilation { compile(collector(of: sources)) }

    /// Compiles the files as if some mistakes were none, for tests of what comes after the compiler.
    package static func compile(_ sources: [RuleSource], ignoring: Set<DiagnosticIdentifier>) -> RuleCompilation {
        let diagnostics = collector(of: sources)
        diagnostics.ignored = ignoring
        return compile(diagnostics)
    }

    /// Compiles the files, then generates the drivers of a machine that has all that the rules ask for: what is refused
    /// there, as a function that needs more registers than there are, is refused everywhere.
    public static func compileAndTry(_ sources: [RuleSource]) -> RuleCompilation {
        let diagnostics = collector(of: sources)
        let compilation = compile(diagnostics)
        guard let bytes = compilation.metabinary else { return compilation }
        DryRun.run(bytes, diagnostics)
        return diagnostics.isEmpty ? compilation : refusal(diagnostics)
    }

    private static func collector(of sources: [RuleSource]) -> DiagnosticCollector {
        DiagnosticCollector(sources: sources.sorted { $0.name < $1.name }.map(SourceText.init))
    }

    private static func compile(_ diagnostics: DiagnosticCollector) -> RuleCompilation {
        checkSize(diagnostics)
        guard diagnostics.isEmpty else { return .refused(diagnostics.found) }

        let syntax = Parser.parse(diagnostics)
        let checked = AtlasChecker.check(syntax, diagnostics)
        guard diagnostics.isEmpty else { return refusal(diagnostics) }

        let image = Emitter.emit(checked, diagnostics)
        if diagnostics.isEmpty { BoundCheck.run(image, diagnostics) }
        guard diagnostics.isEmpty else { return refusal(diagnostics) }
        return .metabinary(image, warnings: inOrder(diagnostics.warnings, diagnostics))
    }

    /// The files that a source imports, as names of sources beside it. A text that cannot be read has those that can.
    public static func imports(of source: RuleSource) -> [String] {
        let diagnostics = DiagnosticCollector(sources: [SourceText(source)])
        return Parser.parse(diagnostics).imports.map { source.name(beside: $0.file) }
    }

    /// Line numbers have 16 bits in a metabinary.
    private static func checkSize(_ diagnostics: DiagnosticCollector) {
        for (index, text) in diagnostics.sources.enumerated()
        where text.bytes.count > sourceByteLimit || text.lineCount > Int(UInt16.max) {
            diagnostics.report(
                .fileTooLarge, SourceSpan(source: index, start: 0, end: 0), text.bytes.count, text.lineCount,
                sourceByteLimit, UInt16.max)
        }
    }

    private static func refusal(_ diagnostics: DiagnosticCollector) -> RuleCompilation {
        .refused(inOrder(diagnostics.found, diagnostics))
    }

    /// Diagnostics in the order of their places, as a person reads the files.
    private static func inOrder(_ found: [Diagnostic], _ diagnostics: DiagnosticCollector) -> [Diagnostic] {
        var order: [String: Int] = [:]
        for (index, source) in diagnostics.sources.enumerated() { order[source.name] = index }
        return found.sorted {
            (order[$0.file] ?? 0, $0.line, $0.column, $0.identifier.rawValue)
                < (order[$1.file] ?? 0, $1.line, $1.column, $1.identifier.rawValue)
        }
    }
}
