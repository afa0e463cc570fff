// A place in generated code, as errors and violations name it.

/// An instruction of a function.
public struct CodePlace: Hashable, Sendable, CustomStringConvertible {
    public var function: String
    /// Units: bytes from the function's entry; negative or large where control went astray.
    public var offset: Int

    public init(function: String, offset: Int) {
        self.function = function
        self.offset = offset
    }

    public var description: String { "\(function)+\(offset)" }
}
