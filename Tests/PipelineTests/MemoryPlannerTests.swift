// Where rings, pools and state go: in order, aligned, state apart from what a device writes, and never past the range.

import Hardware
import Program
import Testing

@testable import Metabinary
@testable import Pipeline

@Suite struct MemoryPlannerTests {
    private func planner(
        data: UInt64 = 0x6000_0000, physical: UInt64 = 0x40_0000, byteCount: UInt64 = 0x80_0000
    ) -> MemoryPlanner {
        MemoryPlanner(
            PlacementFacts(
                code: VirtualAddress(rawValue: 0x4000_0000), windows: VirtualAddress(rawValue: 0x5000_0000),
                data: VirtualAddress(rawValue: data), dataPhysical: PhysicalAddress(rawValue: physical),
                dataByteCount: byteCount))
    }

    private func memory(_ kind: Region.Kind, _ byteCount: UInt64, alignment: UInt64 = 1) -> MemoryDescription {
        MemoryDescription(name: Array("tx".utf8), kind: kind, byteCount: byteCount, alignment: alignment, line: 3)
    }

    private func offsets(_ planner: inout MemoryPlanner, _ memories: [MemoryDescription]) throws -> [UInt64] {
        try memories.map { memory in
            let placed = try planner.plan(memory)
            #expect(placed.virtual.rawValue - 0x6000_0000 == placed.physical.rawValue - 0x40_0000)
            #expect(placed.kind == memory.kind && placed.byteCount == memory.byteCount && placed.name == memory.name)
            return placed.physical.rawValue - 0x40_0000
        }
    }

    private func error(_ memory: MemoryDescription, _ planner: MemoryPlanner? = nil) -> MemoryError? {
        var planner = planner ?? self.planner()
        do throws(MemoryError) {
            _ = try planner.plan(memory)
            return nil
        } catch {
            return error
        }
    }

    @Test func `memories follow each other, each at a multiple of its alignment`() throws {
        var planner = planner()
        let memories = [memory(.ring, 0x100, alignment: 128), memory(.ring, 8), memory(.pool, 0x800, alignment: 2048)]
        #expect(try offsets(&planner, memories + [memory(.pool, 1)]) == [0, 0x100, 0x800, 0x1000])
        #expect(try offsets(&planner, [memory(.pool, 1)]) == [0x1010])
    }

    @Test func `state shares no page with what a device writes`() throws {
        var planner = planner()
        let memories = [memory(.ring, 16), memory(.state, 4), memory(.state, 4), memory(.pool, 16), memory(.ring, 16)]
        #expect(try offsets(&planner, memories) == [0, 0x1000, 0x1010, 0x2000, 0x2010])
    }

    @Test func `drivers share no page`() throws {
        var planner = planner()
        var places: [UInt64] = []
        for kind in [Region.Kind.ring, .ring, .state, .state, .pool] {
            planner.startPage()
            places += try offsets(&planner, [memory(kind, 16)])
        }
        #expect(places == [0, 0x1000, 0x2000, 0x3000, 0x4000])
    }

    @Test func `the physical address is what is aligned`() throws {
        var planner = planner(physical: 0x40_1000)
        let placed = try planner.plan(memory(.ring, 16, alignment: 0x1_0000))
        #expect(placed.physical.rawValue == 0x41_0000)
        #expect(placed.virtual.rawValue == 0x6000_F000)
    }

    @Test func `the range is given out to its last byte, and no further`() throws {
        var planner = planner(byteCount: 0x2000)
        #expect(error(memory(.ring, 0x2000), planner) == nil)
        #expect(error(memory(.ring, 0x2001), planner) == .noRoom)
        #expect(try offsets(&planner, [memory(.ring, 0x1FF0), memory(.ring, 16)]) == [0, 0x1FF0])
        for kind in [Region.Kind.ring, .pool, .state] { #expect(error(memory(kind, 1), planner) == .noRoom) }
        planner.startPage()
        #expect(error(memory(.ring, 1), planner) == .noRoom)
    }

    @Test func `a range past all reach leaves no room and does not trap`() {
        for (data, physical, byteCount) in [
            (0x7FFF_F000, 0x40_0000, .max), (0x3FFF_F000, 0x40_0000, .max), (0x8000_0000, 0x40_0000, 0x1_0000),
            (0x6000_0000, .max - 0xFFF, .max), (0x6000_0000, 0x40_0000, 0), (.max - 0xFFF, .max - 0xFFF, .max),
        ] as [(UInt64, UInt64, UInt64)] {
            let planner = planner(data: data, physical: physical, byteCount: byteCount)
            #expect(error(memory(.ring, 0x1001), planner) == .noRoom)
            #expect(error(memory(.ring, .max), planner) == .noRoom)
            #expect(error(memory(.ring, 16, alignment: 1 << 63), planner) == .noRoom)
        }
    }

    @Test func `memory that cannot be is refused`() {
        #expect(error(memory(.ring, 0)) == .malformed)
        #expect(error(memory(.ring, 16, alignment: 0)) == .malformed)
        #expect(error(memory(.ring, 16, alignment: 48)) == .malformed)
        #expect(error(memory(.window, 16)) == .malformed)
    }
}
