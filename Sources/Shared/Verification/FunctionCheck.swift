// One pass over the bytes of one function, front to back: what is known is carried from instruction to instruction;
// where a block is claimed to begin, the claims are checked on every way in and taken from there on. So nothing is
// computed twice and there is no fixpoint to wait for.

/// The check of one function.
final class FunctionCheck {
    /// Most counts of the time-stamp counter that a clock loop may last: minutes, on any processor of today.
    private static let clockLimit: UInt64 = 1 << 40

    private let function: CodeFunction
    private let index: Int
    private let grants: GrantTable
    private let decoder: Decoder
    /// What is known at the next instruction; `nil` where execution never comes.
    private var state: MachineState?
    /// Whether some way leads to the next instruction, be it one that is never taken because of what registers hold. Code
    /// on such a way has to be instructions, and no more is asked of it.
    private var isLedTo = true
    /// Blocks that some way leads to.
    private var ledTo: [Bool]
    /// Blocks that execution may come to.
    private var reached: [Bool]
    /// Counted blocks that a jump backward leads to with a greater counter, and those with a lesser one. Two jumps that
    /// move it in two directions would take turns for ever.
    private var rises: [Bool]
    private var falls: [Bool]
    /// The block that is claimed at each byte; `max` for none.
    private var blockAt: [UInt16]
    /// Number of blocks that have begun.
    private var begun = 0
    private var reading = 0
    private var clockLoop: ClockLoop?
    private var instruction = DecodedInstruction(.returnNear)
    private var offset = 0
    /// Work that was done, so that tests can see how it grows: instructions, and claims that were compared with a state.
    /// Each takes a bounded number of the processor's instructions.
    private(set) var work = 0

    init(_ function: CodeFunction, _ index: Int, in code: [UInt8], at address: UInt64, _ grants: GrantTable) {
        self.function = function
        self.index = index
        self.grants = grants
        decoder = Decoder(code, at: address, end: function.offset + function.byteCount)
        state = MachineState(parameters: function.parameters)
        reached = [Bool](repeating: false, count: function.evidence.blocks.count)
        ledTo = reached
        blockAt = [UInt16](repeating: .max, count: function.byteCount)
        rises = reached
        falls = reached
    }

    /// Throws: `VerificationError`, with its place.
    func run() throws(VerificationError) {
        do throws(VerificationError) {
            try walk()
        } catch {
            throw error.at(function: index, offset: offset - function.offset, byteCount: instruction.byteCount)
        }
    }

    private func walk() throws(VerificationError) {
        offset = function.offset
        try checkEvidence()
        while offset < function.offset + function.byteCount {
            instruction.byteCount = 0
            try beginBlock()
            guard isLedTo else { throw VerificationError(.unreachable) }
            guard let next = decoder.instruction(at: offset) else { throw VerificationError(.unknownInstruction) }
            instruction = next
            work += 1
            try step()
            offset += instruction.byteCount
        }
        instruction.byteCount = 0
        guard !isLedTo else { throw VerificationError(.runsPastEnd) }
        guard begun == reached.count else { throw VerificationError(.insideInstruction) }
    }

    /// Blocks in rising order inside the function; claims in the order of the blocks, for each at most one a register, in
    /// rising order: so a jump has at most sixteen claims to meet.
    private func checkEvidence() throws(VerificationError) {
        let evidence = function.evidence
        var claim: UInt32 = 0
        var end: UInt32 = 0
        for block in evidence.blocks {
            guard block.offset >= end, Int(block.offset) < function.byteCount, block.firstClaim >= claim,
                Int(block.firstClaim) <= evidence.claims.count
            else { throw VerificationError(.evidenceMalformed) }
            end = block.offset + 1
            claim = block.firstClaim
        }
        guard evidence.blocks.count < 1 << 16, evidence.blocks.first.map({ $0.firstClaim == 0 }) ?? true else {
            throw VerificationError(.evidenceMalformed)
        }
        for block in evidence.blocks.indices {
            blockAt[Int(evidence.blocks[block].offset)] = UInt16(block)
            var register: UInt8 = 0
            for claim in evidence.claims(of: block) {
                guard claim.register >= register, claim.register < 16, claim.originRegister < 16,
                    claim.range.low <= claim.range.high,
                    // Each turn of a clock loop has to read the time anew, so its own block is none of these.
                    claim.elapsedBlock.map({ Int($0) < block }) ?? true
                else { throw VerificationError(.evidenceMalformed) }
                register = claim.register + 1
            }
        }
    }

    // MARK: Instructions

    private func step() throws(VerificationError) {
        switch instruction.operation {
        case .returnNear:
            (state, isLedTo) = (nil, false)
        case .jump:
            try jump(state)
            (state, isLedTo) = (nil, false)
        case .jumpIf:
            try jump(state?.assuming(instruction.condition))
            state = state?.assuming(instruction.condition ^ 1)
        default:
            try state?.carryOut(instruction, grants, reading: &reading, loop: clockLoop)
        }
    }

    // MARK: Blocks

    /// Where a block is claimed, checks the way in from above and goes on with what is claimed.
    private func beginBlock() throws(VerificationError) {
        guard begun < reached.count else { return }
        let block = function.evidence.blocks[begun]
        let start = function.offset + Int(block.offset)
        guard start >= offset else { throw VerificationError(.insideInstruction) }
        guard start == offset else { return }
        if let state {
            try enter(begun, state)
            reached[begun] = true
        }
        // Of what was known, nothing but the claims goes on: no flags, no reading of the time, no selection, and no symbol of
        // a block that is entered anew on the way from here back to itself.
        state = reached[begun] ? function.evidence.state(at: begun) : nil
        isLedTo = isLedTo || ledTo[begun]
        if case .clock(let register) = block.kind {
            guard register < 16 else { throw VerificationError(.clockLoopBroken) }
            // Of one loop in another, only the inner one can go by the clock.
            clockLoop = ClockLoop(block: begun, start: register, lastReading: reading)
        }
        begun += 1
    }

    /// Checks that a state meets the claims of a block.
    private func enter(_ block: Int, _ state: MachineState) throws(VerificationError) {
        for claim in function.evidence.claims(of: block) {
            work += 1
            let value = state.registers[Int(claim.register)]
            guard value.isDefined, claim.range.covers(value.range),
                claim.elapsedBlock.map({ Int($0) == value.elapsedBlock }) ?? true
            else { throw VerificationError(.claimNotMet, found: value.range, allowed: claim.range) }
            guard let origin = claim.originBlock else { continue }
            // A block that has not begun, or this one, names no entry that lies behind.
            guard Int(origin) < block, value.symbol == .entry(block: Int(origin), register: claim.originRegister)
            else { throw VerificationError(.claimNotMet, found: value.range, allowed: claim.range) }
        }
    }

    // MARK: Jumps

    /// Follows a jump, if it is ever taken.
    private func jump(_ state: MachineState?) throws(VerificationError) {
        guard let block = block(at: instruction.target - function.offset) else {
            throw VerificationError(.noBlockAtTarget)
        }
        ledTo[block] = true
        guard let state else { return }
        try enter(block, state)
        reached[block] = true
        guard block < begun else { return }
        // Both kinds of loops ask for a symbol of the block's entry, and only the state at that entry makes one. So it was
        // reached when its code was looked at, and that code was proven.
        switch function.evidence.blocks[block].kind {
        case .join: throw VerificationError(.loopWithoutEnd)
        case .counted(let variant): try checkVariant(variant, of: block, state)
        case .clock(let register): try checkClock(register, of: block, state)
        }
    }

    /// The block that is claimed at an offset from the function's entry.
    private func block(at target: Int) -> Int? {
        guard target >= 0, target < blockAt.count, blockAt[target] != .max else { return nil }
        return Int(blockAt[target])
    }

    /// A counter that only rises, or only falls, and stays in the range that is claimed for it, ends its loop.
    private func checkVariant(
        _ variant: UInt8, of block: Int, _ state: MachineState
    ) throws(VerificationError) {
        guard variant < 16, let claim = function.evidence.claims(of: block).first(where: { $0.register == variant }),
            let symbol = state.registers[Int(variant)].symbol,
            symbol.name == Symbol.entry(block: block, register: variant).name
        else { throw VerificationError(.loopWithoutEnd) }
        let range = claim.range.tightened()
        let mask = ValueRange.mask(symbol.width)
        let rise = symbol.difference & mask
        let fall = (0 &- symbol.difference) & mask
        let isRise = rise > 0 && range.high <= mask && rise <= mask - range.high
        let isFall = fall > 0 && range.high <= mask && fall <= range.low
        guard isRise || isFall, isRise ? !falls[block] : !rises[block] else {
            throw VerificationError(.loopWithoutEnd, found: range)
        }
        if isRise { rises[block] = true } else { falls[block] = true }
    }

    /// The jump is taken only while less than a bound has passed since a number in a register, which nobody has moved.
    /// Whatever that number is, the counter runs out of the bound.
    private func checkClock(
        _ register: UInt8, of block: Int, _ state: MachineState
    ) throws(VerificationError) {
        guard let loop = clockLoop, loop.block == block, instruction.operation == .jumpIf,
            instruction.condition == 2, let before = self.state, before.flags.kind == .comparison,
            before.flags.clock == .elapsed(block: block), before.flags.right.high <= Self.clockLimit,
            state.registers[Int(register)].symbol == loop.start
        else { throw VerificationError(.clockLoopBroken) }
        // One jump backward a loop: what follows is no longer in it.
        clockLoop = nil
    }
}
