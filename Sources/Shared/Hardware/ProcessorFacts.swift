// What CPUID says of the processor: the raw leaves are the facts, everything else is a view of them. So a report that
// carries the leaves carries all that generation can ask of the processor.

/// The four registers that CPUID returned for one leaf and subleaf.
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID.
public struct ProcessorLeaf: Hashable, Sendable {
    public var leaf: UInt32
    public var subleaf: UInt32
    public var eax: UInt32
    public var ebx: UInt32
    public var ecx: UInt32
    public var edx: UInt32

    public init(leaf: UInt32, subleaf: UInt32, eax: UInt32, ebx: UInt32, ecx: UInt32, edx: UInt32) {
        self.leaf = leaf
        self.subleaf = subleaf
        self.eax = eax
        self.ebx = ebx
        self.ecx = ecx
        self.edx = edx
    }
}

/// The processor, as the CPUID leaves that discovery read, in the order in which it read them.
public struct ProcessorFacts: Hashable, Sendable {
    public var leaves: [ProcessorLeaf]

    public init(leaves: [ProcessorLeaf] = []) { self.leaves = leaves }

    /// The recorded registers of a leaf, or `nil` where the processor does not have it.
    @inline(never)
    public func leaf(_ leaf: UInt32, _ subleaf: UInt32 = 0) -> ProcessorLeaf? {
        leaves.first { $0.leaf == leaf && $0.subleaf == subleaf }
    }
}
