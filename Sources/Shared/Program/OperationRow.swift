// The columns of the table of operations. They are data: whoever reads one decides what to do with it.

/// What the table says of an operation.
public struct OperationRow: Sendable {
    /// The word for the operation in a printed program.
    public let word: StaticString
    /// What is printed after the word.
    ///
    /// Layout: `T` the item's type, `P` the place of an access, `L` and `R` the operands, `X` and `N` the immediate in
    /// base sixteen and ten; `[` leaves the rest out where there is no left operand. All else is printed as it is.
    public let operands: StaticString
    public let rule: TypeRule
    public let effect: OperationEffect
    /// Whether later items may use what the item computes.
    public let givesValue: Bool
    /// Whether the operands may change places.
    public let commutes: Bool
    public let block: BlockRole

    init(
        _ word: StaticString, _ operands: StaticString, _ rule: TypeRule, _ effect: OperationEffect = .none,
        givesValue: Bool = true, commutes: Bool = false, block: BlockRole = .none
    ) {
        self.word = word
        self.operands = operands
        self.rule = rule
        self.effect = effect
        self.givesValue = givesValue
        self.commutes = commutes
        self.block = block
    }
}

/// What the types of an item and of its operands, and its immediate, have to do with each other.
public enum TypeRule: Sendable {
    /// There is nothing to agree.
    case free
    /// The immediate fits the item's type.
    case constant
    /// The immediate is the number of an argument, which has the same type wherever it is named.
    case argument
    /// The access stays inside of its region.
    case loaded
    /// The same, and the right operand has the item's type.
    case stored
    /// Both operands have the item's type.
    case alike
    /// The operands have one type, and the item is a boolean.
    case compared
    /// The left operand has the item's type, and the immediate is less than its bits.
    case shifted
    /// The left operand has fewer bits than the item.
    case widened
    /// The left operand has more bits than the item.
    case narrowed
    /// The left operand is a boolean.
    case condition
    /// The item is a u32, and the immediate fits it and is not zero.
    case counter
    /// The left operand has the type that the program returns.
    case returned
}

/// What an operation does besides giving a value.
public enum OperationEffect: Sendable {
    /// Nothing: only its value shows whether and when it is carried out.
    case none
    /// It orders accesses of memory.
    case memory
    /// It reads what a device may have written, or notice.
    case deviceRead
    /// It writes what a device may see.
    case deviceWrite
    /// It decides what is carried out next.
    case control
}

/// What an operation does to the blocks around it.
public enum BlockRole: Sendable {
    case none
    /// A block starts after the item.
    case opens
    /// A block ends before the item, and its second part starts after it.
    case continues
    /// A block ends before the item.
    case closes
}
