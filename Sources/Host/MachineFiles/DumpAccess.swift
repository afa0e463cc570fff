// The access of discovery over a dump: configuration space answers from the bytes, and base address registers, written
// with all ones, answer with the sizes that were decided before. So the scan that runs on a PC reads the dump too.

import Hardware

/// A machine of which there is configuration space and nothing else.
struct DumpAccess: HardwareAccess {
    private var bytes: [FunctionAddress: [UInt8]] = [:]
    /// What a register answers to all ones, by its place.
    private var answers: [UInt32: UInt32] = [:]
    /// Places of the registers that hold all ones now.
    private var probed: Set<UInt32> = []
    /// Functions 0 that answer although the text does not show them, or not as one of several: no device is without its
    /// own, and discovery finds the others by it.
    private(set) var firstFunctions: [FunctionAddress] = []
    /// Somewhere, for all buses: a text has as many bytes of each function as whoever printed it could read.
    var configurationMaps = [ConfigurationMap(firstBus: 0, lastBus: 255, base: PhysicalAddress(rawValue: 0))]

    init(_ functions: [PCIDump.Function], _ sizes: RangeSizes) {
        for function in functions {
            bytes[function.address] = function.bytes
            // Without the bytes of its capabilities a list of them leads nowhere.
            if function.bytes.count < 256 { bytes[function.address]?[0x06] &= ~(1 << 4) }
        }
        for function in functions where function.address.function != 0 { addFirstFunction(beside: function.address) }
        for range in sizes.ranges {
            let mask = ~(range.byteCount - 1)
            let place = Self.place(range.address, 0x10 + 4 * UInt16(range.index))
            answers[place] = UInt32(truncatingIfNeeded: mask) & ~(range.isPort ? 3 : 15) | range.flags
            if range.isWide { answers[place + 4] = UInt32(truncatingIfNeeded: mask >> 32) }
        }
    }

    /// Has function 0 of a device answer as one of several.
    private mutating func addFirstFunction(beside address: FunctionAddress) {
        let first = FunctionAddress(bus: address.bus, device: address.device, function: 0)
        var header = bytes[first] ?? []
        if header.isEmpty {
            header = [UInt8](repeating: 0, count: 64)
            header[0] = 1  // any vendor
        }
        guard header[0x0E] & 0x80 == 0 else { return }
        header[0x0E] |= 0x80
        bytes[first] = header
        firstFunctions.append(first)
    }

    private static func place(_ function: FunctionAddress, _ offset: UInt16) -> UInt32 {
        UInt32(function.rawValue) << 12 | UInt32(offset)
    }

    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        let count = Int(width.rawValue)
        let allOnes = UInt32.max >> (32 - 8 * UInt32(count))
        if probed.contains(Self.place(function, offset)) { return answers[Self.place(function, offset)] ?? 0 }
        guard let bytes = bytes[function], Int(offset) + count <= bytes.count else { return allOnes }
        return bytes[Int(offset)..<Int(offset) + count].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {
        guard (0x10..<0x28).contains(offset) else { return }
        let place = Self.place(function, offset)
        if value == .max { probed.insert(place) } else { probed.remove(place) }
    }

    // MARK: What a dump does not hold

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 { .max }

    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {}

    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 { .max }

    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        ProcessorLeaf(leaf: leaf, subleaf: subleaf, eax: 0, ebx: 0, ecx: 0, edx: 0)
    }

    mutating func readTimestamp() -> UInt64 { 0 }
}
