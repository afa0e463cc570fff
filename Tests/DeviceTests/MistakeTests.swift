// The simulated card finds mistakes: every one that can be switched on in the stand-in driver, and among them the
// canary, which an emulator that completes at once does not find.

import Devices
import Pipeline
import Testing

@Suite struct MistakeTests {
    /// A mistake of Fixtures/driver.asm and what it must end with.
    struct Row: CustomTestStringConvertible, Sendable {
        var mistake: String
        var isExpected: @Sendable (SimulationError) -> Bool

        init(_ mistake: String, _ isExpected: @escaping @Sendable (SimulationError) -> Bool) {
            self.mistake = mistake
            self.isExpected = isExpected
        }

        /// A mistake that the card objects to.
        init(_ mistake: String, violation isExpected: @escaping @Sendable (Violation.Kind) -> Bool) {
            self.init(mistake) {
                if case .violation(let violation) = $0 { isExpected(violation.kind) } else { false }
            }
        }

        var testDescription: String { mistake }
    }

    static let rows = [
        Row("NO_RESET", violation: { if case .ringMovedWhileEnabled = $0 { true } else { false } }),
        Row("NO_WAIT", violation: { if case .accessDuringReset = $0 { true } else { false } }),
        Row("NO_PAUSE", violation: { $0 == .accessDuringReset(offset: 0) }),
        Row("EARLY_ENABLE", violation: { $0 == .noRing(.receive) }),
        Row("MISALIGNED", violation: { if case .ringNotAligned(.receive, _, _) = $0 { true } else { false } }),
        Row("TAIL_OUTSIDE", violation: { $0 == .slotOutsideRing(.receive, slot: 256) }),
        Row("RESERVED_BITS", violation: { $0 == .reservedBits(offset: 0x100, bits: 1) }),
        Row("OUTSIDE", violation: { if case .addressNoBuffer(.receive, _, _) = $0 { true } else { false } }),
        Row("SHARED", violation: { if case .bufferShared(.receive, _, _) = $0 { true } else { false } }),
        Row("NO_CHECK_SUM", violation: { if case .frameWithoutCheckSum = $0 { true } else { false } }),
        Row("NO_REPORT", violation: { if case .badCommand = $0 { true } else { false } }),
        Row("WIDE_DOORBELL", violation: { $0 == .accessWidth(offset: 0x3818, byteCount: 8) }),
        Row("WRONG_REGISTER", violation: { $0 == .noRegister(offset: 0x381C) }),
        Row("TAIL_BEHIND", violation: { if case .tailOverOwned(.receive, _, _) = $0 { true } else { false } }),
        Row("CHANGES_LATER", violation: { if case .descriptorChanged(.receive, _) = $0 { true } else { false } }),
        Row("STRAY") { if case .strayAccess(.write, 0x5002_0000, 4, _) = $0 { true } else { false } },
        Row("CLOBBERS") { $0 == .registerNotPreserved("rbx", function: "transmit") },
        Row("KEEPS_CHECK_SUM") { if case .wrongFrame(.receive, _, _) = $0 { true } else { false } },
        Row("LENGTH_FIRST") { if case .wrongFrame(.receive, _, _) = $0 { true } else { false } },
        Row("NO_GAP") {
            switch $0 {
            case .stalled: true  // the tail came to the head
            case .violation(let violation):
                if case .tailOverOwned(.transmit, _, _) = violation.kind { true } else { false }
            default: false
            }
        },
        Row("RETURNS_POSTED") { if case .wrongBuffer(.transmit, _) = $0 { true } else { false } },
        Row("KEEPS_DONE_IN_TX") {
            switch $0 {
            case .wrongFrame(.transmit, _, _): true  // overwritten before the doorbell
            case .violation(let violation):
                if case .descriptorChanged(.transmit, _) = violation.kind { true } else { false }
            default: false
            }
        },
        Row("KEEPS_DONE_IN_RX") { if case .unexpectedFrame(.receive, _) = $0 { true } else { false } },
    ]

    /// Brings a driver up and exchanges frames; gives the error.
    static func error(
        of driver: GeneratedDriver, _ timing: CardTiming, _ policy: ExchangePolicy, count: Int,
        failures: FailurePlan = .none, clockFrequency: UInt64 = DriverUnderTest.clockFrequency, seed: UInt64
    ) throws -> SimulationError? {
        do throws(SimulationError) {
            let machine = try SimulatedMachine(
                driver, timing: timing, failures: failures, clockFrequency: clockFrequency, seed: seed)
            // Pauses of milliseconds, kept by turns.
            if clockFrequency < DriverUnderTest.clockFrequency { machine.processor.instructionLimit *= 10 }
            try machine.start()
            var exchange = FrameExchange(machine, policy, count: count, seed: seed)
            try exchange.run()
            return nil
        } catch {
            return error
        }
    }

    /// Bursts that fill the ring before a doorbell rings need more buffers than are spare, which exchange provides.
    private static var policy: ExchangePolicy {
        var policy = ExchangePolicy.rough
        policy.burst = 1...400
        return policy
    }

    @Test(arguments: rows) func `a mistake is found and named`(row: Row) throws {
        let driver = try StandInDriver.assemble(mistake: row.mistake)
        let error = try Self.error(of: driver, .late, Self.policy, count: 5000, seed: seed)
        let found = try #require(error, "seed \(seed): not found")
        #expect(row.isExpected(found), "seed \(seed): \(found)")
    }

    @Test func `a wait without bound is found when the card stays in reset`() throws {
        let driver = try StandInDriver.assemble(mistake: "ENDLESS")
        let failures = FailurePlan(register: 0, .stuck(at: 1 << 26))
        let error = try Self.error(of: driver, .late, .polite, count: 1, failures: failures, seed: seed)
        guard case .endless(let place)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(place.function == "bringup")
    }

    @Test func `a driver that trusts lengths and addresses in descriptors is found when the card lies`() throws {
        var failures = FailurePlan.none
        failures.rings.hugePerMille = 100
        let trusts = try Self.error(
            of: StandInDriver.assemble(mistake: "TRUSTS"), .late, .rough, count: 500, failures: failures, seed: seed)
        guard case .outcomeOutsideContract("receive", _)? = trusts else {
            Issue.record("TRUSTS: \(String(describing: trusts))")
            return
        }
        failures = .none
        failures.rings.scrambledAddressPerMille = 100
        let readsBack = try Self.error(
            of: StandInDriver.assemble(mistake: "READS_BACK"), .late, .rough, count: 500, failures: failures, seed: seed
        )
        #expect(readsBack != nil)
    }

    /// A class that forgets to give the owner bit back: by hand, or made by the generator of a mutated rule.
    enum Canary: CustomTestStringConvertible, Sendable {
        case standIn(mistake: String)
        case rule(file: String, text: String, replacement: String)

        static let all: [Canary] = [
            .standIn(mistake: "KEEPS_DONE_IN_TX"), .standIn(mistake: "KEEPS_DONE_IN_RX"),
            .rule(
                file: "e1000.meta", text: "command: EOP | IFCS | RS }",
                replacement: "command: EOP | IFCS | RS, status: DD }"
            ),
        ]

        /// Those that can be had: a rule needs a driver that is generated.
        static let available = all.filter {
            if case .standIn = $0 { true } else { DriverUnderTest.available.contains(.generated) }
        }

        var testDescription: String {
            switch self {
            case .standIn(let mistake): mistake
            case .rule(let file, _, let replacement): "\(file): \(replacement)"
            }
        }

        /// The clock that the driver's bytes were made for: fast enough that a microsecond is many instructions. Units: hertz.
        var clockFrequency: UInt64 { if case .standIn = self { DriverUnderTest.clockFrequency } else { 20_000_000 } }

        var driver: GeneratedDriver {
            get throws {
                switch self {
                case .standIn(let mistake): return try StandInDriver.assemble(mistake: mistake)
                case .rule(let file, let text, let replacement):
                    var isFound = false
                    let driver = try DriverUnderTest.generate(clockFrequency: clockFrequency) { name, source in
                        guard name == file else { return source }
                        isFound = source.contains(text)
                        return source.replacing(text, with: replacement)
                    }
                    #expect(isFound, "\(file) does not say '\(text)' any more: mutate it another way")
                    return driver
                }
            }
        }
    }

    @Test(arguments: Canary.available)
    func `the canary sings in a card that completes at once and dies in one that is late`(canary: Canary) throws {
        let driver = try canary.driver
        let clock = canary.clockFrequency
        let early = try Self.error(of: driver, .immediate, .polite, count: 1000, clockFrequency: clock, seed: seed)
        #expect(early == nil, "seed \(seed): a card like QEMU's finds it: \(String(describing: early))")
        let late = try Self.error(of: driver, .late, .rough, count: 4000, clockFrequency: clock, seed: seed)
        #expect(late != nil, "seed \(seed): the late card does not find it")
    }

    /// Mistakes in the atlas that compile, and that the card or the exchange finds in the generated bytes.
    static let mutations = [
        Canary.rule(file: "ring_nic.meta", text: "        rx.notify()\n", replacement: ""),
        .rule(file: "e1000.meta", text: "report & (EOP | ERRORS) != EOP", replacement: "report & EOP != EOP"),
        .rule(file: "e1000.meta", text: "EOP | IFCS | RS }", replacement: "EOP | RS }"),
        .rule(file: "e1000.meta", text: "EOP | IFCS | RS }", replacement: "EOP | IFCS }"),
        .rule(file: "e1000.meta", text: "EN | BAM | SECRC", replacement: "EN | BAM"),
        .rule(file: "e1000.meta", text: "        pause 1 us", replacement: "        // pause 1 us"),
    ]

    @Test(.enabled(if: DriverUnderTest.available.contains(.generated)), arguments: mutations)
    func `a mistake in the atlas is found`(mutation: Canary) throws {
        var failures = FailurePlan.none
        failures.rings.errorPerMille = 30
        let error = try Self.error(
            of: mutation.driver, .late, Self.policy, count: 2000, failures: failures,
            clockFrequency: mutation.clockFrequency, seed: seed)
        #expect(error != nil, "seed \(seed): not found")
    }

    @Test func `without the mistake the canary lives in both`() throws {
        let driver = try StandInDriver.assemble()
        #expect(try Self.error(of: driver, .immediate, .polite, count: 1000, seed: seed) == nil)
        #expect(try Self.error(of: driver, .late, .rough, count: 1000, seed: seed) == nil)
    }
}
