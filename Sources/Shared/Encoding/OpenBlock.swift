// A block that the instruction selector is in: the places that branches of it lead to.

/// An open block.
struct OpenBlock {
    /// Item that opened it.
    var start: Int
    /// For a wait, where the counts since its start are.
    var elapsed = Register.rdx
    /// Label of what is repeated.
    var top: Int?
    /// Label of the second arm of a branch, until it is there.
    var other: Int?
    /// Label after the block.
    var end: Int?
}
