// A desktop of 2006: a BIOS that knows ACPI 1 alone, plain PCI behind a bridge of the south bridge, every USB
// controller in firmware's hands for the keyboard, and a card that the rules know.

extension LibraryMachine {
    static let desktop = LibraryMachine(
        name: "desktop of 2006",
        source:
            "lspci and dmesg of boards with Intel 945G and ICH7, as in Debian's wiki (HowToIdentifyADevice/PCI) and in "
            + "public reports of ICH7; Intel's I/O Controller Hub 7 data sheet for the ports of power management",
        processor: LibraryProcessor(
            signature: 0x6F6, brand: "Intel(R) Core(TM)2 CPU          6300  @ 1.86GHz", frequency: 1_862_000_000,
            maximum: 0xA, threadCount: 2),
        memory: [
            .usable(0...0x9_FBFF), .reserved(0x9_FC00...0x9_FFFF), .reserved(0xE_4000...0xF_FFFF),
            .usable(0x10_0000...0x3F6A_FFFF), .tables(0x3F6B_0000...0x3F6B_DFFF), .kept(0x3F6B_E000...0x3F6E_FFFF),
            .reserved(0x3F6F_0000...0x3F7F_FFFF), .reserved(0xFEE0_0000...0xFEE0_0FFF),
            .reserved(0xFFB0_0000...0xFFFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xF_BDE0, isWide: false, start: 0x3F6B_0000,
            fixed: FixedTable(
                byteCount: 116, eventPort: 0x800, controlPort: 0x804, timerPort: 0x808, generalPort: 0x828,
                isNamedTwice: false),
            cores: [0, 1], emptyCoreCount: 2, configuration: (0xF000_0000, 0...63), eventTimers: EventTimers(),
            others: FirmwareTables.unread("OEMB")),
        functions: [
            .device("00:00.0", "8086:2770", 0x06_0000, [], [.vendor(at: 0xE0, [9, 0, 0x51, 0x11, 0, 0, 0])]),
            .device(
                "00:02.0", "8086:2772", 0x03_0000,
                [
                    .memory(0, 0xFEB8_0000, 0x8_0000), .ports(1, 0xEC00, 8),
                    .memory(2, 0xD000_0000, 0x1000_0000, isPrefetchable: true), .memory(3, 0xFEB4_0000, 0x4_0000),
                ], [.messages(at: 0x90), .power(at: 0xD0)]),
            .device(
                "00:1b.0", "8086:27d8", 0x04_0300, [.wide(0, 0xFEB3_8000, 0x4000)],
                [.power(at: 0x50), .messages(at: 0x60), .express(at: 0x70, type: 9)], extended: [0x0002, 0x0005]),
            .bridge(
                "00:1c.0", "8086:27d0", buses: 3...3,
                [.express(at: 0x40, type: 4), .messages(at: 0x80), .other(at: 0x90, 0x0D), .power(at: 0xA0)]),
            .bridge(
                "00:1c.1", "8086:27d2", buses: 2...2, memory: 0xFEA0_0000...0xFEA0_FFFF, ports: 0xD000...0xDFFF,
                [.express(at: 0x40, type: 4), .messages(at: 0x80), .other(at: 0x90, 0x0D), .power(at: 0xA0)]),
            .uhci("00:1d.0", "8086:27c8", ports: 0xE480),
            .uhci("00:1d.1", "8086:27c9", ports: 0xE800),
            .uhci("00:1d.2", "8086:27ca", ports: 0xE880),
            .uhci("00:1d.3", "8086:27cb", ports: 0xEC40),
            .ehci("00:1d.7", "8086:27cc", 0xFEB3_FC00),
            .bridge(
                "00:1e.0", "8086:244e", buses: 1...1, memory: 0xFE90_0000...0xFE9F_FFFF, ports: 0xC000...0xCFFF,
                [.other(at: 0x50, 0x0D)], classCode: 0x06_0401),
            .device("00:1f.0", "8086:27b8", 0x06_0100, [], [.vendor(at: 0xE0, [12, 16, 0, 0, 0, 0, 0, 0, 0, 0])])
                .holding([0x40: 0x801]),
            .device("00:1f.1", "8086:27df", 0x01_018A, [.ports(4, 0xFFA0, 16)]),
            .device(
                "00:1f.2", "8086:27c0", 0x01_018F,
                [
                    .ports(0, 0xE400, 8), .ports(1, 0xE080, 4), .ports(2, 0xE000, 8), .ports(3, 0xDC00, 4),
                    .ports(4, 0xD880, 16),
                ], [.power(at: 0x70)]),
            .device("00:1f.3", "8086:27da", 0x0C_0500, [.ports(4, 0x400, 32)], command: 0x0101),
            .device(
                "01:05.0", "10ec:8139", 0x02_0000,
                [.ports(0, 0xC800, 0x100), .memory(1, 0xFE9F_FC00, 0x100), .rom(0xFE9E_0000, 0x1_0000)],
                [.power(at: 0x50)], subsystem: 0x8139_10EC),
            .device(
                "02:00.0", "197b:2361", 0x01_0185,
                [
                    .ports(0, 0xDC80, 8), .ports(1, 0xDC08, 4), .ports(2, 0xD480, 8), .ports(3, 0xD400, 4),
                    .ports(4, 0xD080, 16), .memory(5, 0xFEA0_0000, 0x2000), .rom(0xFEA0_0000, 0x1_0000),
                ], [.power(at: 0x68), .express(at: 0x50, type: 1)]),
        ],
        watchdog: Watchdog(port: 0x860, control: 0x800),
        expected: Expectation(
            cores: 2, clock: .powerManagementTimer, configuration: .memory, drivers: ["01:05.0 rtl8139"]))
}
