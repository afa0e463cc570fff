// A mini PC with a Ryzen of 2020: nine host bridges, an IOMMU as a function of PCI, a processor that tells no
// frequency, and everything of its own behind one bridge.

extension LibraryMachine {
    static let miniature = LibraryMachine(
        name: "Ryzen mini PC",
        source: "pciconf and dmesg of Renoir machines (freebsd/drm-kmod 113 and 366, codepayne/pop-os-linux 5 and 8)",
        processor: LibraryProcessor(
            vendor: .amd, signature: 0x86_0F01, brand: "AMD Ryzen 3 4300U with Radeon Graphics",
            frequency: 2_694_800_000, maximum: 0x10, threadCount: 4, addressBitCount: 48),
        memory: [
            .usable(0...0x9_FFFF), .reserved(0xA_0000...0xF_FFFF), .usable(0x10_0000...0x9CF_EFFF),
            .reserved(0x9CF_F000...0x9FF_FFFF), .usable(0xA00_0000...0xA1F_FFFF), .kept(0xA20_0000...0xA20_BFFF),
            .usable(0xA20_C000...0xBCF2_9FFF), .reserved(0xBCF2_A000...0xBE28_4FFF), .tables(0xBE28_5000...0xBE2C_FFFF),
            .kept(0xBE2D_0000...0xBE5B_FFFF), .reserved(0xBE5C_0000...0xBEFF_EFFF), .usable(0xBEFF_F000...0xBFFF_FFFF),
            .reserved(0xF000_0000...0xF7FF_FFFF), .reserved(0xFD20_0000...0xFD2F_FFFF),
            .reserved(0xFEB8_0000...0xFEC0_1FFF), .reserved(0xFED8_0000...0xFED8_FFFF),
            .usable(0x1_0000_0000...0x2_2F33_FFFF), .reserved(0x2_2F34_0000...0x2_2FFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xBE2C_F014, isHandedOver: true, start: 0xBE28_5000,
            fixed: FixedTable(
                byteCount: 276, eventPort: 0x800, controlPort: 0x804, timerPort: 0x808, generalPort: 0x820,
                resetPort: 0xCF9, hasWideTimer: true),
            cores: [0, 1, 2, 3], emptyCoreCount: 12, inputControllers: [0xFEC0_0000, 0xFEC0_1000],
            configuration: (0xF000_0000, 0...127), eventTimers: EventTimers(),
            others: FirmwareTables.unread("SSDT", "CRAT", "CDIT", "WSMT") + [
                FirmwareTables.virtualization(0xFEB8_0000)
            ]),
        functions: root + [
            .device(
                "01:00.0", "10ec:8168", 0x02_0000,
                [.ports(0, 0xF000, 0x100), .wide(2, 0xFCF0_4000, 0x1000), .wide(4, 0xFCF0_0000, 0x4000)],
                [
                    .power(at: 0x40), .messages(at: 0x50), .express(at: 0x70),
                    .messageTable(at: 0xB0, vectors: 4, bar: 4),
                ],
                extended: [0x0001, 0x0002, 0x0003, 0x0018, 0x001E]),
            .device(
                "02:00.0", "8086:2723", 0x02_8000, [.wide(0, 0xFCE0_0000, 0x4000)],
                [
                    .power(at: 0xC8), .messages(at: 0xD0), .express(at: 0x40),
                    .messageTable(at: 0x80, vectors: 16, bar: 0),
                ],
                extended: [0x0001, 0x0003, 0x0018, 0x001E]),
            .device(
                "03:00.0", "144d:a808", 0x01_0802, [.wide(0, 0xFCD0_0000, 0x4000)],
                [
                    .power(at: 0x40), .messages(at: 0x50), .express(at: 0x70),
                    .messageTable(at: 0xB0, vectors: 33, bar: 0),
                ],
                extended: [0x0001, 0x0003, 0x0004, 0x0019]),
            .device(
                "04:00.0", "1002:1636", 0x03_0000,
                [
                    .wide(0, 0xD000_0000, 0x1000_0000, isPrefetchable: true),
                    .wide(2, 0xE000_0000, 0x20_0000, isPrefetchable: true), .ports(4, 0xE000, 0x100),
                    .memory(5, 0xFCA0_0000, 0x8_0000),
                ],
                [
                    .vendor(at: 0x48, [8, 0, 0, 0, 0, 0]), .power(at: 0x50), .express(at: 0x64, type: 1),
                    .messages(at: 0xA0),
                ]),
            .device("04:00.1", "1002:1637", 0x04_0300, [.memory(0, 0xFCA8_8000, 0x4000)], [.power(at: 0x50)]),
            .device(
                "04:00.2", "1022:15df", 0x10_8000,
                [.memory(2, 0xFC90_0000, 0x10_0000), .memory(5, 0xFCA8_C000, 0x2000)],
                [.power(at: 0x50), .express(at: 0x64)]),
            .xhci("04:00.3", "1022:1639", 0xFC80_0000, 0x10_0000),
            .xhci("04:00.4", "1022:1639", 0xFC70_0000, 0x10_0000),
            .device("04:00.6", "1022:15e3", 0x04_0300, [.memory(0, 0xFCA8_0000, 0x8000)], [.power(at: 0x50)]),
        ],
        registers: [0xFEB8_0018: 0],
        expected: Expectation(
            cores: 4, clock: .powerManagementTimer, configuration: .memory, undriven: ["01:00.0", "02:00.0"]))

    private static let root: [MachineFunction] =
        [
            .device("00:00.0", "1022:1630", 0x06_0000),
            .device("00:00.2", "1022:1631", 0x08_0600, [], [.other(at: 0x40, 0x0F), .messages(at: 0x64)], command: 4),
            .device("00:01.0", "1022:1632", 0x06_0000),
            .device("00:02.0", "1022:1632", 0x06_0000),
            port("00:02.1", "1022:1634", 1, 0xFCF0_0000...0xFCFF_FFFF, ports: 0xF000...0xFFFF),
            port("00:02.2", "1022:1634", 2, 0xFCE0_0000...0xFCEF_FFFF),
            port("00:02.4", "1022:1634", 3, 0xFCD0_0000...0xFCDF_FFFF),
            .device("00:08.0", "1022:1632", 0x06_0000),
            .bridge(
                "00:08.1", "1022:1635", buses: 4...4, memory: 0xFC70_0000...0xFCAF_FFFF,
                prefetchable: 0xD000_0000...0xE01F_FFFF, ports: 0xE000...0xEFFF,
                [.power(at: 0x50), .express(at: 0x58, type: 4), .messages(at: 0xA0), .other(at: 0xC0, 0x0D)]),
            .device("00:14.0", "1022:790b", 0x0C_0500, command: 0x0403),
            .device("00:14.3", "1022:790e", 0x06_0100, command: 0x000F),
        ]
        + (0..<8).map { .device("00:18.\($0)", "1022:144\(String(8 + $0, radix: 16))", 0x06_0000, command: 0) }

    private static func port(
        _ place: String, _ identity: String, _ bus: UInt8, _ memory: ClosedRange<UInt64>,
        ports: ClosedRange<UInt64>? = nil
    ) -> MachineFunction {
        .bridge(
            place, identity, buses: bus...bus, memory: memory, ports: ports,
            [.power(at: 0x50), .express(at: 0x58, type: 4), .messages(at: 0xA0), .other(at: 0xC0, 0x0D)])
    }
}
