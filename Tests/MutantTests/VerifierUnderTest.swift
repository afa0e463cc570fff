// The verifier as the judge asks it. A mutant's maker would not hand over the evidence of the function that it mutated:
// so the verifier is offered that, moved along, and what the prover finds for the mutant's own bytes, with a block
// claimed wherever a jump leads; a mutant is refused when none of it is enough.

@testable import Encoding

import Proving
import Verification

/// The verifier, with what is known of the subjects.
final class VerifierUnderTest {
    private let functions: [String: EncodedFunction]
    private let evidence: [String: Evidence]
    private let verifier = Verifier()

    /// - Parameter functions: what the encoder made, by the names of subjects.
    ///
    /// Throws: `VerificationError`, where there is no evidence for a function as it was made.
    init(_ subjects: [Subject], _ functions: [String: EncodedFunction]) throws {
        self.functions = functions
        evidence = try subjects.reduce(into: [:]) { evidence, subject in
            guard let function = functions[subject.name] else { return }
            evidence[subject.name] = try Prover.evidence(
                for: function, at: subject.address, subject.parameters, subject.grants)
        }
    }

    /// Why a candidate is refused, `nil` where it is accepted.
    func refusal(of candidate: Candidate) -> String? {
        guard let function = functions[candidate.subject.name], var given = evidence[candidate.subject.name] else {
            return "no evidence"
        }
        given.blocks = given.blocks.map { block in
            var block = block
            block.offset = UInt32(Self.moved(Int(block.offset), by: candidate.insertion))
            return block
        }
        guard let first = verify(candidate, given) else { return nil }
        // What no evidence can mend.
        if first == .unknownInstruction || first == .reservedRegister { return "\(first)" }
        var mutated = function
        mutated.bytes = candidate.code
        for index in mutated.blocks.indices {
            mutated.blocks[index].offset = Self.moved(mutated.blocks[index].offset, by: candidate.insertion)
        }
        guard let second = prove(candidate, mutated) else { return nil }
        guard let decoded = try? DecodedFunction(candidate.code, at: candidate.subject.address) else {
            return "\(second)"
        }
        let blocks = Set(mutated.blocks.map(\.offset))
        let targets = Set(decoded.instructions.compactMap(\.target))
            .intersection(candidate.code.indices).subtracting(blocks)
        if targets.isEmpty { return "\(second)" }
        mutated.blocks += targets.map { EncodedBlock(offset: $0, kind: .join, liveRegisters: .max) }
        mutated.blocks.sort { $0.offset < $1.offset }
        return prove(candidate, mutated).map { "\($0)" }
    }

    /// What the verifier says to what the prover finds; what the prover itself says where it finds nothing.
    private func prove(_ candidate: Candidate, _ function: EncodedFunction) -> VerificationError.Reason? {
        do throws(VerificationError) {
            let evidence = try Prover.evidence(
                for: function, at: candidate.subject.address, candidate.subject.parameters, candidate.subject.grants)
            return verify(candidate, evidence)
        } catch {
            return error.reason
        }
    }

    private func verify(_ candidate: Candidate, _ evidence: Evidence) -> VerificationError.Reason? {
        do throws(VerificationError) {
            let function = CodeFunction(
                offset: 0, byteCount: candidate.code.count, parameters: candidate.subject.parameters,
                evidence: evidence)
            try verifier.verify(candidate.code, at: candidate.subject.address, [function], candidate.subject.grants)
            return nil
        } catch {
            return error.reason
        }
    }

    private static func moved(_ offset: Int, by insertion: Mutant.Insertion?) -> Int {
        guard let insertion, offset > insertion.offset else { return offset }
        return offset + insertion.byteCount
    }
}
