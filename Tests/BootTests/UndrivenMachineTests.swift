// Machines of which something is not driven, or not even seen: that such a boot says so and has not passed. And the way to
// configuration space, of which it depends what is seen.

import Hardware
import Machines
import ReportReading
import Testing

@Suite("What is not driven")
struct UndrivenMachineTests {
    @Test("a card that no rule describes is named, beside one that has its driver, and the run has failed")
    func namesUndescribed() throws {
        var scenario = Scenario.plain
        scenario.devices.insert("vmxnet3", at: 0)
        let result = try Images.boot(scenario)
        #expect(result.outcome == .failed(reason: "a card has no description"), "\(result.tail)")
        #expect(result.report.undescribed.map(\.vendor) == [0x15AD])
        #expect(result.report.records.contains { $0.line == "undescribed 00:03.0 15ad:07b0 \"Ethernet\"" })
        #expect(result.report.drivers.count == 1 && result.report.refusals.isEmpty)
        #expect(result.report.tests.count { !$0.hasPassed } == 0)
    }

    @Test("a machine that shows no PCI function says why, and has failed")
    func failsWithoutFunctions() throws {
        // With PCI Express its functions are in memory and nowhere else, and only code of ACPI says where.
        for arguments in [[], ["-machine", "pcie=on", "-device", "e1000"]] {
            let scenario = Scenario(name: "microvm", board: .microvm, extraArguments: arguments)
            let result = try Images.boot(scenario)
            #expect(
                result.outcome
                    == .failed(reason: "no PCI function: ports 0xcf8 lead to none, and ACPI has no MCFG"),
                "\(result.tail)")
            #expect(result.report.facts.functions.isEmpty)
        }
    }

    @Test(
        "a machine without a clock boots to its end: the driver that waits is refused, and the verdict says why",
        arguments: [
            // No interval timer, and no tables that name another.
            (MachineDescription.Board.pc, ["-machine", "pit=off,acpi=off"], 1),
            (.microvm, ["-machine", "acpi=on,pit=off,pic=off,rtc=off"], 0),
        ])
    func bootsWithoutClock(board: MachineDescription.Board, arguments: [String], cardCount: Int) throws {
        var scenario = Scenario(name: "no clock", board: board, extraArguments: arguments)
        scenario.devices = [String](repeating: "e1000", count: cardCount)
        let result = try Images.boot(scenario)
        #expect(
            result.outcome == .failed(reason: "no clock: no timer counts whose frequency is known"), "\(result.tail)")
        let report = result.report
        #expect(report.facts.clock == nil && report.faults.isEmpty)
        #expect(report.tests.allSatisfy(\.hasPassed) && report.tests.count == 6)
        let refusals = report.refusals.map { String(decoding: $0.reason, as: UTF8.self) }
        #expect(refusals.allSatisfy { $0.hasSuffix("waits, but there is no clock") } && refusals.count == cardCount)
    }

    @Test("configuration space of a q35 is read in memory, its cards' beyond 256 bytes")
    func readsInMemory() throws {
        let scenario = try #require(Scenario.all.first { $0.name == "q35, 82574L" })
        let report = try Images.boot(scenario).report
        #expect(report.outcome == .passed && report.facts.configuration == .memory)
        let card = try #require(report.facts.functions.first { $0.classCode == 0x02_0000 })
        // Advanced error reporting and the serial number of the card (QEMU 7.2, hw/net/e1000e.c).
        #expect(card.extendedCapabilities.map(\.identifier) == [1, 3])
        #expect(card.extendedCapabilities.map(\.offset) == [0x100, 0x140])
    }

    @Test("a processor without a long mode halts, and nobody waits for more")
    func haltsAtOnce() throws {
        var scenario = Scenario.plain
        scenario.processor = "486"
        var description = scenario.description()
        description.hasMonitor = true
        let start = ContinuousClock.now
        let result = try Machine.boot(description, within: .seconds(120))
        #expect(result.outcome == .failed(reason: "no report; the machine has halted"))
        #expect(result.screen?.lines.contains { $0.contains("this processor has no long mode") } == true)
        #expect(ContinuousClock.now - start < .seconds(100))
    }
}
