// A workstation with a Xeon E5 v4: a second root with the uncore's functions, of which some have other registers where
// base address registers should be, both kinds of USB controllers in firmware's hands, and a console on the second
// port.

extension LibraryMachine {
    static let xeon = LibraryMachine(
        name: "Xeon E5 v4",
        source:
            "dmesg of Broadwell-EP with its uncore on bus ff (NVIDIA/nvidia-docker 1217, coreos/bugs 2108, "
            + "sonic-buildimage 8401), lspci of C610 (pciutils 108); Linux, arch/x86/pci/fixup.c, for 6f60, 6fa0, 6fc0",
        processor: LibraryProcessor(
            signature: 0x406F1, brand: "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", frequency: 2_400_000_000,
            maximum: 0x14, threadCount: 28, addressBitCount: 46),
        memory: [
            .usable(0...0x9_B3FF), .reserved(0x9_B400...0x9_FFFF), .reserved(0xE_0000...0xF_FFFF),
            .usable(0x10_0000...0x7887_EFFF), .reserved(0x7887_F000...0x7924_4FFF), .tables(0x7924_5000...0x7948_EFFF),
            .kept(0x7948_F000...0x7B6C_5FFF), .reserved(0x7B6C_6000...0x8FFF_FFFF),
            .reserved(0xFED1_C000...0xFED4_4FFF), .reserved(0xFF00_0000...0xFFFF_FFFF),
            .usable(0x1_0000_0000...0x10_7FFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xF_0580, start: 0x7924_5000,
            fixed: FixedTable(
                byteCount: 268, eventPort: 0x400, controlPort: 0x404, timerPort: 0x408, generalPort: 0x420,
                generalByteCount: 16, resetPort: 0xCF9),
            cores: (0..<14).flatMap { [UInt8(2 * $0)] } + (0..<14).map { UInt8(2 * $0 + 1) },
            inputControllers: [0xFEC0_0000, 0xFEC0_1000], configuration: (0x8000_0000, 0...255),
            eventTimers: EventTimers(), consolePort: 0x2F8,
            others: FirmwareTables.unread("SRAT", "SLIT", "HEST") + [FirmwareTables.remapping([0xFBFF_C000])]),
        functions: front + uncore,
        watchdog: Watchdog(port: 0x460, control: 0x800),
        registers: [0xFBFF_C018: 0, 0xFBFF_C01C: 0, 0xFBFF_C064: 0],
        hasOneRoot: false,
        expected: Expectation(
            cores: 28, clock: .powerManagementTimer, configuration: .memory, undriven: ["02:00.0", "02:00.1"]))

    private static let front: [MachineFunction] = [
        .device("00:00.0", "8086:6f00", 0x06_0000, [], [.express(at: 0x90, type: 4), .power(at: 0xE0)]),
        .bridge("00:01.0", "8086:6f02", buses: 1...1, [.express(at: 0x90, type: 4), .power(at: 0xE0)]),
        .bridge(
            "00:02.0", "8086:6f04", buses: 2...2, memory: 0xC720_0000...0xC74F_FFFF, ports: 0xE000...0xEFFF,
            [.express(at: 0x90, type: 4), .power(at: 0xE0)]),
        .device("00:05.0", "8086:6f28", 0x08_8000, [], [.express(at: 0x40, type: 9)]),
        .device("00:05.1", "8086:6f29", 0x08_8000, [], [.express(at: 0x40, type: 9), .messages(at: 0x80)]),
        .device("00:05.2", "8086:6f2a", 0x08_8000, [], [.express(at: 0x40, type: 9)]),
        .device("00:05.4", "8086:6f2c", 0x08_0020, [.memory(0, 0xC713_4000, 0x1000)], [.express(at: 0x44, type: 9)]),
        .device("00:11.0", "8086:8d7c", 0xFF_0000, [], [.power(at: 0x80)]),
        .device(
            "00:11.4", "8086:8d62", 0x01_0601,
            [
                .ports(0, 0xF110, 8), .ports(1, 0xF100, 4), .ports(2, 0xF0F0, 8), .ports(3, 0xF0E0, 4),
                .ports(4, 0xF020, 32), .memory(5, 0xC713_8000, 0x800),
            ], [.messages(at: 0x80), .power(at: 0x70), .other(at: 0xA8, 0x12)]),
        .xhci("00:14.0", "8086:8d31", 0xC711_0000),
        .device(
            "00:16.0", "8086:8d3a", 0x07_8000, [.wide(0, 0xC713_F000, 16)], [.power(at: 0x50), .messages(at: 0x8C)]),
        .ehci("00:1a.0", "8086:8d2d", 0xC713_C000),
        .bridge("00:1c.0", "8086:8d10", buses: 4...4, [.express(at: 0x40, type: 4), .power(at: 0xA0)]),
        .bridge(
            "00:1c.4", "8086:8d18", buses: 5...6, memory: 0xC600_0000...0xC70F_FFFF, ports: 0xD000...0xDFFF,
            [.express(at: 0x40, type: 4), .power(at: 0xA0)]),
        .ehci("00:1d.0", "8086:8d26", 0xC713_B000),
        .device("00:1f.0", "8086:8d44", 0x06_0100, [], [.vendor(at: 0xE0, [12, 0x10, 0, 0, 0, 0, 0, 0])])
            .holding([0x40: 0x401]),
        .device(
            "00:1f.2", "8086:8d02", 0x01_0601,
            [
                .ports(0, 0xF070, 8), .ports(1, 0xF060, 4), .ports(2, 0xF050, 8), .ports(3, 0xF040, 4),
                .ports(4, 0xF000, 32), .memory(5, 0xC713_A000, 0x800),
            ], [.messages(at: 0x80), .power(at: 0x70), .other(at: 0xA8, 0x12)]),
        .device("00:1f.3", "8086:8d22", 0x0C_0500, [.wide(0, 0xC713_9000, 0x100), .ports(4, 0x580, 32)], command: 3),
        .device(
            "02:00.0", "8086:1521", 0x02_0000,
            [.memory(0, 0xC732_0000, 0x2_0000), .ports(2, 0xE020, 32), .memory(3, 0xC734_4000, 0x4000)],
            [.power(at: 0x40), .messages(at: 0x50), .messageTable(at: 0x70, vectors: 10, bar: 3), .express(at: 0xA0)],
            extended: [0x0001, 0x0003, 0x0010]),
        .device(
            "02:00.1", "8086:1521", 0x02_0000,
            [.memory(0, 0xC730_0000, 0x2_0000), .ports(2, 0xE000, 32), .memory(3, 0xC734_0000, 0x4000)],
            [.power(at: 0x40), .messages(at: 0x50), .messageTable(at: 0x70, vectors: 10, bar: 3), .express(at: 0xA0)],
            extended: [0x0001, 0x0003, 0x0010]),
        .bridge(
            "05:00.0", "1a03:1150", buses: 6...6, memory: 0xC600_0000...0xC70F_FFFF, ports: 0xD000...0xDFFF,
            [.messages(at: 0x50), .power(at: 0x78), .express(at: 0x80, type: 7)]),
        .device(
            "06:00.0", "1a03:2000", 0x03_0000,
            [.memory(0, 0xC600_0000, 0x100_0000), .memory(1, 0xC700_0000, 0x2_0000), .ports(2, 0xD000, 128)],
            [.power(at: 0x40), .messages(at: 0x50)]),
    ]

    /// What of the uncore a firmware shows that hides nothing; the registers of Home Agents and of the Power Control
    /// Unit at 0x10 and 0x14 are no ranges, and hold what is written.
    private static let uncore: [MachineFunction] = [
        .device("ff:08.0", "8086:6f80", 0x08_8000, command: 0),
        .device("ff:08.2", "8086:6f32", 0x11_0100, command: 0),
        .device("ff:0b.0", "8086:6f81", 0x08_8000, command: 0),
        .device("ff:10.0", "8086:6f1d", 0x08_8000, command: 0),
        .device("ff:12.0", "8086:6fa0", 0x08_8000, [.other(0, 0xFC00_0000), .other(1, 0x2F)], command: 0),
        .device("ff:12.1", "8086:6f30", 0x11_0100, command: 0),
        .device("ff:12.4", "8086:6f60", 0x08_8000, [.other(0, 0xFC00_0000), .other(1, 0x2F)], command: 0),
        .device("ff:13.0", "8086:6fa8", 0x08_8000, command: 0),
        .device("ff:1e.0", "8086:6f98", 0x08_8000, command: 0),
        .device("ff:1e.3", "8086:6fc0", 0x08_8000, [.other(1, 0x1000)], command: 0),
        .device("ff:1f.0", "8086:6f88", 0x08_8000, command: 0),
    ]
}
