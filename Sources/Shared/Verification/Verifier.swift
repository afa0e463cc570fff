// The last stage before bytes may be mapped. It trusts nothing that the generator says: it takes bytes, imports no
// other module, and will bring its own decoder and table. Today it checks one thing, the size of a function. It does
// NOT check that the bytes are instructions, that every instruction is one that generated code may hold, that
// execution stays inside the function and ends with a return, that memory is touched only inside the device's windows,
// that registers of the caller are kept, or that the code does what its rule means. Called by the pipeline.

/// Accepts or refuses the bytes of functions.
public struct Verifier: Sendable {
    /// Most bytes that a function may have: a page, so that an encoder gone astray is noticed.
    ///
    /// Units: bytes.
    public static let standardByteCountLimit = 4096

    private let byteCountLimit: Int

    /// - Parameter byteCountLimit: most bytes that a function may have, at least 1.
    public init(byteCountLimit: Int = Verifier.standardByteCountLimit) {
        precondition(byteCountLimit >= 1, "a verifier that accepts nothing")
        self.byteCountLimit = byteCountLimit
    }

    /// The verdict on the bytes of one function.
    public func verify(_ bytes: [UInt8]) -> Verdict {
        if bytes.isEmpty { return .refused(.empty) }
        if bytes.count > byteCountLimit {
            return .refused(.tooLong(byteCount: bytes.count, limit: byteCountLimit))
        }
        return .accepted
    }
}
