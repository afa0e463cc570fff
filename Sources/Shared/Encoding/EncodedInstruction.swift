// An instruction with its place in a function and the item behind it: what printers and the marks of a report need.

/// An instruction of an encoded function.
public struct EncodedInstruction: Hashable, Sendable {
    public var instruction: Instruction
    /// Units: bytes from the function's entry.
    public var offset: Int
    /// Index of the item of the program that asked for it.
    public var item: Int
}
