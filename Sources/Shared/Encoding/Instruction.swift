// An instruction before it is bytes. Plain data: the table of forms says which instructions there are.

/// What an instruction does, by the manual's name.
public enum Mnemonic: UInt8, Sendable, CaseIterable {
    case mov, movzx, and, or, xor, shl, shr, ret

    /// The name as assemblers write it.
    public var word: StaticString {
        switch self {
        case .mov: "mov"
        case .movzx: "movzx"
        case .and: "and"
        case .or: "or"
        case .xor: "xor"
        case .shl: "shl"
        case .shr: "shr"
        case .ret: "ret"
        }
    }
}

/// One x86-64 instruction.
public struct Instruction: Hashable, Sendable {
    public var mnemonic: Mnemonic
    public var destination: Operand
    public var source: Operand

    public init(_ mnemonic: Mnemonic, _ destination: Operand = .none, _ source: Operand = .none) {
        self.mnemonic = mnemonic
        self.destination = destination
        self.source = source
    }
}
