// Holds a verifier against mutants and byte flips: what it refuses, what it accepts, and whether that was safe. The
// verifier is a closure, so that a blind one can show that the judge sees.

import Devices
import Verification

/// What a verifier is asked about.
struct Candidate {
    var code: [UInt8]
    /// The function that the code was made of, with its address, its grants and the ranges of its arguments.
    var subject: Subject
    /// Bytes that were put in between, for whoever carries claims about the function along.
    var insertion: Mutant.Insertion?
}

/// A verifier: why it refuses, or `nil` where it accepts.
typealias Verify = (Candidate) -> String?

/// Unsafe code that was accepted.
struct Escape: CustomStringConvertible {
    var function: String
    var what: String
    var code: [UInt8]
    /// What a run showed; `nil` for a mutant that is unsafe by itself and showed nothing.
    var violation: GuardViolation?

    var description: String {
        let bytes = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(function), \(what): \(violation.map { "\($0)" } ?? "unsafe by itself"); \(bytes)"
    }
}

/// Counts of one class, or of all.
struct Tally: CustomStringConvertible {
    var unsafeRefused = 0
    var unsafeAccepted = 0
    var safeRefused = 0
    var safeAccepted = 0
    /// Unsafe ones that a run has shown to be so.
    var shown = 0
    /// Those among them whose code kept to its grants, but not its device.
    var strayed = 0

    var tried: Int { unsafeRefused + unsafeAccepted + safeRefused + safeAccepted }

    static func += (sum: inout Tally, tally: Tally) {
        sum.unsafeRefused += tally.unsafeRefused
        sum.unsafeAccepted += tally.unsafeAccepted
        sum.safeRefused += tally.safeRefused
        sum.safeAccepted += tally.safeAccepted
        sum.shown += tally.shown
        sum.strayed += tally.strayed
    }

    mutating func count(isUnsafe: Bool, isRefused: Bool, isShown: Bool) {
        switch (isUnsafe, isRefused) {
        case (true, true): unsafeRefused += 1
        case (true, false): unsafeAccepted += 1
        case (false, true): safeRefused += 1
        case (false, false): safeAccepted += 1
        }
        if isShown { shown += 1 }
    }

    var description: String {
        "unsafe \(unsafeRefused) refused \(unsafeAccepted) accepted, safe \(safeRefused) refused "
            + "\(safeAccepted) accepted, shown by a run \(shown), by its device \(strayed)"
    }
}

/// What came of a series of mutants.
struct MutantVerdicts {
    var tallies: [MutantClass: Tally] = [:]
    var families: [String: Tally] = [:]
    /// The first few.
    var escapes: [Escape] = []
    /// How often each reason was given.
    var reasons: [String: Int] = [:]
    var runCount = 0
    /// Lies that a verifier was told of what it had refused, and those that it believed.
    var toldCount = 0
    var believedCount = 0

    var total: Tally {
        tallies.values.reduce(into: Tally()) { $0 += $1 }
    }

    static func += (sum: inout MutantVerdicts, other: MutantVerdicts) {
        for (kind, tally) in other.tallies { sum.tallies[kind, default: Tally()] += tally }
        for (family, tally) in other.families { sum.families[family, default: Tally()] += tally }
        sum.escapes += other.escapes
        sum.reasons.merge(other.reasons, uniquingKeysWith: +)
        sum.runCount += other.runCount
        sum.toldCount += other.toldCount
        sum.believedCount += other.believedCount
    }
}

/// What came of a series of flips.
struct FlipVerdicts {
    /// Of one family, or of all.
    struct Count {
        var tried = 0
        var accepted = 0
        var escaped = 0
    }

    var families: [String: Count] = [:]
    var total: Count {
        families.values.reduce(into: Count()) {
            $0.tried += $1.tried
            $0.accepted += $1.accepted
            $0.escaped += $1.escaped
        }
    }
    /// The first few.
    var escapes: [Escape] = []
    var runCount = 0

    static func += (sum: inout FlipVerdicts, other: FlipVerdicts) {
        sum.families.merge(other.families) { left, right in
            Count(
                tried: left.tried + right.tried, accepted: left.accepted + right.accepted,
                escaped: left.escaped + right.escaped)
        }
        sum.escapes += other.escapes
        sum.runCount += other.runCount
    }
}

/// Runs what a verifier is asked about, and counts.
final class Judge {
    let subjects: [Subject]
    private let numbers: [[UInt64]]
    /// Made when their subject comes: an engine each.
    private var runs: [GuardedRun?]
    private let reaches: [(any DeviceReach)?]
    private let seed: UInt64
    private(set) var runCount = 0

    /// Runs of what was refused: they say no more than which mutants were safe.
    static let runsOfRefused: UInt64 = 8
    /// Runs of a mutant that was accepted: each must be without violation.
    static let runsOfAccepted: UInt64 = 32
    /// Runs of a flip that was accepted; there are many more of them.
    static let runsOfFlip: UInt64 = 16
    /// Instructions that a call may take, and those that it may take before accepted code is called endless: a long
    /// loop by count ends.
    private static let instructionLimit: UInt64 = 200_000
    private static let patience: UInt64 = 1 << 25
    /// Bytes that a mutant may have more than its function.
    private static let room = 96
    private static let escapeLimit = 20

    init(_ subjects: [Subject], seed: UInt64) throws {
        self.subjects = subjects
        self.seed = seed
        numbers = try subjects.map { try DecodedFunction($0.code, at: $0.address).numbers }
        runs = subjects.map { _ in nil }
        reaches = subjects.map { $0.driver.flatMap(CardModel.reach) }
    }

    private func run(of index: Int) throws -> GuardedRun {
        if let run = runs[index] { return run }
        let subject = subjects[index]
        let run = try GuardedRun(
            grants: subject.grants, codeStart: subject.address, codeRoom: subject.code.count + Self.room)
        runs[index] = run
        return run
    }

    /// The first violation that code shows over some runs; `number` makes each mutant's runs its own.
    func violation(
        of code: [UInt8], as subject: Int, number: Int, runs count: UInt64, isAccepted: Bool = false
    ) throws -> GuardViolation? {
        let run = try run(of: subject)
        try run.load(code)
        // Even, so that a series of seeds begins with the same kind of device.
        let first = SeededGenerator.first(seed &+ UInt64(number)) & ~1
        for index in 0..<count {
            var generator = SeededGenerator(seed: first &+ index)
            let arguments = subjects[subject].arguments(&generator, near: numbers[subject])
            runCount += 1
            run.instructionLimit = Self.instructionLimit
            guard let violation = try run.call(arguments, seed: first &+ index) else {
                if let stray = reaches[subject].flatMap({ run.stray(of: $0) }) { return stray }
                continue
            }
            guard isAccepted, violation.kind == .endless else { return violation }
            run.instructionLimit = Self.patience
            if let violation = try run.call(arguments, seed: first &+ index) { return violation }
        }
        return nil
    }

    /// Asks about mutants, and runs each.
    func judge(_ mutants: [(subject: Int, mutant: Mutant)], verify: Verify) throws -> MutantVerdicts {
        var verdicts = MutantVerdicts()
        let runsBefore = runCount
        for (number, row) in mutants.enumerated() {
            let (subject, mutant) = (subjects[row.subject], row.mutant)
            let refusal = verify(Candidate(code: mutant.code, subject: subject, insertion: mutant.insertion))
            let count = refusal == nil ? Self.runsOfAccepted : Self.runsOfRefused
            let violation = try violation(
                of: mutant.code, as: row.subject, number: number, runs: count,
                isAccepted: refusal == nil && !mutant.isUnsafeByItself)
            if let refusal { verdicts.reasons[refusal, default: 0] += 1 }
            let isUnsafe = mutant.isUnsafeByItself || violation != nil
            var tally = Tally()
            tally.count(isUnsafe: isUnsafe, isRefused: refusal != nil, isShown: violation != nil)
            if case .deviceStrays? = violation?.kind { tally.strayed = 1 }
            verdicts.tallies[mutant.kind, default: Tally()] += tally
            verdicts.families[subject.family, default: Tally()] += tally
            if tally.unsafeAccepted > 0, verdicts.escapes.count < Self.escapeLimit {
                verdicts.escapes.append(
                    Escape(
                        function: subject.name, what: "\(mutant.kind.rawValue) at +\(mutant.offset), \(mutant.detail)",
                        code: mutant.code, violation: violation))
            }
        }
        verdicts.runCount = runCount - runsBefore
        return verdicts
    }

    /// Asks about functions with one to eight bytes flipped, and runs what is accepted.
    func flip(_ count: Int, verify: Verify) throws -> FlipVerdicts {
        var verdicts = FlipVerdicts()
        let runsBefore = runCount
        var generator = SeededGenerator(seed: seed)
        let families = Dictionary(grouping: subjects.indices) { subjects[$0].family }.sorted { $0.key < $1.key }
        for number in 0..<count {
            let (family, members) = families[number % families.count]
            let index = subject(of: members, &generator)
            let subject = subjects[index]
            var code = subject.code
            for _ in 0..<generator.number(in: 1...8) {
                let place = generator.number(in: 0...code.count - 1)
                code[place] ^= Self.flip(&generator)
            }
            verdicts.families[family, default: .init()].tried += 1
            guard code != subject.code, verify(Candidate(code: code, subject: subject)) == nil else { continue }
            verdicts.families[family, default: .init()].accepted += 1
            guard
                let violation = try violation(
                    of: code, as: index, number: number, runs: Self.runsOfFlip, isAccepted: true)
            else { continue }
            verdicts.families[family, default: .init()].escaped += 1
            if verdicts.escapes.count < Self.escapeLimit {
                verdicts.escapes.append(
                    Escape(function: subject.name, what: "flip \(number)", code: code, violation: violation))
            }
        }
        verdicts.runCount = runCount - runsBefore
        return verdicts
    }

    /// One bit as often as any byte: single bits stay closer to what a verifier knows.
    private static func flip(_ generator: inout SeededGenerator) -> UInt8 {
        if generator.next() & 1 == 0 { return 1 << UInt8(generator.number(in: 0...7)) }
        return UInt8(generator.number(in: 1...255))
    }

    /// The subject that some byte of some subjects belongs to, all of them laid end to end.
    private func subject(of members: [Int], _ generator: inout SeededGenerator) -> Int {
        var rest = generator.number(in: 0...members.reduce(0) { $0 + subjects[$1].code.count } - 1)
        for index in members {
            if rest < subjects[index].code.count { return index }
            rest -= subjects[index].code.count
        }
        return members[members.count - 1]
    }
}

extension SeededGenerator {
    /// The first number of a seed: a seed for something else.
    static func first(_ seed: UInt64) -> UInt64 {
        var generator = SeededGenerator(seed: seed)
        return generator.next()
    }
}
