// Each machine of the table ends as its row says: with a peer's answers through every card, or with the reason why a card
// has no driver. `make machines` boots all of them, a run of the tests a share.

import Hardware
import Machines
import ReportReading
import Testing

@Suite("A machine as users have them")
struct HonestMachineTests {
    @Test("ends as its row says", arguments: HonestMachine.share)
    func ends(_ machine: HonestMachine) throws {
        let result = try Images.boot(machine.scenario)
        let report = result.report
        #expect(report.faults.isEmpty && report.damage.isEmpty && report.quarantines.isEmpty, "\(result.tail)")
        switch machine.ending {
        case .passes:
            #expect(result.outcome == .passed, "\(report.refusals.map { String(decoding: $0.reason, as: UTF8.self) })")
            #expect(result.values(of: "mac") == machine.scenario.cards)
            #expect(report.exchanges.map { $0.echo?.isAnswered } == [true])
        case .refuses(let reason):
            #expect(report.refusals.map { String(decoding: $0.reason, as: UTF8.self) } == [reason])
            #expect(result.outcome == .failed(reason: "a driver was refused"))
        case .seesNone(let reason):
            #expect(report.facts.functions.isEmpty && report.drivers.isEmpty && report.refusals.isEmpty)
            #expect(result.outcome == .failed(reason: reason))
        }
    }

    @Test("has in its report what was assigned, and the report says who chose it")
    func saysWhatWasAssigned() throws {
        var scenario = Scenario.plain
        scenario.board = .q35
        scenario.devices = ["pcie-root-port,id=root,chassis=1", "e1000e,bus=root,netdev=net0,mac=\(scenario.cards[0])"]
        scenario.extraArguments = ["-bios", "qboot.rom"]
        let result = try Images.boot(scenario)
        #expect(result.outcome == .passed, "\(result.tail)")
        let functions = result.report.facts.functions
        let bridge = try #require(functions.first { $0.headerType == 1 })
        // qboot numbers buses, and that is all.
        #expect(bridge.secondaryBus > 0 && !bridge.isClosed)
        let card = try #require(functions.first { $0.address.bus == bridge.secondaryBus })
        #expect(card.baseAddressRegisters.allSatisfy { $0.isAssigned && $0.isChosen })
    }
}
