// The words and letters of printed programs that are not operations: types, kinds of regions, facts, and the letters of the
// table's patterns. The printer writes them and the reader looks for them.

/// What a letter of a row's operands stands for.
public enum OperandLetter: UInt8, Sendable {
    case type = 0x54
    case place = 0x50
    case left = 0x4C
    case right = 0x52
    case hexadecimal = 0x58
    case decimal = 0x4E
    /// What follows is there if there is a left operand.
    case restIfLeft = 0x5B
}

extension ValueType {
    /// The word that stands for the type in rules and in printed programs.
    public var word: StaticString {
        switch self {
        case .void: "void"
        case .boolean: "bool"
        case .u8: "u8"
        case .u16: "u16"
        case .u32: "u32"
        case .u64: "u64"
        }
    }
}

extension Region.Kind {
    /// The word that stands for the kind.
    public var word: StaticString {
        switch self {
        case .window: "window"
        case .ring: "ring"
        case .pool: "pool"
        case .state: "state"
        case .ports: "ports"
        }
    }
}

extension FactSet {
    /// The word that stands for a single fact, `nil` where there is none.
    public var word: StaticString? {
        switch self {
        case .baseAddressRegister(0): "bar0"
        case .baseAddressRegister(1): "bar1"
        case .baseAddressRegister(2): "bar2"
        case .baseAddressRegister(3): "bar3"
        case .baseAddressRegister(4): "bar4"
        case .baseAddressRegister(5): "bar5"
        case .identity: "identity"
        case .clock: "clock"
        case .placement: "placement"
        case .location: "location"
        default: nil
        }
    }
}
