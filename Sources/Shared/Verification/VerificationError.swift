// Why the verifier refuses a function's bytes.

/// Reason for a refusal.
public enum VerificationError: Error, Hashable, Sendable {
    /// The function has no bytes.
    case empty
    /// The function has more bytes than a function may have.
    case tooLong(byteCount: Int, limit: Int)

    /// What is wrong, in a few words.
    public var reason: StaticString {
        switch self {
        case .empty: "no bytes"
        case .tooLong: "too many bytes"
        }
    }
}
