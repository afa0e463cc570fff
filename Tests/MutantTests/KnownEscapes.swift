// What the judge finds unsafe and the verifier does not refuse yet, by family and cause, so that anything else is news.
// The list is to be empty: a grant that says which values a register takes makes an entry go.

/// Escapes that are expected.
enum KnownEscapes {
    private static let gigabit: Set = [
        "receive ring", "receive ring's head", "transmit ring", "transmit ring's head", "RCTL",
        "transmit descriptor's form",
    ]

    static let causes: [String: Set<String>] = [
        "e1000": gigabit, "e1000e": gigabit, "rtl8139": ["receive ring", "transmit pair"],
        "virtio_net": [
            "descriptor table", "available ring", "used ring", "rx_table descriptor, INDIRECT",
            "tx_table descriptor, INDIRECT", "rx_table descriptor, NEXT", "tx_table descriptor, NEXT",
            "rx_available entry", "tx_available entry", "DRIVER_FEATURE",
        ],
        "i8255x": [
            "command unit", "command unit's base", "command unit's counters", "receive unit", "receive unit's base",
            "PORT, self-test", "PORT, dump", "sends, dump", "sends, microcode", "sends, number", "setup, dump",
            "setup, microcode", "setup, link", "sends, link", "rx, SF",
        ],
    ]

    /// Whether an escape of a family is one of them.
    static func contain(_ family: String, _ cause: String) -> Bool { causes[family]?.contains(cause) ?? false }
}
