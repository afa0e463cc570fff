// The columns of the table of opcodes. They are data: whoever reads one decides what to do with it.

import Program

/// What the table says of an opcode, in one word: so the table takes as many words as there are opcodes.
///
/// Layout: operands in 4:0, 9:5 and 14:10; entries that are taken in 17:15 and 20:18, left in 23:21; control in 26:24; items
/// in 29:27; one more than the operation in 36:32; how many entries are taken in 38:37; what may follow a return has bit 39.
public struct OpcodeRow: Sendable {
    private let bits: UInt64

    @inline(__always)
    init(
        _ first: OperandKind = .none, _ second: OperandKind = .none, _ third: OperandKind = .none,
        takes lower: EntryKind = .none, _ upper: EntryKind = .none, control: CodeControl = .next,
        leaves left: EntryKind = .none, emits operation: Operation? = nil, items itemCount: UInt64 = 1
    ) {
        let operands = UInt64(first.rawValue) | UInt64(second.rawValue) << 5 | UInt64(third.rawValue) << 10
        let entries = UInt64(lower.rawValue) << 15 | UInt64(upper.rawValue) << 18 | UInt64(left.rawValue) << 21
        let items = operation.map { itemCount << 27 | (UInt64($0.rawValue) + 1) << 32 } ?? 0
        let count: UInt64 = (lower == .none || lower == .rest ? 0 : 1) + (upper == .none ? 0 : 1)
        let endsArm = control == .closes || control == .jumps || control == .continues && lower == .none
        let flow = UInt64(control.rawValue) << 24 | (endsArm || lower == .rest ? 1 << 39 : 0)
        bits = operands | entries | flow | items | count << 37
    }

    private func field(_ shift: UInt64, _ mask: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: bits >> shift & mask) }

    private func operand(_ shift: UInt64) -> OperandKind { OperandKind(rawValue: field(shift, 31)) ?? .none }

    private func entry(_ shift: UInt64) -> EntryKind { EntryKind(rawValue: field(shift, 7)) ?? .none }

    /// What comes after the opcode in the code, in this order; `none` behind the last.
    public var operands: (OperandKind, OperandKind, OperandKind) { (operand(0), operand(5), operand(10)) }

    /// What is taken from the stack, the lower entry first; `none` behind the last.
    public var taken: (EntryKind, EntryKind) { (entry(15), entry(18)) }

    /// What is put there.
    public var left: EntryKind { entry(21) }

    public var control: CodeControl { CodeControl(rawValue: field(24, 7)) ?? .next }

    /// Items that are emitted where not all is known while generating, without constants for static entries and what an
    /// operand asks for besides.
    public var itemCount: Int { Int(field(27, 7)) }

    /// The operation of that item, or of one of several.
    public var operation: Operation? {
        let number = field(32, 31)
        return number == 0 ? nil : Operation(rawValue: number - 1)
    }

    /// How many entries are taken of which all code before decides how many there are: `rest` takes what is there.
    package var takenCount: Int { Int(field(37, 3)) }

    /// Whether it may follow a return in its block: what ends an arm, before it what it leaves, or passes over the other.
    var mayFollowReturn: Bool { field(39, 1) != 0 }
}

/// What an operand is, and with it how wide it is and what it may be.
public enum OperandKind: UInt8, Sendable {
    case none
    /// A number of up to 16 bits: a line.
    case line
    /// A number of up to 64 bits.
    case number
    /// The same, of a range: the next is no less.
    case lowest
    case highest
    /// A number below the limit of the stack.
    case place
    /// A byte: the number of bits of a type.
    case type
    /// A `RegisterOperand`.
    case register
    /// A number below the function's count of parameters, or the device's of what the name says.
    case parameter, cell, region, fact, table, choice
    /// A number from 1 to the limit of a loop.
    case count
    /// A number of microseconds.
    case time
    /// A `Question`.
    case question
    /// A number of bytes of the code, the function's at most.
    case distance
}

/// What an entry of the stack has to be, or is.
public enum EntryKind: UInt8, Sendable {
    case none
    /// Static or dynamic; left behind, static where all that was taken is.
    case any
    case `static`
    /// An item of the program, and no boolean where it is taken.
    case dynamic
    /// Taken, an item of the program that is a boolean; left behind, as any, a boolean where it is dynamic.
    case boolean
    /// All entries from the place on that is the operand.
    case rest
}

/// What is carried out next, and in which block.
public enum CodeControl: UInt8, Sendable {
    /// What stands after it.
    case next
    /// The same, in a block of its own.
    case opens
    /// The same, in another block in place of the one at hand.
    case continues
    /// The same, in the block around.
    case closes
    /// So many bytes further where what was taken is zero.
    case branches
    /// So many bytes further.
    case jumps
    /// So many bytes, as often as was taken says, then what comes after these.
    case repeats
    /// Nothing of the block.
    case returns
}
