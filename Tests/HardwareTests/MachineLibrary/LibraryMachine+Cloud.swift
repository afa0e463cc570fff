// A guest of a large cloud: the board of 1996 with three virtio functions of the old form alone, whose memory ranges
// are smaller than a page and hold nothing but tables of messages.

extension LibraryMachine {
    static let cloud = LibraryMachine(
        name: "cloud virtio",
        source: "lspci -vnn of instances of Google's Compute Engine (elasticluster 504: all ranges), dmesg of the same",
        processor: LibraryProcessor(
            signature: 0x406F0, brand: "Intel(R) Xeon(R) CPU @ 2.20GHz", frequency: 2_200_000_000, maximum: 0xD,
            threadCount: 2, addressBitCount: 46, isGuest: true),
        memory: [
            .reserved(0...0xFFF), .usable(0x1000...0x9_FBFF), .reserved(0x9_FC00...0x9_FFFF),
            .reserved(0xF_0000...0xF_FFFF), .usable(0x10_0000...0xBFFF_2FFF), .reserved(0xBFFF_3000...0xBFFF_FFFF),
            .reserved(0xFFFB_C000...0xFFFF_FFFF), .usable(0x1_0000_0000...0x2_1FFF_FFFF),
        ],
        tables: FirmwareTables(
            rootPointer: 0xF_23A0, isWide: false, start: 0xBFFF_3000,
            fixed: FixedTable(
                eventPort: 0xB000, controlPort: 0xB004, timerPort: 0xB008, generalPort: 0xAFE0, generalByteCount: 4,
                isNamedTwice: false),
            cores: [0, 1], others: FirmwareTables.unread("SSDT", "WAET", "SRAT")),
        functions: [
            .device("00:00.0", "8086:1237", 0x06_0000, subsystem: 0x1100_1AF4),
            .device("00:01.0", "8086:7110", 0x06_0100),
            .device("00:01.3", "8086:7113", 0x06_8000, command: 0x0101),
            old("00:03.0", "1af4:1004", 0x00_0000, 8, ports: 0xC000, table: 0xFEBF_E000, byteCount: 128),
            old("00:04.0", "1af4:1000", 0x02_0000, 1, ports: 0xC040, table: 0xFEBF_F000, byteCount: 64),
            old("00:05.0", "1af4:1005", 0x00_FF00, 4, ports: 0xC080, table: 0xFEBF_F040, byteCount: 32),
        ],
        expected: Expectation(cores: 2, clock: .powerManagementTimer, drivers: ["00:04.0 virtio_net_legacy"]))

    /// A virtio function with the registers of the old form in ports, and a table of messages in memory.
    private static func old(
        _ place: String, _ identity: String, _ classCode: UInt32, _ kind: UInt32, ports: UInt64, table: UInt64,
        byteCount: UInt64
    ) -> MachineFunction {
        .device(
            place, identity, classCode, [.ports(0, ports, kind == 4 ? 32 : 64), .memory(1, table, byteCount)],
            [.messageTable(at: 0x98, vectors: 2, bar: 1, pending: UInt32(byteCount / 2))],
            subsystem: kind << 16 | 0x1AF4)
    }
}
