// An Atom board whose firmware declares reduced hardware: no power management timer, no interval timer that counts, no
// port of power management at all. What counts is the event timers, which firmware has running.

extension LibraryMachine {
    static let atom = LibraryMachine(
        name: "Atom board with reduced ACPI",
        source:
            "dmesg of Bay Trail machines (coreos/bugs 209: N2807, all ranges of bus 0; linux-baytrail-flexx10 12: "
            + "memory map); ACPI Specification, version 6.5, section 4.1, for what reduced hardware lacks",
        processor: LibraryProcessor(
            signature: 0x30678, brand: "Intel(R) Celeron(R) CPU  N2807  @ 1.58GHz", frequency: 1_583_300_000,
            maximum: 0xB, threadCount: 2),
        memory: [
            .usable(0...0x8_EFFF), .kept(0x8_F000...0x8_FFFF), .usable(0x9_0000...0x9_DFFF),
            .reserved(0x9_E000...0x9_FFFF), .usable(0x10_0000...0x1FFF_FFFF), .reserved(0x2000_0000...0x201F_FFFF),
            .usable(0x2020_0000...0x779C_5FFF), .reserved(0x779C_6000...0x77A1_BFFF),
            .tables(0x77A1_C000...0x77AF_FFFF),
            .kept(0x77B0_0000...0x77DF_FFFF), .reserved(0x77E0_0000...0x7BFF_FFFF),
            .reserved(0xE000_0000...0xE3FF_FFFF),
            .reserved(0xFEA0_0000...0xFEAF_FFFF), .reserved(0xFED0_1000...0xFED0_1FFF),
            .reserved(0xFF80_0000...0xFFFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0x77AF_F014, isHandedOver: true, start: 0x77A1_C000,
            fixed: FixedTable(byteCount: 268, commandPort: 0, isReduced: true),
            cores: [0, 2], configuration: (0xE000_0000, 0...63), eventTimers: EventTimers(counts: true),
            others: FirmwareTables.unread("LPIT", "CSRT", "UEFI")),
        functions: [
            .device("00:00.0", "8086:0f00", 0x06_0000),
            .device(
                "00:02.0", "8086:0f31", 0x03_0000,
                [
                    .memory(0, 0xD000_0000, 0x40_0000), .memory(2, 0xC000_0000, 0x1000_0000, isPrefetchable: true),
                    .ports(4, 0xF020, 8),
                ], [.power(at: 0xD0), .messages(at: 0x90), .vendor(at: 0xB0, [7, 1, 0, 0, 0])]),
            .xhci("00:14.0", "8086:0f35", 0xD070_0000),
            .device(
                "00:1a.0", "8086:0f18", 0x10_8000,
                [.memory(0, 0xD050_0000, 0x10_0000), .memory(1, 0xD040_0000, 0x10_0000)],
                [.power(at: 0x80), .messages(at: 0xA0)]),
            .device("00:1b.0", "8086:0f04", 0x04_0300, [.wide(0, 0xD071_0000, 0x4000)], [.power(at: 0x50)]),
            .bridge(
                "00:1c.0", "8086:0f48", buses: 1...1, memory: 0xD060_0000...0xD06F_FFFF, ports: 0xE000...0xEFFF,
                [.express(at: 0x40, type: 4), .messages(at: 0x80), .other(at: 0x90, 0x0D), .power(at: 0xA0)]),
            .device("00:1f.0", "8086:0f1c", 0x06_0100, [], [.vendor(at: 0xE0, [12, 0x10, 0, 0, 0, 0, 0, 0])]),
            .device(
                "00:1f.3", "8086:0f12", 0x0C_0500, [.memory(0, 0xD071_4000, 32), .ports(4, 0xF000, 32)], command: 3),
            .device(
                "01:00.0", "10ec:8168", 0x02_0000,
                [
                    .ports(0, 0xE000, 0x100), .wide(2, 0xD060_4000, 0x1000),
                    .wide(4, 0xD060_0000, 0x4000, isPrefetchable: true),
                ],
                [
                    .power(at: 0x40), .messages(at: 0x50), .express(at: 0x70),
                    .messageTable(at: 0xB0, vectors: 4, bar: 4),
                ],
                extended: [0x0001, 0x0002, 0x0003, 0x0018]),
        ],
        hasIntervalTimer: false,
        expected: Expectation(
            cores: 2, clock: .eventTimer, configuration: .memory, undriven: ["01:00.0"]))
}
