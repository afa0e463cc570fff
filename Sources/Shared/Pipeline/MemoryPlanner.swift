// Decides where the rings, pools and state of devices lie in the range that the kernel has set aside. A device must not
// reach state by running over the end of what it may write, so state shares no page with rings and pools, and drivers
// share no page with each other. It maps and clears nothing. Called by the generator before a rule is evaluated.

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
    /// Bytes that are given out.
    private var taken: UInt64 = 0
    /// Whether the last memory is state, and the next of another kind starts a page.
    private var isInState = false

    init(_ placement: PlacementFacts) {
        self.placement = placement
        let area = AddressArea(from: placement.data, beside: placement.code, placement.windows)
        let inMemory = UInt64.max - placement.dataPhysical.rawValue
        byteCount = min(placement.dataByteCount, area.byteCount, inMemory)
    }

    /// Puts the next memory on a page of its own: drivers share none.
    mutating func startPage() { taken = Self.aligned(taken, to: WindowPlanner.pageByteCount) ?? byteCount }

    /// The place of a memory that a description asks for.
    ///
    /// Its physical address is a multiple of its alignment; its virtual address lies as far from the start of the area.
    ///
    /// Throws: `MemoryError`, all cases.
    mutating func plan(_ memory: MemoryDescription) throws(MemoryError) -> PlacedMemory {
        guard memory.byteCount > 0, memory.kind != .window, memory.kind != .ports,
            memory.alignment > 0,
            memory.alignment & (memory.alignment - 1) == 0
        else { throw .malformed }
        if (memory.kind == .state) != isInState { startPage() }
        isInState = memory.kind == .state
        let physical = placement.dataPhysical.rawValue
        guard taken < byteCount,
            let start = Self.aligned(physical + taken, to: max(memory.alignment, Self.leastAlignment)),
            start - physical <= byteCount, memory.byteCount <= byteCount - (start - physical)
        else { throw .noRoom }
        taken = start - physical + memory.byteCount
        return PlacedMemory(
            name: memory.name, kind: memory.kind, physical: PhysicalAddress(rawValue: start),
            virtual: VirtualAddress(rawValue: placement.data.rawValue + (start - physical)),
            byteCount: memory.byteCount, stride: memory.elementByteCount, headroom: memory.headroom)
    }

    /// The next multiple of a power of two, or `nil` past all addresses.
    private static func aligned(_ address: UInt64, to alignment: UInt64) -> UInt64? {
        let padding = (0 &- address) & (alignment - 1)
        return address > UInt64.max - padding ? nil : address + padding
    }
}
