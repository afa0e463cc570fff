// What a call returned, by the names of its rule: results as tests and simulated machines speak of them. Which bits are what,
// only the function's signature says.

import Metabinary

/// An outcome of a function, and what it carries.
public struct NamedResult: Hashable, Sendable {
    public let outcome: String
    public let fields: [String: UInt64]

    public init(_ outcome: String, _ fields: [String: UInt64] = [:]) {
        self.outcome = outcome
        self.fields = fields
    }

    /// Takes a result apart; `nil` for one that is none of the function's outcomes.
    public init?(_ result: UInt64, of signature: FunctionSignature) {
        guard let outcome = signature.outcome(of: result) else { return nil }
        let fields = outcome.fields.map { (String(decoding: $0.name, as: UTF8.self), $0.value(in: result)) }
        self.init(String(decoding: outcome.name, as: UTF8.self), Dictionary(fields) { first, _ in first })
    }
}

extension NamedResult: ExpressibleByStringLiteral {
    /// An outcome that carries nothing.
    public init(stringLiteral outcome: String) { self.init(outcome) }
}
