// A guest of VMware with the board of 1998 and 32 root ports of PCI Express beside it, of which one has something
// behind it; the emulated card has a rule, the paravirtual one beside it has none. Its screen lists a capability
// without a length, as lspci says of it too ("Vendor Specific Information: Len=00").

import Hardware

extension LibraryMachine {
    static let vmware = LibraryMachine(
        name: "VMware",
        source:
            "lspci of guests of Workstation and ESXi (ROCm/legacy-rocm-build 1505 and public reports of the kind), "
            + "dmesg of the same for the memory map, tables and ranges",
        processor: LibraryProcessor(
            signature: 0x906EA, brand: "Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz", frequency: 3_192_000_000,
            maximum: 0x16,
            addressBitCount: 45, isGuest: true),
        memory: [
            .usable(0...0x9_EBFF), .reserved(0x9_EC00...0x9_FFFF), .reserved(0xD_C000...0xF_FFFF),
            .usable(0x10_0000...0xBFED_FFFF), .tables(0xBFEE_0000...0xBFEF_EFFF), .kept(0xBFEF_F000...0xBFEF_FFFF),
            .usable(0xBFF0_0000...0xBFFF_FFFF), .reserved(0xF000_0000...0xF7FF_FFFF),
            .reserved(0xFEC0_0000...0xFEC0_FFFF),
            .reserved(0xFEE0_0000...0xFEE0_0FFF), .reserved(0xFFFE_0000...0xFFFF_FFFF),
            .usable(0x1_0000_0000...0x1_3FFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xF_6A00, start: 0xBFEE_0000,
            fixed: FixedTable(
                eventPort: 0x1000, controlPort: 0x1004, timerPort: 0x1008, generalPort: 0x100C, resetPort: 0xCF9),
            cores: [0], emptyCoreCount: 127, configuration: (0xF000_0000, 0...127), eventTimers: EventTimers(),
            others: FirmwareTables.unread("SRAT", "WAET")),
        functions: board + rootPorts + [
            .uhci("02:00.0", "15ad:0774", ports: 0x2080),
            .device(
                "02:01.0", "8086:100f", 0x02_0000,
                [.wide(0, 0xFD5C_0000, 0x2_0000), .wide(2, 0xFDFF_0000, 0x1_0000), .ports(4, 0x2000, 64)],
                [.power(at: 0xDC), .other(at: 0xE4, 0x07)], subsystem: 0x0750_15AD),
            .ehci("02:02.0", "15ad:0770", 0xFD5E_F000, 0x1000),
            .device(
                "03:00.0", "15ad:07b0", 0x02_0000,
                [
                    .memory(0, 0xFD4F_C000, 0x1000), .memory(1, 0xFD4F_D000, 0x1000), .memory(2, 0xFD4F_E000, 0x2000),
                    .ports(3, 0x4000, 16),
                ],
                [
                    .power(at: 0x40), .express(at: 0x48), .messages(at: 0x84),
                    .messageTable(at: 0x9C, vectors: 25, bar: 2),
                ],
                subsystem: 0x07B0_15AD, extended: [0x0003]),
        ],
        expected: Expectation(
            cores: 1, clock: .powerManagementTimer, configuration: .memory, drivers: ["02:01.0 e1000"],
            undriven: ["03:00.0"], oddities: [Oddity(.capabilityLength, at: 0x7_8040)]))

    private static let board: [MachineFunction] = [
        .device("00:00.0", "8086:7190", 0x06_0000),
        .bridge("00:01.0", "8086:7191", buses: 1...1),
        .device("00:07.0", "8086:7110", 0x06_0100),
        .device("00:07.1", "8086:7111", 0x01_018A, [.ports(4, 0x1060, 16)]),
        .device("00:07.3", "8086:7113", 0x06_8000, command: 0x0101),
        .device(
            "00:07.7", "15ad:0740", 0x08_8000, [.ports(0, 0x1080, 64), .wide(2, 0xFEBF_E000, 0x2000)],
            [.messages(at: 0x40), .messageTable(at: 0x58, vectors: 2, bar: 2)]),
        .device(
            "00:0f.0", "15ad:0405", 0x03_0000,
            [
                .ports(0, 0x1070, 16), .memory(1, 0xE800_0000, 0x800_0000, isPrefetchable: true),
                .memory(2, 0xFE00_0000, 0x80_0000), .rom(0xC_0001, 0x8000),
            ], [.vendor(at: 0x40, [0, 0])]),
        .device(
            "00:10.0", "1000:0030", 0x01_0000,
            [.ports(0, 0x1400, 256), .wide(1, 0xFEBA_0000, 0x2_0000), .wide(3, 0xFEBC_0000, 0x2_0000)]),
        .bridge(
            "00:11.0", "15ad:0790", buses: 2...2, memory: 0xFD50_0000...0xFDFF_FFFF,
            prefetchable: 0xE7B0_0000...0xE7FF_FFFF, ports: 0x2000...0x3FFF, [.other(at: 0x40, 0x0D)],
            classCode: 0x06_0401),
    ]

    /// Devices 15 to 18 with eight functions each, a bus behind each.
    private static let rootPorts: [MachineFunction] = (0..<32).map { index in
        let memory = 0xFD40_0000 - 0x10_0000 * UInt64(index % 8) - 0x80_0000 * UInt64(index / 8)
        return .bridge(
            "00:\(String(0x15 + index / 8, radix: 16)).\(index % 8)", "15ad:07a0",
            buses: UInt8(3 + index)...UInt8(3 + index),
            memory: memory...memory + 0xF_FFFF, ports: index == 0 ? 0x4000...0x4FFF : nil,
            [.other(at: 0x40, 0x0D), .power(at: 0x48), .express(at: 0x50, type: 4), .messages(at: 0x8C)])
    }
}
