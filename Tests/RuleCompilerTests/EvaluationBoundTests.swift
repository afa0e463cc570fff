// The bound of an evaluation against the evaluator itself: it is never less than what evaluation takes, is just that where
// no fact decides and no number is masked, and the limits are where the evaluator has them. The same of the time of a call.

import Metabinary
import Pipeline
import Program
import Testing

@testable import RuleCompiler

@Suite struct EvaluationBoundTests {
    /// The programs of the functions of each device, of the machine that has all that rules ask for.
    private struct Programs: PipelineObserver {
        var itemCounts: [[UInt8]: Int] = [:]
        var times: [[UInt8]: TimeBound] = [:]
        let clockFrequency: UInt64

        mutating func evaluated(_ program: Program, of rule: FunctionDescription) {
            itemCounts[rule.name] = program.items.count
            times[rule.name] = program.time(clockFrequency: clockFrequency).bound
        }
    }

    /// Compares all functions of an image; gives how many were compared.
    private func compare(_ bytes: [UInt8], _ name: String) throws -> Int {
        let image = try MetabinaryImage(bytes)
        let facts = TruthfulMachine.facts(for: image)
        let observer = Programs(clockFrequency: try #require(facts.clock).frequency)
        var generator = Generator(facts, image, observer: observer)
        var count = 0
        for function in generator.functions {
            guard let index = image.mostSpecificDevice(for: function) else { continue }
            let device = image.devices[index]
            generator.observer.itemCounts = [:]
            _ = generator.generate(for: function)
            for rule in device.functions {
                guard let items = generator.observer.itemCounts[rule.name],
                    let time = generator.observer.times[rule.name]
                else { continue }
                let bound = EvaluationBound(of: rule, device, bytes)
                #expect(bound.excess == nil && bound.time.excess == nil)
                let isOpen = !device.facts.isEmpty || !device.choices.isEmpty || bound.hasNarrowCells
                #expect(
                    isOpen ? bound.itemCount >= items : bound.itemCount == items,
                    "\(name), \(String(decoding: rule.name, as: UTF8.self)): \(bound.itemCount), \(items)")
                let most = bound.time.bound
                #expect(
                    isOpen ? .longest(most, time) == most : most == time,
                    "\(name), \(String(decoding: rule.name, as: UTF8.self)): \(most), \(time)")
                count += 1
            }
        }
        return count
    }

    @Test func `the bound of every function is what its evaluation takes, or more where facts decide`() throws {
        var count = try compare(try #require(RuleCompiler.compile(Fixture.atlas()).metabinary), "atlas")
        for fixture in try Fixture.passing() {
            if let bytes = fixture.compilation.metabinary { count += try compare(bytes, fixture.name) }
        }
        #expect(count > 150)
    }

    /// Whether the evaluator takes the rules as they are.
    private func isEvaluated(_ sources: [RuleSource]) throws -> Bool {
        let bytes = try #require(RuleCompiler.compile(sources, ignoring: [.limitExceeded]).metabinary)
        let image = try MetabinaryImage(bytes)
        var observer = SilentObserver()
        let outcomes = generate(TruthfulMachine.facts(for: image), image, observer: &observer)
        return !outcomes.contains {
            if case .refused(let refusal) = $0, case .evaluation = refusal.error { true } else { false }
        }
    }

    /// Statements that take about `count` steps: runs that do nothing, and single ones.
    private static func steps(_ runs: Int, _ rest: Int) -> String {
        CapacityTests.text(
            "",
            "for each i in 0..<\(runs) { when i * 3 + 1 == 7 {\nPOWER = 1 } }\n"
                + String(repeating: "when 1 == 2 { POWER = 2 }\n", count: rest))
    }

    @Test func `the bound exceeds a limit where the evaluator does`() throws {
        var changes = 0
        var wasRight = true
        for (runs, rest) in [(1_700, 0), (2_000, 0)] + (0..<40).map({ (1_815, $0) }) {
            let sources = [RuleSource(name: "a", text: Self.steps(runs, rest))]
            let isRight = RuleCompiler.compile(sources).metabinary != nil
            #expect(try isEvaluated(sources) == isRight, "\(runs), \(rest)")
            changes += isRight == wasRight ? 0 : 1
            wasRight = isRight
        }
        #expect(changes == 3)
    }
}
