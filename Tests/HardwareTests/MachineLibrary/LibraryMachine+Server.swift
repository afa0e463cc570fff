// A server with C620 and a BMC: two roots, read-only memory that answers as a function of PCI, a graphics controller
// that is the BMC's remote console, and its serial console on the second port.

import Hardware

extension LibraryMachine {
    static let server = LibraryMachine(
        name: "C620 server with BMC",
        source:
            "lspci -nn of servers with Skylake-SP and C620 (iomemory-vsl4 47, vieyahn2017/iBlog 393, pciutils 113); "
            + "Linux, arch/x86/pci/fixup.c, for a1ec and a1ed",
        processor: LibraryProcessor(
            signature: 0x50654, brand: "Intel(R) Xeon(R) Silver 4110 CPU @ 2.10GHz", frequency: 2_100_000_000,
            maximum: 0x16, threadCount: 16, addressBitCount: 46, crystal: (2, 168, 0), megahertz: (2100, 3000, 100)),
        memory: [
            .usable(0...0x9_FFFF), .reserved(0xA_0000...0xF_FFFF), .usable(0x10_0000...0x5FFF_FFFF),
            .reserved(0x6000_0000...0x6CB3_FFFF), .tables(0x6CB4_0000...0x6CFF_FFFF), .kept(0x6D00_0000...0x6F33_CFFF),
            .reserved(0x6F33_D000...0x8FFF_FFFF), .reserved(0xFE00_0000...0xFE01_0FFF),
            .usable(0x1_0000_0000...0x10_7FFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0x6CFF_E014, isHandedOver: true, start: 0x6CB4_0000,
            fixed: FixedTable(
                byteCount: 276, eventPort: 0x500, controlPort: 0x504, timerPort: 0x508, generalPort: 0x580,
                generalByteCount: 32, resetPort: 0xCF9),
            cores: (0..<16).map { UInt8($0) }, emptyCoreCount: 16,
            inputControllers: [0xFEC0_0000, 0xFEC0_1000, 0xFEC0_8000], configuration: (0x8000_0000, 0...255),
            eventTimers: EventTimers(period: 41_666_667), consolePort: 0x2F8,
            others: FirmwareTables.unread("SPMI", "MCEJ", "HMAT", "UEFI") + [FirmwareTables.remapping([0xC5FF_C000])]),
        functions: front + [
            .bridge(
                "17:00.0", "8086:2030", buses: 0x18...0x18, prefetchable: 0x20_2FF0_0000...0x20_2FFF_FFFF,
                [.messages(at: 0x60), .express(at: 0x90, type: 4), .power(at: 0xE0)]),
            .device("17:05.0", "8086:2034", 0x08_8000, [], [.express(at: 0x40, type: 9)]),
            .device(
                "17:05.4", "8086:2036", 0x08_0020, [.memory(0, 0xC570_0000, 0x1000)], [.express(at: 0x44, type: 9)]),
            .device("17:08.0", "8086:208d", 0x08_8000, [], [.express(at: 0x40, type: 9)], command: 0),
            .device("17:1e.0", "8086:2080", 0x08_8000, [], [.express(at: 0x40, type: 9)], command: 0),
            card("18:00.0", 0x20_2FF9_0000), card("18:00.1", 0x20_2FF6_0000),
        ],
        watchdog: Watchdog(port: 0x400, count: 0x3C),
        registers: [
            // No remapping by either controller of disks, and an IOMMU that is off.
            0x9D28_00A4: 0, 0x9D28_0800: 0, 0x9D20_00A4: 0, 0x9D20_0800: 0,
            0xC5FF_C018: 0, 0xC5FF_C01C: 0, 0xC5FF_C064: 0,
        ],
        hasOneRoot: false,
        expected: Expectation(
            cores: 16, clock: .powerManagementTimer, configuration: .memory, undriven: ["18:00.0", "18:00.1"],
            oddities: [Oddity(.watchdogStopped, at: 0x400)]))

    /// A BCM5720, which no rule is for.
    private static func card(_ place: String, _ base: UInt64) -> MachineFunction {
        .device(
            place, "14e4:165f", 0x02_0000,
            [
                .wide(0, base, 0x1_0000, isPrefetchable: true),
                .wide(2, base + 0x1_0000, 0x1_0000, isPrefetchable: true),
                .wide(4, base + 0x2_0000, 0x1_0000, isPrefetchable: true),
            ],
            [
                .power(at: 0x48), .messages(at: 0x58), .messageTable(at: 0xA0, vectors: 17, bar: 4, pending: 0x120),
                .express(at: 0xAC),
            ],
            extended: [0x0001, 0x0003, 0x0004, 0x0002])
    }

    private static let front: [MachineFunction] =
        [.device("00:00.0", "8086:2020", 0x06_0000, [], [.express(at: 0x90, type: 4), .power(at: 0xE0)])]
        + (0..<8).map {
            .device(
                "00:04.\($0)", "8086:2021", 0x08_8000, [.wide(0, 0x20_3FF3_C000 - 0x4000 * UInt64($0), 0x4000)],
                [.messageTable(at: 0x80, vectors: 1, bar: 0), .express(at: 0x90, type: 9), .power(at: 0xE0)])
        } + [
            .device("00:05.0", "8086:2024", 0x08_8000, [], [.express(at: 0x40, type: 9)]),
            .device("00:05.2", "8086:2025", 0x08_8000, [], [.express(at: 0x40, type: 9)]),
            .device(
                "00:05.4", "8086:2026", 0x08_0020, [.memory(0, 0x9D30_A000, 0x1000)], [.express(at: 0x44, type: 9)]),
            .device("00:08.0", "8086:2014", 0x08_8000, [], [.express(at: 0x40, type: 9)], command: 0),
            .device("00:08.1", "8086:2015", 0x11_0100, [], command: 0),
            .device("00:11.0", "8086:a1ec", 0xFF_0000, [.other(0, 0xFE00_0000)], [.power(at: 0x80)], command: 0),
            .device("00:11.1", "8086:a1ed", 0xFF_0000, [.other(0, 0xFE00_0000)], [.power(at: 0x80)], command: 0),
            .device(
                "00:11.5", "8086:a1d2", 0x01_0601,
                [.memory(0, 0x9D30_6000, 0x2000), .memory(1, 0x9D30_9000, 0x100), .memory(5, 0x9D28_0000, 0x8_0000)],
                [.messages(at: 0x80), .power(at: 0x70), .other(at: 0xA8, 0x12)]),
            .xhci("00:14.0", "8086:a1af", 0x20_3FF0_0000),
            .device("00:14.2", "8086:a1b1", 0x11_8000, [.wide(0, 0x20_3FF4_5000, 0x1000)], [.power(at: 0x50)]),
            .device("00:16.0", "8086:a1ba", 0x07_8000, [.wide(0, 0x20_3FF4_4000, 0x1000)], [.power(at: 0x50)]),
            .device(
                "00:17.0", "8086:a182", 0x01_0601,
                [.memory(0, 0x9D30_4000, 0x2000), .memory(1, 0x9D30_8000, 0x100), .memory(5, 0x9D20_0000, 0x8_0000)],
                [.messages(at: 0x80), .power(at: 0x70), .other(at: 0xA8, 0x12)]),
            .bridge(
                "00:1c.0", "8086:a190", buses: 1...2, memory: 0x9C00_0000...0x9D0F_FFFF, ports: 0x2000...0x2FFF,
                [.express(at: 0x40, type: 4), .messages(at: 0x80), .power(at: 0xA0)]),
            .device("00:1f.0", "8086:a1c1", 0x06_0100),
            .device("00:1f.2", "8086:a1a1", 0x05_8000, [.memory(0, 0x9D30_0000, 0x4000)]),
            MachineFunction.device(
                "00:1f.4", "8086:a1a3", 0x0C_0500, [.wide(0, 0x20_3FF4_3000, 0x100), .ports(4, 0x780, 32)], command: 3
            ).holding([0x50: 0x401, 0x54: 0x100]),
            .device("00:1f.5", "8086:a1a4", 0x0C_8000, [.memory(0, 0xFE01_0000, 0x1000)], command: 2),
            .bridge(
                "01:00.0", "1a03:1150", buses: 2...2, memory: 0x9C00_0000...0x9D0F_FFFF, ports: 0x2000...0x2FFF,
                [.messages(at: 0x50), .power(at: 0x78), .express(at: 0x80, type: 7), .other(at: 0xC0, 0x0D)]),
            .device(
                "02:00.0", "1a03:2000", 0x03_0000,
                [.memory(0, 0x9C00_0000, 0x100_0000), .memory(1, 0x9D00_0000, 0x2_0000), .ports(2, 0x2000, 128)],
                [.power(at: 0x40), .messages(at: 0x50)]),
        ]
}
