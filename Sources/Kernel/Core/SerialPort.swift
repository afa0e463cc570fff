// The registers of a serial port, in port space or in memory: what the console's lines run on in the kernel.

import Hardware
import Platform

/// A serial port of the machine.
struct SerialPort: SerialRegisters {
    /// Page in which a port in memory is seen, beside those of ProcessorAccess, Watchdog and ConfigurationSpace.
    private static let view = VirtualAddress(rawValue: 0x7000_3000)

    let place: SerialPlace

    /// A line through the port, mapped where it is in memory and set up; `nil` where nothing answers as a UART.
    @inline(never)
    static func line(at place: SerialPlace, setsRate: Bool) -> SerialLine<SerialPort>? {
        if place.isInMemory {
            let page = PhysicalAddress(rawValue: place.base & ~(pageByteCount - 1))
            guard (try? addressSpace.map(view, to: page, byteCount: pageByteCount, .device)) != nil else { return nil }
        }
        var line = SerialLine(SerialPort(place: place))
        line.open(setsRate: setsRate)
        return line.isOpen ? line : nil
    }

    /// Where a register in memory is.
    private func address(of register: UInt16) -> UInt64 {
        Self.view.rawValue + place.base % pageByteCount + UInt64(register) * place.stride
    }

    @inline(never)
    func read(_ register: UInt16) -> UInt8 {
        if !place.isInMemory { return portRead8(UInt16(truncatingIfNeeded: place.base) + register) }
        return UInt8(truncatingIfNeeded: memoryRead(address(of: register), UInt32(place.stride)))
    }

    @inline(never)
    func write(_ register: UInt16, _ value: UInt8) {
        if !place.isInMemory {
            portWrite8(UInt16(truncatingIfNeeded: place.base) + register, value)
        } else if place.stride == 4 {
            memoryWrite32(address(of: register), UInt32(value))
        } else {
            memoryWrite8(address(of: register), value)
        }
    }

    func readTimestamp() -> UInt64 { timestamp() }
}
