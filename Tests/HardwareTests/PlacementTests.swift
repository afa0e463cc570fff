// Where memory is set aside for rings, pools and state, for memory maps of every kind.

import Testing

@testable import Hardware

@Suite struct `Placement of data` {
    private func range(_ base: UInt64, _ byteCount: UInt64, _ kind: MemoryRange.Kind = .usable) -> MemoryRange {
        MemoryRange(base: PhysicalAddress(rawValue: base), byteCount: byteCount, kind: kind)
    }

    private func chosen(_ memory: [MemoryRange], imageEnd: UInt64 = 0x26_5800) -> [UInt64] {
        let placement = PlacementFacts.chosen(memory, beyond: PhysicalAddress(rawValue: imageEnd))
        #expect(placement.code == PlacementFacts.standard.code && placement.windows == PlacementFacts.standard.windows)
        #expect(placement.data == PlacementFacts.standard.data)
        return [placement.dataPhysical.rawValue, placement.dataByteCount]
    }

    @Test func `it is the first page beyond the image where memory is plenty`() {
        #expect(chosen([range(0, 0x9FC00), range(0x10_0000, 0x7EE_0000)]) == [0x26_6000, 0x80_0000])
    }

    @Test func `it is smaller where memory is short, and leaves a mebibyte`() {
        #expect(chosen([range(0x10_0000, 0x16_6000 + 0x90_0000)]) == [0x26_6000, 0x80_0000])
        #expect(chosen([range(0x10_0000, 0x16_6000 + 0x8F_FFFF)]) == [0x26_6000, 0x40_0000])
        #expect(chosen([range(0x10_0000, 0x16_6000 + 0x10_1000)]) == [0x26_6000, 0x1000])
        #expect(chosen([range(0x10_0000, 0x16_6000 + 0x10_0FFF)]) == [0, 0])
        #expect(chosen([]) == [0, 0])
        #expect(chosen([range(0x10_0000, 1 << 30, .reserved)]) == [0, 0])
    }

    @Test func `what is not usable is never touched, even where the map says both`() {
        let memory = [
            range(0x10_0000, 1 << 30), range(0x30_0000, 0x1000, .acpiReclaimable), range(0x30_0800, 8, .reserved),
        ]
        #expect(chosen(memory) == [0x30_1000, 0x80_0000])
        #expect(chosen([range(0x10_0000, 1 << 30), range(0, 1 << 40, .reserved)]) == [0, 0])
        #expect(chosen([range(0x10_0000, 1 << 30), range(0x20_0000, .max - 0x20_0000, .reserved)]) == [0, 0])
    }

    @Test func `the lowest range that holds it is taken, in whatever order they come`() {
        let memory = [range(0x1_0000_0000, 1 << 32), range(0x100_0000, 0x100_0000), range(0x10_0000, 0x20_0000)]
        #expect(chosen(memory) == [0x100_0000, 0x80_0000])
        #expect(chosen(memory.reversed()) == [0x100_0000, 0x80_0000])
        #expect(chosen([range(0x1_0000_0000, 1 << 32)]) == [0x1_0000_0000, 0x80_0000])
    }

    @Test func `ranges at the end of the address space do no harm`() {
        #expect(chosen([range(.max - 0xFFF, 0x1000)]) == [0, 0])
        #expect(chosen([range(.max - 0x1FF_FFFF, 0x200_0000)]) == [0, 0])
    }

    @Test func `counts become microseconds without loss or overflow`() {
        let clock = Clock(ClockFacts(frequency: 2_597_848_549, source: .powerManagementTimer))
        #expect(clock.microseconds(timestamps: 2_597_848_549) == 1_000_000)
        #expect(clock.microseconds(timestamps: 2597) == 0 && clock.microseconds(timestamps: 2598) == 1)
        #expect(clock.microseconds(timestamps: .max) == 7_100_777_326_226_476)
        let fast = Clock(ClockFacts(frequency: 1_000_000_000_000, source: .powerManagementTimer))
        #expect(fast.microseconds(timestamps: .max) == UInt64.max / 1_000_000)
    }
}
