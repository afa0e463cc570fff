// Machines with more cards than there is room for: the boot goes to its end, and each card has a driver or is named with
// the reason.

import Machines
import ReportReading
import RuleCompiler
import Testing

@Suite("A machine with many cards")
struct ManyCardsTests {
    /// Every card is brought up twice, one after the other, on a machine that has other tests to run.
    private static let timeLimit = Duration.seconds(300)

    /// A machine with so many cards behind bridges, 30 to a bus, and no network behind any.
    private func boot(_ count: Int, of models: [String], mebibytes: Int) throws -> BootResult {
        var scenario = Scenario(name: "pc, \(count) cards", memoryMebibytes: mebibytes)
        for index in 0..<count {
            let (bus, place) = (index / 30, String(1 + index % 30, radix: 16))
            if index % 30 == 0 { scenario.devices.append("pci-bridge,id=bridge\(bus),chassis_nr=\(bus + 1)") }
            scenario.devices.append("\(models[index % models.count]),bus=bridge\(bus),addr=0x\(place),romfile=")
        }
        scenario.hasNetworks = false
        scenario.hasQuickTime = false
        return try Machine.boot(scenario.description(options: "exchange=none"), within: Self.timeLimit)
    }

    /// With 64 MiB the range for drivers has 32, of which 53 cards with full rings would take 41.
    @Test(
        "has a driver for each of 53, with fewer buffers where memory is scarce",
        arguments: HonestMachine.isWhole ? [512, 64] : [64])
    func hasFiftyThree(mebibytes: Int) throws {
        let models = ["e1000", "rtl8139", "virtio-net-pci"]
        let result = try boot(53, of: models, mebibytes: mebibytes)
        #expect(result.outcome == .passed, "\(result.tail)")
        let drivers = result.report.drivers.map(\.driver)
        #expect(drivers.count == 53 && result.report.refusals.isEmpty)
        for (device, fact, least, most) in [("e1000", "slots", 64, 256), ("virtio_net", "buffers", 64, 128)] {
            let facts = drivers.filter { $0.name.elementsEqual(device.utf8) }.flatMap(\.facts)
            let counts = facts.filter { $0.name.elementsEqual(fact.utf8) }.map { Int($0.value) }
            #expect(!counts.isEmpty && Set(counts) == [mebibytes == 64 ? least : most], "\(device): \(counts)")
        }
    }

    @Test("brings eight of the 82574 up, each with an answer")
    func hasEight() throws {
        var scenario = Scenario(name: "q35, eight 82574L", board: .q35)
        scenario.cards = (1...8).map { "52:54:00:00:00:0\($0)" }
        scenario.devices = scenario.cards.enumerated().map { "e1000e,netdev=net\($0.offset),mac=\($0.element)" }
        let result = try Machine.boot(scenario.description(), within: Self.timeLimit)
        #expect(result.outcome == .passed, "\(result.tail)")
        #expect(result.report.exchanges.count { $0.echo?.isAnswered == true } == 8)
    }

    @Test("boots to its end: 200 cards in 64 MiB, each with a driver or a reason")
    func hasTwoHundred() throws {
        // The i82559c would wait a second for its own reading of memory, which is off at first.
        let models = ["e1000", "rtl8139", "virtio-net-pci"]
        let result = try boot(200, of: models, mebibytes: 64)
        let report = result.report
        #expect(report.faults.isEmpty && report.damage.isEmpty && report.errors.isEmpty, "\(result.tail)")
        #expect(report.verdict != nil && report.quarantines.isEmpty)
        #expect(report.drivers.count + report.refusals.count == 200)
        // The smallest rings and pools take less than half a mebibyte with their guard spaces, and 30 are there.
        #expect(report.drivers.count >= 53)
        #expect(report.refusals.allSatisfy { !$0.reason.isEmpty })
    }

    /// Descriptions of cards that the machine has not: so many, of 45 registers each.
    private static func strangers(_ count: Int) -> RuleSource {
        let registers = (0..<45).map { "register regs.R\($0) at \(4 * $0) ro\n" }.joined()
        let devices = (0..<count).map { number in
            """
            device stranger\(number) is lamp {
                match pci vendor 0x1234 device \(number)
                window regs = bar 0 memory
                \(registers)
                generate lit() -> on: bool { return R\(number % 45) == 1 }
            }

            """
        }
        return RuleSource(
            name: "strangers.meta", text: "class lamp 1 { require lit() -> on: bool }\n" + devices.joined())
    }

    @Test("reads rules of 64 KiB into a heap of one mebibyte, which has no room for all that they describe")
    func hasManyRules() throws {
        let rules = try AlteredRules(adding: [Self.strangers(110)]) { $1 }
        defer { rules.remove() }
        #expect(rules.metabinary.count > 60_000)
        var scenario = Scenario(name: "pc, many rules", memoryMebibytes: 11)
        scenario.devices = ["e1000,addr=0x5"]
        scenario.hasNetworks = false
        scenario.hasQuickTime = false
        var description = scenario.description()
        description.medium = .kernel(path: rules.kernel, commandLine: "exchange=none")
        let result = try Machine.boot(description, within: Images.timeLimit)
        let report = result.report
        #expect(report.faults.isEmpty && report.damage.isEmpty && report.errors.isEmpty, "\(result.tail)")
        #expect(report.drivers.map { String(decoding: $0.driver.name, as: UTF8.self) } == ["e1000"])
    }

    /// As many statements as a function may have, one and all for nothing.
    private static let long = """
            generate link() -> up: bool {
                for each i in 0..<180 { RCR = (RCR & 0xFF) + (TCR & i) }
        """

    @Test("names the card whose description takes more memory than there is, and has a driver for the other")
    func hasLittleMemory() throws {
        let rules = try AlteredRules { file, text in
            file != "rtl8139.meta" ? text : text.replacing("    generate link() -> up: bool {", with: Self.long)
        }
        defer { rules.remove() }
        var scenario = Scenario(name: "pc, little memory", memoryMebibytes: 11)
        scenario.devices = ["rtl8139,addr=0x4", "e1000,addr=0x5"]
        scenario.hasNetworks = false
        scenario.hasQuickTime = false
        var description = scenario.description()
        description.medium = .kernel(path: rules.kernel, commandLine: "exchange=none")
        let result = try Machine.boot(description, within: Images.timeLimit)
        let report = result.report
        #expect(report.faults.isEmpty && report.damage.isEmpty && report.errors.isEmpty, "\(result.tail)")
        #expect(
            report.refusals.map { String(decoding: $0.reason, as: UTF8.self) }
                == ["heap: no memory is left to generate it"])
        #expect(report.drivers.map { String(decoding: $0.driver.name, as: UTF8.self) } == ["e1000"])
    }
}
