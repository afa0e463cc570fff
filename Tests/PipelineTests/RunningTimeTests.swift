// How long calls of generated functions take at most: what the generator refuses, though the compiler were silent, and how
// far all shipped functions are from that.

import Hardware
import Metabinary
import Pipeline
import Program
import RuleCompiler
import Testing

@Suite struct RunningTimeTests {
    /// A device with one function, and the line on which its statements begin.
    private static func rules(_ statements: String) -> String {
        """
        class lamp 1 { require start() -> ready | stuck }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.STATUS at 0x00 ro
            register regs.POWER at 0x04 rw
            generate start() -> ready | stuck {
        \(statements)
                return ready
            }
        }
        """
    }

    private static let firstLine = 8

    /// Four loops, one in the other.
    private static let nested =
        String(repeating: "for _ in 0..<65536 {\n", count: 4) + "POWER = 1" + String(repeating: "\n}", count: 4)

    private static let waiting =
        String(repeating: "wait STATUS == 1 within 10_000_000 us else return stuck\n", count: 6)
        + "wait STATUS == 1 within 1_000_000 us else return stuck\n"

    /// What the compiler says of the statements, and what the generator does where the compiler is not asked.
    private func refusals(_ statements: String) throws -> (compiler: [String], generator: GenerationError?) {
        let sources = [RuleSource(name: "blinker.meta", text: Self.rules(statements))]
        let said = RuleCompiler.compile(sources).diagnostics.map {
            "\($0.identifier.text) at \($0.line - Self.firstLine)"
        }
        let bytes = try #require(RuleCompiler.compile(sources, ignoring: [.runsTooLong]).metabinary)
        var facts = GrantPlannerTests.facts()
        facts.clock = ClockFacts(frequency: 3_000_000_000, source: .cpuid)
        guard case .refused(let refusal) = try GrantPlannerTests.outcome(facts, bytes) else {
            return (said, nil)
        }
        return (said, refusal.error)
    }

    @Test func `four nested loops of 65,536 are refused by the compiler, and by the generator without it`() throws {
        let (compiler, generator) = try refusals(Self.nested)
        #expect(compiler == ["M140 at 1"])
        let excess = TimeExcess(isWaiting: false, line: UInt16(Self.firstLine + 1))
        #expect(generator == .runsTooLong(function: Array("start".utf8), excess))
        var words: [UInt8] = []
        generator?.writeReason(into: &words)
        #expect(String(decoding: words, as: UTF8.self) == "start: may work for more than 1 s, line 9")
    }

    @Test func `61 seconds of waiting are refused, and 60 are not`() throws {
        let (compiler, generator) = try refusals(Self.waiting)
        #expect(compiler == ["M140 at 6"])
        let excess = TimeExcess(isWaiting: true, line: UInt16(Self.firstLine + 6))
        #expect(generator == .runsTooLong(function: Array("start".utf8), excess))
        var words: [UInt8] = []
        generator?.writeReason(into: &words)
        #expect(String(decoding: words, as: UTF8.self) == "start: may wait for more than 60 s, line 14")
        let (none, driver) = try refusals(Self.waiting.replacing(" 1_000_000 us", with: " 0 us"))
        #expect(none.isEmpty && driver == nil)
    }

    @Test func `an alternative that takes too long is not chosen`() throws {
        let long = String(repeating: "POWER = 0x12345678\n", count: 60)
        let (compiler, generator) = try refusals("choose {\n\(Self.nested)\n} or {\n\(long)}")
        #expect(compiler == ["M140 at 2"])
        #expect(generator == nil)
    }

    /// A device with so many probes, each of which may wait for ten seconds.
    private static func probing(_ count: Int) -> String {
        let probes = (0..<count).map { number in
            "probe lit\(number): bool reads { wait STATUS.LIT within 10_000_000 us else fail return STATUS.LIT }\n"
        }
        let uses = (0..<count).map { "when lit\($0) { POWER = \($0) }\n" }
        return rules(uses.joined()).replacing("STATUS at 0x00 ro", with: "STATUS at 0x00 ro { LIT: 0 }")
            .replacing("    generate", with: probes.joined() + "    generate")
    }

    @Test func `probes have the time of one call, all together`() throws {
        for (count, expected, refusal) in [
            (6, [], nil), (7, ["M140 at 13"], "lit6: may wait for more than 60 s, line 13"),
        ] as [(Int, [String], String?)] {
            let sources = [RuleSource(name: "blinker.meta", text: Self.probing(count))]
            let said = RuleCompiler.compile(sources).diagnostics
            #expect(said.map { "\($0.identifier.text) at \($0.line)" } == expected)
            let bytes = try #require(RuleCompiler.compile(sources, ignoring: [.runsTooLong]).metabinary)
            var facts = GrantPlannerTests.facts()
            facts.clock = ClockFacts(frequency: 3_000_000_000, source: .cpuid)
            var generator = Generator(facts, try MetabinaryImage(bytes), observer: SilentObserver())
            var words: [UInt8] = []
            let outcome = generator.generate(for: generator.functions[0]) { _ in .returned(0) }
            if case .refused(let refusal)? = outcome { refusal.error.writeReason(into: &words) }
            #expect(String(decoding: words, as: UTF8.self) == refusal ?? "")
        }
    }

    /// Every function of every recorded machine, with the figures of the longest.
    @Test func `no shipped function comes near`() throws {
        let atlas = try ShippedAtlas.compiled.get()
        var longest: [String: TimeBound] = [:]
        for machine in try RecordedFacts.all.get() {
            var observer = SilentObserver()
            for case .driver(let driver) in generate(machine.facts, atlas.image, observer: &observer) {
                for function in driver.functions {
                    let name = String(decoding: driver.name + Array(".".utf8) + function.name, as: UTF8.self)
                    longest[name] = .longest(longest[name] ?? TimeBound(), function.longest)
                }
            }
        }
        #expect(longest.count > 20)
        for (name, time) in longest.sorted(by: { $0.key < $1.key }) {
            #expect(
                time.workNanoseconds > 0 && time.workNanoseconds <= TimeBound.workLimit / 10
                    && time.waitingMicroseconds <= TimeBound.waitingLimit / 10,
                "\(name): \(time.workNanoseconds / 1000) us of work, \(time.waitingMicroseconds) us of waiting")
        }
    }
}
