// A block that the instruction selector is in: the places that branches of it lead to.

/// An open block.
struct OpenBlock: BitwiseCopyable {
    /// Stands where there is no label.
    static let noLabel: Int16 = -1

    /// Item that opened it.
    let start: Int16
    /// For a wait, where the counts since its start are.
    var elapsed = Register.rdx
    /// Label of what is repeated.
    var top = noLabel
    /// Label of the second arm of a branch, until it is there.
    var other = noLabel
    /// Label after the block.
    var end = noLabel
    /// Which registers are owned after the part at hand, if that returns on every path.
    var poolAfter: RegisterPool?

    init(start: Int) { self.start = Int16(truncatingIfNeeded: start) }
}
