// Attacks from the wire on the shipped kernel with the shipped rules, through QEMU's models of the cards, which write as
// hardware does. What came of them is judged by dumps of all memory, taken from outside: nothing changed but what the cards
// attacked may write, and the drivers went on. METAOS_ATTACK=all tries every length; a run without it a seeded share.

import Foundation
import Machines
import Report
import RuleCompiler
import Testing

@Suite("An attack from the wire")
struct AttackTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seed = environment["METAOS_SEED"].flatMap { UInt64($0) } ?? 0x6D65_7461
    /// Lengths that one machine is attacked with where all are tried.
    private static let chunk = 4096
    private static let chunks =
        environment["METAOS_ATTACK"] == "all"
        ? Array(stride(from: 1, through: HostileFrame.longestByteCount, by: chunk)) : []

    @Test(
        "on one card changes nothing but its memories, and the card goes on", arguments: AttackRow.families,
        AttackPlan.allCases)
    func onOneCard(_ row: AttackRow, _ plan: AttackPlan) throws {
        try attack(row, plan)
    }

    @Test(
        "on two cards does not reach the one through the other", arguments: AttackRow.pairs,
        [AttackPlan.lengths, .floods])
    func onTwoCards(_ row: AttackRow, _ plan: AttackPlan) throws {
        try attack(row, plan)
    }

    @Test("of every length changes nothing but a card's memories", arguments: AttackRow.families, chunks)
    func ofEveryLength(_ row: AttackRow, _ first: Int) throws {
        let lengths = first..<min(first + Self.chunk, HostileFrame.longestByteCount + 1)
        try attack(row, AttackPlan.rounds(of: lengths, seed: Self.seed), early: [], "lengths \(lengths)")
    }

    private func attack(_ row: AttackRow, _ plan: AttackPlan) throws {
        let rounds = plan.rounds(seed: Self.seed)
        try attack(row, rounds, early: plan == .early ? rounds[0].frames : [], plan.rawValue)
    }

    private func attack(_ row: AttackRow, _ rounds: [AttackRound], early: [HostileFrame], _ plan: String) throws {
        let rules = try row.window.map { try PortWindowTests.rules(window: $0) }.map { try AlteredRules($0) }
        defer { rules?.remove() }
        // Two frames come before the first round.
        let machine = try AttackedMachine(
            row, count: rounds.count + 2, seed: Self.seed, kernel: rules?.kernel ?? Images.kernel, early: early)
        let start = ContinuousClock.now
        let outcome = try machine.attack(rounds)
        let counts = outcome.boot.report.exchanges.map { $0.counts.map { "\($0)" } ?? "no counts" }
        print(
            "\(row.testDescription), \(plan), seed \(Self.seed): \(outcome.hostileCount) hostile frames,",
            "\(outcome.resentCount) sent again, \((ContinuousClock.now - start).wholeMilliseconds) ms, \(counts)")
        #expect(outcome.changes.isEmpty, "seed \(Self.seed): \(outcome.changes.map(\.description))")
        if let reason = row.stops, outcome.silence != nil {
            print("\(row.testDescription), \(plan): frames need not come back: \(reason)")
            return
        }
        #expect(outcome.silence == nil, "seed \(Self.seed)")
        #expect(outcome.boot.outcome == .passed, "seed \(Self.seed): \(outcome.boot.tail)")
        #expect(outcome.boot.report.quarantines.isEmpty)
    }
}
