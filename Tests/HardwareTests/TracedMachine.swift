// A machine of tests that writes down every write in its order, and has registers in memory and ports behind which firmware or
// a device does what a test says.

import Hardware

/// A synthetic machine with registers, and the trace of what was written to it.
struct TracedMachine: HardwareAccess {
    /// Something that was written.
    enum Write: Hashable {
        case port(UInt16, UInt32)
        /// Function, offset, value.
        case configuration(UInt16, UInt16, UInt32)
        case register(UInt64, UInt32)

        /// The function of configuration space that was written to.
        var function: UInt16? {
            guard case .configuration(let function, _, _) = self else { return nil }
            return function
        }

        func isTo(_ function: UInt16, _ offset: UInt16) -> Bool {
            guard case .configuration(function, offset, _) = self else { return false }
            return true
        }
    }

    var base: SyntheticMachine
    /// Registers in memory, four bytes each; all others read as all ones.
    var registers: [UInt64: UInt32] = [:]
    /// Ports of two bytes beside those of the machine.
    var ports: [UInt16: UInt32] = [:]
    var writes: [Write] = []
    /// What firmware or a device does after a write, which has taken effect.
    var firmware: (inout TracedMachine, Write) -> Void = { _, _ in }

    init(_ base: SyntheticMachine) { self.base = base }

    var configurationMaps: [ConfigurationMap] {
        get { base.configurationMaps }
        set { base.configurationMaps = newValue }
    }

    private mutating func note(_ write: Write) {
        writes.append(write)
        let firmware = firmware
        firmware(&self, write)
    }

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 {
        ports[port.rawValue] ?? base.readPort(port, width)
    }

    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        if ports[port.rawValue] != nil { ports[port.rawValue] = value } else { base.writePort(port, width, value) }
        note(.port(port.rawValue, value))
    }

    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        base.readConfiguration(function, offset, width)
    }

    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {
        base.writeConfiguration(function, offset, width, value)
        note(.configuration(function.rawValue, offset, value))
    }

    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        base.readMemory(address, width)
    }

    /// Bits of a register that an access of a width at an address is about.
    private static func bits(_ address: PhysicalAddress, _ width: AccessWidth) -> (place: UInt64, shift: UInt32, UInt32)
    {
        let shift = 8 * UInt32(address.rawValue & 3)
        return (address.rawValue & ~3, shift, .max >> (32 - 8 * UInt32(width.rawValue)))
    }

    mutating func readRegister(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt32 {
        _ = base.readTimestamp()  // time goes by
        let (place, shift, mask) = Self.bits(address, width)
        return (registers[place] ?? .max) >> shift & mask
    }

    mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {
        let (place, shift, mask) = Self.bits(address, width)
        if let held = registers[place] { registers[place] = held & ~(mask << shift) | (value & mask) << shift }
        note(.register(address.rawValue, value))
    }

    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        base.readProcessorLeaf(leaf, subleaf)
    }

    mutating func readTimestamp() -> UInt64 { base.readTimestamp() }

    /// Discovers the machine.
    mutating func discover(isDriven: (PCIFunction) -> Bool = { _ in false }) -> (
        facts: MachineFacts, oddities: [Oddity]
    ) {
        var oddities: [Oddity] = []
        let facts = discoverMachine(BootInformation(source: .pvh), &self, isDriven: isDriven) {
            if case .found(let oddity) = $0 { oddities.append(oddity) }
        }
        return (facts, oddities)
    }

    /// Devices that are reset where they wake: all that can be written becomes zero, but of the registers that put them to
    /// sleep. Where a bridge wakes, what is behind it is reset as well.
    static func resetsOnWaking(keeps: Bool) -> (inout TracedMachine, Write) -> Void {
        { machine, write in
            guard !keeps, case .configuration(let function, 0x54, _) = write else { return }
            for (place, found) in machine.base.functions where place >> 8 >= function >> 8 {
                guard place == function || place >> 8 > function >> 8 else { continue }
                for offset in found.bytes.indices where !(0x54..<0x56).contains(offset) {
                    machine.base.functions[place]?.bytes[offset] &= ~found.writable[offset]
                }
            }
        }
    }
}
