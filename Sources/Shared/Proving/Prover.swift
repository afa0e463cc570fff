// Finds the evidence that the verifier asks for: what each register holds where branches lead. It walks the bytes once
// with the verifier's own account of what instructions do; a loop tells by its mark what its counter may be, and what
// lives through a loop does not change in it. Nobody has to believe it: a mistake here makes the verifier refuse.

import Encoding
import Verification

/// Collector of evidence for one function.
public final class Prover {
    private let function: EncodedFunction
    private let grants: GrantTable
    private let decoder: Decoder
    private var state: MachineState?
    /// What branches bring to each block that has not begun.
    private var incoming: [MachineState?]
    private var evidence = Evidence()
    private var reading = 0
    /// The clock loop that was opened last.
    private var clockLoop: ClockLoop?

    private init(_ function: EncodedFunction, at entry: UInt64, _ parameters: [ValueRange], _ grants: GrantTable) {
        self.function = function
        self.grants = grants
        decoder = Decoder(function.bytes, at: entry, end: function.bytes.count)
        state = MachineState(parameters: parameters)
        incoming = [MachineState?](repeating: nil, count: function.blocks.count)
    }

    /// The evidence for a function that was placed.
    ///
    /// - Parameters:
    ///   - entry: where the function's first byte will be mapped.
    ///   - parameters: what each argument may be.
    ///   - grants: what the function may touch.
    ///
    /// Throws: `VerificationError`, where the verifier would find no more than this: an access that no grant covers.
    public static func evidence(
        for function: EncodedFunction, at entry: UInt64, _ parameters: [ValueRange], _ grants: [Grant]
    ) throws(VerificationError) -> Evidence {
        let prover = Prover(function, at: entry, parameters, try GrantTable(grants))
        try prover.walk()
        return prover.evidence
    }

    private func walk() throws(VerificationError) {
        var offset = 0
        while offset < function.bytes.count {
            beginBlock(at: offset)
            guard let instruction = decoder.instruction(at: offset) else { return }
            do throws(VerificationError) {
                try step(instruction)
            } catch {
                throw error.at(function: nil, offset: offset, byteCount: instruction.byteCount)
            }
            offset += instruction.byteCount
        }
    }

    private func step(_ instruction: DecodedInstruction) throws(VerificationError) {
        switch instruction.operation {
        case .returnNear:
            state = nil
        case .jump:
            join(state, at: instruction.target)
            state = nil
        case .jumpIf:
            join(state?.assuming(instruction.condition), at: instruction.target)
            state = state?.assuming(instruction.condition ^ 1)
        default:
            try state?.carryOut(instruction, grants, reading: &reading, loop: clockLoop)
        }
    }

    /// Adds what a branch brings to what other branches brought; a branch backward has nothing to add.
    @inline(never)
    private func join(_ state: MachineState?, at target: Int) {
        guard let state else { return }
        var low = evidence.blocks.count
        var high = function.blocks.count
        while low < high {
            let middle = (low + high) / 2
            if function.blocks[middle].offset < target { low = middle + 1 } else { high = middle }
        }
        guard low < function.blocks.count, function.blocks[low].offset == target else { return }
        if let known = incoming[low] { incoming[low] = known.joined(state) } else { incoming[low] = state }
    }

    // MARK: Blocks

    private func beginBlock(at offset: Int) {
        let index = evidence.blocks.count
        guard index < function.blocks.count, function.blocks[index].offset == offset else { return }
        if let state { join(state, at: offset) }
        let block = function.blocks[index]
        var kind = BlockClaim.Kind.join
        var variant: (register: UInt8, range: ValueRange)?
        switch block.kind {
        case .join: break
        case .counted(let register, let low, let high):
            kind = .counted(variant: register.rawValue)
            variant = (register.rawValue, ValueRange(low: low, high: high))
        case .clock(let register):
            kind = .clock(start: register.rawValue)
            clockLoop = ClockLoop(block: index, start: register.rawValue, lastReading: reading)
        }
        evidence.blocks.append(
            BlockClaim(
                offset: UInt32(truncatingIfNeeded: offset), kind: kind,
                firstClaim: UInt32(truncatingIfNeeded: evidence.claims.count)))
        guard let entering = incoming[index] else {
            state = nil
            return
        }
        for register in 0..<16 where block.liveRegisters >> UInt16(register) & 1 == 1 {
            let value = entering.registers[register]
            guard value.isDefined else { continue }
            var claim = RegisterClaim(register: UInt8(register), range: value.range)
            if let loop = value.elapsedBlock, loop < index { claim.elapsedBlock = UInt16(truncatingIfNeeded: loop) }
            if let variant, variant.register == claim.register {
                claim.range = variant.range
            } else if let symbol = value.symbol, symbol.name < Symbol.firstFreshName {
                let (block, register) = (Int(symbol.name / 16), UInt8(truncatingIfNeeded: symbol.name % 16))
                // The whole of that number, not its low part or a sum.
                if symbol == .entry(block: block, register: register) {
                    claim.originBlock = UInt16(truncatingIfNeeded: block)
                    claim.originRegister = register
                }
            }
            evidence.claims.append(claim)
        }
        state = evidence.state(at: index)
        incoming[index] = nil
    }
}

extension MachineState {
    /// What is known where two ways meet.
    fileprivate func joined(_ other: MachineState) -> MachineState {
        var joined = MachineState(parameters: [])
        for register in 0..<16 {
            let (left, right) = (registers[register], other.registers[register])
            guard left.isDefined, right.isDefined else { continue }
            let symbol = left.symbol == right.symbol ? left.symbol : nil
            var value = AbstractValue(range: left.range.joined(right.range), symbol: symbol)
            value.elapsedBlock = left.elapsedBlock == right.elapsedBlock ? left.elapsedBlock : nil
            joined.set(UInt8(register), value)
        }
        return joined
    }
}
