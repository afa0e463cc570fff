// A guest of Hyper-V of the first generation: the board of 1998 without AGP, and the card for starting from a network
// that no rule is for. What is fast there is no PCI function at all.

extension LibraryMachine {
    static let hyperV = LibraryMachine(
        name: "Hyper-V generation 1",
        source:
            "dmesg and lspci of guests of Hyper-V generation 1 (bargees/barge-os 36 and public reports of the kind)",
        processor: LibraryProcessor(
            signature: 0x306C3, brand: "Intel(R) Core(TM) i7-4770 CPU @ 3.40GHz", frequency: 3_392_280_000,
            maximum: 0xD,
            threadCount: 2, addressBitCount: 39, isGuest: true),
        memory: [
            .usable(0...0x9_FBFF), .reserved(0x9_FC00...0x9_FFFF), .reserved(0xE_0000...0xF_FFFF),
            .usable(0x10_0000...0x3FFE_FFFF), .tables(0x3FFF_0000...0x3FFF_EFFF), .kept(0x3FFF_F000...0x3FFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xF_5BF0, start: 0x3FFF_0000,
            fixed: FixedTable(
                eventPort: 0x400, controlPort: 0x404, timerPort: 0x408, generalPort: 0x40C, generalByteCount: 4,
                hasWideTimer: true),
            cores: [0, 1], emptyCoreCount: 62, others: FirmwareTables.unread("WAET", "SLIC", "OEM0", "SRAT", "OEMB")),
        functions: [
            .device("00:00.0", "8086:7192", 0x06_0000),
            .device("00:07.0", "8086:7110", 0x06_0100),
            .device("00:07.1", "8086:7111", 0x01_0180, [.ports(4, 0xFFA0, 16)]),
            .device("00:07.3", "8086:7113", 0x06_8000),
            .device(
                "00:08.0", "1414:5353", 0x03_0000, [.memory(0, 0xF800_0000, 0x400_0000), .rom(0xC_0000, 0x2_0000)]),
            .device(
                "00:0a.0", "1011:0009", 0x02_0000,
                [.ports(0, 0xEC00, 128), .memory(1, 0xFEBF_F000, 0x1000), .rom(0xFEBE_0000, 0x1_0000)],
                subsystem: 0x2100_1414),
        ],
        expected: Expectation(cores: 2, clock: .powerManagementTimer, undriven: ["00:0a.0"]))
}
