// What numbers are numbers of, where a rule says so: an offset in bytes is no index, a length no place. A number that
// says nothing of it goes anywhere; a shift or a product makes one kind of another, and says nothing afterwards.

extension Typing {
    /// Reports a value that is put where another kind of number belongs.
    func checkKind(of value: TypedValue, as wanted: Syntax.Kind?, _ span: SourceSpan, _ place: String) {
        guard let kind = value.kind, kind != wanted, wanted != nil || kind == .address else { return }
        let wanted = wanted.map { "\(Self.article($0)) \($0.rawValue)" } ?? "a plain number"
        report(kind, "and \(place) is \(wanted)", span)
    }

    /// Reports a comparison of two kinds.
    func checkComparison(_ left: TypedValue, _ right: TypedValue, _ span: SourceSpan) {
        guard let first = left.kind, let second = right.kind, first != second else { return }
        report(first, "and what it is compared with is \(Self.article(second)) \(second.rawValue)", span)
    }

    /// What a sum or a difference is a number of: a place and a length make a place, two places a length.
    func kindOfSum(_ left: TypedValue, _ right: TypedValue, isDifference: Bool, _ span: SourceSpan) -> Syntax.Kind? {
        guard let first = left.kind, let second = right.kind else {
            // A plain number less a place is neither.
            return isDifference && left.kind == nil ? nil : left.kind ?? right.kind
        }
        switch (first, second) {
        case (.offset, .length): return .offset
        case (.length, .offset) where !isDifference: return .offset
        case (.length, .length): return .length
        case (.offset, .offset) where isDifference: return .length
        case (.index, .index) where isDifference: return nil
        default:
            report(
                first,
                "and what is \(isDifference ? "taken off" : "added") is \(Self.article(second)) \(second.rawValue)",
                span)
            return nil
        }
    }

    private static func article(_ kind: Syntax.Kind) -> String { kind == .length ? "a" : "an" }

    private func report(_ kind: Syntax.Kind, _ what: String, _ span: SourceSpan) {
        report(.kindsMixed, span, Self.article(kind), kind.rawValue, what)
    }
}
