// Bochs as it comes: 32 MiB, a slow processor of 2004, ACPI 1 in the BIOS's segment, and an NE2000 on PCI.

extension LibraryMachine {
    static let bochs = LibraryMachine(
        name: "Bochs",
        source: "Bochs, bios/rombios32.c (tables, memory map, where ranges are put) and iodev of its i440FX board; "
            + "dmesg of guests (bochs-emu/Bochs 791)",
        processor: LibraryProcessor(
            signature: 0xF49, brand: "Intel(R) Celeron(R) CPU 3.06GHz", frequency: 100_000_000, maximum: 5),
        memory: [
            .usable(0...0x9_EFFF), .reserved(0x9_F000...0x9_FFFF), .reserved(0xE_8000...0xF_FFFF),
            .usable(0x10_0000...0x1FE_FFFF), .tables(0x1FF_0000...0x1FF_FFFF), .reserved(0xFFFC_0000...0xFFFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xF_A190, isWide: false, start: 0x1FF_0000,
            fixed: FixedTable(
                byteCount: 116, eventPort: 0xB000, controlPort: 0xB004, timerPort: 0xB008, generalPort: 0xAFE0,
                generalByteCount: 4, isNamedTwice: false),
            cores: [0]),
        functions: [
            .device("00:00.0", "8086:1237", 0x06_0000),
            .device("00:01.0", "8086:7000", 0x06_0100),
            .device("00:01.1", "8086:7010", 0x01_0180, [.ports(4, 0xC000, 16)]),
            .uhci("00:01.2", "8086:7020", ports: 0xC020),
            .device("00:01.3", "8086:7113", 0x06_8000),
            .device(
                "00:02.0", "1234:1111", 0x03_0000,
                [.memory(0, 0xE000_0000, 0x100_0000, isPrefetchable: true), .memory(2, 0xE100_0000, 0x1000)]),
            .device("00:03.0", "10ec:8029", 0x02_0000, [.ports(0, 0xC100, 256)], subsystem: 0x8029_10EC),
        ],
        expected: Expectation(cores: 1, clock: .powerManagementTimer, drivers: ["00:03.0 ne2000"]))
}
