// One cache of the processor, decoded from the leaf that describes it. `ProcessorFacts.caches` makes these.

/// A cache of the processor.
public struct ProcessorCache: Hashable, Sendable {
    /// What a cache holds.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case data = 1
        case code = 2
        case unified = 3

        /// The word that stands for the kind in a report.
        public var word: StaticString {
            switch self {
            case .data: "data"
            case .code: "code"
            case .unified: "unified"
            }
        }
    }

    /// 1 for the cache nearest to the core.
    public var level: UInt8
    public var kind: Kind
    /// Units: bytes.
    public var byteCount: UInt64
    /// Units: bytes.
    public var lineByteCount: UInt32
    /// Ways of associativity.
    public var wayCount: UInt32

    public init(level: UInt8, kind: Kind, byteCount: UInt64, lineByteCount: UInt32, wayCount: UInt32) {
        self.level = level
        self.kind = kind
        self.byteCount = byteCount
        self.lineByteCount = lineByteCount
        self.wayCount = wayCount
    }

    /// Decodes a subleaf of leaf 4 or of leaf 0x8000001D, which share one layout; `nil` where it describes no cache.
    ///
    /// Layout: EAX 4:0 type, 7:5 level; EBX 11:0 line, 21:12 partitions, 31:22 ways, each less one; ECX sets less one.
    ///
    /// Source: Intel SDM, volume 2A, CPUID, leaf 04H; AMD64 APM, volume 3, 24594, appendix E.4.15.
    init?(_ leaf: ProcessorLeaf) {
        guard let kind = Kind(rawValue: UInt8(leaf.eax & 0x1F)) else { return nil }
        let line = (leaf.ebx & 0xFFF) + 1
        let partitions = (leaf.ebx >> 12 & 0x3FF) + 1
        let ways = (leaf.ebx >> 22) + 1
        // At most 2^32 times the sets: the largest product wraps to zero, which no real cache has.
        let byteCount = UInt64(line) * UInt64(partitions) * UInt64(ways) &* (UInt64(leaf.ecx) + 1)
        self.init(
            level: UInt8(leaf.eax >> 5 & 7), kind: kind, byteCount: byteCount, lineByteCount: line, wayCount: ways)
    }
}
