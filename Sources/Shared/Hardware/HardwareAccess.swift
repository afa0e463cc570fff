// The only way in which discovery touches a machine. The kernel implements it with instructions; the host implements it
// by recording another implementation, by replaying such a recording, and over QEMU's device models.

/// Access to ports, configuration space, memory, CPUID and the time-stamp counter of one machine.
///
/// Implementations answer reads of places where nothing decodes as the hardware does: with all ones.
public protocol HardwareAccess {
    /// Reads `width` bytes (at most four) from an I/O port.
    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32

    /// Writes the low `width` bytes (at most four) of `value` to an I/O port.
    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32)

    /// Where configuration space is in memory; nowhere, until discovery has found out. Functions of these buses are reached
    /// there with all of their 4,096 bytes, all others through ports, as far as those lead.
    var configurationMaps: [ConfigurationMap] { get set }

    /// Reads `width` bytes (at most four) of configuration space at `offset`, which is a multiple of the width.
    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32

    /// Writes the low `width` bytes (at most four) of `value` to configuration space at `offset`.
    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32)

    /// Reads `width` bytes of physical memory at `address`, which is a multiple of the width.
    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64

    /// Reads `width` bytes (at most four) of a device's register in memory, past all caches.
    mutating func readRegister(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt32

    /// Writes the low `width` bytes (at most four) of `value` to a device's register in memory.
    mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32)

    /// Executes CPUID with EAX = `leaf` and ECX = `subleaf`.
    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf

    /// Reads the time-stamp counter.
    mutating func readTimestamp() -> UInt64
}

/// A machine without caches, whose devices have no registers in memory that a write reaches.
extension HardwareAccess {
    public mutating func readRegister(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt32 {
        UInt32(truncatingIfNeeded: readMemory(address, width))
    }

    public mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {}
}
