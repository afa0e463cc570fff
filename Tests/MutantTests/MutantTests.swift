// The mutants, and the judge that a verifier will be held against: legitimate code shows nothing, mutants of every class
// are there, and a verifier that sees nothing is found out. METAOS_CODE_MUTANTS and METAOS_FLIPS say how many are tried,
// METAOS_SEED which.

import Devices
import Foundation
import Testing
import Verification

@Suite struct MutantTests {
    private static func environment(_ name: String, default value: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
    }

    private static let seed = UInt64(environment("METAOS_SEED", default: 4))
    private static let mutantCount = environment("METAOS_CODE_MUTANTS", default: 300)
    private static let flipCount = environment("METAOS_FLIPS", default: 2_000)

    /// All mutants of all subjects.
    static func mutants(_ subjects: [Subject]) throws -> [(subject: Int, mutant: Mutant)] {
        try subjects.indices.flatMap { index in
            try CodeMutator(subjects[index]).mutants.map { (index, $0) }
        }
    }

    @Test func `no function as it was generated shows a violation`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        for index in subjects.indices {
            let violation = try judge.violation(of: subjects[index].code, as: index, number: index, runs: 200)
            #expect(violation == nil, "\(subjects[index].name)")
        }
    }

    @Test func `there are mutants enough, of every class, and a seed chooses the same again`() throws {
        let mutants = try Self.mutants(DriverSubjects.all)
        let counts = Dictionary(grouping: mutants, by: \.mutant.kind).mapValues(\.count)
        print("MutantTests: \(mutants.count) mutants:", counts.map { "\($0.key.rawValue) \($0.value)" }.sorted())
        let shipped = try DriverSubjects.shipped.count
        #expect(mutants.filter { $0.subject < shipped }.count >= 20_000)
        #expect(Set(counts.keys) == Set(MutantClass.allCases))
        let codes = { (seed: UInt64) in
            CodeMutator.sample(mutants, count: 500, seed: seed).map { "\($0.subject) \($0.mutant.code)" }
        }
        #expect(codes(1) == codes(1))
        #expect(codes(1) != codes(2))
    }

    @Test func `what is inserted moves the rest and changes nothing of it`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        for (index, subject) in subjects.enumerated() {
            let function = try DecodedFunction(subject.code, at: subject.address)
            for instruction in function.instructions {
                guard let code = CodeEdit(function: function).inserted([0x90, 0x90, 0x90], at: instruction.offset)
                else { continue }
                let violation = try judge.violation(of: code, as: index, number: instruction.offset, runs: 4)
                #expect(violation == nil, "\(subject.name) +\(instruction.offset)")
            }
        }
    }

    @Test func `a verifier that accepts all is found out in every class`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        let mutants = CodeMutator.sample(try Self.mutants(subjects), count: 300, seed: Self.seed)
        let start = ContinuousClock.now
        let verdicts = try judge.judge(mutants) { _ in nil }
        report("blind, \(mutants.count) mutants, seed \(Self.seed)", verdicts, since: start)
        for kind in MutantClass.allCases {
            let tally = verdicts.tallies[kind] ?? Tally()
            #expect(tally.unsafeAccepted > 0, "\(kind.rawValue)")
            #expect(tally.shown > 0, "\(kind.rawValue)")
            #expect(tally.unsafeRefused + tally.safeRefused == 0)
        }
        #expect(!verdicts.escapes.isEmpty)
    }

    @Test func `a verifier that refuses all lets nothing escape`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        let mutants = CodeMutator.sample(try Self.mutants(subjects), count: Self.mutantCount, seed: Self.seed)
        let start = ContinuousClock.now
        let verdicts = try judge.judge(mutants) { _ in "no" }
        report("deaf, \(mutants.count) mutants, seed \(Self.seed)", verdicts, since: start)
        #expect(verdicts.total.unsafeAccepted + verdicts.total.safeAccepted == 0)
        #expect(verdicts.total.unsafeRefused > verdicts.total.safeRefused)
        #expect(verdicts.reasons == ["no": mutants.count])
        #expect(verdicts.escapes.isEmpty)
    }

    @Test func `flips that are accepted blindly escape, flips that are refused do not`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        let start = ContinuousClock.now
        let blind = try judge.flip(200) { _ in nil }
        let time = ContinuousClock.now - start
        print("MutantTests: blind, \(blind.tried) flips, \(blind.escaped) escaped, \(blind.runCount) runs in \(time)")
        #expect(blind.escaped > blind.tried / 3)
        #expect(!blind.escapes.isEmpty)
        let deaf = try judge.flip(Self.flipCount) { _ in "no" }
        #expect(deaf.tried == Self.flipCount)
        #expect(deaf.accepted + deaf.escaped + deaf.runCount == 0)
    }

    @Test func `the verifier accepts what was generated and refuses every unsafe mutant`() throws {
        let subjects = try DriverSubjects.all
        let verifier = try VerifierUnderTest(subjects, DriverSubjects.encoded)
        for subject in subjects {
            #expect(verifier.refusal(of: Candidate(code: subject.code, subject: subject)) == nil, "\(subject.name)")
        }
        let judge = try Judge(subjects, seed: Self.seed)
        let mutants = CodeMutator.sample(try Self.mutants(subjects), count: Self.mutantCount, seed: Self.seed)
        let start = ContinuousClock.now
        let verdicts = try judge.judge(mutants, verify: verifier.refusal)
        report("verifier, \(mutants.count) mutants, seed \(Self.seed)", verdicts, since: start)
        print("MutantTests: reasons:", verdicts.reasons.map { "\($0.key) \($0.value)" }.sorted())
        #expect(verdicts.total.unsafeAccepted == 0)
        for escape in verdicts.escapes { Issue.record("\(escape)") }
    }

    @Test func `no flip that the verifier accepts touches anything outside`() throws {
        let subjects = try DriverSubjects.all
        let verifier = try VerifierUnderTest(subjects, DriverSubjects.encoded)
        let judge = try Judge(subjects, seed: Self.seed)
        let start = ContinuousClock.now
        let verdicts = try judge.flip(Self.flipCount, verify: verifier.refusal)
        print(
            "MutantTests: verifier, \(verdicts.tried) flips, seed \(Self.seed), \(verdicts.accepted) accepted,",
            "\(verdicts.escaped) escaped, \(verdicts.runCount) runs in \(ContinuousClock.now - start)")
        #expect(verdicts.tried == Self.flipCount)
        #expect(verdicts.escaped == 0)
        for escape in verdicts.escapes { Issue.record("\(escape)") }
    }

    private func report(_ name: String, _ verdicts: MutantVerdicts, since start: ContinuousClock.Instant) {
        let time = ContinuousClock.now - start
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        print("MutantTests: \(name): \(verdicts.total); \(verdicts.runCount) runs in \(time),")
        print("  \(Int(Double(verdicts.runCount) / seconds)) runs a second")
        for kind in MutantClass.allCases { print("  \(kind.rawValue): \(verdicts.tallies[kind] ?? Tally())") }
    }
}
