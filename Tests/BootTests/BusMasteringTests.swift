// When a card may reach memory, as QEMU saw it: its trace of every write to configuration space and to registers says in
// which order the kernel reset the card and let it.

import Foundation
import Machines
import Testing

@Suite("Bus mastering of a card")
struct BusMasteringTests {
    /// A row a family: where its reset is, and how it is told.
    struct Row: Sendable, CustomTestStringConvertible {
        var model: String
        /// Name of the registers in QEMU.
        var region: String
        var offset: UInt64
        var isReset: @Sendable (_ value: UInt64) -> Bool
        var testDescription: String { model }
    }

    static let rows = [
        Row(model: "e1000", region: "e1000-mmio", offset: 0x00) { $0 & 1 << 26 != 0 },
        Row(model: "e1000e", region: "e1000e-mmio", offset: 0x00) { $0 & 1 << 26 != 0 },
        Row(model: "rtl8139", region: "rtl8139", offset: 0x37) { $0 & 1 << 4 != 0 },
        Row(model: "virtio-net-pci", region: "virtio-pci-common-virtio-net", offset: 0x14) { $0 == 0 },
        Row(model: "i82559c", region: "eepro100-mmio", offset: 0x08) { $0 == 0 },
    ]

    /// What happened to a card.
    private enum Event: Hashable {
        case reset, allowed, forbidden
    }

    /// The events of a trace, of several of a kind in a row the first.
    ///
    ///     pci_cfg_write e1000 00:03.0 @0x4 <- 0x107
    ///     memory_region_ops_write cpu 0 mr 0x55edab98cae0 addr 0xfebc0000 value 0x4000000 size 4 name 'e1000-mmio'
    private static func events(_ trace: String, _ row: Row) -> [Event] {
        var events: [Event] = []
        for line in trace.split(separator: "\n") where line.contains("@0x4 <-") || line.contains("'\(row.region)'") {
            let words = line.split(separator: " ")
            var event: Event?
            if words[0] == "pci_cfg_write", words[1] == row.model, let command = number(words[5]) {
                // Bit 2 of the command register (PCI Local Bus Specification, revision 3.0, section 6.2.2).
                event = command & 1 << 2 != 0 ? .allowed : .forbidden
            } else if words[0] == "memory_region_ops_write", let place = number(words[6]), let value = number(words[8])
            {
                // Ports are at a multiple of 256, memory at one of 4,096.
                if place & (place < 0x1_0000 ? 0xFF : 0xFFF) == row.offset, row.isReset(value) { event = .reset }
            }
            if let event, events.last != event { events.append(event) }
        }
        return events
    }

    private static func number(_ word: Substring) -> UInt64? { UInt64(word.dropFirst(2), radix: 16) }

    @Test("begins after its reset, and ends with its exchange", arguments: rows)
    func followsReset(_ row: Row) throws {
        var scenario = Scenario.plain
        scenario.devices = ["\(row.model),netdev=net0,mac=\(scenario.cards[0])"]
        let path = FileManager.default.temporaryDirectory.appending(path: "metaos-\(UUID().uuidString).trace").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        scenario.extraArguments = ["-trace", "pci_cfg_write", "-trace", "memory_region_ops_write", "-D", path]
        let result = try Images.boot(scenario)
        #expect(result.outcome == .passed, "\(result.tail)")
        let trace = try String(contentsOfFile: path, encoding: .utf8)
        #expect(Self.events(trace, row) == [.forbidden, .reset, .allowed, .reset, .forbidden])
    }
}
