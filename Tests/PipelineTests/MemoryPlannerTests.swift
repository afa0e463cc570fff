// Where rings, pools and state go: state apart from what a device writes, guard space around that, in order, aligned, and
// never past the range.

import Hardware
import Program
import Testing

@testable import Metabinary
@testable import Pipeline

@Suite struct MemoryPlannerTests {
    /// A guard space, and where devices' memories begin in a range of 8 MiB: behind a sixteenth of it and a guard space.
    private static let space: UInt64 = 0x1_2000
    private static let first: UInt64 = 0x8_0000 + space

    private func planner(
        data: UInt64 = 0x6000_0000, physical: UInt64 = 0x40_0000, byteCount: UInt64 = 0x80_0000
    ) -> MemoryPlanner {
        MemoryPlanner(
            PlacementFacts(
                code: VirtualAddress(rawValue: 0x4000_0000), windows: VirtualAddress(rawValue: 0x5000_0000),
                data: VirtualAddress(rawValue: data), dataPhysical: PhysicalAddress(rawValue: physical),
                dataByteCount: byteCount))
    }

    private func memory(
        _ kind: Region.Kind, _ byteCount: UInt64, alignment: UInt64 = 1, headroom: UInt64 = 0
    ) -> MemoryDescription {
        MemoryDescription(
            name: Array("tx".utf8), kind: kind, byteCount: byteCount, alignment: alignment, line: 3, headroom: headroom)
    }

    /// Where memories of one driver begin in the range.
    private func offsets(_ planner: inout MemoryPlanner, _ memories: [MemoryDescription]) throws -> [UInt64] {
        let places = try planner.plan(memories)
        try #require(places.count == memories.count)
        return zip(places, memories).map { placed, memory in
            #expect(placed.virtual.rawValue - 0x6000_0000 == placed.physical.rawValue - 0x40_0000)
            #expect(placed.kind == memory.kind && placed.byteCount == memory.byteCount && placed.name == memory.name)
            return placed.physical.rawValue - 0x40_0000
        }
    }

    private func error(_ memories: MemoryDescription..., in planner: MemoryPlanner? = nil) -> MemoryError? {
        var planner = planner ?? self.planner()
        do throws(GenerationError) {
            _ = try planner.plan(memories)
            return nil
        } catch {
            guard case .memory(_, let reason) = error else { return nil }
            return reason
        }
    }

    @Test func `memories that tell addresses follow each other, each at a multiple of its alignment`() throws {
        var planner = planner()
        let memories = [memory(.ring, 0x100, alignment: 128), memory(.ring, 8), memory(.ring, 0x800, alignment: 2048)]
        #expect(try offsets(&planner, memories) == [Self.first, Self.first + 0x100, Self.first + 0x800])
    }

    @Test func `state lies before all that a device writes, in the order of the drivers, each on its pages`() throws {
        var planner = planner()
        let memories = [memory(.ring, 16), memory(.state, 4), memory(.state, 4)]
        #expect(try offsets(&planner, memories) == [Self.first, 0, 0x10])
        #expect(try offsets(&planner, memories) == [Self.first + 0x1000 + Self.space, 0x1000, 0x1010])
    }

    @Test func `what takes frames comes behind what tells addresses, with guard space around each`() throws {
        var planner = planner()
        let data = [memory(.pool, 0x800), memory(.ring, 0x2610, headroom: 4)]
        let memories = data + [memory(.ring, 16), memory(.ring, 16)]
        let places = try planner.plan(memories)
        let starts = places.map { $0.physical.rawValue - 0x40_0000 }
        let pool = Self.first + 0x1000 + Self.space
        #expect(starts == [pool, pool + 0x1000 + Self.space, Self.first, Self.first + 16])
        // From the last byte of a memory to a page boundary.
        let guards = [0x1000 - 0x800 + Self.space, 0x3000 - 0x2610 + Self.space, 0, 0x1000 - 32 + Self.space]
        #expect(places.map(\.guardByteCount) == guards)
    }

    @Test func `the physical address is what is aligned`() throws {
        var planner = planner(physical: 0x40_1000)
        let placed = try planner.plan([memory(.ring, 16, alignment: 0x1_0000)])[0]
        #expect(placed.physical.rawValue == 0x4A_0000)
        #expect(placed.virtual.rawValue == 0x6009_F000)
    }

    @Test func `the range is given out to its last guard space, and no further`() throws {
        // Two pages of state, a sixteenth, guard space, a page of a ring, guard space.
        let byteCount = 0x3000 + 2 * Self.space
        let small = planner(byteCount: byteCount)
        #expect(error(memory(.ring, 0x1000), in: small) == nil)
        #expect(error(memory(.ring, 0x1001), in: small) == .noRoom)
        #expect(error(memory(.pool, 0x1001), in: small) == .noRoom)
        #expect(error(memory(.ring, 16), in: planner(byteCount: byteCount - 1)) == .noRoom)
        #expect(error(memory(.state, 0x2000), in: small) == nil)
        #expect(error(memory(.state, 0x2001), in: small) == .noRoom)
        #expect(error(memory(.state, 0x2000), memory(.state, 1), in: small) == .noRoom)
        var planner = small
        let rings = [memory(.ring, 0xFF0), memory(.ring, 16)]
        #expect(try offsets(&planner, rings) == [0x2000 + Self.space, 0x2FF0 + Self.space])
        for kind in [Region.Kind.ring, .pool] { #expect(error(memory(kind, 1), in: planner) == .noRoom) }
    }

    @Test func `a range past all reach leaves no room and does not trap`() {
        for (data, physical, byteCount) in [
            (0x7FFF_F000, 0x40_0000, .max), (0x3FFF_F000, 0x40_0000, .max), (0x8000_0000, 0x40_0000, 0x1_0000),
            (0x6000_0000, .max - 0xFFF, .max), (0x6000_0000, 0x40_0000, 0), (.max - 0xFFF, .max - 0xFFF, .max),
        ] as [(UInt64, UInt64, UInt64)] {
            let planner = planner(data: data, physical: physical, byteCount: byteCount)
            for kind in [Region.Kind.ring, .pool, .state] {
                #expect(error(memory(kind, 0x1001), in: planner) == .noRoom)
                #expect(error(memory(kind, .max), in: planner) == .noRoom)
                #expect(error(memory(kind, 16, alignment: 1 << 63), in: planner) == .noRoom)
            }
        }
    }

    @Test func `memory that cannot be is refused`() {
        #expect(error(memory(.ring, 0)) == .malformed)
        #expect(error(memory(.ring, 16, alignment: 0)) == .malformed)
        #expect(error(memory(.ring, 16, alignment: 48)) == .malformed)
        #expect(error(memory(.window, 16)) == .malformed)
    }
}
