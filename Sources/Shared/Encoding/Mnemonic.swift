// The instructions that generated code is made of, by name. How they are encoded stands in the instruction table.

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

    /// Whether the instruction may go either way.
    public var isConditionalBranch: Bool {
        switch self {
        case .mov, .movzx, .and, .or, .xor, .shl, .shr, .ret: false
        }
    }
}
