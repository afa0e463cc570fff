// An instruction with its place in a function and the item behind it: what printers and the marks of a report need.

/// An instruction of an encoded function.
public struct EncodedInstruction: Hashable, Sendable, BitwiseCopyable {
    public internal(set) var instruction: Instruction
    private var start: Int32 = 0
    private let itemIndex: UInt16
    /// Units: bytes.
    var byteCount: UInt8 = 0

    init(_ instruction: Instruction, item: Int) {
        self.instruction = instruction
        itemIndex = UInt16(truncatingIfNeeded: item)
    }

    /// Units: bytes from the function's entry.
    public internal(set) var offset: Int {
        get { Int(start) }
        set { start = Int32(truncatingIfNeeded: newValue) }
    }

    /// Index of the item of the program that asked for it.
    public var item: Int { Int(itemIndex) }
}
