// The driver of the PCnet on boards that are harder to drive than QEMU's: each quirk alone, and for each a rule that forgets
// about it, which has to be found.

import Devices
import Pipeline
import Testing

@Suite struct PCnetQuirkTests {
    private static let clockFrequency = DriverUnderTest.lance.clockFrequency

    private func machine(
        _ quirks: Set<PCnetQuirk>, _ driver: GeneratedDriver? = nil, seed: UInt64
    ) throws -> (machine: SimulatedMachine, card: PCnetCard) {
        let machine = try SimulatedMachine(
            driver ?? DriverUnderTest.lance.driver, .lance, clockFrequency: Self.clockFrequency, seed: seed)
        let card = try #require(machine.card as? PCnetCard)
        card.quirks = quirks
        return (machine, card)
    }

    /// Without frames that are lost.
    private static let reliable = PCnetQuirk.allCases.filter { $0 != .underflows }

    @Test(arguments: reliable.map { Set([$0]) } + [Set(reliable)])
    func `frames go both ways, each once, and again after another bring-up`(quirks: Set<PCnetQuirk>) throws {
        for seed in seed..<seed + 4 {
            let (machine, card) = try machine(quirks, seed: seed)
            for round in 0..<2 {
                try machine.start()
                var exchange = FrameExchange(machine, count: 250, seed: seed + UInt64(round))
                try exchange.run()
            }
            #expect(card.violations == [], "\(quirks), seed \(seed)")
        }
    }

    @Test func `a card that was left in 32 bits is stuck, and nothing of it is touched`() throws {
        let (machine, card) = try machine([], seed: seed)
        card.isWide = true
        machine.isCardSound = false
        #expect(try machine.bringUp() != .ready)
        #expect(card.violations == [])
    }

    /// Sends frames one after the other; how many have left.
    private func send(_ count: Int, _ machine: SimulatedMachine) throws -> Int {
        var buffer = machine.bufferCount(machine.transmitPool) - 1
        var left = 0
        for _ in 0..<count {
            if case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 60) { buffer = idle }
            try machine.notify()
            machine.card.step(200)
            left += machine.card.takeSent().count
        }
        return left
    }

    @Test func `a frame that came too late is lost, and sending goes on`() throws {
        let (machine, card) = try machine([.underflows], seed: seed)
        try machine.start()
        let left = try send(600, machine)
        #expect(left > 500 && left < 600)
        #expect(card.violations == [])
    }

    /// A rule that forgets of a quirk.
    struct Mistake: CustomTestStringConvertible, Sendable {
        var quirk: PCnetQuirk
        var text: String
        var replacement = ""

        var testDescription: String { "\(quirk): \(text)" }
    }

    static let mistakes = [
        Mistake(quirk: .handChosenPort, text: "misc | ASEL | LEDPE", replacement: "misc | LEDPE"),
        Mistake(quirk: .otherLight, text: "misc | ASEL | LEDPE", replacement: "misc | ASEL"),
        Mistake(quirk: .otherLight, text: "        LNKST = PSE | LNKSTE"),
        Mistake(quirk: .slowReset, text: "pause 1_000 us", replacement: "pause 1 us"),
        Mistake(
            quirk: .deafOnceDone, text: "within 10_000 us else return stuck",
            replacement: "within 10_000 us else return stuck\n        CONTROL = IDON"),
        Mistake(quirk: .tellsEarly, text: "        flush RAP"),
        Mistake(quirk: .underflows, text: "        MASK = DXSUFLO", replacement: "        MASK = 0"),
    ]

    /// What a driver of changed rules comes to.
    private func fails(_ mistake: Mistake, seed: UInt64) throws -> Bool {
        let driver = try DriverUnderTest.generate("pcnet", clockFrequency: Self.clockFrequency) { name, text in
            guard name == "pcnet.meta" else { return text }
            #expect(text.contains(mistake.text), "the rule does not say that any more: change it another way")
            return text.replacing(mistake.text, with: mistake.replacement)
        }
        let (machine, _) = try machine([mistake.quirk], driver, seed: seed)
        do throws(SimulationError) {
            try machine.start()
            if mistake.quirk != .underflows {
                var exchange = FrameExchange(machine, count: 300, seed: seed)
                try exchange.run()
                return false
            }
        } catch {
            return true
        }
        return try send(600, machine) < 500
    }

    @Test(arguments: mistakes) func `a rule that forgets of a quirk is found`(mistake: Mistake) throws {
        #expect(try (seed..<seed + 4).contains { try fails(mistake, seed: $0) }, "from seed \(seed)")
    }
}
