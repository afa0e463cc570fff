// A business laptop of 2021: its disks are behind a volume management device and so in a segment of their own, no
// interval timer counts, two xHCI controllers are in firmware's hands, and neither of its network cards has a rule.

import Hardware

extension LibraryMachine {
    static let laptop = LibraryMachine(
        name: "laptop with VMD",
        source:
            "lspci of Tiger Lake laptops with VMD (qubes-issues 6932, freebsd/drm-kmod 129 and 281) and dmesg of a "
            + "board with the same chipset (slimbootloader 1502: IOMMUs, reserved memory, 2.8 GHz)",
        processor: LibraryProcessor(
            signature: 0x806C1, brand: "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", frequency: 2_803_200_000,
            maximum: 0x1B, threadCount: 8, addressBitCount: 39, crystal: (2, 146, 38_400_000),
            megahertz: (2800, 4700, 100)),
        memory: [
            .usable(0...0x9_DFFF), .reserved(0x9_E000...0xF_FFFF), .usable(0x10_0000...0x3D5B_2FFF),
            .reserved(0x3D5B_3000...0x40B2_EFFF), .tables(0x40B2_F000...0x40BF_EFFF),
            .usable(0x40BF_F000...0x40BF_FFFF),
            .reserved(0x40C0_0000...0x44FF_FFFF), .usable(0x4500_0000...0x7B7F_FFFF),
            .reserved(0x7B80_0000...0x7FBF_FFFF),
            .reserved(0xC000_0000...0xCFFF_FFFF), .reserved(0xFED2_0000...0xFED7_FFFF),
            .reserved(0xFF00_0000...0xFFFF_FFFF), .usable(0x1_0000_0000...0x4_7FBF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0x40BF_E014, isHandedOver: true, start: 0x40B3_0000,
            fixed: FixedTable(
                byteCount: 276, eventPort: 0x1800, controlPort: 0x1804, timerPort: 0x1808, generalPort: 0x1860,
                generalByteCount: 32, resetPort: 0xCF9),
            cores: [0, 2, 4, 6, 1, 3, 5, 7], configuration: (0xC000_0000, 0...255), eventTimers: EventTimers(),
            others: FirmwareTables.unread("SSDT", "WSMT", "NHLT", "BGRT") + [
                FirmwareTables.remapping([0xFED9_0000, 0xFED9_1000], reserved: 0x7B80_0000...0x7FBF_FFFF)
            ]),
        functions: [
            .device("00:00.0", "8086:9a14", 0x06_0000, [], [.vendor(at: 0xE0, [0x14, 0, 0, 0, 0, 0, 0, 0])]),
            .device(
                "00:02.0", "8086:9a49", 0x03_0000,
                [
                    .wide(0, 0x60_3D00_0000, 0x100_0000), .wide(2, 0x40_0000_0000, 0x1000_0000, isPrefetchable: true),
                    .ports(4, 0x3000, 0x40),
                ],
                [
                    .vendor(at: 0x40, [12, 0, 0, 0]), .express(at: 0x70, type: 9), .messages(at: 0xAC),
                    .power(at: 0xD0),
                ],
                extended: [0x001B, 0x000F, 0x0013, 0x0010]),
            .device("00:04.0", "8086:9a03", 0x11_8000, [.wide(0, 0x60_3E18_0000, 0x2_0000)], [.power(at: 0xD0)]),
            .device("00:06.0", "8086:09ab", 0x08_8000, command: 0),
            .device(
                "00:08.0", "8086:9a11", 0x08_8000, [.wide(0, 0x60_3E1F_D000, 0x1000)], [.power(at: 0xDC)], command: 2),
            .device(
                "00:0a.0", "8086:9a0d", 0x11_8000, [.wide(0, 0x60_3E1D_8000, 0x8000)], [.express(at: 0x70, type: 9)]),
            .xhci("00:0d.0", "8086:9a13", 0x60_3E1C_0000),
            .device(
                "00:0e.0", "8086:9a0b", 0x01_0400,
                [
                    .wide(0, 0x60_3C00_0000, 0x100_0000, isPrefetchable: true), .memory(2, 0x8000_0000, 0x200_0000),
                    .wide(4, 0x60_3E00_0000, 0x10_0000),
                ], [.messageTable(at: 0x80, vectors: 19, bar: 4), .express(at: 0x90, type: 9), .power(at: 0xE0)]),
            .xhci("00:14.0", "8086:a0ed", 0x60_3E1B_0000),
            .device(
                "00:14.2", "8086:a0ef", 0x05_0000,
                [.wide(0, 0x60_3E1F_4000, 0x4000), .wide(2, 0x60_3E1F_C000, 0x1000)],
                [.power(at: 0x80)], command: 0),
            .device(
                "00:14.3", "8086:a0f0", 0x02_8000, [.wide(0, 0x60_3E1F_0000, 0x4000)],
                [
                    .power(at: 0xC8), .messages(at: 0xD0), .express(at: 0x40, type: 9),
                    .messageTable(at: 0x80, vectors: 16, bar: 0),
                ],
                extended: [0x0018, 0x000B]),
            .device("00:15.0", "8086:a0e8", 0x0C_8000, [.wide(0, 0x60_3E1E_8000, 0x1000)], [.power(at: 0x80)]),
            .device(
                "00:16.0", "8086:a0e0", 0x07_8000, [.wide(0, 0x60_3E1F_B000, 0x1000)],
                [.power(at: 0x50), .messages(at: 0x8C)]),
            .device("00:1d.0", "8086:09ab", 0x08_8000, command: 0),
            .device("00:1f.0", "8086:a082", 0x06_0100),
            .device(
                "00:1f.3", "8086:a0c8", 0x04_0100,
                [.wide(0, 0x60_3E1E_C000, 0x4000), .wide(4, 0x60_3E08_0000, 0x10_0000)],
                [.power(at: 0x50), .messages(at: 0x60)]),
            MachineFunction.device(
                "00:1f.4", "8086:a0a3", 0x0C_0500, [.wide(0, 0x60_3E1F_8000, 0x100), .ports(4, 0xEFA0, 32)], command: 3
            ).holding([0x50: 0x401, 0x54: 0x100]),
            .device("00:1f.5", "8086:a0a4", 0x0C_8000, [.memory(0, 0xFE01_0000, 0x1000)], command: 2),
            .device(
                "00:1f.6", "8086:15fb", 0x02_0000, [.memory(0, 0x8240_0000, 0x2_0000)],
                [.power(at: 0xC8), .messages(at: 0xD0)]),
        ],
        hasIntervalTimer: false, watchdog: Watchdog(port: 0x400, control: 0x800),
        registers: [
            0xFED9_0018: 0, 0xFED9_001C: 0, 0xFED9_0064: 0, 0xFED9_1018: 0, 0xFED9_101C: 0, 0xFED9_1064: 0,
        ],
        expected: Expectation(
            cores: 8, clock: .powerManagementTimer, configuration: .memory, undriven: ["00:14.3", "00:1f.6"],
            oddities: [Oddity(.disksHidden, at: 0x7_0008)]))
}
