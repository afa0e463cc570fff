// An argument of a generated function, as its rule names it.

import Program

/// A parameter of a function.
public struct ParameterDescription: Hashable, Sendable {
    /// Name in the rule, ASCII.
    public var name: [UInt8]
    public var type: ValueType

    public init(name: [UInt8], type: ValueType) {
        self.name = name
        self.type = type
    }
}
