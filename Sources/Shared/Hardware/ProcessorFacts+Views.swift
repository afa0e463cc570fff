// What the recorded CPUID leaves mean: names, model and features. Views only; the leaves stay the facts.

extension ProcessorFacts {
    /// The twelve characters of the vendor, or none where leaf 0 was not read.
    ///
    /// Source: Intel SDM, volume 2A, CPUID, leaf 00H: EBX, EDX, ECX.
    public var vendor: [UInt8] {
        var characters: [UInt8] = []
        guard let leaf = leaf(0) else { return characters }
        Self.append(leaf.ebx, to: &characters)
        Self.append(leaf.edx, to: &characters)
        Self.append(leaf.ecx, to: &characters)
        return characters
    }

    /// The brand, without the blanks before it and what follows its end; empty where the processor has none.
    ///
    /// Source: Intel SDM, volume 2A, CPUID, leaves 80000002H to 80000004H.
    public var brand: [UInt8] {
        var characters: [UInt8] = []
        for number in UInt32(0x8000_0002)...0x8000_0004 {
            guard let leaf = leaf(number) else { return [] }
            Self.append(leaf.eax, to: &characters)
            Self.append(leaf.ebx, to: &characters)
            Self.append(leaf.ecx, to: &characters)
            Self.append(leaf.edx, to: &characters)
        }
        var start = 0
        var end = characters.firstIndex(of: 0) ?? characters.count
        while start < end, characters[start] == UInt8(ascii: " ") { start += 1 }
        while start < end, characters[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return [UInt8](characters[start..<end])
    }

    /// Family, with the extended family added where the family is 15.
    ///
    /// Source: Intel SDM, volume 2A, CPUID, leaf 01H, "Version Returned by CPUID in EAX".
    public var family: UInt32 {
        let signature = leaf(1)?.eax ?? 0
        let family = signature >> 8 & 0xF
        return family == 0xF ? family + (signature >> 20 & 0xFF) : family
    }

    /// Model, with the extended model before it where the family is 6 or 15.
    public var model: UInt32 {
        let signature = leaf(1)?.eax ?? 0
        let family = signature >> 8 & 0xF
        let model = signature >> 4 & 0xF
        return family == 0x6 || family == 0xF ? (signature >> 16 & 0xF) << 4 | model : model
    }

    /// Stepping of the model.
    public var stepping: UInt32 { (leaf(1)?.eax ?? 0) & 0xF }

    /// How many bits a physical address has at most: what leaf 0x80000008 says, 36 where there is none (Intel SDM, volume 2A,
    /// CPUID), 52, the most of the architecture, where nothing is known of the processor.
    public var physicalAddressBitCount: UInt64 {
        guard !leaves.isEmpty else { return 52 }
        return min(UInt64(leaf(0x8000_0008).map { $0.eax & 0xFF } ?? 36), 52)
    }

    /// The frequency of the time-stamp counter as the processor states it: its crystal's, times a ratio, or where it does not
    /// know its crystal, the base frequency, which that comes to. `nil` where it says neither.
    ///
    /// Units: hertz.
    ///
    /// Source: Intel SDM, volume 2A, CPUID, leaf 15H (EAX denominator, EBX numerator, ECX crystal) and leaf 16H (EAX 15:0
    /// megahertz); Linux, arch/x86/kernel/tsc.c, native_calibrate_tsc, derives the crystal from leaf 16H likewise.
    public var statedFrequency: UInt64? {
        guard let ratio = leaf(0x15), ratio.eax != 0, ratio.ebx != 0 else { return nil }
        // Crystals have some tens of megahertz, those that hypervisors state up to a thousand; more is no answer.
        guard ratio.ecx <= 1_000_000_000 else { return nil }
        if ratio.ecx != 0 { return UInt64(ratio.ecx) * UInt64(ratio.ebx) / UInt64(ratio.eax) }
        guard let base = leaf(0x16), base.eax & 0xFFFF != 0 else { return nil }
        return UInt64(base.eax & 0xFFFF) * 1_000_000
    }

    /// Whether leaf 8000001DH describes caches (80000001H ECX 22).
    ///
    /// Source: AMD64 APM, volume 3, 24594, appendix E.4.2.
    var hasTopologyExtensions: Bool { (leaf(0x8000_0001)?.ecx ?? 0) & 1 << 22 != 0 }

    /// The caches, in the order in which the processor lists them: by leaf 4, or by leaf 8000001DH where that has none.
    public var caches: [ProcessorCache] {
        let caches = caches(of: 0x04)
        return caches.isEmpty ? self.caches(of: 0x8000_001D) : caches
    }

    private func caches(of number: UInt32) -> [ProcessorCache] {
        var caches: [ProcessorCache] = []
        for leaf in leaves where leaf.leaf == number {
            if let cache = ProcessorCache(leaf) { caches.append(cache) }
        }
        return caches
    }

    @inline(never)
    private static func append(_ register: UInt32, to characters: inout [UInt8]) {
        for place in UInt32(0)..<4 { characters.append(UInt8(truncatingIfNeeded: register >> (8 * place))) }
    }
}
