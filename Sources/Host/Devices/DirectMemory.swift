// The memory that a driver and its device share, with both views of it: the processor's by virtual address, the
// device's by physical address. State belongs to the driver alone, so the device's view does not show it.

import Hardware
import Pipeline
import Program

/// Rings, pools and state of one driver in one block of host memory.
public final class DirectMemory {
    public let memories: [PlacedMemory]
    private let extents: [(start: UInt64, byteCount: UInt64, kind: Region.Kind)]
    /// First byte of the block; starts a page.
    public let virtualStart: UInt64
    public let byteCount: Int
    /// The block.
    public let block: UnsafeMutableRawPointer
    /// Physical address of the block's first byte.
    public let physicalStart: UInt64
    /// What a device wrote outside of rings and pools: from the first such address to behind the last.
    public private(set) var overrun: Range<UInt64>?

    /// Forgets what was written there, as whoever mends it.
    public func forgetOverrun() { overrun = nil }

    /// - Precondition: virtual and physical addresses differ by the same amount everywhere.
    public init(_ memories: [PlacedMemory]) {
        self.memories = memories
        extents = memories.map { ($0.physical.rawValue, $0.byteCount, $0.kind) }
        let page: UInt64 = 4096
        let start = (memories.map(\.virtual.rawValue).min() ?? page) / page * page
        let end = memories.map { $0.virtual.rawValue + $0.byteCount }.max() ?? 2 * page
        virtualStart = start
        byteCount = Int((end - start + page - 1) / page * page)
        block = .allocate(byteCount: byteCount, alignment: Int(page))
        let first = memories.first { $0.kind != .state } ?? memories.first
        let distance = (first?.virtual.rawValue ?? 0) &- (first?.physical.rawValue ?? 0)
        physicalStart = start &- distance
        for memory in memories where memory.kind != .state {
            precondition(
                memory.virtual.rawValue &- memory.physical.rawValue == distance, "memories lie apart in physical memory"
            )
        }
        block.initializeMemory(as: UInt64.self, repeating: 0, count: byteCount / 8)
    }

    deinit { block.deallocate() }

    /// Fills everything with noise: nobody promised a driver clean memory.
    public func scramble(_ generator: inout SeededGenerator) {
        let page = 4096
        for offset in stride(from: 0, to: page, by: 8) {
            block.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self)
        }
        for offset in stride(from: page, to: byteCount, by: page) {
            (block + offset).copyMemory(from: block, byteCount: page)
        }
    }

    /// What is in the block between the memories, and belongs to none.
    public var gaps: [UInt8] {
        var gaps: [UInt8] = []
        var end = virtualStart
        for memory in memories.sorted(by: { $0.virtual.rawValue < $1.virtual.rawValue }) {
            gaps += UnsafeRawBufferPointer(
                start: block + Int(end - virtualStart), count: Int(memory.virtual.rawValue - end))
            end = memory.virtual.rawValue + memory.byteCount
        }
        let used = Int(end - virtualStart)
        return gaps + UnsafeRawBufferPointer(start: block + used, count: byteCount - used)
    }

    /// Writes a byte as the processor sees it.
    ///
    /// - Precondition: the address is one of the block's.
    public func write(_ byte: UInt8, at address: VirtualAddress) {
        precondition(address.rawValue - virtualStart < byteCount, "an address outside of the driver's memory")
        block.storeBytes(of: byte, toByteOffset: Int(address.rawValue - virtualStart), as: UInt8.self)
    }

    /// Host address of a memory's first byte.
    public func pointer(to memory: PlacedMemory) -> UnsafeMutableRawPointer {
        block + Int(memory.virtual.rawValue - virtualStart)
    }

    /// The memory that holds all of a physical range, as the device may see it.
    public func memory(at physical: UInt64, byteCount: UInt64, kind: Region.Kind) -> PlacedMemory? {
        index(at: physical, byteCount: byteCount, kind: kind).map { memories[$0] }
    }

    /// Whether one memory of that kind holds all of a physical range.
    public func holds(_ physical: UInt64, byteCount: UInt64, kind: Region.Kind) -> Bool {
        index(at: physical, byteCount: byteCount, kind: kind) != nil
    }

    /// Asked at every access: a plain loop over numbers, which debug builds take quickly.
    private func index(at physical: UInt64, byteCount: UInt64, kind: Region.Kind) -> Int? {
        var index = 0
        while index < extents.count {
            let extent = extents[index]
            if extent.kind == kind, physical >= extent.start, physical - extent.start < extent.byteCount,
                byteCount <= extent.byteCount - (physical - extent.start)
            {
                return index
            }
            index += 1
        }
        return nil
    }

    /// Host address of a physical range within one memory of that kind, or `nil`.
    public func pointer(at physical: UInt64, byteCount: UInt64, kind: Region.Kind) -> UnsafeMutableRawPointer? {
        guard holds(physical, byteCount: byteCount, kind: kind) else { return nil }
        return block + Int(physical - physicalStart)
    }

    /// Host address of what a device takes for its own, wherever that lies; `nil` outside of the block. A place that is to be
    /// written and that no ring holds is an overrun.
    func anyPointer(at physical: UInt64, byteCount count: UInt64, isWrite: Bool) -> UnsafeMutableRawPointer? {
        if isWrite, !holds(physical, byteCount: count, kind: .ring) { noteOverrun(physical, count) }
        let start = physical &- physicalStart
        guard start < UInt64(byteCount), count <= UInt64(byteCount) - start else { return nil }
        return block + Int(start)
    }

    private func noteOverrun(_ start: UInt64, _ count: UInt64) {
        overrun = min(overrun?.lowerBound ?? start, start)..<max(overrun?.upperBound ?? 0, start &+ count)
    }

    /// Writes a byte as hardware does, which knows of an address and of no end: over whatever is there.
    func overwrite(_ byte: UInt8, at physical: UInt64) {
        if !isShared(physical) { noteOverrun(physical, 1) }
        guard physical >= physicalStart, physical - physicalStart < UInt64(byteCount) else { return }
        block.storeBytes(of: byte, toByteOffset: Int(physical - physicalStart), as: UInt8.self)
    }

    /// Whether a byte is one of a ring or a pool.
    func isShared(_ physical: UInt64) -> Bool {
        holds(physical, byteCount: 1, kind: .ring) || holds(physical, byteCount: 1, kind: .pool)
    }

    /// Bytes as hardware reads them; all ones where the block has none.
    func bytes(_ count: Int, at physical: UInt64) -> [UInt8] {
        (0..<UInt64(count)).map { index in
            let place = physical &+ index &- physicalStart
            return place < UInt64(byteCount) ? block.load(fromByteOffset: Int(place), as: UInt8.self) : 0xFF
        }
    }

    /// Physical address of a virtual one.
    public func physical(of virtual: UInt64) -> UInt64 { virtual &- virtualStart &+ physicalStart }
}
