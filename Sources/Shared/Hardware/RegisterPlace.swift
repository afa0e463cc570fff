// A register of the machine, wherever it is: behind a port, in memory or in configuration space. What takes a machine over reads,
// changes and waits for registers in all three.

/// Where a register is, and how wide: four bytes at most.
struct RegisterPlace {
    enum Space {
        case port(UInt16)
        case memory(PhysicalAddress)
        case configuration(FunctionAddress, UInt16)
    }

    var space: Space
    var width: AccessWidth

    init(_ space: Space, _ width: AccessWidth) { (self.space, self.width) = (space, width) }

    /// A register of four bytes in memory, so far behind a base.
    init(_ base: PhysicalAddress, _ offset: UInt64) { self.init(.memory(base.advanced(by: offset)), .doubleWord) }

    @inline(never)
    func read(_ access: inout some HardwareAccess) -> UInt32 {
        switch space {
        case .port(let port): access.readPort(PortNumber(rawValue: port), width)
        case .memory(let address): access.readRegister(address, width)
        case .configuration(let function, let offset): access.readConfiguration(function, offset, width)
        }
    }

    @inline(never)
    func write(_ value: UInt32, _ access: inout some HardwareAccess) {
        switch space {
        case .port(let port): access.writePort(PortNumber(rawValue: port), width, value)
        case .memory(let address): access.writeRegister(address, width, value)
        case .configuration(let function, let offset): access.writeConfiguration(function, offset, width, value)
        }
    }

    /// Waits until bits are what they are to be. Returns whether they are.
    @inline(never)
    func wait(
        _ mask: UInt32, toBe value: UInt32, upTo microseconds: UInt64, _ clock: Clock,
        _ access: inout some HardwareAccess
    ) -> Bool {
        (try? clock.wait(upTo: microseconds, name: "a register changes", &access) { read(&$0) & mask == value }) != nil
    }
}
