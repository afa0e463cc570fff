// The operations of the metabinary's stack machine, one row each. The rule compiler writes them, the image reader
// checks their operands and the evaluator carries them out; FORMAT.md shows the same table, and a test compares the
// two.

/// An operation of the stack machine.
///
/// A stack entry is static (a number known while generating) or dynamic (an item of the program). An operation on
/// static entries alone is carried out while generating and leaves nothing behind; any other emits items.
public enum Opcode: UInt8, Sendable, CaseIterable {
    /// `( -- )` Sets the line that the items after it come from.
    case line = 0x01
    /// `( -- static )` Pushes a number.
    case push = 0x02
    /// `( -- x )` Pushes a copy of the entry at a place counted from the bottom of the stack: a name that `let` gave.
    case local = 0x03
    /// `( -- dynamic )` Reads a register: window, type, byte offset.
    case load = 0x04
    /// `( x y -- x&y )`
    case and = 0x05
    /// `( x y -- x|y )`
    case or = 0x06
    /// `( x static -- x<<static )`
    case shiftLeft = 0x07
    /// `( x static -- x>>static )`
    case shiftRight = 0x08
    /// `( x -- x )` Widens to a type, zeros entering.
    case extend = 0x09
    /// `( x -- x )` Keeps the low bits, as many as a type has.
    case truncate = 0x0A
    /// `( x -- )` Ends the function with its result; the last operation of every function.
    case returnValue = 0x0B

    /// What follows an opcode in the image.
    public enum OperandLayout: UInt8, Sendable {
        case none
        /// A number of up to 16 bits: a line.
        case line
        /// A number of up to 64 bits.
        case number
        /// A number below the limit of the stack.
        case place
        /// A byte: the number of bits of a type.
        case type
        /// A number, a byte and a number: window, number of bits of the type, byte offset.
        case register
    }

    /// Operands of the operation.
    public var operands: OperandLayout {
        switch self {
        case .line: .line
        case .push: .number
        case .local: .place
        case .load: .register
        case .and, .or, .shiftLeft, .shiftRight, .returnValue: .none
        case .extend, .truncate: .type
        }
    }
}
