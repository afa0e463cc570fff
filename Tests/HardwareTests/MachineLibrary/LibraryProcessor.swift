// Processors of the library's machines, as what CPUID answers: what discovery asks for, and no leaf beyond.

import Hardware

/// A processor.
///
/// Source: Intel SDM, volume 2A, CPUID; AMD64 APM, volume 3, 24594, appendix E.
struct LibraryProcessor: Sendable {
    enum Vendor: Sendable {
        case intel
        case amd
    }

    var vendor = Vendor.intel
    /// EAX of leaf 1: family, model and stepping.
    var signature: UInt32
    var brand: String
    /// Of the time-stamp counter. Units: hertz.
    var frequency: UInt64
    /// Highest basic leaf.
    var maximum: UInt32
    var threadCount: UInt32 = 1
    var addressBitCount: UInt32 = 36
    var executesNever = true
    /// Whether a monitor says that it is there.
    var isGuest = false
    /// Leaf 15H: denominator, numerator, and hertz of the crystal where the processor tells it.
    var crystal: (UInt32, UInt32, UInt32) = (0, 0, 0)
    /// Leaf 16H: base, maximum and bus. Units: megahertz.
    var megahertz: (UInt32, UInt32, UInt32) = (0, 0, 0)

    /// All leaves, as far as discovery asks.
    var leaves: [ProcessorLeaf] {
        let isIntel = vendor == .intel
        // "GenuineIntel" and "AuthenticAMD" in EBX, EDX, ECX.
        let names: (UInt32, UInt32, UInt32) =
            isIntel ? (0x756E_6547, 0x4965_6E69, 0x6C65_746E) : (0x6874_7541, 0x6974_6E65, 0x444D_4163)
        let features: UInt32 = isIntel ? 0xBFEB_FBFF : 0x178B_FBFF
        var leaves: [ProcessorLeaf] = []
        func add(_ leaf: UInt32, _ registers: [UInt32], _ subleaf: UInt32 = 0) {
            guard leaf >= 0x8000_0000 || leaf <= maximum else { return }
            leaves.append(
                ProcessorLeaf(
                    leaf: leaf, subleaf: subleaf, eax: registers[0], ebx: registers[1], ecx: registers[2],
                    edx: registers[3]))
        }
        add(0, [maximum, names.0, names.2, names.1])
        add(1, [signature, threadCount << 16 | 8 << 8, isGuest ? 0x8000_2001 : 0x2001, features])
        add(4, [isIntel ? 0x0000_0121 : 0, 0x01C0_003F, 0x3F, 0])  // 32 KiB of data, eight ways
        add(4, [0, 0, 0, 0], 1)
        add(7, [0, 0, 0, 0])
        add(0xD, [7, 0x340, 0x340, 0])
        add(0xD, [0, 0, 0, 0], 1)
        add(0x15, [crystal.0, crystal.1, crystal.2, 0])
        add(0x16, [megahertz.0, megahertz.1, megahertz.2, 0])
        add(0x8000_0000, [0x8000_0008, 0, 0, 0])
        // Long mode, and bit 20: pages that do not execute.
        add(0x8000_0001, [isIntel ? 0 : signature, 0, 1, executesNever ? 0x2810_0800 : 0x2800_0800])
        var name = Array(brand.utf8) + [UInt8](repeating: 0, count: 48)
        for leaf in UInt32(0x8000_0002)...0x8000_0004 {
            let words = (0..<4).map { word in (0..<4).reduce(UInt32(0)) { $0 | UInt32(name[4 * word + $1]) << (8 * $1) }
            }
            add(leaf, words)
            name.removeFirst(16)
        }
        add(0x8000_0007, [0, 0, 0, 1 << 8])  // the time-stamp counter never changes its pace
        add(0x8000_0008, [0x3000 | addressBitCount, 0, 0, 0])
        return leaves
    }
}
