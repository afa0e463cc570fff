// How the parts of the checker report: each holds the collector of the run, and says a mistake and its fix-it in one
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

    /// Reports a mistake, with what is put into its texts; a place is shown as one.
    func report(_ mistake: Mistake, _ span: SourceSpan, _ values: Any...) { diagnostics.note(mistake, span, values) }

    /// The same where something is so.
    func report(if isWrong: Bool, _ mistake: Mistake, _ span: @autoclosure () -> SourceSpan, _ values: Any...) {
        if isWrong { diagnostics.note(mistake, span(), values) }
    }

    /// The same where a value is wanted: there is none.
    func report<Value>(_ mistake: Mistake, _ span: SourceSpan, _ values: Any...) -> Value? {
        diagnostics.note(mistake, span, values)
        return nil
    }

    /// The same of a number that is above a limit: the two are the first values.
    func report<Count: BinaryInteger>(
        _ mistake: Mistake, _ span: SourceSpan, _ count: Count, over limit: Count, _ values: Any...
    ) { if count > limit { diagnostics.note(mistake, span, [count, limit] + values) } }

    /// Where something is, for a fix-it.
    func place(_ span: SourceSpan) -> String { diagnostics.place(of: span) }

    /// Reports each name that the list has before it.
    func reportDuplicates(_ names: [Name], _ scope: String) {
        var seen: [String: SourceSpan] = [:]
        for name in names {
            if let first = seen[name.text] {
                report(.duplicateName, name.span, name, scope, first)
            } else {
                seen[name.text] = name.span
            }
        }
    }

    /// Reports a name that is not among the candidates, and the one that may be meant.
    func reportUnknown(_ what: String, _ name: Name, among candidates: [String], _ fixIt: String) {
        // Once the run is full of mistakes, looking for what was meant is time lost.
        let nearest = diagnostics.isFull ? nil : NameDistance.nearest(to: name.text, among: candidates)
        guard let nearest else {
            return report(.unknownName, name.span, what, name, ForeignHabit.words[name.text] ?? fixIt)
        }
        diagnostics.meant.insert(nearest)
        report(.misspeltName, name.span, what, name, fixIt, nearest)
    }

    func reportUnknown<Value>(_ what: String, _ name: Name, among candidates: [String], _ fixIt: String) -> Value? {
        reportUnknown(what, name, among: candidates, fixIt)
        return nil
    }

    /// The one of that name, which is reported where there is none.
    func find<Node: Named>(_ name: Name, in nodes: [Node], _ what: String, _ fixIt: String) -> Node? {
        nodes.named(name) ?? reportUnknown(what, name, among: nodes.names.map(\.text), fixIt)
    }

    /// A field or bits of a layout or of a field of one.
    func find(_ name: Name, in layout: Layout) -> LayoutField? {
        find(name, in: layout.fields, "field", "declare it in the layout at \(place(layout.name.span))")
    }

    /// Reports a list that is longer than the metabinary allows.
    func reportExcess(_ names: [Name], _ what: String, limit: Int, _ fixIt: String) {
        guard names.count > limit else { return }
        report(.tooMany, names[limit].span, names.count, over: limit, what, fixIt)
    }
}
