// What the verifier says of a function.

/// Outcome of a verification.
public enum Verdict: Hashable, Sendable {
    case accepted
    case refused(VerificationError)
}
