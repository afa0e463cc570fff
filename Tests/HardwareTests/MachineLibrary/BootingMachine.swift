// A machine in memory whose writes are noted in order, and whose registers do what hardware's do where discovery looks:
// event timers count, and firmware lets go of a USB controller once it was asked, some looks later.

import Hardware

/// A machine of the library while it boots.
struct BootingMachine: HardwareAccess {
    private(set) var machine: SyntheticMachine
    /// The step that is running.
    var step = BootStep.discovery
    private(set) var writes: [TracedWrite] = []
    let controllers: [HostController]
    private let eventTimers: EventTimers?
    /// Ports that keep what is written: 0x61, the gate of the interval timer's channel 2 and its speaker, which is off;
    /// and those of a watchdog.
    private var ports: [UInt16: UInt32]
    /// Where firmware was asked, and looks until it lets go.
    private var asked: [HostController.Place: Int] = [:]

    init(
        _ machine: SyntheticMachine, controllers: [HostController], eventTimers: EventTimers?,
        watchdog: LibraryMachine.Watchdog?
    ) {
        ports = [0x61: 0x20]
        if let watchdog { ports.merge([watchdog.port: watchdog.count, watchdog.controlPort: watchdog.control]) { $1 } }
        self.machine = machine
        self.controllers = controllers
        self.eventTimers = eventTimers
        for controller in controllers { controller.install(in: &self.machine) }
    }

    var configurationMaps: [ConfigurationMap] {
        get { machine.configurationMaps }
        set { machine.configurationMaps = newValue }
    }

    /// Damages a byte of memory.
    mutating func flipBit(at address: UInt64) { machine.memory[address, default: 0] ^= 0x10 }

    /// Four bytes of a function, as they are now; looking does not count as an access.
    func word(_ function: FunctionAddress, _ offset: UInt16) -> UInt32 {
        UInt32(truncatingIfNeeded: held(function, offset & ~3, .doubleWord))
    }

    private func held(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt64 {
        guard let bytes = machine.functions[function.rawValue]?.bytes else { return .max }
        return (0..<Int(width.rawValue)).reduce(0) { $0 | UInt64(bytes[Int(offset) + $1]) << UInt64(8 * $1) }
    }

    private func held(_ address: UInt64, _ width: AccessWidth) -> UInt64 {
        (0..<UInt64(width.rawValue)).reduce(0) { $0 | UInt64(machine.memory[address &+ $1] ?? 0xFF) << (8 * $1) }
    }

    // MARK: Ports, configuration space, memory

    mutating func readPort(_ port: PortNumber, _ width: AccessWidth) -> UInt32 {
        let value = machine.readPort(port, width)
        return ports[port.rawValue] ?? value
    }

    mutating func writePort(_ port: PortNumber, _ width: AccessWidth, _ value: UInt32) {
        note(.port(port.rawValue), width, UInt64(value), before: UInt64(ports[port.rawValue] ?? 0))
        if ports[port.rawValue] != nil { ports[port.rawValue] = value }
        machine.writePort(port, width, value)
    }

    mutating func readConfiguration(_ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
        look(at: .configuration(function, offset & ~3))
        return machine.readConfiguration(function, offset, width)
    }

    mutating func writeConfiguration(
        _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth, _ value: UInt32
    ) {
        note(.configuration(function, offset), width, UInt64(value), before: held(function, offset, width))
        machine.writeConfiguration(function, offset, width, value)
        ask()
    }

    mutating func readMemory(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt64 {
        look(at: .memory(address.rawValue & ~3))
        let value = machine.readMemory(address, width)
        return eventCount(at: address.rawValue, width) ?? value
    }

    mutating func readRegister(_ address: PhysicalAddress, _ width: AccessWidth) -> UInt32 {
        UInt32(truncatingIfNeeded: readMemory(address, width))
    }

    /// Keeps what is written to registers that the library knows, and notes a write to any other place.
    mutating func writeRegister(_ address: PhysicalAddress, _ width: AccessWidth, _ value: UInt32) {
        note(.memory(address.rawValue), width, UInt64(value), before: held(address.rawValue, width))
        guard machine.memory[address.rawValue] != nil else { return }
        machine.store(DescriptionTables.bytes(UInt64(value), Int(width.rawValue)), at: address.rawValue)
        ask()
    }

    mutating func readProcessorLeaf(_ leaf: UInt32, _ subleaf: UInt32) -> ProcessorLeaf {
        machine.readProcessorLeaf(leaf, subleaf)
    }

    mutating func readTimestamp() -> UInt64 { machine.readTimestamp() }

    private mutating func note(_ place: TracedWrite.Place, _ width: AccessWidth, _ value: UInt64, before: UInt64) {
        writes.append(TracedWrite(step: step, place: place, width: width, value: value, before: before))
    }

    // MARK: What registers do

    /// The main counter of the event timers, where the read is of it and it runs.
    private func eventCount(at address: UInt64, _ width: AccessWidth) -> UInt64? {
        guard let eventTimers, address & ~7 == eventTimers.base + EventTimers.counterOffset,
            machine.memory[eventTimers.base + EventTimers.configurationOffset, default: 0] & 1 != 0
        else { return nil }
        // Femtoseconds in a millisecond, so that no product reaches 2^64.
        let milliseconds = machine.now / (machine.frequency / 1000)
        let rest = machine.now % (machine.frequency / 1000) * 1_000_000_000_000 / (machine.frequency / 1000)
        let count = milliseconds * 1_000_000_000_000 / eventTimers.period + rest / eventTimers.period
        return count >> (8 * (address & 7)) & (.max >> (64 - 8 * UInt64(width.rawValue)))
    }

    /// Notes that firmware is asked for a controller that it holds.
    private mutating func ask() {
        for ownership in controllers.compactMap(\.ownership) where asked[ownership.holding] == nil {
            guard word(at: ownership.asking) & ownership.asks != 0 else { continue }
            if word(at: ownership.holding) & ownership.holds != 0 { asked[ownership.holding] = HostController.looks }
        }
    }

    /// Has firmware let go after some looks.
    private mutating func look(at place: HostController.Place) {
        guard let left = asked[place] else { return }
        asked[place] = left - 1
        guard left == 1, let ownership = controllers.compactMap(\.ownership).first(where: { $0.holding == place })
        else {
            return
        }
        let value = word(at: place) & ~ownership.holds
        switch place {
        case .memory(let address): machine.store(DescriptionTables.bytes(UInt64(value), 4), at: address)
        case .configuration(let function, let offset):
            machine.functions[function.rawValue]?.bytes.replaceSubrange(
                Int(offset)..<Int(offset) + 4, with: DescriptionTables.bytes(UInt64(value), 4))
        }
    }

    private func word(at place: HostController.Place) -> UInt32 {
        switch place {
        case .memory(let address): UInt32(truncatingIfNeeded: held(address, .doubleWord))
        case .configuration(let function, let offset): word(function, offset)
        }
    }
}
