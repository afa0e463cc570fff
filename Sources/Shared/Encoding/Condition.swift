// The conditions that branches and SETcc test, by the number that their opcodes carry.

/// What the flags of a comparison of unsigned numbers say.
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, appendix B (condition codes).
enum Condition: UInt8 {
    case below = 2
    case aboveOrEqual = 3
    case equal = 4
    case notEqual = 5
    case belowOrEqual = 6
    case above = 7

    /// The condition that holds where this one does not.
    var negated: Condition {
        switch self {
        case .below: .aboveOrEqual
        case .aboveOrEqual: .below
        case .equal: .notEqual
        case .notEqual: .equal
        case .belowOrEqual: .above
        case .above: .belowOrEqual
        }
    }

    /// The condition of the comparison with its operands exchanged.
    var exchanged: Condition {
        switch self {
        case .below: .above
        case .aboveOrEqual: .belowOrEqual
        case .equal: .equal
        case .notEqual: .notEqual
        case .belowOrEqual: .aboveOrEqual
        case .above: .below
        }
    }

    /// Whether the condition holds for two numbers.
    func holds(_ left: UInt64, _ right: UInt64) -> Bool {
        switch self {
        case .below: left < right
        case .aboveOrEqual: left >= right
        case .equal: left == right
        case .notEqual: left != right
        case .belowOrEqual: left <= right
        case .above: left > right
        }
    }

    /// The branch that is taken where the condition holds.
    var branch: Mnemonic {
        switch self {
        case .below: .jb
        case .aboveOrEqual: .jae
        case .equal: .je
        case .notEqual: .jne
        case .belowOrEqual: .jbe
        case .above: .ja
        }
    }

    /// The instruction that makes a number of the condition.
    var setting: Mnemonic {
        switch self {
        case .below: .setb
        case .aboveOrEqual: .setae
        case .equal: .sete
        case .notEqual: .setne
        case .belowOrEqual: .setbe
        case .above: .seta
        }
    }
}
