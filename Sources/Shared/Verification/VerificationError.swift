// Why the verifier refuses code: which rule of its own is broken, where, and what it found there.

/// Reason for a refusal, with the place and what was found. A class, so that every step on the way out hands on one word.
public final class VerificationError: Error, Sendable {
    /// What is wrong.
    public enum Reason: UInt8, Sendable, CaseIterable {
        // The driver as a whole.
        case functionsOutOfOrder, tooLong, paddingNotInt3, grantsOutOfOrder, malformedGrant
        // Instructions.
        case unknownInstruction, runsPastEnd, unreachable
        // Registers.
        case reservedRegister, undefinedRegister
        // Memory.
        case outsideGrants, wrongDirection, notWhole, acrossElements, limitCut, limitBroken
        // Configuration space.
        case unknownSelection
        // Blocks and loops.
        case evidenceMalformed, noBlockAtTarget, insideInstruction, claimNotMet, loopWithoutEnd, clockLoopBroken

        /// What is wrong, in a few words.
        public var words: StaticString {
            switch self {
            case .functionsOutOfOrder: "functions overlap or are out of order"
            case .tooLong: "more code than a driver may have, or past the last address"
            case .paddingNotInt3: "a byte between functions is not int3"
            case .grantsOutOfOrder: "grants overlap or are out of order"
            case .malformedGrant: "a grant that means nothing"
            case .unknownInstruction: "no instruction that generated code may hold"
            case .runsPastEnd: "execution runs past the end of the function"
            case .unreachable: "code that nothing leads to"
            case .reservedRegister: "writes a register that belongs to the caller"
            case .undefinedRegister: "reads a register that holds nothing of its own"
            case .outsideGrants: "an address that may lie outside every grant"
            case .wrongDirection: "the grant does not allow this direction"
            case .notWhole: "the access is not exactly one element of the grant"
            case .acrossElements: "the place in the element is not known, or the access crosses its end"
            case .limitCut: "writes a part of what a limit is about"
            case .limitBroken: "writes what the grant's limit does not allow"
            case .unknownSelection: "touches configuration space where it is not known what is selected"
            case .evidenceMalformed: "evidence that is not well formed"
            case .noBlockAtTarget: "a jump to where no block is claimed"
            case .insideInstruction: "a block is claimed inside an instruction"
            case .claimNotMet: "a register does not hold what is claimed at the block"
            case .loopWithoutEnd: "a jump backward that nothing bounds"
            case .clockLoopBroken: "a jump backward that does not go by the clock"
            }
        }
    }

    public let reason: Reason
    /// Index of the function among those that were given; `nil` for the driver as a whole.
    public let function: Int?
    /// Where the instruction starts.
    ///
    /// Units: bytes from the function's entry, or from the start of the code where no function is to blame.
    public let offset: Int
    /// Length of the instruction, 0 where there is none.
    ///
    /// Units: bytes.
    public let byteCount: Int
    /// What was found: the address, the value that is stored, or what the register holds.
    public let found: ValueRange?
    /// What would have been allowed.
    public let allowed: ValueRange?
    /// Name of the grant that was missed or whose limit is broken, ASCII; empty where there is none.
    public let grant: [UInt8]

    @inline(never)
    init(
        _ reason: Reason, function: Int? = nil, offset: Int = 0, byteCount: Int = 0, found: ValueRange? = nil,
        allowed: ValueRange? = nil, grant: [UInt8] = []
    ) {
        self.reason = reason
        self.function = function
        self.offset = offset
        self.byteCount = byteCount
        self.found = found
        self.allowed = allowed
        self.grant = grant
    }

    /// A reason that says all.
    @inline(never)
    convenience init(_ reason: Reason) { self.init(reason, function: nil) }

    /// An access that may lie elsewhere than its grant allows.
    @inline(never)
    convenience init(_ reason: Reason, found: ValueRange, grant: [UInt8]) {
        self.init(reason, function: nil, found: found, grant: grant)
    }

    /// The error at its place.
    @inline(never)
    package func at(function: Int?, offset: Int, byteCount: Int) -> VerificationError {
        VerificationError(
            reason, function: function, offset: offset, byteCount: byteCount, found: found, allowed: allowed,
            grant: grant)
    }
}

extension VerificationError: Hashable {
    public static func == (left: VerificationError, right: VerificationError) -> Bool {
        left.reason == right.reason && left.function == right.function && left.offset == right.offset
            && left.byteCount == right.byteCount && left.found == right.found && left.allowed == right.allowed
            && left.grant == right.grant
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(reason)
        hasher.combine(function)
        hasher.combine(offset)
    }
}
