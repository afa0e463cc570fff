// The machines that must boot, a row a machine: what is unlike in it, and the cards that must get a driver.

import Machines
import Testing

/// A machine and what its boot must give.
struct Scenario: Sendable, CustomTestStringConvertible {
    var name: String
    var board = MachineDescription.Board.pc
    var processor = "max"
    var memoryMebibytes = 128
    var devices: [String] = []
    /// MAC addresses of the cards that must get a driver, in the order of their places.
    var cards: [String] = []
    var extraArguments: [String] = []
    /// Whether each card has a user-mode network behind it, whose gateway answers.
    var hasNetworks = true
    /// Whether the machine's time goes by as fast as it can count.
    var hasQuickTime = true
    var medium = Medium.kernel

    /// What a machine boots from.
    enum Medium: Hashable, Sendable {
        /// The kernel by PVH, without firmware's boot and GRUB.
        case kernel
        /// The ISO image in a CD drive.
        case disc
        /// The ISO image as a disk, as where somebody wrote it to a stick.
        case disk(MachineDescription.DiskBus)
    }

    var testDescription: String { name }

    func description(options: String = "") -> MachineDescription {
        let medium: MachineDescription.BootMedium =
            switch medium {
            case .kernel: .kernel(path: Images.kernel, commandLine: options)
            case .disc: .cdrom(path: Images.disc)
            case .disk(let bus): .disk(path: Images.disc, bus: bus)
            }
        var description = MachineDescription(board, medium)
        description.processor = processor
        description.memoryMebibytes = memoryMebibytes
        description.devices = devices
        if hasNetworks { description.networks = cards.indices.map { "user,id=net\($0)" } }
        description.extraArguments = extraArguments
        // QEMU's model of the card takes nothing in for its first second: with 32 ns an instruction that second is short.
        if hasQuickTime { description.instructionTimePower = 5 }
        return description
    }

    private static let first = "52:54:00:00:00:01"
    private static let second = "52:54:00:00:00:02"
    private static let third = "52:54:00:00:00:03"
    private static let fourth = "52:54:00:00:00:04"
    private static func card(_ address: String, _ place: String = "", model: String = "e1000") -> String {
        let network = [first, second, third, fourth].firstIndex(of: address) ?? 0
        return "\(model),netdev=net\(network),mac=\(address)\(place)"
    }

    /// A plain machine with one card.
    static let plain = Scenario(name: "pc, one card", devices: [card(first)], cards: [first])

    static let all: [Scenario] = [
        plain,
        Scenario(name: "q35, one card", board: .q35, devices: [card(first)], cards: [first]),
        Scenario(
            name: "pc, card behind another device", devices: ["virtio-rng-pci", card(first)], cards: [first]),
        Scenario(
            name: "q35, card behind another device", board: .q35, devices: ["nvme,serial=1", card(first)],
            cards: [first]),
        Scenario(
            name: "pc, card behind a bridge",
            devices: ["pci-bridge,id=bridge,chassis_nr=1", card(first, ",bus=bridge,addr=2")], cards: [first]),
        Scenario(
            name: "q35, card behind a root port and a bridge", board: .q35,
            devices: [
                "pcie-root-port,id=root,chassis=1", "pcie-pci-bridge,id=bridge,bus=root",
                card(first, ",bus=bridge,addr=2"),
            ], cards: [first]),
        Scenario(name: "pc, two cards", devices: [card(first), card(second)], cards: [first, second]),
        Scenario(name: "q35, two cards", board: .q35, devices: [card(first), card(second)], cards: [first, second]),
        Scenario(
            name: "pc, cards on two buses",
            devices: ["pci-bridge,id=bridge,chassis_nr=1", card(second, ",bus=bridge,addr=1"), card(first)],
            cards: [first, second]),
        Scenario(name: "pc, 82574L", devices: [card(first, model: "e1000e")], cards: [first]),
        Scenario(name: "q35, 82574L", board: .q35, devices: [card(first, model: "e1000e")], cards: [first]),
        Scenario(name: "pc, 82544GC", devices: [card(first, model: "e1000-82544gc")], cards: [first]),
        Scenario(name: "q35, 82545EM", board: .q35, devices: [card(first, model: "e1000-82545em")], cards: [first]),
        Scenario(
            name: "q35, all cards of the family", board: .q35,
            devices: [
                card(first), card(second, model: "e1000e"), card(third, model: "e1000-82544gc"),
                card(fourth, model: "e1000-82545em"),
            ], cards: [first, second, third, fourth]),
        Scenario(name: "pc, no card"),
        Scenario(name: "q35, no card", board: .q35),
        Scenario(name: "pc, RTL8139", devices: [card(first, model: "rtl8139")], cards: [first]),
        Scenario(name: "q35, RTL8139", board: .q35, devices: [card(first, model: "rtl8139")], cards: [first]),
        Scenario(name: "pc, virtio", devices: [card(first, model: "virtio-net-pci")], cards: [first]),
        Scenario(
            name: "q35, virtio", board: .q35, devices: [card(first, model: "virtio-net-pci")], cards: [first]),
        Scenario(
            name: "pc, virtio without the old form",
            devices: [card(first, ",disable-legacy=on", model: "virtio-net-pci")], cards: [first]),
        Scenario(
            name: "q35, virtio without the old form", board: .q35,
            devices: [card(first, ",disable-legacy=on", model: "virtio-net-pci")], cards: [first]),
        Scenario(name: "pc, 82559C", devices: [card(first, model: "i82559c")], cards: [first]),
        Scenario(name: "q35, 82559C", board: .q35, devices: [card(first, model: "i82559c")], cards: [first]),
        Scenario(name: "pc, NE2000", devices: [card(first, model: "ne2k_pci")], cards: [first]),
        Scenario(name: "q35, NE2000", board: .q35, devices: [card(first, model: "ne2k_pci")], cards: [first]),
        Scenario(name: "pc, PCnet", devices: [card(first, model: "pcnet")], cards: [first]),
        Scenario(name: "q35, PCnet", board: .q35, devices: [card(first, model: "pcnet")], cards: [first]),
        Scenario(
            name: "q35, a card of each kind", board: .q35,
            devices: [
                card(first), card(second, model: "rtl8139"), card(third, model: "virtio-net-pci"),
                card(fourth, model: "e1000e"),
            ], cards: [first, second, third, fourth]),
        Scenario(
            name: "pc, a list beside rings", devices: [card(first, model: "i82559c"), card(second)],
            cards: [first, second]),
        Scenario(
            name: "pc, a card of each kind",
            devices: [
                card(first), card(second, model: "rtl8139"), card(third, model: "virtio-net-pci"),
                card(fourth, model: "e1000e"),
            ], cards: [first, second, third, fourth]),
        Scenario(name: "pc, qemu64", processor: "qemu64", devices: [card(first)], cards: [first]),
        Scenario(name: "pc, Haswell", processor: "Haswell", devices: [card(first)], cards: [first]),
        Scenario(name: "q35, EPYC", board: .q35, processor: "EPYC", devices: [card(first)], cards: [first]),
        Scenario(name: "pc, 64 MiB", memoryMebibytes: 64, devices: [card(first)], cards: [first]),
        Scenario(name: "pc, 6 GiB", memoryMebibytes: 6144, devices: [card(first)], cards: [first]),
        Scenario(
            name: "q35, 6 GiB", board: .q35, memoryMebibytes: 6144, devices: [card(first)], cards: [first]),
        Scenario(
            name: "pc, four processors", devices: [card(first)], cards: [first], extraArguments: ["-smp", "4"]),
        Scenario(name: "pc, disc", devices: [card(first)], cards: [first], medium: .disc),
        Scenario(name: "q35, disc", board: .q35, devices: [card(first)], cards: [first], medium: .disc),
        Scenario(name: "pc, disc, 64 MiB, no card", memoryMebibytes: 64, medium: .disc),
        Scenario(
            name: "q35, disc, 6 GiB, Haswell", board: .q35, processor: "Haswell", memoryMebibytes: 6144,
            devices: [card(first)], cards: [first], medium: .disc),
        Scenario(name: "pc, IDE disk", devices: [card(first)], cards: [first], medium: .disk(.ide)),
        Scenario(name: "q35, SATA disk", board: .q35, devices: [card(first)], cards: [first], medium: .disk(.ide)),
        Scenario(name: "pc, virtio disk", devices: [card(first)], cards: [first], medium: .disk(.virtio)),
        Scenario(name: "pc, USB stick", devices: [card(first)], cards: [first], medium: .disk(.usb)),
    ]
}
