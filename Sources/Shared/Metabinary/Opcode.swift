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
    /// `( -- dynamic )` Reads a register of a window, or a place of a ring.
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
    /// `( x -- )` Returns, with `x` where the function has a result. It may stand anywhere; a block ends behind it.
    case returnValue = 0x0B
    /// `( -- dynamic )` Pushes an argument, by its number.
    case parameter = 0x0C
    /// `( x -- x )` Returns a number unless `x` lies between two others: lowest, highest, what is returned.
    case bound = 0x0D
    /// `( y -- dynamic )` The same, `y` bytes behind it.
    case loadAt = 0x0E
    /// `( x -- )` Writes a register of a window, or a place of a ring.
    case store = 0x0F
    /// `( y x -- )` The same, `y` bytes behind it.
    case storeAt = 0x10
    /// `( -- dynamic )` Reads a cell of the state.
    case get = 0x11
    /// `( y -- dynamic )` Reads a cell of the state at `y` bytes behind its first element.
    case getAt = 0x12
    /// `( x -- )` Writes a cell of the state.
    case set = 0x13
    /// `( y x -- )` Writes a cell of the state at `y` bytes behind its first element.
    case setAt = 0x14
    /// `( x y -- x+y )` Without what exceeds the type.
    case add = 0x15
    /// `( x y -- x-y )` Modulo the type's size.
    case subtract = 0x16
    /// `( x y -- boolean )` Whether the two are the same number.
    case equal = 0x17
    /// `( x y -- boolean )` Whether they differ.
    case notEqual = 0x18
    /// `( x y -- boolean )` Whether `x` is less than `y`.
    case below = 0x19
    /// `( x y -- boolean )` Whether `x` is at most `y`.
    case belowOrEqual = 0x1A
    /// `( boolean -- )` Opens the arm that runs if it is true.
    case ifTrue = 0x1B
    /// `( -- )` Closes that arm and opens the other.
    case otherwise = 0x1C
    /// `( -- dynamic )` Opens a body that runs so many times, and pushes its counter.
    case loop = 0x1D
    /// `( -- )` Opens the look at a condition, which is repeated for so many microseconds.
    case wait = 0x1E
    /// `( boolean -- )` Closes the look, and opens what runs once the time is over; it must return.
    case until = 0x1F
    /// `( -- )` Closes an arm, a body, or what runs once the time is over.
    case end = 0x20
    /// `( -- )` Lets so many microseconds pass.
    case pause = 0x21
    /// `( -- )` What was stored before is visible before what is stored after.
    case publish = 0x22
    /// `( -- static )` Pushes the physical address of a region.
    case address = 0x23
    /// `( -- )` What was stored before is visible before anything is loaded after.
    case fence = 0x30
    /// `( x -- x )` Turns the order of its bytes round, as many as a type has.
    case swap = 0x31

    // The static stage: these leave no item but where it says so.

    /// `( -- static )` Pushes a fact.
    case fact = 0x40
    /// `( static -- static )` Takes an entry of a table, by its number.
    case entry = 0x41
    /// `( -- static )` Pushes the number of the alternative that is tried of a choice.
    case choice = 0x42
    /// `( -- static )` Pushes what discovery learned of the function.
    case ask = 0x43
    /// `( static -- )` Goes on so many bytes further where it is zero.
    case when = 0x44
    /// `( -- )` Goes on so many bytes further.
    case skip = 0x45
    /// `( static -- )` Carries out so many bytes of code that often; each run begins with its number on the stack.
    case each = 0x46
    /// `( … -- )` Forgets all entries above a place.
    case forget = 0x47
    /// `( x y -- x*y )` Of two static entries; or a shift, where one is static and a power of two.
    case multiply = 0x48
    /// `( static static -- static )` Without the rest.
    case divide = 0x49
    /// `( static static -- static )` The rest.
    case remainder = 0x4A
    /// `( static -- dynamic )` Opens a body that runs that often, and pushes its counter.
    case loopOf = 0x4B
    /// `( x static -- x )` Returns a number unless `x` lies between another and the static one: lowest, what is returned.
    case boundOf = 0x4C

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
        /// The index of a region; for a window the index of a register; for a ring a byte and a number: number of
        /// bits of the type, byte offset; before these, for memory in parts, the index of a part.
        case register
        /// A number below the function's count of parameters.
        case parameter
        /// Three numbers: lowest, highest, what is returned.
        case range
        /// A number below the device's count of cells.
        case cell
        /// A number from 1 to the limit of a loop.
        case count
        /// A number of microseconds.
        case time
        /// A number below the device's count of windows and memories.
        case region
        /// A number below the device's count of facts.
        case fact
        /// A number below the device's count of tables.
        case table
        /// A number below the device's count of choices.
        case choice
        /// What is asked for.
        case question
        /// A number of bytes of the code, the function's at most.
        case distance
        /// Two numbers: lowest, what is returned.
        case refusal
    }

    /// Operands of the operation.
    public var operands: OperandLayout {
        switch self {
        case .line: .line
        case .push: .number
        case .local: .place
        case .load, .loadAt, .store, .storeAt: .register
        case .and, .or, .shiftLeft, .shiftRight, .returnValue, .add, .subtract, .equal, .notEqual, .below,
            .belowOrEqual, .ifTrue, .otherwise, .until, .end, .publish, .fence, .multiply, .divide,
            .remainder, .loopOf:
            .none
        case .extend, .truncate, .swap: .type
        case .parameter: .parameter
        case .bound: .range
        case .get, .getAt, .set, .setAt: .cell
        case .loop: .count
        case .wait, .pause: .time
        case .address: .region
        case .fact: .fact
        case .entry: .table
        case .choice: .choice
        case .ask: .question
        case .when, .skip, .each: .distance
        case .forget: .place
        case .boundOf: .refusal
        }
    }
}
