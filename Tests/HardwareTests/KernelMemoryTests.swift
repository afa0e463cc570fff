// What the kernel takes for its heap and its page tables, against memory maps.

import Testing

@testable import Hardware

@Suite struct `Kernel memory` {
    private static func chosen(_ ranges: [(UInt64, UInt64, MemoryRange.Kind)]) -> KernelMemory? {
        let memory = ranges.map {
            MemoryRange(base: PhysicalAddress(rawValue: $0.0), byteCount: $0.1, kind: $0.2)
        }
        return .chosen(memory, beyond: PhysicalAddress(rawValue: 0x30_0800))
    }

    @Test(arguments: [(64, 4), (128, 8), (512, 32), (6144, 32)])
    func `is a share of what is usable, behind the image`(mebibytes: UInt64, taken: UInt64) throws {
        let memory = try #require(Self.chosen([(0x10_0000, (mebibytes - 1) << 20, .usable)]))
        #expect(memory.start.rawValue == 0x30_1000)
        #expect(memory.end.rawValue - memory.start.rawValue == taken << 20)
        #expect(memory.tableByteCount % 4096 == 0 && memory.tableByteCount <= 320 * 4096)
    }

    @Test func `lies where nothing else does, or is none`() throws {
        let split = Self.chosen([(0x10_0000, 127 << 20, .usable), (0x40_0000, 0x10_0000, .reserved)])
        #expect(try #require(split).start.rawValue == 0x50_0000)
        #expect(Self.chosen([(0x4000_0000, 127 << 20, .usable)]) == nil)
        #expect(Self.chosen([(0x10_0000, 8 << 20, .usable)]) == nil)
        #expect(Self.chosen([]) == nil)
        #expect(Self.chosen([(.max - 0xFFF, .max, .usable)]) == nil)
    }
}
