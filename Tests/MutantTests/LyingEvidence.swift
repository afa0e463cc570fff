// Evidence that is not true: what an attacker would hand over with his code. Each lie changes honest evidence in one to
// three places; a verifier that is told it may accept code only if the code is safe all the same.

import Devices
import Verification

/// Makes false evidence.
struct LyingEvidence {
    private var generator: SeededGenerator
    /// Evidence of other functions, for the lie that takes one for another.
    private let others: [Evidence]

    init(seed: UInt64, others: [Evidence]) {
        generator = SeededGenerator(seed: seed)
        self.others = others
    }

    /// A lie about a function of some bytes.
    mutating func lie(_ honest: Evidence, byteCount: Int) -> Evidence {
        if generator.happens(perMille: 30), let other = some(others) { return others[other] }
        var blocks = Self.split(honest)
        for _ in 0...generator.number(in: 0...2) {
            switch generator.number(in: 0...9) {
            case 0: changeBlocks(&blocks, byteCount: byteCount)
            case 1, 2: changeKind(&blocks)
            default: changeClaim(&blocks)
            }
        }
        return Self.joined(blocks)
    }

    // MARK: Blocks

    private struct Block {
        var claim: BlockClaim
        var registers: [RegisterClaim]
    }

    private static func split(_ evidence: Evidence) -> [Block] {
        evidence.blocks.indices.map { index in
            let first = Int(evidence.blocks[index].firstClaim)
            let isLast = index + 1 == evidence.blocks.count
            let end = isLast ? evidence.claims.count : Int(evidence.blocks[index + 1].firstClaim)
            return Block(claim: evidence.blocks[index], registers: Array(evidence.claims[first..<end]))
        }
    }

    private static func joined(_ blocks: [Block]) -> Evidence {
        var evidence = Evidence()
        for var block in blocks {
            block.claim.firstClaim = UInt32(evidence.claims.count)
            evidence.blocks.append(block.claim)
            evidence.claims += block.registers
        }
        return evidence
    }

    /// One block shifted, gone, or there twice.
    private mutating func changeBlocks(_ blocks: inout [Block], byteCount: Int) {
        guard let index = some(blocks) else { return }
        switch generator.number(in: 0...2) {
        case 0: blocks.remove(at: index)
        case 1:
            var copy = blocks[index]
            copy.claim.offset = UInt32(generator.number(in: 0...byteCount - 1))
            blocks.append(copy)
            blocks.sort { $0.claim.offset < $1.claim.offset }
        default: blocks[index].claim.offset &+= UInt32(truncatingIfNeeded: generator.number(in: -4...4))
        }
    }

    /// Another kind of loop, or another register that moves.
    private mutating func changeKind(_ blocks: inout [Block]) {
        guard let index = some(blocks) else { return }
        let register = UInt8(generator.number(in: 0...15))
        switch generator.number(in: 0...2) {
        case 0: blocks[index].claim.kind = .join
        case 1: blocks[index].claim.kind = .counted(variant: register)
        default: blocks[index].claim.kind = .clock(start: register)
        }
    }

    /// A wider, narrower or other range, another origin, another block's claim, a claim too few or too many.
    private mutating func changeClaim(_ blocks: inout [Block]) {
        guard let index = some(blocks), let claim = some(blocks[index].registers) else { return }
        let range = blocks[index].registers[claim].range
        switch generator.number(in: 0...8) {
        case 0: blocks[index].registers[claim].range = .anything
        case 1: blocks[index].registers[claim].range = ValueRange(range.low)
        case 2: blocks[index].registers[claim].range = ValueRange(low: range.low / 2, high: range.high &* 2 | 1)
        case 3: blocks[index].registers[claim].range = ValueRange(bits: range.bits << 1 | 1)
        case 4:
            blocks[index].registers[claim].originBlock = UInt16(generator.number(in: 0...blocks.count - 1))
            blocks[index].registers[claim].originRegister = UInt8(generator.number(in: 0...15))
        case 5: blocks[index].registers[claim].originBlock = nil
        case 6: blocks[index].registers.remove(at: claim)
        default:
            // All that another block is told of a register, its time too, is said of this one.
            guard let other = some(blocks), let number = some(blocks[other].registers) else { return }
            var foreign = blocks[other].registers[number]
            if generator.happens(perMille: 500) { foreign.register = blocks[index].registers[claim].register }
            blocks[index].registers.removeAll { $0.register == foreign.register }
            blocks[index].registers.append(foreign)
            blocks[index].registers.sort { $0.register < $1.register }
        }
    }

    private mutating func some<Element>(_ list: [Element]) -> Int? {
        list.isEmpty ? nil : generator.number(in: 0...list.count - 1)
    }
}
