// The verifier as the judge asks it. A mutant's maker would not hand over the evidence of the function that it mutated:
// so the verifier is offered that, moved along, and what the prover finds for the mutant's own bytes, with a block
// claimed wherever a jump leads, and lies about both; a mutant is refused when none of it is enough.

@testable import Encoding

import Devices
import Proving
import Verification

/// The verifier, with what is known of the subjects.
final class VerifierUnderTest {
    private let functions: [String: EncodedFunction]
    private let evidence: [String: Evidence]
    private let verifier = Verifier()
    /// Lies that are told of each candidate.
    private let lieCount: Int
    private var lies: LyingEvidence
    /// Lies that were told, and those that were believed.
    private(set) var toldCount = 0
    private(set) var believedCount = 0

    /// - Parameter functions: what the encoder made, by the names of subjects.
    ///
    /// Throws: `VerificationError`, where there is no evidence for a function as it was made.
    init(
        _ subjects: [Subject], _ functions: [String: EncodedFunction], lieCount: Int = 0, seed: UInt64 = 0
    ) throws {
        self.functions = functions
        self.lieCount = lieCount
        evidence = try subjects.reduce(into: [:]) { evidence, subject in
            guard let function = functions[subject.name] else { return }
            evidence[subject.name] = try Prover.evidence(
                for: function, at: subject.address, subject.parameters, subject.grants)
        }
        let others = evidence.sorted { $0.key < $1.key }.map(\.value)
        lies = LyingEvidence(seed: seed, others: others)
    }

    /// Why a candidate is refused whatever it is told of, `nil` where it is accepted for the truth or for a lie.
    func refusal(of candidate: Candidate) -> String? {
        var found: [Evidence] = []
        guard let refusal = honestRefusal(of: candidate, &found) else { return nil }
        guard !found.isEmpty else { return refusal }
        for number in 0..<lieCount {
            toldCount += 1
            let lie = lies.lie(found[number % found.count], byteCount: candidate.code.count)
            guard verify(candidate, lie) == nil else { continue }
            believedCount += 1
            return nil
        }
        return refusal
    }

    /// - Parameter found: gets the evidence that was offered, unless none can help.
    private func honestRefusal(of candidate: Candidate, _ found: inout [Evidence]) -> String? {
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
        found.append(given)
        var mutated = function
        mutated.bytes = candidate.code
        for index in mutated.blocks.indices {
            mutated.blocks[index].offset = Self.moved(mutated.blocks[index].offset, by: candidate.insertion)
        }
        guard let second = prove(candidate, mutated, &found) else { return nil }
        guard let decoded = try? DecodedFunction(candidate.code, at: candidate.subject.address) else {
            return "\(second)"
        }
        let blocks = Set(mutated.blocks.map(\.offset))
        let targets = Set(decoded.instructions.compactMap(\.target))
            .intersection(candidate.code.indices).subtracting(blocks)
        if targets.isEmpty { return "\(second)" }
        mutated.blocks += targets.map { EncodedBlock(offset: $0, kind: .join, liveRegisters: .max) }
        mutated.blocks.sort { $0.offset < $1.offset }
        return prove(candidate, mutated, &found).map { "\($0)" }
    }

    /// What the verifier says to what the prover finds; what the prover itself says where it finds nothing.
    private func prove(
        _ candidate: Candidate, _ function: EncodedFunction, _ found: inout [Evidence]
    ) -> VerificationError.Reason? {
        do throws(VerificationError) {
            let evidence = try Prover.evidence(
                for: function, at: candidate.subject.address, candidate.subject.parameters, candidate.subject.grants)
            found.append(evidence)
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
