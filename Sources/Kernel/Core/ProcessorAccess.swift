// Access to the machine by the processor's own instructions: what discovery runs on in the kernel.

import Hardware
import Pipeline
import Platform
import Verification

/// The machine itself.
///
/// Physical memory is read through a page that is mapped read-only where it is needed; registers of devices through the same,
/// mapped past the caches.
struct ProcessorAccess: HardwareAccess {
    /// Page through which physical memory is read. In this area there are but three more, which Watchdog.swift,
    /// ConfigurationSpace.swift and SerialPort.swift map.
    private static let view = VirtualAddress(rawValue: 0x7000_0000)

    private var viewed: UInt64?
    /// First address beyond physical memory: a page-table entry with such an address would be malformed.
    private let physicalEnd: UInt64

    init() {
        // 36 bits where leaf 0x80000008 does not say (Intel SDM, volume 2A, CPUID).
        let hasLeaf = processorIdentification(0x8000_0000, 0).eax >= 0x8000_0008
        physicalEnd = 1 << UInt64(hasLeaf ? processorIdentification(0x8000_0008, 0).eax & 0xFF : 36)
    }

    @inline(never)
    static func readPort(_ port: UInt16, _ width: AccessWidth) -> UInt32 {
        switch width {
        case .byte: UInt32(portRead8(port))
        case .word: UInt32(portRead16(port))
        case .doubleWord, .quadWord: portRead32(port)
        }
    }

    @inline(never)
    static func writePort(_ port: UInt16, _ width: AccessWidth, _ value: UInt32) {
        switch width {
        case .byte: portWrite8(port, UInt8(truncatingIfNeeded: value))
        case .word: portWrite16(port, UInt16(truncatingIfNeeded: value))
        case .doubleWord, .quadWord: portWrite32(port, value)
        }
    }

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 { Self.readPort(port.rawValue, width) }

    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        Self.writePort(port.rawValue, width, value)
    }

    var configurationMaps: [ConfigurationMap] {
        get { configurationSpace.maps }
        set { configurationSpace.maps = newValue }
    }

    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        configurationSpace.read(function, offset, width)
    }

    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {
        configurationSpace.write(function, offset, width, value)
    }

    @inline(never)
    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        guard address.rawValue < physicalEnd else { return .max }
        let page = address.rawValue & ~(pageByteCount - 1)
        if viewed != page {
            do throws(MappingError) {
                try addressSpace.map(
                    Self.view, to: PhysicalAddress(rawValue: page), byteCount: pageByteCount, .readOnly)
            } catch {
                return .max
            }
            viewed = page
        }
        return memoryRead(Self.view.rawValue + address.rawValue % pageByteCount, UInt32(width.rawValue))
    }

    mutating func readRegister(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt32 {
        guard let place = registerPlace(address) else { return .max }
        return ConfigurationSpace.read(place, width)
    }

    mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {
        if let place = registerPlace(address) { ConfigurationSpace.write(place, width, value) }
    }

    /// Where a device's register is now, past all caches; nowhere beyond physical memory.
    @inline(never)
    private mutating func registerPlace(_ address: PhysicalAddress) -> UInt64? {
        guard address.rawValue < physicalEnd else { return nil }
        let page = PhysicalAddress(rawValue: address.rawValue & ~(pageByteCount - 1))
        viewed = nil
        guard (try? addressSpace.map(Self.view, to: page, byteCount: pageByteCount, .device)) != nil else { return nil }
        return Self.view.rawValue + address.rawValue % pageByteCount
    }

    @inline(never)
    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        let registers = processorIdentification(leaf, subleaf)
        return ProcessorLeaf(
            leaf: leaf, subleaf: subleaf, eax: registers.eax, ebx: registers.ebx, ecx: registers.ecx,
            edx: registers.edx)
    }

    mutating func readTimestamp() -> UInt64 { timestamp() }

    /// Lets the function of a driver decode the memory and the ports that are windows of the driver.
    mutating func enableDecode(for driver: GeneratedDriver) {
        var decode: UInt32 = 0
        for window in driver.windows where window.space != .configuration {
            decode |= window.space == .ports ? Command.portDecode : Command.memoryDecode
        }
        change(driver.function, clear: 0, set: decode)
    }

    /// Keeps a function from decoding its memory ranges.
    mutating func disableMemoryDecode(of function: FunctionAddress) {
        change(function, clear: Command.memoryDecode, set: 0)
    }

    /// Lets a function read and write memory, through the bridges that it is behind.
    ///
    /// Source: PCI-to-PCI Bridge Architecture Specification, revision 1.2, section 3.2.4.3: a bridge passes nothing on to
    /// memory before its own bit is set.
    mutating func enableBusMastering(of function: FunctionAddress, among functions: [PCIFunction]) {
        for bridge in functions where bridge.leads(to: function.bus) {
            change(bridge.address, clear: 0, set: Command.busMaster)
        }
        change(function, clear: 0, set: Command.busMaster)
    }

    /// Keeps a function from reading and writing memory.
    mutating func disableBusMastering(of function: FunctionAddress) {
        change(function, clear: Command.busMaster, set: 0)
    }

    /// Cuts a function off: it decodes neither memory nor ports, and neither reads nor writes memory.
    mutating func disconnect(_ function: FunctionAddress) {
        change(function, clear: Command.portDecode | Command.memoryDecode | Command.busMaster, set: 0)
    }

    @inline(never)
    private mutating func change(_ function: FunctionAddress, clear: UInt32, set: UInt32) {
        let command = readConfiguration(function, Command.offset, .word)
        writeConfiguration(function, Command.offset, .word, command & ~clear | set)
    }

    /// The command register of a function.
    ///
    /// Source: PCI Local Bus Specification, revision 3.0, section 6.2.2.
    private enum Command {
        static let offset: UInt16 = 0x04
        static let portDecode: UInt32 = 1 << 0
        static let memoryDecode: UInt32 = 1 << 1
        static let busMaster: UInt32 = 1 << 2
    }
}
