// Whatever the encoder makes of a program that stays in its grants, the prover finds evidence for it and the verifier
// takes it: no legitimate program is refused.

import Encoding
import Foundation
import Program
import Support
import Testing
import Verification

@Suite struct ProverTests {
    private static let programCount =
        ProcessInfo.processInfo.environment["METAOS_PROGRAMS"].flatMap { Int($0) } ?? 250

    @Test(arguments: [81, 82, 83, 84] as [UInt64])
    func `random programs that stay in their grants are accepted`(seed: UInt64) throws {
        var programs = RandomPrograms(seed: seed, regions: ProvenProgram.regions)
        programs.indexMask = 0x78
        let parameters = RandomPrograms.argumentTypes.map { ValueRange(bits: $0.mask) }
        var loops = 0
        var clocks = 0
        for number in 0..<Self.programCount {
            let program = number % 8 == 0 ? programs.next(itemLimit: 60) : programs.nextWithBlocks(itemLimit: 80)
            let proven: ProvenProgram
            do {
                proven = try ProvenProgram(program, parameters: parameters)
            } catch EncodingError.outOfRegisters {
                continue
            }
            do throws(VerificationError) {
                let evidence = try proven.evidence()
                try proven.verify(evidence)
                for block in evidence.blocks {
                    switch block.kind {
                    case .join: break
                    case .counted: loops += 1
                    case .clock: clocks += 1
                    }
                }
            } catch {
                Issue.record("seed \(seed), program \(number): \(error)\n\(proven.listing)")
                return
            }
        }
        #expect(loops > Self.programCount / 20, "seed \(seed)")
        #expect(clocks > Self.programCount / 20, "seed \(seed)")
    }

    @Test func `programs that leave their grants are refused`() throws {
        var programs = RandomPrograms(seed: 85, regions: ProvenProgram.regions)
        programs.indexMask = 0x78
        let parameters = RandomPrograms.argumentTypes.map { ValueRange(bits: $0.mask) }
        var refused = 0
        for _ in 0..<Self.programCount {
            let program = programs.nextWithBlocks(itemLimit: 80)
            guard let proven = try? ProvenProgram(program, parameters: parameters),
                let evidence = try? proven.evidence(), let first = Self.firstAccess(proven.function)
            else { continue }
            // The grant that the first access goes to ends before it.
            var grants = ProvenProgram.grants
            guard let index = grants.firstIndex(where: { first >= $0.start && first < $0.start + 256 }) else {
                continue
            }
            grants[index].start += 256 - 8
            grants[index].byteCount = 8
            if first >= grants[index].start { continue }
            let code = CodeFunction(
                offset: 0, byteCount: proven.function.bytes.count, parameters: parameters, evidence: evidence)
            #expect(throws: VerificationError.self) {
                try Verifier().verify(proven.function.bytes, at: ProvenProgram.entry, [code], grants)
            }
            refused += 1
        }
        #expect(refused > Self.programCount / 20)
    }

    /// The address of the first access, where it is a constant and nothing branches before it.
    private static func firstAccess(_ function: EncodedFunction) -> UInt64? {
        for (index, encoded) in function.instructions.enumerated() {
            let next = index + 1 < function.instructions.count ? function.instructions[index + 1].offset : 0
            let mnemonic = encoded.instruction.mnemonic
            if mnemonic.isConditionalBranch || mnemonic == .jmp || mnemonic == .ret { return nil }
            guard mnemonic != .lea else { continue }
            for operand in [encoded.instruction.destination, encoded.instruction.source] {
                if operand.kind == .based { return nil }
                guard operand.kind == .relative else { continue }
                return ProvenProgram.entry &+ UInt64(next) &+ UInt64(bitPattern: Int64(operand.displacement))
            }
        }
        return nil
    }
}
