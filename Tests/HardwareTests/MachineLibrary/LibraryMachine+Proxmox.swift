// A guest of Proxmox with its q35 board: eight USB controllers as that configuration file has them, four root ports
// with nothing behind, and virtio functions behind two plain bridges.

extension LibraryMachine {
    static let proxmox = LibraryMachine(
        name: "Proxmox q35",
        source:
            "dmesg of a guest of Proxmox (amazon-linux-2023 696: all ranges); QEMU, docs/config/q35-emulated.cfg, "
            + "hw/acpi/ich9.c and hw/i386/acpi-build.c for ports and tables",
        processor: LibraryProcessor(
            signature: 0xF61, brand: "Common KVM processor", frequency: 2_095_076_000, maximum: 0xD, threadCount: 4,
            addressBitCount: 40, isGuest: true),
        memory: [
            .usable(0...0x9_FBFF), .reserved(0x9_FC00...0x9_FFFF), .reserved(0xF_0000...0xF_FFFF),
            .usable(0x10_0000...0x7FFD_9FFF), .reserved(0x7FFD_A000...0x7FFF_FFFF),
            .reserved(0xB000_0000...0xBFFF_FFFF),
            .reserved(0xFED1_C000...0xFED1_FFFF), .reserved(0xFEFF_C000...0xFEFF_FFFF),
            .reserved(0xFFFC_0000...0xFFFF_FFFF),
            .usable(0x1_0000_0000...0x1_7FFF_FFFF), .reserved(0xFD_0000_0000...0xFF_FFFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xF_59D0, isWide: false, start: 0x7FFD_A000,
            fixed: FixedTable(
                eventPort: 0x600, controlPort: 0x604, timerPort: 0x608, generalPort: 0x620, generalByteCount: 16,
                resetPort: 0xCF9),
            cores: [0, 1, 2, 3], configuration: (0xB000_0000, 0...255), eventTimers: EventTimers(period: 10_000_000),
            others: FirmwareTables.unread("WAET")),
        functions: board + [
            .virtio("06:03.0", "1af4:1002", 0x00_FF00, 5, ports: 0xD040, table: nil, registers: 0xFC60_0000),
            .virtio("06:12.0", "1af4:1000", 0x02_0000, 1, ports: 0xD020, table: 0xFE80_0000, registers: 0xFC60_4000),
            .virtio("09:01.0", "1af4:1004", 0x01_0000, 8, ports: 0xC000, table: 0xFE60_0000, registers: 0xFC40_0000),
        ],
        watchdog: Watchdog(port: 0x660, count: 0),
        expected: Expectation(
            cores: 4, clock: .powerManagementTimer, configuration: .memory, drivers: ["06:12.0 virtio_net"]))

    private static let board: [MachineFunction] =
        [
            .device("00:00.0", "8086:29c0", 0x06_0000),
            .device(
                "00:01.0", "1234:1111", 0x03_0000,
                [
                    .memory(0, 0xFB00_0000, 0x100_0000, isPrefetchable: true), .memory(2, 0xFEA1_4000, 0x1000),
                    .rom(0xFEA0_0000, 0x1_0000),
                ]),
            .uhci("00:1a.0", "8086:2937", ports: 0x5040),
            .uhci("00:1a.1", "8086:2938", ports: 0x5060),
            .uhci("00:1a.2", "8086:2939", ports: 0x5080),
            .ehci("00:1a.7", "8086:293c", 0xFEA1_5000, 0x1000),
            .device("00:1b.0", "8086:293e", 0x04_0300, [.memory(0, 0xFEA1_0000, 0x4000)], [.messages(at: 0x60)]),
        ]
        + (0..<4).map { index in
            let base = UInt64(index) * 0x20_0000
            return .bridge(
                "00:1c.\(index)", "1b36:000c", buses: UInt8(1 + index)...UInt8(1 + index),
                memory: 0xFE00_0000 + base...0xFE1F_FFFF + base, ports: 0x1000 + base >> 9...0x1FFF + base >> 9,
                [.other(at: 0x54, 0x0D), .messageTable(at: 0x48, vectors: 1, bar: 0), .express(at: 0x54, type: 4)],
                [.memory(0, 0xFEA1_6000 + UInt64(index) * 0x1000, 0x1000)])
        } + [
            .uhci("00:1d.0", "8086:2934", ports: 0x50A0),
            .uhci("00:1d.1", "8086:2935", ports: 0x50C0),
            .uhci("00:1d.2", "8086:2936", ports: 0x50E0),
            .ehci("00:1d.7", "8086:293a", 0xFEA1_A000, 0x1000),
            .bridge(
                "00:1e.0", "8086:244e", buses: 5...9, memory: 0xFE60_0000...0xFE9F_FFFF,
                prefetchable: 0xFC40_0000...0xFC7F_FFFF, ports: 0xC000...0xDFFF, [.other(at: 0x50, 0x0D)],
                classCode: 0x06_0401),
            MachineFunction.device("00:1f.0", "8086:2918", 0x06_0100).holding([0x40: 0x601]),
            .device(
                "00:1f.2", "8086:2922", 0x01_0601, [.ports(4, 0x5100, 32), .memory(5, 0xFEA1_B000, 0x1000)],
                [.messages(at: 0x80), .other(at: 0xA8, 0x12)]),
            .device("00:1f.3", "8086:2930", 0x0C_0500, [.ports(4, 0x700, 64)], command: 0x0103),
            .bridge(
                "05:01.0", "1b36:0001", buses: 6...6, memory: 0xFE80_0000...0xFE9F_FFFF,
                prefetchable: 0xFC60_0000...0xFC7F_FFFF, ports: 0xD000...0xDFFF, [.other(at: 0x40, 0x0C)]),
            .bridge("05:02.0", "1b36:0001", buses: 7...7, [.other(at: 0x40, 0x0C)]),
            .bridge("05:03.0", "1b36:0001", buses: 8...8, [.other(at: 0x40, 0x0C)]),
            .bridge(
                "05:04.0", "1b36:0001", buses: 9...9, memory: 0xFE60_0000...0xFE7F_FFFF,
                prefetchable: 0xFC40_0000...0xFC5F_FFFF, ports: 0xC000...0xCFFF, [.other(at: 0x40, 0x0C)]),
        ]
}

extension MachineFunction {
    /// A transitional virtio function as QEMU has it: registers of version 1 in a range of its own, those of the old
    /// form in ports.
    ///
    /// Source: VIRTIO, version 1.2, section 4.1.4; QEMU, hw/virtio/virtio-pci.c, virtio_pci_realize.
    static func virtio(
        _ place: String, _ identity: String, _ classCode: UInt32, _ kind: UInt32, ports: UInt64, table: UInt64?,
        registers: UInt64
    ) -> MachineFunction {
        func leads(to type: UInt8, _ page: UInt8, _ more: [UInt8] = []) -> [UInt8] {
            [UInt8(16 + more.count), type, 4, 0, 0, 0, 0, page << 4, 0, 0, 0, 0x10, 0, 0] + more
        }
        var entries: [Entry] = [
            .vendor(at: 0x84, [20, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            .vendor(at: 0x70, leads(to: 2, 3, [4, 0, 0, 0])), .vendor(at: 0x60, leads(to: 4, 2)),
            .vendor(at: 0x50, leads(to: 3, 1)), .vendor(at: 0x40, leads(to: 1, 0)),
        ]
        var ranges: [Range] = [.ports(0, ports, 32), .wide(4, registers, 0x4000, isPrefetchable: true)]
        if let table {
            entries.insert(.messageTable(at: 0x98, vectors: 4, bar: 1), at: 0)
            ranges.append(.memory(1, table, 0x1000))
        }
        return device(place, identity, classCode, ranges, entries, subsystem: kind << 16 | 0x1AF4)
    }
}
