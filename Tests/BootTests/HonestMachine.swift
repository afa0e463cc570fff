// Machines as a user has them beside the ones of Scenario: every option of QEMU's virtio card that changes what a driver
// meets, older boards, and firmware that gives no addresses. A row says what is unlike in it, and how its boot ends.

import Foundation
import Machines
import Testing

/// A machine and how its boot ends.
struct HonestMachine: Sendable, CustomTestStringConvertible {
    /// How a boot ends.
    enum Ending: Hashable, Sendable {
        /// Every card has a driver, and its peer answers.
        case passes
        /// The card is refused for that reason.
        case refuses(String)
        /// No function is seen, for that reason.
        case seesNone(String)
    }

    var scenario: Scenario
    var ending = Ending.passes

    var testDescription: String { scenario.name }

    private static let address = "52:54:00:00:00:01"
    /// Firmware that gives no range an address.
    private static let qboot = ["-bios", "qboot.rom"]
    /// Boards before QEMU 4.0 know no entry by PVH (hw/i386/pc_piix.c, pvh_enabled), and `max` has no long mode here.
    private static let oldBoard = ["-M", "pc-i440fx-2.0", "-cpu", "Haswell"]

    private init(
        _ name: String, board: MachineDescription.Board = .pc, _ card: String, _ others: [String] = [],
        _ arguments: [String] = [], _ ending: Ending = .passes, from medium: Scenario.Medium = .kernel
    ) {
        var parts = card.split(separator: ",", maxSplits: 1).map(String.init)
        parts.insert("netdev=net0,mac=\(Self.address)", at: 1)
        scenario = Scenario(
            name: name, board: board, devices: others + [parts.joined(separator: ",")], cards: [Self.address],
            extraArguments: arguments, medium: medium)
        self.ending = ending
    }

    /// A virtio card with options of QEMU's (hw/virtio/virtio-pci.c, hw/net/virtio-net.c).
    private static func virtio(
        _ options: String, board: MachineDescription.Board = .pc, _ ending: Ending = .passes
    ) -> Self {
        Self("virtio, \(options)", board: board, "virtio-net-pci,\(options)", [], [], ending)
    }

    private static func without(_ fact: String, line: Int) -> Ending {
        .refuses("fact \(fact): evaluation: a fact lies outside of its range, line \(line)")
    }

    /// A card that goes by an IOMMU's addresses, which QEMU allows to cards without the old form alone.
    private static let translated = "disable-legacy=on,iommu_platform=on"

    /// All of them.
    static let all: [HonestMachine] = [
        virtio("page-per-vq=on"), virtio("page-per-vq=on", board: .q35), virtio(translated),
        virtio("modern-pio-notify=on"), virtio("status=off"), virtio("packed=on"), virtio("ctrl_vq=off"),
        virtio("mq=on"), virtio("event_idx=off"), virtio("indirect_desc=off"), virtio("any_layout=off,mrg_rxbuf=off"),
        virtio("rx_queue_size=1024,host_mtu=1400"),
        virtio("page-per-vq=on,modern-pio-notify=on,status=off,event_idx=off,packed=on,\(translated)"),
        virtio("disable-modern=on,disable-legacy=off"),
        virtio("disable-modern=on,disable-legacy=off,event_idx=off,status=off", board: .q35),
        virtio("disable-modern=on,disable-legacy=off,mq=on,vectors=10,host_mtu=1500,guest_announce=on"),
        virtio("disable-modern=on,disable-legacy=off,any_layout=off", without("any_layout", line: 34)),
        virtio("disable-modern=on,disable-legacy=off,rx_queue_size=1024", without("entries", line: 43)),
        Self(
            "virtio, behind an IOMMU, and goes by its addresses", board: .q35, "virtio-net-pci,\(translated)",
            ["intel-iommu"], [], without("no_iommu", line: 57)),
        Self("virtio, beside an IOMMU", board: .q35, "virtio-net-pci", ["intel-iommu"]),
        Self("e1000, on a board of 2014", "e1000", [], oldBoard, from: .disc),
        Self("virtio, on a board of 2014", "virtio-net-pci", [], oldBoard, from: .disc),
        Self("e1000, pc, qboot", "e1000", [], qboot), Self("e1000, q35, qboot", board: .q35, "e1000", [], qboot),
        Self("virtio, q35, qboot", board: .q35, "virtio-net-pci", [], qboot),
        Self("ne2000, pc, qboot", "ne2k_pci", [], qboot),
        Self(
            "rtl8139, behind a root port and a bridge, qboot", board: .q35, "rtl8139,bus=bridge,addr=2",
            ["pcie-root-port,id=root,chassis=1", "pcie-pci-bridge,id=bridge,bus=root"], qboot),
        Self(
            "microvm, PCI Express", board: .microvm, "e1000", [], ["-machine", "pcie=on"],
            // QEMU's tables for it are FACP and APIC; where configuration space is, code of its DSDT says alone
            // (hw/i386/acpi-microvm.c).
            .seesNone("no PCI function: ports 0xcf8 lead to none, and ACPI has no MCFG")),
        Self(
            "e1000, behind two bridges, qboot", "e1000,bus=inner,addr=3",
            ["pci-bridge,id=outer,chassis_nr=1", "pci-bridge,id=inner,chassis_nr=2,bus=outer,addr=1"], qboot),
    ]

    /// Whether every machine is booted.
    static let isWhole = ProcessInfo.processInfo.environment["METAOS_MACHINES"] == "all"

    /// All where METAOS_MACHINES is `all`, else a share that METAOS_SEED decides.
    static let share: [HonestMachine] = {
        guard !isWhole else { return all }
        let seed = ProcessInfo.processInfo.environment["METAOS_SEED"].flatMap { Int($0) } ?? 1
        return (0..<4).map { all[(abs(seed % all.count) + $0 * 7) % all.count] }
    }()
}
