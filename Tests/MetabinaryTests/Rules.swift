// Rules for the tests of this module: the shipped atlas, texts written here, and images with code put together by
// hand.

import Checksum
import Foundation
import Hardware
import Metabinary
import Program
import RuleCompiler
import Testing

/// Images to test with.
enum Rules {
    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Text of a file of the package.
    static func text(of path: String) throws -> String {
        try String(contentsOf: package.appending(path: path), encoding: .utf8)
    }

    /// Names of the rule files of a folder of the package.
    static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: package.appending(path: folder).path)
            .filter { $0.hasSuffix(".meta") }.sorted()
    }

    /// The metabinary of the shipped atlas.
    static func atlas() throws -> [UInt8] {
        let sources = try files(in: "Sources/Atlas")
            .map { RuleSource(name: $0, text: try text(of: "Sources/Atlas/\($0)")) }
        return try #require(RuleCompiler.compile(sources).metabinary)
    }

    /// The metabinary of a device with one function of 64 bits, whose body is given.
    static func compile(body: String, result: String = "u64") throws -> [UInt8] {
        let text = """
            class probe 3 { require ask() -> answer: \(result) }
            device sensor is probe {
                match pci vendor 0x1234 device 0x0001, 0x0002
                window low = bar 2 memory
                window high = bar 5 memory
                register low.BYTE at 0x03 u8 ro { TOP: 7, NIBBLE: 0…3 }
                register low.WORD at 0x06 u16 rw { LOW: 0…3, MIDDLE: 4…11, HIGH: 12…15 }
                register low.LONG at 0x08 rw { LOW: 0…11, MIDDLE: 12…20, FLAG: 21, HIGH: 22…30 }
                register high.QUAD at 0x10 u64 ro { FLAG: 0, LOW: 1…40, HIGH: 41…62 }
                generate ask() -> answer: \(result) {
                    \(body)
                }
            }
            """
        let compilation = RuleCompiler.compile([RuleSource(name: "probe.meta", text: text)])
        return try #require(compilation.metabinary, "\(compilation.diagnostics)\n\(body)")
    }

    /// The registers of the window of such an image: name, offset, bits, elements, rights, role, number of memories and memories, what may be written (0 for anything). Registers 0
    /// to 2 are rw and have 32, 8 and 16 bits, 3 to 5 tell of the ring, 6 is an array to be read.
    static let registers: [[UInt8]] = [
        [0, 0, 32, 1, 3, 0, 0], [0, 4, 8, 1, 3, 0, 0], [0, 6, 16, 1, 3, 0, 0], [0, 8, 32, 1, 2, 1, 1, 0],
        [0, 12, 32, 1, 2, 2, 1, 0],
        [0, 16, 32, 1, 2, 3, 1, 0], [0, 24, 16, 4, 1, 0],
    ]

    /// The memories of such an image: a ring of four slots that hold an address and a length, a pool, state.
    static let memories: [[UInt8]] = [
        [0, 1, 64, 16, 4] + [16, 0] + [2, 2, 0, 64, 3, 8, 16, 0], [1, 2, 64, 16, 4, 16, 0], [1, 3, 32, 8, 5],
    ]

    /// An image whose one function has that code: a window of 32 bytes (region 0), a ring of 64 (region 1), a pool of 64
    /// (region 2), state of 32 (region 3) with three cells (a u32 of bits 4 to 7, 8 elements of u16, a u8), and two
    /// parameters (u32 and u64).
    static func image(
        registers: [[UInt8]] = Rules.registers, memories: [[UInt8]] = Rules.memories, code: [UInt8] = [0x02, 0, 0x0B],
        resultBitCount: UInt8 = 32, outcomes: [UInt8] = [0], windowKind: UInt8 = 0, windowEnd: [UInt8] = [32],
        stage: [UInt8] = [0]
    ) -> [UInt8] {
        let result = [1, 0, 2, 0, 32, 1, 64, 1, resultBitCount] + outcomes
        let place: [UInt8] = [1, 7, UInt8(code.count & 0x7F) | 0x80, UInt8(code.count >> 7)]
        return sealed(
            tables(registers, memories, windowKind, windowEnd, stage) + result + place + code + [0, 0, 0, 0])
    }

    /// What is before the functions.
    private static func tables(
        _ registers: [[UInt8]], _ memories: [[UInt8]], _ windowKind: UInt8 = 0, _ windowEnd: [UInt8] = [32],
        _ stage: [UInt8] = [0]
    ) -> [UInt8] {
        let names: [UInt8] = [2, 1, 0x61, 1, 0x62]
        let classes: [UInt8] = [1, 0, 1, 0]
        let device: [UInt8] = [1, 0, 0, 1, 0]
        let registers = registers.map(open(register:)), memories = memories.map(open(memory:))
        let window: [UInt8] = [1, 0, 0, windowKind] + windowEnd + [3, UInt8(registers.count)] + registers.joined()
        let cells: [UInt8] = [3, 0, 32, 1, 0xF0, 1, 0, 16, 8, 0xFF, 0xFF, 3, 1, 8, 1, 0xFF, 1] + stage
        let frame = Array("META".utf8) + [MetabinaryImage.version, 0, 0, 0, 0]
        return frame + names + classes + device + window + [UInt8(memories.count)] + memories.joined() + cells
    }

    /// A register that does not say what may be written to it, as one to which anything may be.
    static func open(register: [UInt8]) -> [UInt8] {
        guard register.count > 5, register[4] & 2 != 0 else { return register }
        let role = register[5]
        guard role != 0 else { return register.count == 6 ? register + [0] : register }
        guard role == 4 || role == 5, register.count == 7 + Int(register[6]) + (role == 5 ? 2 : 0) else {
            return register
        }
        return register + [0]
    }

    /// The same of a ring whose sizes are single bytes.
    private static func open(memory: [UInt8]) -> [UInt8] {
        let isRing = memory.count > 7 && memory[1] == 1 && memory.count == 8 + 3 * Int(memory[7])
        return isRing ? memory + [0] : memory
    }

    /// The same of a part.
    static func open(part: [UInt8]) -> [UInt8] {
        part[4] & 2 != 0 && part.count == 6 + 3 * Int(part[5]) ? part + [0] : part
    }

    /// Offset of the code in such an image.
    static let codeOffset = tables(registers, memories).count + 14

    /// Offset of the first register in such an image.
    static let registerOffset = 30

    /// The bytes with size and checksum set right.
    static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 13 else { return bytes }
        var bytes = bytes
        let end = bytes.count - 4
        for index in 0..<4 { bytes[5 + index] = UInt8(truncatingIfNeeded: bytes.count >> (8 * index)) }
        let checksum = CRC32.checksum(of: bytes.prefix(end))
        for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index)) }
        return bytes
    }

    /// A region for every window of a device, each of the same size, then one for each of its memories.
    static func regions(of device: DeviceDescription, byteCount: UInt64 = 0x2_0000) -> [Region] {
        let windows = device.windows.indices.map { index in
            Region(
                kind: .window, address: VirtualAddress(rawValue: 0x5000_0000 + UInt64(index) * byteCount),
                byteCount: byteCount)
        }
        var offset: UInt64 = 0
        let memories = device.memories.map { memory in
            defer { offset += (memory.byteCount + 0xFFF) & ~0xFFF }
            return Region(
                kind: memory.kind, address: VirtualAddress(rawValue: 0x6000_0000 + offset),
                physical: PhysicalAddress(rawValue: memory.kind == .state ? 0 : 0x40_0000 + offset),
                byteCount: memory.byteCount)
        }
        return windows + memories
    }
}
