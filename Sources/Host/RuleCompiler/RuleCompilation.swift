// What a run of the compiler returns: a metabinary, or the mistakes that are in its way; never both.

/// Outcome of compiling the rules of an atlas.
public enum RuleCompilation: Sendable {
    /// The rules in compact form.
    case metabinary([UInt8])
    /// At least one mistake, in the order of files and places.
    case refused([Diagnostic])

    /// The metabinary, `nil` where there are mistakes.
    public var metabinary: [UInt8]? { if case .metabinary(let bytes) = self { bytes } else { nil } }

    /// The mistakes, none where there is a metabinary.
    public var diagnostics: [Diagnostic] { if case .refused(let diagnostics) = self { diagnostics } else { [] } }
}
