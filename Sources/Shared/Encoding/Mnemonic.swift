// The instructions that generated code is made of, by name. How they are encoded is in the instruction table.

/// What an instruction does, by the manual's name.
public enum Mnemonic: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case mov, movzx, lea
    case and, or, xor, add, sub, cmp, test
    case bts, inc, dec, shl, shr
    case sete, setne, setb, setae, setbe, seta
    case je, jne, jb, jae, jbe, ja
    case jmp, rdtsc, pause, ret
    case `in`, out, mfence

    /// The name as assemblers write it.
    public var word: StaticString {
        switch self {
        case .mov: "mov"
        case .movzx: "movzx"
        case .lea: "lea"
        case .and: "and"
        case .or: "or"
        case .xor: "xor"
        case .add: "add"
        case .sub: "sub"
        case .cmp: "cmp"
        case .test: "test"
        case .bts: "bts"
        case .inc: "inc"
        case .dec: "dec"
        case .shl: "shl"
        case .shr: "shr"
        case .sete: "sete"
        case .setne: "setne"
        case .setb: "setb"
        case .setae: "setae"
        case .setbe: "setbe"
        case .seta: "seta"
        case .je: "je"
        case .jne: "jne"
        case .jb: "jb"
        case .jae: "jae"
        case .jbe: "jbe"
        case .ja: "ja"
        case .jmp: "jmp"
        case .rdtsc: "rdtsc"
        case .pause: "pause"
        case .ret: "ret"
        case .in: "in"
        case .out: "out"
        case .mfence: "mfence"
        }
    }

    /// How many there are.
    static var count: Int { Int(Mnemonic.mfence.rawValue) + 1 }

    /// Whether the instruction may go either way.
    public var isConditionalBranch: Bool { rawValue >= Mnemonic.je.rawValue && rawValue <= Mnemonic.ja.rawValue }
}
