// Where memory is set aside for rings, pools and state, for memory maps of every kind.

import Testing

@testable import Hardware

@Suite struct `Placement of data` {
    private func range(_ base: UInt64, _ byteCount: UInt64, _ kind: MemoryRange.Kind = .usable) -> MemoryRange {
        MemoryRange(base: PhysicalAddress(rawValue: base), byteCount: byteCount, kind: kind)
    }

    private func chosen(
        _ memory: [MemoryRange], functions: Int = 4, imageEnd: UInt64 = 0x26_5800
    ) -> [UInt64] {
        let placement = PlacementFacts.chosen(memory, for: functions, beyond: PhysicalAddress(rawValue: imageEnd))
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

    @Test func `it grows with the functions that might get a driver, as far as addresses reach`() {
        let plenty = [range(0x10_0000, 1 << 30)]
        for (functions, byteCount) in [(0, 8), (4, 8), (5, 16), (8, 16), (9, 32), (128, 256), (200, 256), (4000, 256)] {
            #expect(chosen(plenty, functions: functions) == [0x26_6000, UInt64(byteCount) << 20])
        }
        #expect(chosen([range(0x10_0000, 64 << 20)], functions: 200) == [0x26_6000, 32 << 20])
    }

    @Test func `state has a share of its own, and guard space of the longest overrun follows`() {
        for (byteCount, share) in [(0, 0), (0x1000, 0x1000), (0x1_0000, 0x1000), (0x80_0000, 0x8_0000)]
            as [(UInt64, UInt64)]
        {
            var placement = PlacementFacts.standard
            placement.dataByteCount = byteCount
            let region = placement.privateRegion
            #expect(region.start == placement.data && region.physical == placement.dataPhysical)
            #expect(region.byteCount == share)
            // The frame of 65,535 bytes that an RTL8139 writes from the last place of its 8 KiB, behind a header and with a
            // checksum, past its 9,744 bytes; and the longest that QEMU carries, past the last byte of anything.
            #expect(region.guardByteCount >= 8188 + 4 + 65535 + 4 - 9744)
            #expect(region.guardByteCount >= 69632 + 16 + 4 && region.guardByteCount % 4096 == 0)
        }
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
