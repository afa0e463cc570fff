// A block that the instruction selector stands in: the places that branches of it lead to.

/// An open block.
struct OpenBlock {
    /// Item that opened it.
    var start: Int
    /// For a wait, where the counts since its start are.
    var elapsed = Register.rdx
    /// Label of what is repeated.
    var top: Int?
    /// Label of the second arm of a branch, until it stands there.
    var other: Int?
    /// Label behind the block.
    var end: Int?
}
