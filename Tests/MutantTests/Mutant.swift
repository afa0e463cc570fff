// A function with one thing wrong.

/// What was done to a function.
enum MutantClass: String, CaseIterable, Sendable {
    case addressOff = "address off"
    case missingBound = "missing bound"
    case missingMask = "missing mask"
    case wrongDirection = "wrong direction"
    case wrongWidth = "wrong width"
    case wrongPort = "wrong port"
    case endlessLoop = "loop without bound"
    case intoInstruction = "jump into an instruction"
    case outsideJump = "jump outside"
    case unbalancedStack = "unbalanced stack"
    case privileged = "privileged instruction"
    case lostRegister = "lost register"
    case selfModification = "self-modification"
    case droppedReturn = "dropped return"
    case transferNumber = "transfer number"
    case composedLoop = "composed loop"
    case deviceWrite = "device write"
}

/// A mutant.
struct Mutant: Sendable {
    /// Bytes that were put in front of what stood at an offset.
    struct Insertion: Sendable {
        var offset: Int
        var byteCount: Int
    }

    var kind: MutantClass
    var code: [UInt8]
    /// Where the function was changed.
    ///
    /// Units: bytes from the function's entry.
    var offset: Int
    var detail: String
    /// For mutants that are longer than their function.
    var insertion: Insertion?
    /// Whether it must be refused whatever a run shows, as the change itself is what code may not hold.
    var isUnsafeByItself: Bool
}
