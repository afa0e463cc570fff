// The mutants, and the judge that a verifier will be held against: legitimate code shows nothing, mutants of every class
// are there, and a verifier that sees nothing is found out. METAOS_CODE_MUTANTS and METAOS_FLIPS say how many are tried,
// METAOS_SEED which, METAOS_FIGURES into which folder the counts are written (`make mutants`).

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
    /// Lies that are told of each mutant that the truth does not help.
    private static let liesOfMutant = 8
    private static let flipCount = environment("METAOS_FLIPS", default: 2_000)
    /// Mutants and flips that are judged in one piece: a large run has enough pieces for every processor.
    private static let mutantsOfSeries = 1_000
    private static let flipsOfSeries = 10_000

    /// Mutants of all subjects, those of a small count first.
    private static let mutants = Result {
        try CodeMutator.sample(DriverSubjects.all, count: max(mutantCount, canaryCount), seed: seed)
    }

    /// Mutants that are enough to find a verifier out that sees nothing.
    private static let canaryCount = 500

    @Test func `no function as it was generated shows a violation`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        for index in subjects.indices {
            let violation = try judge.violation(
                of: subjects[index].code, as: index, number: index, runs: 200, isAccepted: true)
            #expect(violation == nil, "\(subjects[index].name)")
        }
    }

    @Test func `there are mutants of every class and family, and a seed chooses the same again`() throws {
        let subjects = try DriverSubjects.all
        let mutants = try Self.mutants.get()
        let counts = Dictionary(grouping: mutants, by: \.mutant.kind).mapValues(\.count)
        #expect(mutants.count == max(Self.mutantCount, Self.canaryCount))
        #expect(Set(counts.keys) == Set(MutantClass.allCases))
        let families = Set(mutants.map { subjects[$0.subject].family })
        let names = ["e1000", "e1000e", "i8255x", "ne2000", "pcnet", "rtl8139", "virtio_net", "virtio_net_legacy"]
        #expect(families.isSuperset(of: names))
        #expect(families == Set(subjects.map(\.family)))
        // One subject of each family is enough to see that a seed decides, and takes a tenth of the time.
        let some = Array(subjects.filter { $0.family == "e1000" }.prefix(3))
        let codes = { (seed: UInt64) in
            try CodeMutator.sample(some, count: 200, seed: seed).map { "\($0.subject) \($0.mutant.code)" }
        }
        #expect(try codes(1) == codes(1))
        #expect(try codes(1) != codes(2))
    }

    @Test func `what is inserted moves the rest and changes nothing of it`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        for (index, subject) in subjects.enumerated() {
            let function = try DecodedFunction(subject.code, at: subject.address)
            let step = function.instructions.count / 32 + 1
            for number in stride(from: 0, to: function.instructions.count, by: step) {
                let instruction = function.instructions[number]
                guard let code = CodeEdit(function: function).inserted([0x90, 0x90, 0x90], at: instruction.offset)
                else { continue }
                let violation = try judge.violation(
                    of: code, as: index, number: instruction.offset, runs: 4, isAccepted: true)
                #expect(violation == nil, "\(subject.name) +\(instruction.offset)")
            }
        }
    }

    @Test func `a verifier that accepts all is found out in every class`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        let mutants = try Self.mutants.get().prefix(Self.canaryCount)
        let start = ContinuousClock.now
        let verdicts = try judge.judge(Array(mutants)) { _ in nil }
        report("blind, \(mutants.count) mutants, seed \(Self.seed)", verdicts, since: start)
        for kind in MutantClass.allCases {
            let tally = verdicts.tallies[kind] ?? Tally()
            #expect(tally.unsafeAccepted > 0, "\(kind.rawValue)")
            #expect(tally.shown > 0, "\(kind.rawValue)")
            #expect(tally.unsafeRefused + tally.safeRefused == 0)
        }
        for family in Set(subjects.map(\.family)) {
            #expect(verdicts.families[family, default: Tally()].unsafeAccepted > 0, "\(family)")
        }
        #expect(!verdicts.escapes.isEmpty)
    }

    @Test func `a verifier that looks at no limit is found out`() throws {
        let subjects = try DriverSubjects.all
        let verifier = try VerifierUnderTest(subjects, DriverSubjects.encoded)
        let judge = try Judge(subjects, seed: Self.seed)
        let mutants = try Self.mutants.get().filter { [.transferNumber, .deviceWrite].contains($0.mutant.kind) }
        let verdicts = try judge.judge(Array(mutants.prefix(100))) { candidate in
            var candidate = candidate
            for index in candidate.subject.grants.indices where !candidate.subject.grants[index].isPrivate {
                candidate.subject.grants[index].limits = []
                candidate.subject.grants[index].isClosed = false
            }
            return verifier.refusal(of: candidate)
        }
        #expect(verdicts.escapes.contains { $0.violation?.kind == .limitBroken })
    }

    @Test func `a verifier that refuses all lets nothing escape`() throws {
        let subjects = try DriverSubjects.all
        let judge = try Judge(subjects, seed: Self.seed)
        let mutants = try Self.mutants.get().prefix(Self.mutantCount)
        let start = ContinuousClock.now
        let verdicts = try judge.judge(Array(mutants)) { _ in "no" }
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
        let total = blind.total
        print("MutantTests: blind, \(total.tried) flips, \(total.escaped) escaped, \(blind.runCount) runs in \(time)")
        #expect(total.escaped > total.tried / 3)
        #expect(blind.families.values.allSatisfy { $0.escaped > 0 })
        #expect(!blind.escapes.isEmpty)
        let deaf = try judge.flip(Self.flipCount) { _ in "no" }
        #expect(deaf.total.tried == Self.flipCount)
        #expect(deaf.total.accepted + deaf.total.escaped + deaf.runCount == 0)
    }

    @Test func `the verifier accepts what was generated and refuses every unsafe mutant`() async throws {
        let subjects = try DriverSubjects.all
        let verifier = try VerifierUnderTest(subjects, DriverSubjects.encoded)
        for subject in subjects {
            #expect(verifier.refusal(of: Candidate(code: subject.code, subject: subject)) == nil, "\(subject.name)")
        }
        let mutants = try Self.mutants.get().prefix(Self.mutantCount)
        let start = ContinuousClock.now
        let verdicts = try await withThrowingTaskGroup(of: MutantVerdicts.self) { group in
            for first in stride(from: 0, to: mutants.count, by: Self.mutantsOfSeries) {
                let end = min(first + Self.mutantsOfSeries, mutants.count)
                group.addTask { try Self.judge(first..<end) }
            }
            return try await group.reduce(into: MutantVerdicts()) { $0 += $1 }
        }
        report("verifier, \(mutants.count) mutants, seed \(Self.seed)", verdicts, since: start)
        print("MutantTests: reasons:", verdicts.reasons.map { "\($0.key) \($0.value)" }.sorted())
        print("MutantTests: lies: \(verdicts.toldCount) told, \(verdicts.believedCount) believed")
        let total = verdicts.total
        var figures = Self.figures("verifier.mutants", total)
        for (family, tally) in verdicts.families {
            figures.merge(Self.figures("verifier.mutants.\(family)", tally)) { $1 }
        }
        figures["verifier.lies.told"] = verdicts.toldCount
        figures["verifier.lies.believed"] = verdicts.believedCount
        try write(figures, to: "mutants.json")
        #expect(total.unsafeAccepted == 0)
        for escape in verdicts.escapes { Issue.record("\(escape)") }
    }

    @Test func `no flip that the verifier accepts touches anything outside`() async throws {
        let families = Set(try DriverSubjects.all.map(\.family)).sorted()
        let start = ContinuousClock.now
        let verdicts = try await withThrowingTaskGroup(of: FlipVerdicts.self) { group in
            var seed = Self.seed
            for (index, family) in families.enumerated() {
                var rest = (Self.flipCount + index) / families.count
                while rest > 0 {
                    let (count, series) = (min(rest, Self.flipsOfSeries), seed)
                    group.addTask { try Self.flip(count, of: family, seed: series) }
                    rest -= count
                    seed &+= 1
                }
            }
            return try await group.reduce(into: FlipVerdicts()) { $0 += $1 }
        }
        let total = verdicts.total
        print(
            "MutantTests: verifier, \(total.tried) flips, seed \(Self.seed), \(total.accepted) accepted,",
            "\(total.escaped) escaped, \(verdicts.runCount) runs in \(ContinuousClock.now - start)")
        var figures = ["verifier.flips.tried": total.tried, "verifier.flips.escaped": total.escaped]
        for (family, count) in verdicts.families {
            print("  \(family): \(count)")
            figures["verifier.flips.\(family).tried"] = count.tried
            figures["verifier.flips.\(family).accepted"] = count.accepted
            figures["verifier.flips.\(family).escaped"] = count.escaped
        }
        try write(figures, to: "flips.json")
        #expect(verdicts.families.count == families.count)
        #expect(total.tried == Self.flipCount)
        #expect(total.escaped == 0)
        for escape in verdicts.escapes { Issue.record("\(escape)") }
    }

    /// What comes of some of the mutants, by a verifier and a judge of their own.
    private static func judge(_ numbers: Range<Int>) throws -> MutantVerdicts {
        let subjects = try DriverSubjects.all
        let seed = seed &+ UInt64(numbers.lowerBound)
        let verifier = try VerifierUnderTest(subjects, DriverSubjects.encoded, lieCount: liesOfMutant, seed: seed)
        var verdicts = try Judge(subjects, seed: seed).judge(
            Array(try mutants.get()[numbers]), verify: verifier.refusal)
        verdicts.toldCount = verifier.toldCount
        verdicts.believedCount = verifier.believedCount
        return verdicts
    }

    /// What comes of a series of flips of one family's functions, by a verifier and a judge of their own.
    private static func flip(_ count: Int, of family: String, seed: UInt64) throws -> FlipVerdicts {
        let subjects = try DriverSubjects.all.filter { $0.family == family }
        let verifier = try VerifierUnderTest(subjects, DriverSubjects.encoded, lieCount: 1, seed: seed)
        return try Judge(subjects, seed: seed).flip(count, verify: verifier.refusal)
    }

    /// The figures of a tally, under a name.
    private static func figures(_ name: String, _ tally: Tally) -> [String: Int] {
        let unsafe = tally.unsafeRefused + tally.unsafeAccepted
        return [
            "\(name).tried": tally.tried, "\(name).unsafe": unsafe, "\(name).unsafe.shown": tally.shown,
            "\(name).unsafe.by-device": tally.strayed,
            "\(name).refused.percent": unsafe > 0 ? 100 * tally.unsafeRefused / unsafe : 100,
            "\(name).safe.accepted": tally.safeAccepted, "\(name).safe.refused": tally.safeRefused,
        ]
    }

    /// Writes figures into the folder that METAOS_FIGURES names, if any.
    private func write(_ figures: [String: Int], to name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["METAOS_FIGURES"] else { return }
        try JSONEncoder().encode(figures).write(to: URL(filePath: folder).appending(path: name))
    }

    private func report(_ name: String, _ verdicts: MutantVerdicts, since start: ContinuousClock.Instant) {
        let time = ContinuousClock.now - start
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        print("MutantTests: \(name): \(verdicts.total); \(verdicts.runCount) runs in \(time),")
        print("  \(Int(Double(verdicts.runCount) / seconds)) runs a second")
        for kind in MutantClass.allCases { print("  \(kind.rawValue): \(verdicts.tallies[kind] ?? Tally())") }
        for (family, tally) in verdicts.families.sorted(by: { $0.key < $1.key }) { print("  \(family): \(tally)") }
    }
}
