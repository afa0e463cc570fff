// Configuration space of a function as bytes, as far as sizes of ranges depend on it.
//
// Source: PCI Local Bus Specification, revision 3.0, section 6.1; PCI-to-PCI Bridge Architecture Specification,
// revision 1.2, section 3.2.5.

import Hardware

/// Bytes of configuration space, with their header's view of address ranges.
struct ConfigurationBytes {
    private let bytes: [UInt8]

    init(_ function: PCIDump.Function) { bytes = function.bytes }

    func doubleWord(_ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func word(_ offset: Int) -> UInt64 { UInt64(bytes[offset]) | UInt64(bytes[offset + 1]) << 8 }

    private var headerType: UInt8 { bytes[0x0E] & 0x7F }

    /// Base class 06, subclass 00: a host bridge, whose ranges discovery leaves alone.
    private var isHostBridge: Bool { bytes[0x0A] == 0 && bytes[0x0B] == 6 }

    /// Number of base address registers.
    var registerCount: UInt8 {
        if isHostBridge { return 0 }
        switch headerType {
        case 0: return 6
        case 1: return 2
        case 2: return 1
        default: return 0
        }
    }

    /// Where ranges of memory begin or end that no base address register names: the expansion ROM and what a bridge
    /// lets through.
    var memoryEdges: [UInt64] {
        switch headerType {
        case 0: return [UInt64(doubleWord(0x30) & ~0x7FF)].filter { $0 != 0 }
        case 1:
            // Bits 15:4 of a register are bits 31:20 of the address.
            let memory = (base: (word(0x20) & 0xFFF0) << 16, last: (word(0x22) & 0xFFF0) << 16 | 0xF_FFFF)
            var prefetchable = (base: (word(0x24) & 0xFFF0) << 16, last: (word(0x26) & 0xFFF0) << 16 | 0xF_FFFF)
            if word(0x24) & 15 == 1 {
                prefetchable.base |= UInt64(doubleWord(0x28)) << 32
                prefetchable.last |= UInt64(doubleWord(0x2C)) << 32
            }
            return Self.edges(memory) + Self.edges(prefetchable)
        default: return []
        }
    }

    /// The same of ports.
    var portEdges: [UInt64] {
        guard headerType == 1 else { return [] }
        // Bits 7:4 of a register are bits 15:12 of the address.
        let low = (base: UInt64(bytes[0x1C] & 0xF0) << 8, last: UInt64(bytes[0x1D] & 0xF0) << 8 | 0xFFF)
        guard bytes[0x1C] & 15 == 1 else { return Self.edges(low) }
        return Self.edges((base: low.base | word(0x30) << 16, last: low.last | word(0x32) << 16))
    }

    /// A bridge whose base is above its limit lets nothing through; base 0 is firmware's silence.
    private static func edges(_ range: (base: UInt64, last: UInt64)) -> [UInt64] {
        range.base == 0 || range.base > range.last ? [] : [range.base, range.last &+ 1]
    }
}
