// The memory behind the grants of a guarded run: pages that hold them, and the tables that the hooks look grants up in.
// Pages that hold no grant are not mapped; what lies beside a grant in its page is found by the hooks.

import CSimulation
import Verification

/// Pages and tables of a list of grants.
final class GuardedMemory {
    /// The grants, as the hooks see them.
    let grants: UnsafeMutableBufferPointer<guard_grant>
    /// Runs of pages, with the host memory that is behind them.
    private(set) var areas: [(start: UInt64, byteCount: Int, bytes: UnsafeMutableRawPointer)] = []
    private var blocks: [UnsafeMutableRawPointer] = []

    private static let pageByteCount: UInt64 = 4096

    /// - Precondition: no grant is empty or ends past the last address.
    init(_ list: [Grant]) {
        // No address is that of a register behind others: what is written there, the device's model follows.
        let list = list.filter { $0.space != .selected }
        grants = .allocate(capacity: list.count)
        for (start, end) in Self.pages(list) {
            areas.append((start, Int(end - start), block(Int(end - start))))
        }
        for (index, grant) in list.enumerated() {
            grants.initializeElement(at: index, to: row(grant))
        }
    }

    deinit {
        for block in blocks { block.deallocate() }
        grants.deallocate()
    }

    private func block(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 8), alignment: 4096)
        block.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 8))
        blocks.append(block)
        return block
    }

    /// The pages of all grants of memory, side by side ones as one.
    private static func pages(_ list: [Grant]) -> [(start: UInt64, end: UInt64)] {
        var areas: [(start: UInt64, end: UInt64)] = []
        for grant in list.filter({ $0.space == .memory }).sorted(by: { $0.start < $1.start }) {
            precondition(grant.byteCount > 0 && grant.start <= UInt64.max - grant.byteCount - pageByteCount)
            let start = grant.start & ~(pageByteCount - 1)
            let end = (grant.start + grant.byteCount + pageByteCount - 1) & ~(pageByteCount - 1)
            if let last = areas.last, start <= last.end {
                areas[areas.count - 1].end = max(last.end, end)
            } else {
                areas.append((start, end))
            }
        }
        return areas
    }

    /// What has to stay clear in a grant that is closed: a limit for each 64 bits of an element.
    private static func denied(by grant: Grant) -> [guard_limit] {
        guard grant.isClosed, grant.select == nil else { return [] }
        return stride(from: 0, to: min(grant.elementByteCount, 0x2000), by: 8).map { offset in
            var bits: UInt64 = 0
            for limit in grant.limits where UInt64(limit.firstBit) / 64 == offset / 8 {
                bits |= (UInt64.max >> (64 - UInt64(limit.bitCount))) << UInt64(limit.firstBit % 64)
            }
            return guard_limit(
                low: 0, high: bits, bits: bits, first_bit: UInt16(offset * 8),
                bit_count: UInt8(min(grant.elementByteCount - offset, 8) * 8), or_next: false, is_of_bits: true)
        }
    }

    private func row(_ grant: Grant) -> guard_grant {
        let elements = Int((grant.byteCount + grant.elementByteCount - 1) / grant.elementByteCount)
        let runs = block(elements * MemoryLayout<UInt32>.stride).assumingMemoryBound(to: UInt32.self)
        let rows =
            grant.limits.flatMap { limit in
                // What came before is not followed here: what may follow something may always be.
                let ranges = [limit.range] + limit.others + limit.sequels.map(\.range)
                return ranges.enumerated().map { index, range in
                    guard_limit(
                        low: range.low, high: range.high, bits: range.bits, first_bit: limit.firstBit,
                        bit_count: limit.bitCount, or_next: index + 1 < ranges.count, is_of_bits: limit.isOfBits)
                }
            } + Self.denied(by: grant)
        let limits = block(rows.count * MemoryLayout<guard_limit>.stride).assumingMemoryBound(to: guard_limit.self)
        for (index, row) in rows.enumerated() { (limits + index).initialize(to: row) }
        let bytes: UnsafeMutableRawPointer
        if let area = areas.first(where: { grant.start >= $0.start && grant.start - $0.start < UInt64($0.byteCount) }),
            grant.space == .memory
        {
            bytes = area.bytes + Int(grant.start - area.start)
        } else {
            bytes = block(Int(grant.byteCount))
        }
        return guard_grant(
            start: grant.start, end: grant.start + grant.byteCount, element_size: grant.elementByteCount,
            space: UInt32(grant.space.rawValue), is_readable: grant.rights.contains(.read),
            is_writable: grant.rights.contains(.write), is_whole: grant.isWhole, limits: limits,
            limit_count: UInt32(rows.count), bytes: bytes.assumingMemoryBound(to: UInt8.self), runs: runs)
    }
}
