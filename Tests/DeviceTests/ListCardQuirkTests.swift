// The driver of the 8255x on boards that are harder to drive than QEMU's: each quirk alone, all together, and for each a rule
// that forgets about it, which has to be found.

import Devices
import Glibc
import Pipeline
import Testing

@Suite struct ListCardQuirkTests {
    private static let clockFrequency = DriverUnderTest.lists.clockFrequency

    /// Of an 82557, and of the 82559 that is in the recorded machine.
    private static let oldDriver = Result {
        try DriverUnderTest.generate("i8255x", clockFrequency: clockFrequency, revision: 1)
    }

    private static func driver(_ quirks: Set<ListCardQuirk>) throws -> GeneratedDriver {
        quirks.contains(.old) ? try oldDriver.get() : try DriverUnderTest.lists.driver
    }

    private func machine(
        _ quirks: Set<ListCardQuirk>, _ driver: GeneratedDriver? = nil, timing: CardTiming = .late, seed: UInt64
    ) throws -> (machine: SimulatedMachine, card: ListCard) {
        let machine = try SimulatedMachine(
            driver ?? Self.driver(quirks), .lists, timing: timing, clockFrequency: Self.clockFrequency, seed: seed)
        let card = try #require(machine.card as? ListCard)
        card.quirks = quirks
        return (machine, card)
    }

    static let quirks = ListCardQuirk.allCases.map { Set([$0]) } + [Set(ListCardQuirk.allCases)]

    @Test(arguments: quirks)
    func `frames go both ways, each once, and again after another bring-up`(quirks: Set<ListCardQuirk>) throws {
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

    @Test(arguments: [false, true], [false, true])
    func `the address is read of a part with six bits of address and of one with eight`(
        isLong: Bool, isOld: Bool
    ) throws {
        let quirks = Set([isLong ? ListCardQuirk.longEEPROM : nil, isOld ? .old : nil].compactMap(\.self))
        let (machine, _) = try machine(quirks, seed: seed)
        let expected = SimulatedMachine.stationAddress.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        #expect(try machine.stationAddress() == expected)
    }

    @Test(arguments: [[], [ListCardQuirk.old], [.sleepingPHY], [.old, .sleepingPHY]])
    func `the link is asked for where a card tells of it, and is up once the PHY is awake`(
        quirks: Set<ListCardQuirk>
    ) throws {
        var timing = CardTiming.late
        timing.linkMicroseconds = 200_000...201_000  // longer than to ask an EEPROM twice
        let (machine, card) = try machine(quirks, timing: timing, seed: seed)
        #expect(try machine.isLinkUp() == !quirks.contains(.sleepingPHY))
        #expect(try machine.bringUp() == .ready)
        #expect(try machine.isLinkUp() == false)
        machine.rest(microseconds: 250_000)
        #expect(try machine.isLinkUp())
        #expect(card.violations == [])
    }

    /// Units: frames until multicast addresses were set up.
    private static let patience = 16

    @Test func `a receiver that is locked up is freed by what is sent`() throws {
        for seed in seed..<seed + 4 {
            let (machine, card) = try machine([.old], seed: seed)
            try machine.start()
            var buffer = machine.bufferCount(machine.transmitPool) - 1
            for round in 0..<3 {
                card.isLockedUp = true
                var count = 0
                while card.isLockedUp, count < Self.patience {
                    guard case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 60) else { break }
                    buffer = idle
                    count += 1
                    for _ in 0..<3 {
                        try machine.notify()
                        card.step(20_000)
                    }
                }
                #expect(!card.isLockedUp, "round \(round), seed \(seed)")
                #expect(card.takeSent().count == count)
            }
            #expect(card.violations == [])
        }
    }

    /// Puts frames in line while others are sent, and lets the card run dry before it is told; what left, by number.
    private func interleave(_ driver: GeneratedDriver, _ quirks: Set<ListCardQuirk>, seed: UInt64) throws -> [UInt8] {
        let (machine, card) = try machine(quirks, driver, seed: seed)
        try machine.start()
        var generator = SeededGenerator(seed: seed)
        var buffer = machine.bufferCount(machine.transmitPool) - 1
        var number: UInt8 = 0
        while number < 90 {
            for _ in 0..<2 {
                for _ in 0..<generator.number(in: 1...3) {
                    memset(machine.buffer(buffer, of: machine.transmitPool), Int32(number), 60)
                    guard case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 60) else { continue }
                    (buffer, number) = (idle, number + 1)
                }
                if generator.happens(perMille: 500) { card.step(generator.number(in: 0...400)) }
                try machine.notify()
            }
        }
        for _ in 0..<8 {
            card.step(7000)
            try machine.notify()
        }
        #expect(card.violations == [])
        return card.takeSent().map { $0[0] }
    }

    private static let resuming: [Set<ListCardQuirk>] = [
        [], [.resumesBlindly], [.resumesBlindly, .slowToStop], [.resumesBlindly, .slowToHear],
    ]

    @Test(arguments: resuming)
    func `frames that are put in line while others are sent leave once each`(quirks: Set<ListCardQuirk>) throws {
        for seed in seed..<seed + 8 {
            let sent = try interleave(DriverUnderTest.lists.driver, quirks, seed: seed)
            #expect(sent == (0..<UInt8(sent.count)).map(\.self) && sent.count >= 90, "seed \(seed)")
        }
    }

    /// A rule that forgets of a quirk.
    struct Mistake: CustomTestStringConvertible, Sendable {
        var quirk: ListCardQuirk
        var file = "i8255x.meta"
        var text: String
        var replacement = ""

        var testDescription: String { "\(quirk): \(text)" }
    }

    // That the pointer is not zero after a reset, no rule forgets that the compiler takes: the base waits for it.
    static let mistakes = [
        Mistake(
            quirk: .resumesBlindly, file: "list_nic.meta", text: "        if told != sent { sends",
            replacement: "        if told < 999 { sends"),
        Mistake(quirk: .longEEPROM, text: "read = 0x600 ", replacement: "read = 0x180 "),
        Mistake(quirk: .sleepingPHY, text: "control & 0xC00 != 0", replacement: "control & 0xC00 == 0x400"),
        Mistake(
            quirk: .postedWrites, text: "        flush STATUS\n        pause 20 us", replacement: "        pause 10 us"),
        Mistake(quirk: .busyAtReset, text: "        PORT = 2  ", replacement: "        PORT = 0  "),
        Mistake(quirk: .slowToStop, text: "        wait STATUS.CUS == 0 within 1_000 us else return stuck"),
        Mistake(
            quirk: .slowToHear, text: "ready_to_hear() = COMMAND == M", replacement: "ready_to_hear() = COMMAND != 0"),
        Mistake(quirk: .old, text: "pci.revision >= 6", replacement: "pci.revision >= 1"),
    ]

    /// What a driver of changed rules comes to.
    private func error(of mistake: Mistake, seed: UInt64) throws -> SimulationError? {
        let driver = try DriverUnderTest.generate(
            "i8255x", clockFrequency: Self.clockFrequency, revision: mistake.quirk == .old ? 1 : nil
        ) { name, text in
            guard name == mistake.file else { return text }
            #expect(text.contains(mistake.text), "the rule does not say that any more: change it another way")
            return text.replacing(mistake.text, with: mistake.replacement)
        }
        let (machine, _) = try machine([mistake.quirk], driver, seed: seed)
        do throws(SimulationError) {
            try machine.start()
            // Where few frames come at a time, the card has often just stopped.
            var policy = ExchangePolicy.rough
            (policy.burst, policy.receives, policy.arrivals, policy.steps) = (1...3, 0...2, 0...2, 0...8)
            var exchange = FrameExchange(machine, policy, count: 600, seed: seed)
            try exchange.run()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: mistakes) func `a rule that forgets of a quirk is found`(mistake: Mistake) throws {
        var found: SimulationError?
        for seed in seed..<seed + 4 where found == nil { found = try error(of: mistake, seed: seed) }
        #expect(found != nil, "not found, from seed \(seed)")
    }
}
