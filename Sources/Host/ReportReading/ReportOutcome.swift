// What a report says of its run. MachineReport decides it; how QEMU ended is weighed with it elsewhere.

/// How a run ended, as its report tells it.
public enum ReportOutcome: Hashable, Sendable {
    case passed
    case failed(reason: String)
    /// Nothing failed but that nobody answered through a card.
    case noPeer(reason: String)
    /// Some of the report did not arrive as it was sent; what did arrive proves nothing.
    case damaged([Damage])
    /// The report arrived, but some of it has no meaning or contradicts the rest.
    case unreadable([ReportError])
    /// The report ends before a verdict.
    case incomplete
}

extension ReportOutcome: CustomStringConvertible {
    public var description: String {
        switch self {
        case .passed: "passed"
        case .failed(let reason): "failed: \(reason)"
        case .noPeer(let reason): "no peer: \(reason)"
        case .damaged(let damage): "damaged: \(damage[0])" + Self.rest(damage.count)
        case .unreadable(let errors): "unreadable: \(errors[0])" + Self.rest(errors.count)
        case .incomplete: "incomplete: the report ends before a verdict"
        }
    }

    private static func rest(_ count: Int) -> String { count > 1 ? " and \(count - 1) more" : "" }
}
