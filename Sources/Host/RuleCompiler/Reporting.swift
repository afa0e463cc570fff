// How the parts of the checker report: each holds the collector of the run, and says a mistake and what mends it in one
// call. Here too is what several parts report alike.

// What checkers name most of the tree.
typealias Name = Syntax.Name
typealias Number = Syntax.Number
typealias Node = Syntax.Expression
typealias Statement = Syntax.Statement
typealias Device = Syntax.Device
typealias Register = Syntax.Register
typealias Field = Syntax.Field
typealias Layout = Syntax.Layout
typealias LayoutField = Syntax.LayoutField
typealias State = Syntax.State

/// A part of the checker.
protocol Reporting { var diagnostics: DiagnosticCollector { get } }

extension Reporting {
    typealias Expression = CheckedAtlas.Expression
    typealias Checked = CheckedAtlas.Statement

    func report(_ identifier: DiagnosticIdentifier, _ span: SourceSpan, _ what: String, _ mend: String) {
        diagnostics.report(identifier, span, what, mend: mend)
    }

    /// The same where something is so.
    func report(
        if isWrong: Bool, _ identifier: DiagnosticIdentifier, _ span: @autoclosure () -> SourceSpan,
        _ what: @autoclosure () -> String, _ mend: @autoclosure () -> String
    ) { if isWrong { diagnostics.report(identifier, span(), what(), mend: mend()) } }

    /// The same where a value is wanted: there is none.
    func report<Value>(_ identifier: DiagnosticIdentifier, _ span: SourceSpan, _ what: String, _ mend: String) -> Value?
    {
        diagnostics.report(identifier, span, what, mend: mend)
        return nil
    }

    /// Where something is, for a mend.
    func place(_ span: SourceSpan) -> String {
        let source = diagnostics.sources[span.source]
        return "\(source.name):\(source.line(at: span.start))"
    }

    /// Reports each name that the list has before it.
    func reportDuplicates(_ names: [Name], _ scope: String) {
        var seen: [String: SourceSpan] = [:]
        for name in names {
            if let first = seen[name.text] {
                report(
                    .duplicateName, name.span, "\(name) is declared twice in \(scope)",
                    "rename one of the two; the other stands at \(place(first))")
            } else {
                seen[name.text] = name.span
            }
        }
    }

    /// Reports a name that is not among the candidates, and the one that may be meant.
    func reportUnknown(_ what: String, _ name: Name, among candidates: [String], _ mend: String) {
        // Once the run is full of mistakes, looking for what was meant is time lost.
        let nearest = diagnostics.isFull ? nil : NameDistance.nearest(to: name.text, among: candidates)
        report(
            .unknownName, name.span, "unknown \(what) \(name)",
            nearest.map { "write `\($0)`, if that is meant; else \(mend)" } ?? mend)
    }

    func reportUnknown<Value>(_ what: String, _ name: Name, among candidates: [String], _ mend: String) -> Value? {
        reportUnknown(what, name, among: candidates, mend)
        return nil
    }

    /// The one of that name, which is reported where there is none.
    func find<Node: Named>(_ name: Name, in nodes: [Node], _ what: String, _ mend: String) -> Node? {
        nodes.named(name) ?? reportUnknown(what, name, among: nodes.names.map(\.text), mend)
    }

    /// A field or bits of a layout or of a field of one.
    func find(_ name: Name, in layout: Layout) -> LayoutField? {
        find(name, in: layout.fields, "field", "declare it in the layout at \(place(layout.name.span))")
    }

    /// Reports a list that is longer than the metabinary allows.
    func reportExcess(_ names: [Name], _ what: String, limit: Int, _ mend: String) {
        guard names.count > limit else { return }
        report(.limitExceeded, names[limit].span, "\(names.count) \(what); \(limit) is the most", mend)
    }
}
