// What an instruction works on. Memory is named by region and offset until placement, which turns the name into the
// distance from the end of the instruction, or into an address where a register is added to it.

/// Operand of an instruction.
public enum Operand: Hashable, Sendable {
    case none
    case register(Register, OperandSize)
    /// Bits of the destination's size; the encoder finds the shortest immediate that the processor widens to them.
    case immediate(UInt64)
    /// Memory at a byte offset of a program's region, plus a register where there is one, still without an address.
    case region(UInt8, offset: UInt64, index: Register?, OperandSize)
    /// Memory at a distance from the end of the instruction.
    case relative(Int32, OperandSize)
    /// Memory at a displacement from a register.
    case based(Register, Int32, OperandSize)
    /// The place in the function that a label of that number marks, for branches until their distances are known.
    case label(Int)
    /// A place in the function, by its distance from the end of the instruction.
    case distance(Int32)

    /// Size of a register or memory operand.
    var size: OperandSize? {
        switch self {
        case .none, .immediate, .label, .distance: nil
        case .register(_, let size), .region(_, _, _, let size), .relative(_, let size), .based(_, _, let size): size
        }
    }

    /// Whether the operand lies in memory.
    var isMemory: Bool {
        switch self {
        case .none, .immediate, .register, .label, .distance: false
        case .region, .relative, .based: true
        }
    }
}
