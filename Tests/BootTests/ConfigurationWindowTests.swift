// Cards that their drivers reach through configuration space besides: descriptions derived from the shipped ones, from which a
// kernel is linked. One reads its station address through registers there that it writes first, one is woken and watched by
// its power management; what they exchange must be what the shipped rules exchange.

import Foundation
import Machines
import ReportReading
import RuleCompiler
import Testing
import Verification

@Suite("Configuration space")
struct ConfigurationWindowTests {
    /// The shipped rules, those of two cards for ones that no machine has; two derived from them.
    private static func rules() throws -> [RuleSource] {
        let folder = Images.root.appending(path: "Sources/Atlas")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".meta") }
        let matches = ["virtio_net.meta": "device 0x1041, 0x1000", "e1000e.meta": "device 0x10D3"]
        let sources = try names.sorted().map { name in
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            guard let match = matches[name] else { return RuleSource(name: name, text: text) }
            let other = text.replacing(match, with: "device 0xFFFF", maxReplacements: 1)
            try #require(other != text)
            return RuleSource(name: name, text: other)
        }
        return sources + [
            RuleSource(name: "accessed.meta", text: accessed), RuleSource(name: "powered.meta", text: powered),
        ]
    }

    /// The PCI configuration access capability: three registers say what a fourth one is.
    ///
    /// Source: Virtual I/O Device (VIRTIO) Version 1.2, section 4.1.4.9.
    private static let accessed = """
        import "virtio_net.meta"

        device accessed is virtio_net {
            match pci vendor 0x1AF4 device 0x1041, 0x1000
            window config = configuration
            window access = configuration capability 0x09 where byte 3 == 5
            register config.VENDOR at 0x00 u16 ro
            register config.STATUS_CONFIG at 0x06 u16 ro { LIST: 4 }
            register access.BAR    at 0x04 u8 rw = 0…5
            register access.OFFSET at 0x08 rw any
            register access.LENGTH at 0x0C rw = 1, 2, 4
            register access.DATA   at 0x10 ro
            fact card_bar    in 0…5      = capability 0x09 where byte 3 == 4, u8 at 4
            fact card_offset in 0…0xFFFF = capability 0x09 where byte 3 == 4, u32 at 8
            override generate link() -> up: bool {
                return STATUS.LINK_UP & STATUS_CONFIG.LIST & (VENDOR == 0x1AF4)
            }
            override generate mac() -> address: u48 {
                BAR = card_bar
                LENGTH = 4
                OFFSET = card_offset
                let low = DATA
                LENGTH = 2
                OFFSET = card_offset + 4
                return low | (DATA & 0xFFFF) << 32
            }
        }
        """

    /// Power management: awake while it works. Source: PCI Bus Power Management Interface Specification, revision 1.2.
    private static let powered = """
        import "e1000e.meta"

        device powered is e1000e {
            match pci vendor 0x8086 device 0x10D3
            window power    = configuration capability 0x01
            window messages = configuration capability 0x05
            register power.CONTROL    at 0x04 u16 rw { STATE: 0…1 }
            register messages.CONTROL_MESSAGES at 0x02 u16 ro { ENABLE: 0 }
            override generate link() -> up: bool {
                CONTROL = STATE(0)
                return STATUS.LU & (CONTROL.STATE == 0) & (CONTROL_MESSAGES.ENABLE == 0)
            }
        }
        """

    @Test("is read and written by the drivers of two cards, on both boards")
    func carryFrames() throws {
        let rules = try AlteredRules(Self.rules())
        defer { rules.remove() }
        for board in [MachineDescription.Board.pc, .q35] {
            var scenario = Scenario.plain
            scenario.board = board
            scenario.cards = ["52:54:00:00:00:01", "52:54:00:00:00:02"]
            scenario.devices = zip(["virtio-net-pci", "e1000e"], scenario.cards).enumerated().map { number, card in
                "\(card.0),netdev=net\(number),mac=\(card.1)"
            }
            var description = scenario.description()
            description.medium = .kernel(path: rules.kernel, commandLine: "")
            let result = try Machine.boot(description, within: Images.timeLimit)
            try #require(result.outcome == .passed, "\(result.tail)")
            let report = result.report
            #expect(report.drivers.map { String(decoding: $0.driver.name, as: UTF8.self) } == ["accessed", "powered"])
            let addresses = report.results.filter { $0.name == Array("mac".utf8) }
            #expect(addresses.map { String(decoding: $0.value, as: UTF8.self) } == scenario.cards)
            for exchange in report.exchanges {
                #expect(exchange.echo?.isAnswered == true)
                #expect(exchange.counts.map { [$0.sent, $0.received] } == [2, 2])
            }
            for driver in report.drivers.map(\.driver) {
                // The 82574L has one of its own besides.
                let (windowCount, grantCount) = driver.name == Array("accessed".utf8) ? (2, 6) : (3, 3)
                let places = driver.windows.filter { $0.space == .configuration }.map { $0.virtual.rawValue >> 8 }
                #expect(places == [UInt64](repeating: UInt64(driver.function.rawValue), count: windowCount))
                #expect(driver.grants.filter { $0.space == .configuration }.count == grantCount)
            }
        }
    }
}
