// A card through its ports: the shipped rules of the RTL8139 with another window, from which a kernel is linked. Its registers
// are the same ones, and so must be what it answers.

import Foundation
import Machines
import ReportReading
import RuleCompiler
import Testing

@Suite("A card's ports")
struct PortWindowTests {
    /// The shipped rules, those of the card for one that no machine has; one derived from them for its ports.
    static func rules(window: String) throws -> [RuleSource] {
        let folder = Images.root.appending(path: "Sources/Atlas")
        let names = ["nic.meta", "packet_nic.meta", "rtl8139.meta"]
        var sources = try names.map { name in
            RuleSource(name: name, text: try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
        let other = sources[2].text.replacing("device 0x8139\n", with: "device 0xFFFF\n")
        try #require(other != sources[2].text)
        sources[2] = RuleSource(name: names[2], text: other)
        let ports = """
            import "rtl8139.meta"

            device rtl8139_ports is rtl8139 {
                match pci vendor 0x10EC device 0x8139
                override window regs = \(window)
            }
            """
        return sources + [RuleSource(name: "rtl8139_ports.meta", text: ports)]
    }

    @Test("carry frames as its window of memory does, on both boards, and where that window is not there")
    func carryFrames() throws {
        // Ports alone, and ports because the card has no BAR 2, where the other place of the window would be.
        let rows: [(MachineDescription.Board, String)] = [
            (.pc, "bar 0 ports"), (.q35, "bar 2 memory else bar 0 ports"),
        ]
        for (board, window) in rows {
            let rules = try AlteredRules(Self.rules(window: window))
            defer { rules.remove() }
            var scenario = Scenario.plain
            scenario.board = board
            scenario.devices = ["rtl8139,netdev=net0,mac=52:54:00:00:00:01"]
            var description = scenario.description()
            description.medium = .kernel(path: rules.kernel, commandLine: "")
            let result = try Machine.boot(description, within: Images.timeLimit)
            try #require(result.outcome == .passed, "\(result.tail)")
            let driver = try #require(result.report.drivers.first?.driver)
            #expect(driver.name == Array("rtl8139_ports".utf8))
            #expect(driver.windows.map(\.space) == [.ports])
            let exchange = try #require(result.report.exchanges.first)
            #expect(exchange.echo?.isAnswered == true)
            #expect(exchange.counts.map { [$0.sent, $0.received] } == [2, 2])
        }
    }
}
