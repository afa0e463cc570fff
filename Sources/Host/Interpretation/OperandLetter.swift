// The letters of the patterns in the table of operations, which say how the operands of an item print. The printer and the
// reader go by them.

/// What a letter of a row's operands means; the raw value is its ASCII code.
public enum OperandLetter: UInt8, Sendable {
    /// `T`
    case type = 0x54
    /// `P`
    case place = 0x50
    /// `L`
    case left = 0x4C
    /// `R`
    case right = 0x52
    /// `X`
    case hexadecimal = 0x58
    /// `N`
    case decimal = 0x4E
    /// `[`, after which all is left out where there is no left operand.
    case restIfLeft = 0x5B
}
