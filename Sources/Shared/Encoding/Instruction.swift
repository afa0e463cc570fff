// An instruction before it is bytes. Plain data: the table of forms says which instructions there are.

/// One x86-64 instruction.
public struct Instruction: Hashable, Sendable, BitwiseCopyable {
    public var mnemonic: Mnemonic
    public var destination: Operand
    public var source: Operand

    @inline(__always)
    public init(_ mnemonic: Mnemonic, _ destination: Operand = .none, _ source: Operand = .none) {
        self.mnemonic = mnemonic
        self.destination = destination
        self.source = source
    }

    /// The operand that lies in memory, or the source where none does.
    public var memory: Operand { destination.isMemory ? destination : source }
}
