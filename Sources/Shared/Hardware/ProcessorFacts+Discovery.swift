// Reads the CPUID leaves that generation may ask for. It never reads beyond the maximum leaf of either half, where
// processors answer with another leaf's registers; `discoverMachine` calls it.

extension ProcessorFacts {
    /// Most subleaves of a cache leaf that are read; processors have four to six.
    static let cacheLimit: UInt32 = 16

    /// Reads the processor's leaves.
    ///
    /// Source: Intel SDM, volume 2A, CPUID; AMD64 APM, volume 3, 24594, appendix E.
    static func discover(_ access: inout some HardwareAccess) -> ProcessorFacts {
        var facts = ProcessorFacts()
        facts.discoverBasicLeaves(&access)
        facts.discoverExtendedLeaves(&access)
        return facts
    }

    private mutating func discoverBasicLeaves(_ access: inout some HardwareAccess) {
        let maximum = read(0, 0, &access).eax
        if maximum >= 0x01 { read(0x01, 0, &access) }
        if maximum >= 0x04 { readCaches(0x04, &access) }
        if maximum >= 0x07 { read(0x07, 0, &access) }
        if maximum >= 0x0D {
            read(0x0D, 0, &access)
            read(0x0D, 1, &access)
        }
        if maximum >= 0x15 { read(0x15, 0, &access) }
        if maximum >= 0x16 { read(0x16, 0, &access) }
    }

    private mutating func discoverExtendedLeaves(_ access: inout some HardwareAccess) {
        let maximum = read(0x8000_0000, 0, &access).eax
        // A processor without extended leaves answers with a basic leaf.
        guard maximum >> 16 == 0x8000 else { return }
        if maximum >= 0x8000_0001 { read(0x8000_0001, 0, &access) }
        if maximum >= 0x8000_0004 {
            for leaf in UInt32(0x8000_0002)...0x8000_0004 { read(leaf, 0, &access) }
        }
        if maximum >= 0x8000_0007 { read(0x8000_0007, 0, &access) }
        if maximum >= 0x8000_0008 { read(0x8000_0008, 0, &access) }
        if maximum >= 0x8000_001D && hasTopologyExtensions { readCaches(0x8000_001D, &access) }
    }

    /// Reads subleaves until one describes no cache; that one is kept too, as the end of the list.
    private mutating func readCaches(_ leaf: UInt32, _ access: inout some HardwareAccess) {
        for subleaf in 0..<Self.cacheLimit where read(leaf, subleaf, &access).eax & 0x1F == 0 { return }
    }

    @discardableResult
    @inline(never)
    private mutating func read(
        _ leaf: UInt32, _ subleaf: UInt32, _ access: inout some HardwareAccess
    ) -> ProcessorLeaf {
        let registers = access.readProcessorLeaf(leaf, subleaf)
        leaves.append(registers)
        return registers
    }
}
