// QEMU's log of what generated code accesses, as text: which of its lines count, and where a piece of it ends does not matter.

import Testing

@testable import Machines

@Suite struct `Log of accesses` {
    private static func access(
        _ kind: String, _ address: String, _ value: String, _ name: String = "card-mmio"
    ) -> String {
        "memory_region_ops_\(kind) cpu 0 mr 0x55d0c1b2 addr 0x\(address) value 0x\(value) size 4 name '\(name)'\n"
    }

    private static func block(_ address: String) -> String {
        "Trace 0: 0x7f2c1c0130c0 [00000000/00000000\(address)/0040c0b0/ff000000] \n"
    }

    /// What the kernel writes to the line.
    private static func line(_ text: [UInt8]) -> String {
        text.map { access("write", "3f8", String($0, radix: 16), "serial") }.joined()
    }

    private static let text =
        access("write", "febc0000", "1") + line(CannedReport.passed.prefix { $0 != 0x0A } + [0x0A])
        + access("write", "febc0000", "2") + block("40000010") + access("write", "febc0000", "4000000")
        + access("read", "febc0008", "80080783") + access("read", "febc0008", "80080783") + "other\n"
        + access("read", "febc0008", "80080783") + access("read", "febc0008", "2")
        + line([0x4B]) + access("write", "febc0000", "3") + access("read", "b8000", "720", "vga-lowmem")
        + block("40000020") + access("write", "c010", "ff", "card-io")

    private func accesses(pieceLength: Int) throws -> [DeviceAccess] {
        let directory = try TemporaryDirectory()
        var log = try AccessLog(path: directory.file("log"))
        var bytes = Array(Self.text.utf8)[...]
        while !bytes.isEmpty {
            bytes.prefix(pieceLength).withUnsafeBytes { log.read($0) }
            bytes = bytes.dropFirst(pieceLength)
        }
        return log.accesses
    }

    @Test(arguments: [1, 7, 100, 100_000])
    func `what comes after a block of generated code, up to the kernel's next byte, is its access`(
        pieceLength: Int
    ) throws {
        let accesses = try accesses(pieceLength: pieceLength)
        var expected = [
            DeviceAccess(
                address: 0xFEBC_0000, byteCount: 4, isWrite: true, value: 0x400_0000, code: 0x4000_0010,
                recordCount: 1),
            DeviceAccess(
                address: 0xFEBC_0008, byteCount: 4, isWrite: false, value: 0x8008_0783, code: 0x4000_0010,
                recordCount: 1),
            DeviceAccess(
                address: 0xFEBC_0008, byteCount: 4, isWrite: false, value: 2, code: 0x4000_0010, recordCount: 1),
            DeviceAccess(
                address: 0xC010, byteCount: 4, isWrite: true, value: 0xFF, code: 0x4000_0020, recordCount: 1),
        ]
        expected[1].count = 3
        #expect(accesses == expected)
    }
}
