// The kernel's way into configuration space: through memory where discovery has found it there, else by mechanism #1. One value
// serves all of the kernel (Globals.swift), because the page through which it looks is one; ProcessorAccess calls it.

import Hardware
import Platform

/// Configuration space of the machine.
struct ConfigurationSpace {
    /// Ports of mechanism #1 (PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2).
    private static let addressPort: UInt16 = 0xCF8
    private static let dataPort: UInt16 = 0xCFC
    /// Page in which the space of one function is seen. No grant reaches it, so generated code does not either.
    private static let view = VirtualAddress(rawValue: 0x7000_2000)

    /// Where it is in memory.
    var maps: [ConfigurationMap] = []
    /// What the page shows.
    private var viewed: UInt64?

    /// What follows is done at a memory address, or else at a port.
    private enum Place {
        case memory(UInt64)
        case port(UInt16)
    }

    /// Reads a register; one that nothing leads to reads as all ones.
    @inline(never)
    mutating func read(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        switch place(of: function, offset) {
        case .memory(let address): Self.read(address, width)
        case .port(let port): ProcessorAccess.readPort(port, width)
        case nil: .max
        }
    }

    /// Writes a register, where something leads to it.
    @inline(never)
    mutating func write(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32) {
        switch place(of: function, offset) {
        case .memory(let address): Self.write(address, width, value)
        case .port(let port): ProcessorAccess.writePort(port, width, value)
        case nil: break
        }
    }

    /// Reads where a register is mapped, in configuration space or a device's own.
    @inline(never)
    static func read(_ address: UInt64, _ width: AccessWidth) -> UInt32 {
        switch width {
        case .byte: UInt32(configurationRead8(address))
        case .word: UInt32(configurationRead16(address))
        case .doubleWord, .quadWord: configurationRead32(address)
        }
    }

    /// Writes where a register is mapped.
    @inline(never)
    static func write(_ address: UInt64, _ width: AccessWidth, _ value: UInt32) {
        switch width {
        case .byte: configurationWrite8(address, UInt8(truncatingIfNeeded: value))
        case .word: configurationWrite16(address, UInt16(truncatingIfNeeded: value))
        case .doubleWord, .quadWord: configurationWrite32(address, value)
        }
    }

    /// Where a register is now: maps the function's page, or selects the register.
    @inline(never)
    private mutating func place(of function: FunctionAddress, _ offset: UInt16) -> Place? {
        if let start = maps.place(of: function) {
            guard UInt64(offset) < ConfigurationMap.functionByteCount else { return nil }
            if viewed != start.rawValue {
                viewed = nil
                guard (try? addressSpace.map(Self.view, to: start, byteCount: pageByteCount, .device)) != nil else {
                    return nil
                }
                viewed = start.rawValue
            }
            return .memory(Self.view.rawValue + UInt64(offset))
        }
        guard offset < 256 else { return nil }
        portWrite32(Self.addressPort, 1 << 31 | UInt32(function.rawValue) << 8 | UInt32(offset) & 0xFC)
        return .port(Self.dataPort + offset & 3)
    }
}
