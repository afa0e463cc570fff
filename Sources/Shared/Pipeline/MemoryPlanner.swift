// Decides where the rings, pools and state of devices lie in the range that the kernel has set aside. What a device writes
// is believed of it, not proven: so no memory of a device adjoins anything that matters. State lies in a region of its own
// before all devices' memories, and guard space of the longest overrun surrounds these. It maps and clears nothing. Called
// by the generator before a rule is evaluated.

import Hardware
import Metabinary
import Program

/// Plans memories.
struct MemoryPlanner {
    /// Least alignment of a memory: that of the widest access, twice.
    private static let leastAlignment: UInt64 = 16

    private let placement: PlacementFacts
    /// Bytes that may be given out, as many as the code reaches.
    private let byteCount: UInt64
    /// Bytes of these that are for state.
    private let privateByteCount: UInt64
    /// End of the state that is given out, and of the last guard space, from the start of the range.
    private var privateEnd: UInt64 = 0
    private var end: UInt64

    /// What is left for memories that devices are told of, with their guard space. Units: bytes.
    var byteCountLeft: UInt64 { byteCount > end ? byteCount - end : 0 }

    init(_ placement: PlacementFacts) {
        self.placement = placement
        let area = AddressArea(from: placement.data, beside: placement.code, placement.windows)
        let inMemory = UInt64.max - placement.dataPhysical.rawValue
        byteCount = min(placement.dataByteCount, area.byteCount, inMemory)
        let region = placement.privateRegion
        privateByteCount = min(region.byteCount, byteCount)
        end = privateByteCount + region.guardByteCount
    }

    /// What a device can do to its neighbours from a memory, in rising order of address: what tells it addresses comes
    /// before what it writes frames to, so that an overrun, which goes upward, does not reach it.
    private enum Reach: CaseIterable {
        /// None: the device is not told of it.
        case state
        /// Descriptors, tables and records, of which it writes one field or another.
        case control
        /// Frames, of whatever length: a pool, or records with the data in them.
        case data

        init(_ memory: MemoryDescription) {
            self =
                switch memory.kind {
                case .state: .state
                case .pool: .data
                case .ring, .window, .ports: memory.headroom > 0 ? .data : .control
                }
        }
    }

    /// The places of all memories that a description asks for, in its order.
    ///
    /// State starts on a page. The memories that tell a device addresses follow each other, and guard space comes behind
    /// the last; each memory for frames is followed by guard space. So before the first memory is guard space as well:
    /// that of the driver before, or of the private region. A memory that lies behind another tells addresses as that one
    /// does and comes next in the description's order, so that nothing gets between.
    ///
    /// Throws: `memory`, with the name of the first that cannot be had.
    mutating func plan(_ memories: [MemoryDescription]) throws(GenerationError) -> [PlacedMemory] {
        // In the description's order, though they get their places in another.
        var placed: [PlacedMemory] = []
        for memory in memories { placed.append(placedMemory(memory, offset: 0)) }
        privateEnd = Self.aligned(privateEnd, to: WindowPlanner.pageByteCount) ?? privateByteCount
        for reach in Reach.allCases {
            let lastControl = memories.lastIndex { Reach($0) == .control }
            for (index, memory) in memories.enumerated() where Reach(memory) == reach {
                do throws(MemoryError) {
                    placed[index] = try place(memory, reach, isGuarded: reach == .data || index == lastControl)
                } catch {
                    throw .memory(name: memory.name, error)
                }
            }
        }
        return placed
    }

    @inline(never)
    private func placedMemory(_ memory: MemoryDescription, offset: UInt64) -> PlacedMemory {
        PlacedMemory(
            name: memory.name, kind: memory.kind,
            physical: PhysicalAddress(rawValue: placement.dataPhysical.rawValue + offset),
            virtual: VirtualAddress(rawValue: placement.data.rawValue + offset),
            byteCount: memory.byteCount, stride: memory.elementByteCount, headroom: memory.headroom)
    }

    /// Gives one memory its place.
    private mutating func place(
        _ memory: MemoryDescription, _ reach: Reach, isGuarded: Bool
    ) throws(MemoryError) -> PlacedMemory {
        guard reach != .state else { return try place(memory, from: &privateEnd, below: privateByteCount) }
        var placed = try place(memory, from: &end, below: byteCount)
        guard isGuarded else { return placed }
        guard let next = Self.aligned(end + PlacementFacts.guardByteCount, to: WindowPlanner.pageByteCount),
            next <= byteCount
        else { throw .noRoom }
        placed.guardByteCount = next - end
        end = next
        return placed
    }

    /// The first place from `taken` on that a memory can have, which is taken from then on.
    ///
    /// Its physical address is a multiple of its alignment; its virtual address lies as far from the start of the area.
    @inline(never)
    private func place(
        _ memory: MemoryDescription, from taken: inout UInt64, below limit: UInt64
    ) throws(MemoryError) -> PlacedMemory {
        guard memory.byteCount > 0, memory.kind != .window, memory.kind != .ports,
            memory.alignment > 0,
            memory.alignment & (memory.alignment - 1) == 0
        else { throw .malformed }
        let physical = placement.dataPhysical.rawValue
        guard taken < limit,
            let start = Self.aligned(physical + taken, to: max(memory.alignment, Self.leastAlignment)),
            start - physical <= limit, memory.byteCount <= limit - (start - physical)
        else { throw .noRoom }
        taken = start - physical + memory.byteCount
        return placedMemory(memory, offset: start - physical)
    }

    /// The next multiple of a power of two, or `nil` past all addresses.
    private static func aligned(_ address: UInt64, to alignment: UInt64) -> UInt64? {
        let padding = (0 &- address) & (alignment - 1)
        return address > UInt64.max - padding ? nil : address + padding
    }
}
