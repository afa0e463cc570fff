// How much the base address registers of a dump decode. Configuration space does not tell without being written to, so
// the size is the one that the verbose text states, or one that is assumed by a rule and said to be.

import Hardware

/// The registers of all functions of a dump, with a size each.
struct RangeSizes {
    /// A register, or a pair.
    struct Range {
        var address: FunctionAddress
        var index: UInt8
        var isPort: Bool
        var isWide: Bool
        /// Kind and prefetchability, as the register's low bits hold them.
        var flags: UInt32
        var base: UInt64
        /// Units: bytes.
        var byteCount: UInt64
        /// Why the size is assumed to be so; `nil` where the text states it.
        var reason: String?
    }

    /// Most that is assumed of memory. What a description asks for is less, and more would be a mere guess.
    ///
    /// Units: bytes.
    private static let memoryLimit: UInt64 = 1 << 20
    /// Most that a register may decode in port space. Units: bytes.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.5.1.
    private static let portLimit: UInt64 = 256
    /// Least that a register can decode: its low bits are wired. Units: bytes.
    private static let leastMemory: UInt64 = 16
    private static let leastPorts: UInt64 = 4
    /// Where the interrupt controllers of every PC stand, which no range covers.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3A, section 11.4.1; ICH9 datasheet,
    /// 316972-004, section 13.5.
    private static let controllers: [UInt64] = [0xFEC0_0000, 0xFEE0_0000]

    private(set) var ranges: [Range] = []

    /// - Parameter functions: those with their bytes and in one domain.
    init(_ functions: [PCIDump.Function]) {
        let spaces = functions.map(ConfigurationBytes.init)
        for (function, space) in zip(functions, spaces) { ranges += Self.ranges(of: function, space) }
        var memoryEdges = Self.controllers + spaces.flatMap(\.memoryEdges)
        var portEdges = spaces.flatMap(\.portEdges)
        for range in ranges where range.base != 0 {
            if range.isPort { portEdges.append(range.base) } else { memoryEdges.append(range.base) }
        }
        memoryEdges.sort()
        portEdges.sort()
        for index in ranges.indices where ranges[index].byteCount == 0 {
            Self.assume(&ranges[index], ranges[index].isPort ? portEdges : memoryEdges)
        }
    }

    /// The registers of a function that hold something or of which the text speaks; a size that is unknown is 0.
    private static func ranges(of function: PCIDump.Function, _ space: ConfigurationBytes) -> [Range] {
        var ranges: [Range] = []
        var index: UInt8 = 0
        while index < space.registerCount {
            let low = space.doubleWord(0x10 + 4 * Int(index))
            let isPort = low & 1 != 0
            let isWide = low & 7 == 4 && index + 1 < space.registerCount
            let high = isWide ? space.doubleWord(0x14 + 4 * Int(index)) : 0
            let flags = low & (isPort ? 3 : 15)
            let base = UInt64(low & ~(isPort ? 3 : 15)) | UInt64(high) << 32
            let stated = function.ranges.first {
                $0.isPort == isPort && ($0.index == index || $0.index == nil && base != 0 && $0.base == base)
            }
            if low != 0 || stated != nil {
                var range = Range(
                    address: function.address, index: index, isPort: isPort, isWide: isWide, flags: flags, base: base,
                    byteCount: 0)
                let least = isPort ? leastPorts : leastMemory
                if let size = stated?.byteCount, size & (size - 1) == 0, size >= least, base & (size - 1) == 0 {
                    range.byteCount = size
                }
                ranges.append(range)
            }
            index += isWide ? 2 : 1
        }
        return ranges
    }

    /// Index of the first edge above an address; the edges are sorted.
    private static func first(above address: UInt64, in edges: [UInt64]) -> Int {
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] <= address { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The largest power of two that the base is a multiple of and that ends at or before the next edge, up to a limit.
    private static func assume(_ range: inout Range, _ edges: [UInt64]) {
        let least = range.isPort ? leastPorts : leastMemory
        let limit = range.isPort ? portLimit : memoryLimit
        guard range.base != 0 else {
            range.byteCount = least
            range.reason = "it has no address, and its size is not stated: the least there can be"
            return
        }
        let alignment = range.base & (0 &- range.base)
        let next = edges[first(above: range.base, in: edges)...].first
        var byteCount = min(alignment, limit)
        while byteCount > least, let next, next - range.base < byteCount { byteCount /= 2 }
        range.byteCount = byteCount
        let bound =
            if let next, next - range.base < byteCount * 2 {
                "ends before what begins at 0x\(String(next, radix: 16))"
            } else if byteCount == limit {
                "is no more than is ever assumed"
            } else {
                "divides the base"
            }
        range.reason = "its size is not stated: the largest power of two that \(bound)"
    }
}
