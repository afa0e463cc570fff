// What an instruction works on. Memory is named by region and offset until placement, which turns the name into the
// distance from the end of the instruction.

/// Operand of an instruction.
public enum Operand: Hashable, Sendable {
    case none
    case register(Register, OperandSize)
    /// Bits of the destination's size; the encoder finds the shortest immediate that the processor widens to them.
    case immediate(UInt64)
    /// Memory at a byte offset of a program's region, still without an address.
    case region(UInt8, offset: UInt64, OperandSize)
    /// Memory at a distance from the end of the instruction.
    case relative(Int32, OperandSize)

    /// Size of a register or memory operand.
    var size: OperandSize? {
        switch self {
        case .none, .immediate: nil
        case .register(_, let size), .region(_, _, let size), .relative(_, let size): size
        }
    }

    /// Whether the operand lies in memory.
    var isMemory: Bool {
        switch self {
        case .none, .immediate, .register: false
        case .region, .relative: true
        }
    }
}
