// How much of a register or of memory an instruction works on.

/// Size of an operand.
///
/// Units: the raw value is the number of bits.
public enum OperandSize: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case byte = 8
    case word = 16
    case doubleWord = 32
    case quadWord = 64

    /// All bits of the size, set.
    var mask: UInt64 { self == .quadWord ? .max : (1 << UInt64(rawValue)) - 1 }
}
