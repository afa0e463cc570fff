// Attacks from the wire on the shipped kernel with the shipped rules, through QEMU's models of the cards, which write as
// hardware does. What came of them is judged by dumps of all memory, taken from outside: nothing changed but what the cards
// attacked may write, and the drivers went on. METAOS_ATTACK=all tries every length; a run without it a seeded share.

import Foundation
import Machines
import ReportReading
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

    @Test(
        "on a card that is done, and is let reach memory again, does not reach the card that runs",
        arguments: AttackRow.pairs)
    func onACardThatIsDone(_ row: AttackRow) throws {
        let rounds = AttackPlan.lengths.rounds(seed: Self.seed)
        let machine = try AttackedMachine(row, count: rounds.count + 2, seed: Self.seed, wakesCards: true)
        let outcome = try machine.attack(rounds)
        #expect(outcome.changes.isEmpty, "seed \(Self.seed): \(outcome.changes.map(\.description))")
        #expect(outcome.silence == nil, "seed \(Self.seed): \(outcome.boot.tail)")
        // What the card wrote to guard space unattended, the kernel finds, if only at its end.
        let hasOverrun = !outcome.boot.report.overruns.isEmpty || outcome.boot.outcome != .passed
        #expect(hasOverrun || row.models[0] != "rtl8139")
        #expect(outcome.boot.report.quarantines.isEmpty && outcome.boot.report.faults.isEmpty)
        let volumes = outcome.boot.report.exchanges.compactMap(\.volume)
        #expect(volumes.map(\.returnedCount) == row.models.map { _ in rounds.count + 2 })
    }

    @Test("is seen: where a card is allowed to write nothing, all that it writes is named")
    func isSeen() throws {
        let rounds = [AttackRound(frames: [HostileFrame(40_000, .ones)])]
        let machine = try AttackedMachine(
            AttackRow(models: ["rtl8139"]), count: 3, seed: Self.seed, allowsCards: false)
        let names = try machine.attack(rounds).changes.map(\.name)
        #expect(names.contains { $0.hasSuffix(" rtl8139.rx") }, "\(names)")
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
        let told = outcome.boot.report.exchanges.map { $0.counts.map { "\($0)" } ?? "no counts" }
        print(
            "\(row.testDescription), \(plan), seed \(Self.seed): \(outcome.hostileCount) hostile frames,",
            "\(outcome.resentCount) sent again, \((ContinuousClock.now - start).wholeMilliseconds) ms, \(told)")
        #expect(outcome.changes.isEmpty, "seed \(Self.seed): \(outcome.changes.map(\.description))")
        #expect(outcome.silence == nil, "seed \(Self.seed)")
        #expect(outcome.boot.outcome == .passed, "seed \(Self.seed): \(outcome.boot.tail)")
        let counts = outcome.boot.report.exchanges.compactMap(\.counts)
        let overruns = counts.reduce(0) { $0 + $1.overruns }
        #expect(counts.allSatisfy { $0.bringups > 0 || $0.overruns == 0 })
        // What a neighbour sends, a driver loses its way by only where its memory was written past.
        #expect(counts.allSatisfy { $0.lost <= $0.overruns })
        // Only the model of the RTL8139 writes past its memory, and does so for each of these.
        #expect(overruns == 0 || row.overruns && !outcome.boot.report.overruns.isEmpty)
        let longest = rounds.flatMap(\.frames).map(\.byteCount).max() ?? 0
        if row.overruns { #expect(overruns > 0 || longest < 17_000) }
    }
}
