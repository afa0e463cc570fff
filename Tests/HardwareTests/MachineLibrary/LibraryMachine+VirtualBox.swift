// A guest of VirtualBox with its standard board: no configuration space in memory, no event timers, a card of Intel
// that the rules know, and a USB controller of each older kind.

extension LibraryMachine {
    static let virtualBox = LibraryMachine(
        name: "VirtualBox",
        source:
            "dmesg and lspci of Linux guests of VirtualBox with PIIX3 (the VBox.log of minix 17 for the ports of power "
            + "management); VirtualBox, src/VBox/Devices/PC/DevACPI.cpp, for the tables",
        processor: LibraryProcessor(
            signature: 0x906EA, brand: "Intel(R) Core(TM) i7-8750H CPU @ 2.20GHz", frequency: 2_208_000_000,
            maximum: 0x16, addressBitCount: 39, isGuest: true, megahertz: (2208, 2208, 100)),
        memory: [
            .usable(0...0x9_FBFF), .reserved(0x9_FC00...0x9_FFFF), .reserved(0xF_0000...0xF_FFFF),
            .usable(0x10_0000...0x3FFE_FFFF), .tables(0x3FFF_0000...0x3FFF_FFFF), .reserved(0xFEC0_0000...0xFEC0_0FFF),
            .reserved(0xFEE0_0000...0xFEE0_0FFF), .reserved(0xFFFC_0000...0xFFFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xE_0000, start: 0x3FFF_0000,
            fixed: FixedTable(
                commandPort: 0x442E, eventPort: 0x4000, controlPort: 0x4004, timerPort: 0x4008, generalPort: 0x4020,
                generalByteCount: 2, resetPort: 0x4050, hasWideTimer: true),
            cores: [0], others: FirmwareTables.unread("SSDT")),
        functions: [
            .device("00:00.0", "8086:1237", 0x06_0000),
            .device("00:01.0", "8086:7000", 0x06_0100),
            .device("00:01.1", "8086:7111", 0x01_018A, [.ports(4, 0xD000, 16)]),
            .device(
                "00:02.0", "80ee:beef", 0x03_0000,
                [.memory(0, 0xE000_0000, 0x100_0000, isPrefetchable: true), .rom(0xC_0000, 0x8000)]),
            .device(
                "00:03.0", "8086:100e", 0x02_0000, [.memory(0, 0xF020_0000, 0x2_0000), .ports(2, 0xD020, 8)],
                [.power(at: 0xDC), .other(at: 0xE4, 0x07)], subsystem: 0x001E_8086),
            .device(
                "00:04.0", "80ee:cafe", 0x08_8000,
                [
                    .ports(0, 0xD040, 32), .memory(1, 0xF040_0000, 0x40_0000),
                    .memory(2, 0xF080_0000, 0x4000, isPrefetchable: true),
                ]),
            .device("00:05.0", "8086:2415", 0x04_0100, [.ports(0, 0xD100, 256), .ports(1, 0xD200, 64)]),
            .ohci("00:06.0", "106b:003f", 0xF080_4000),
            .device("00:07.0", "8086:7113", 0x06_8000),
            .ehci("00:0b.0", "8086:265c", 0xF080_5000, 0x1000),
            .device(
                "00:0d.0", "8086:2829", 0x01_0601,
                [
                    .ports(0, 0xD240, 8), .ports(1, 0xD248, 4), .ports(2, 0xD250, 8), .ports(3, 0xD258, 4),
                    .ports(4, 0xD260, 16), .memory(5, 0xF080_6000, 0x2000),
                ], [.power(at: 0x70), .other(at: 0xA8, 0x12)]),
        ],
        expected: Expectation(cores: 1, clock: .powerManagementTimer, drivers: ["00:03.0 e1000"]))
}
