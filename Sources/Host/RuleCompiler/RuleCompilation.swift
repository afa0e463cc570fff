// What a run of the compiler returns: a metabinary, or the mistakes that are in its way; never both.

/// Outcome of compiling the rules of an atlas.
public enum RuleCompilation: Sendable {
    /// The rules in compact form, and what may be meant otherwise in them.
    case metabinary([UInt8], warnings: [Diagnostic])
    /// At least one mistake, in the order of files and places.
    case refused([Diagnostic])

    /// The metabinary, `nil` where there are mistakes.
    public var metabinary: [UInt8]? { if case .metabinary(let bytes, _) = self { bytes } else { nil } }

    /// The mistakes; where there is a metabinary, the warnings.
    public var diagnostics: [Diagnostic] {
        switch self {
        case .metabinary(_, let warnings): warnings
        case .refused(let mistakes): mistakes
        }
    }
}
