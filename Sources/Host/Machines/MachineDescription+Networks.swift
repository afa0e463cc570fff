// Which of QEMU's devices are network cards, so that a card that somebody names is not alone.

extension MachineDescription {
    /// How QEMU's names of network cards on PCI begin.
    ///
    /// Source: QEMU 7.2, `-device help`, "Network devices".
    private static let cardNames = [
        "e1000", "i825", "igb", "ne2k_pci", "pcnet", "rtl8139", "tulip", "virtio-net-pci", "vmxnet3",
    ]

    /// How many network cards the machine is given: devices that name a network, or are cards by their model.
    public var cardCount: Int {
        devices.count { device in
            let properties = device.split(separator: ",")
            return properties.contains { $0.hasPrefix("netdev=") }
                || properties.first.map { model in Self.cardNames.contains { model.hasPrefix($0) } } ?? false
        }
    }

    /// Gives each network card that names no network one of its own: `net0`, `net1` and so on.
    ///
    /// - Parameter network: the value of `-netdev` for a name; by default a network whose gateway answers.
    public mutating func connectCards(by network: (String) -> String = { "user,id=\($0)" }) {
        for index in devices.indices {
            let properties = devices[index].split(separator: ",")
            guard let model = properties.first, Self.cardNames.contains(where: model.hasPrefix),
                !properties.contains(where: { $0.hasPrefix("netdev=") })
            else { continue }
            let name = "net\(networks.count)"
            networks.append(network(name))
            devices[index] += ",netdev=\(name)"
        }
    }
}
