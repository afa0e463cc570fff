// What the generator claims about its code, so that one pass can check it: for each place that a jump leads to, which
// registers hold what there, and why a loop that begins there ends. The verifier believes none of it.

/// What a register holds at the entry of a block.
public struct RegisterClaim: Hashable, Sendable {
    /// Number of the register, 0 to 15, as instructions encode it.
    public var register: UInt8
    /// What it may hold. A claim of `ValueRange.anything` says that the register lives, and no more.
    public var range: ValueRange
    /// Index of an earlier block, at whose last entry the register `origin` held the same number; `nil` for none.
    public var originBlock: UInt16?
    /// Number of that register.
    public var originRegister: UInt8
    /// Index of an earlier block, a clock loop's, if the register holds the time since that loop's start, by a reading of
    /// its turn at hand; `nil` for no time. With one loop's time another could go on for ever.
    public var elapsedBlock: UInt16?

    public init(register: UInt8, range: ValueRange, originBlock: UInt16? = nil, originRegister: UInt8 = 0) {
        self.register = register
        self.range = range
        self.originBlock = originBlock
        self.originRegister = originRegister
    }
}

/// A place that jumps lead to.
public struct BlockClaim: Hashable, Sendable {
    /// Why the jumps backward to a block end.
    public enum Kind: Hashable, Sendable {
        /// No jump leads backward to it.
        case join
        /// From entry to entry by a jump backward the register moves one way, inside the range that is claimed for it.
        case counted(variant: UInt8)
        /// Every jump backward to it finds that less than a bound has passed since the time-stamp in the register, which
        /// stays as it is.
        case clock(start: UInt8)
    }

    /// Units: bytes from the function's entry.
    public var offset: UInt32
    public var kind: Kind
    /// Index of the block's first claim among those of the evidence; they end where the next block's begin.
    public var firstClaim: UInt32

    public init(offset: UInt32, kind: Kind, firstClaim: UInt32) {
        self.offset = offset
        self.kind = kind
        self.firstClaim = firstClaim
    }
}

/// The claims about one function.
public struct Evidence: Hashable, Sendable {
    /// In rising order of offset.
    public var blocks: [BlockClaim]
    /// The claims of all blocks, block after block. A register without a claim is dead at that entry: it holds anything.
    public var claims: [RegisterClaim]

    public init(blocks: [BlockClaim] = [], claims: [RegisterClaim] = []) {
        self.blocks = blocks
        self.claims = claims
    }
}

extension Evidence {
    /// The claims of a block.
    func claims(of block: Int) -> ArraySlice<RegisterClaim> {
        let end = block + 1 < blocks.count ? Int(blocks[block + 1].firstClaim) : claims.count
        return claims[Int(blocks[block].firstClaim)..<end]
    }

    /// The state that the claims of a block describe.
    package func state(at block: Int) -> MachineState {
        var state = MachineState(parameters: [])
        for claim in claims(of: block) {
            let register = claim.register
            var symbol = Symbol.entry(block: block, register: register)
            if let origin = claim.originBlock { symbol = .entry(block: Int(origin), register: claim.originRegister) }
            // Whether the start of a clock loop is as it was is asked of this block's entry.
            if blocks[block].kind == .clock(start: register) { symbol = .entry(block: block, register: register) }
            var value = AbstractValue(range: claim.range.tightened(), symbol: symbol)
            if let loop = claim.elapsedBlock { value.clock = .elapsed(block: Int(loop)) }
            state.set(register, value)
        }
        return state
    }
}
