// What firmware left running beside devices: watchdogs that would reset the machine, and IOMMUs that keep devices from memory.

import Hardware
import Testing

@Suite struct `What firmware left running` {
    typealias Run = `Taking a machine over`.Run

    /// Takes a machine over that is known already.
    private static func oddities(
        _ machine: inout TracedMachine, tables: [ACPITable] = [], ports: UInt64? = nil
    ) -> [Oddity] {
        var facts = machine.discover().facts
        facts.clock = ClockFacts(frequency: 2_400_000_000, source: .intervalTimer)
        facts.memory = [MemoryRange(base: .init(rawValue: 0x10_0000), byteCount: 512 << 20, kind: .usable)]
        facts.tables = tables
        if let ports { facts.system = [SystemRange(kind: .ports, base: ports, byteCount: 4)] }
        machine.writes = []
        var oddities: [Oddity] = []
        facts.takeOver(&machine) { oddities.append($0) }
        return oddities
    }

    private static func function(_ device: UInt16, _ classCode: UInt32) -> SyntheticFunction {
        SyntheticFunction(vendor: 0x8086, device: device, classCode: classCode)
    }

    // MARK: Watchdogs

    /// A bridge to LPC with power management at 0x1800, and the timer behind it.
    private static func timer(count: UInt32, control: UInt32) -> TracedMachine {
        var machine = TracedMachine(SyntheticMachine())
        var bridge = function(0x2916, 0x06_0100)
        bridge.set(0x40, 0x1801, 4)
        machine.base.add(bridge, 0, 31)
        machine.ports = [0x1860: count, 0x1868: control]
        return machine
    }

    @Test(arguments: [(4, 0x0100, true), (0, 0, false), (4, 0x0900, false)] as [(UInt32, UInt32, Bool)])
    func `the timer of TCO is halted by its ports, and told where it counted`(
        count: UInt32, control: UInt32, isTold: Bool
    ) {
        var machine = Self.timer(count: count, control: control)
        #expect(Self.oddities(&machine, ports: 0x1800) == (isTold ? [Oddity(.watchdogStopped, at: 0x1860)] : []))
        #expect(machine.ports[0x1868] == control | 0x0800)
        // No write to the bridge itself, and none at all where it is halted.
        #expect(machine.writes == (control & 0x0800 == 0 ? [.port(0x1868, control | 0x0800)] : []))
    }

    @Test func `ports that ACPI does not know of are nobody's`() {
        for ports in [nil, 0x1000] as [UInt64?] {
            var machine = Self.timer(count: 4, control: 0)
            #expect(Self.oddities(&machine, ports: ports) == [] && machine.writes == [])
        }
    }

    @Test func `a timer that cannot be halted is told`() {
        var machine = Self.timer(count: 4, control: 0)
        machine.firmware = { machine, _ in machine.ports[0x1868] = 0 }
        #expect(Self.oddities(&machine, ports: 0x1800) == [Oddity(.watchdogRuns, at: 0x1860)])
    }

    @Test(arguments: [true, false])
    func `of later chipsets the function of SMBus leads to it`(isOn: Bool) {
        var machine = TracedMachine(SyntheticMachine())
        var bus = Self.function(0xA123, 0x0C_0500)
        bus.set(0x50, 0x0401, 4)
        bus.set(0x54, isOn ? 0x0100 : 0, 4)
        machine.base.add(bus, 0, 31, 0)
        machine.ports = [0x400: 4, 0x408: 0]
        #expect(Self.oddities(&machine) == (isOn ? [Oddity(.watchdogStopped, at: 0x400)] : []))
        #expect(machine.writes == (isOn ? [.port(0x408, 0x0800)] : []))
    }

    @Test(
        arguments: [(0x02, 0xFF, [.watchdogStopped]), (0x03, 0x00, [.watchdogRuns]), (0x00, 0xFF, [])]
            as [(UInt64, UInt64, [Oddity.Kind])])
    func `a watchdog of its own function is stopped where it runs, told where it is locked, and else not written to`(
        lock: UInt64, writable: UInt64, told: [Oddity.Kind]
    ) {
        var machine = TracedMachine(SyntheticMachine())
        var watchdog = Self.function(0x25AB, 0x08_8000)
        watchdog.set(0x68, lock, 1, writable: writable)
        machine.base.add(watchdog, 0, 4)
        #expect(Self.oddities(&machine).map(\.kind) == told)
        #expect(machine.writes.count == (told.isEmpty ? 0 : 1))
        #expect(machine.writes.allSatisfy { $0.isTo(0x20, 0x68) })
    }

    private static let table: UInt64 = 0x9000

    /// A table with entries from an offset on.
    private static func add(
        _ signature: String, _ entries: [[UInt8]], from offset: Int, to machine: inout TracedMachine
    ) -> ACPITable {
        let bytes = [UInt8](repeating: 0, count: offset) + entries.joined()
        machine.base.store(bytes, at: table)
        return ACPITable(
            signature: signature.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) },
            address: PhysicalAddress(rawValue: table), byteCount: UInt32(bytes.count))
    }

    private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    /// An entry of a table that describes a watchdog.
    private static func action(
        _ action: UInt8, _ instruction: UInt8, space: UInt8, shift: UInt8 = 0, size: UInt8, _ address: UInt64,
        value: UInt64, mask: UInt64
    ) -> [UInt8] {
        [action, instruction, 0, 0, space, 16, shift, size] + bytes(address, 8) + bytes(value, 4) + bytes(mask, 4)
    }

    @Test func `a watchdog that ACPI describes is stopped as it says`() {
        var machine = TracedMachine(SyntheticMachine())
        machine.ports = [0x660: 0x1003]
        let table = Self.add(
            "WDAT",
            [
                Self.action(9, 0x82, space: 1, size: 2, 0x662, value: 1, mask: 1),
                Self.action(11, 0x82, space: 1, shift: 11, size: 2, 0x660, value: 1, mask: 1),
                // In memory, and of a size that nobody knows.
                Self.action(11, 0x02, space: 0, size: 3, 0xFED0_5000, value: 0, mask: 0xFF),
                Self.action(11, 0x02, space: 1, size: 4, 0x664, value: 0, mask: 0xFF),
            ], from: 68, to: &machine)
        let told = Self.oddities(&machine, tables: [table])
        #expect(told.map(\.kind) == [.watchdogStopped, .watchdogRuns, .watchdogRuns])
        #expect(told.map(\.place) == [0x660, Self.table, Self.table])
        #expect(machine.writes == [.port(0x660, 0x1803)])
        #expect(Self.oddities(&machine, tables: [table]).count == 2 && machine.writes == [])
    }

    @Test(arguments: [0x20, 0x43, 0x70, 0x3FB, 0x4D0, 0xCF8, 0xCFC, 0x1802] as [UInt64])
    func `a table that names ports of the kernel or of power management is not obeyed`(port: UInt64) {
        var machine = TracedMachine(SyntheticMachine())
        machine.ports = [UInt16(port): 0x55]
        let action = Self.action(11, 0x02, space: 1, size: 1, port, value: 1, mask: 0xFF)
        let table = Self.add("WDAT", [action], from: 68, to: &machine)
        #expect(
            Self.oddities(&machine, tables: [table], ports: 0x1800) == [Oddity(.watchdogRuns, at: Self.table)])
        #expect(machine.writes == [])
    }

    @Test(arguments: [(0x20, false), (0x60, false), (0x3E0, false), (0x4C0, true), (0xCE0, true), (0x1800, false)])
    func `nor where the function of SMBus says so`(port: UInt16, isBeside: Bool) {
        var machine = TracedMachine(SyntheticMachine())
        var bus = Self.function(0xA123, 0x0C_0500)
        bus.set(0x50, UInt64(port) | 1, 4)
        bus.set(0x54, 0x0100, 4)
        machine.base.add(bus, 0, 31)
        machine.ports = [port: 4, port + 8: 0]
        let kind: Oddity.Kind = isBeside ? .watchdogStopped : .watchdogRuns
        #expect(Self.oddities(&machine, ports: 0x1800) == [Oddity(kind, at: UInt64(port))])
        #expect(machine.writes == (isBeside ? [.port(port + 8, 0x0800)] : []))
    }

    // MARK: IOMMUs

    static let unit: UInt64 = 0xFED9_0000

    /// Registers of an IOMMU of Intel, with what an operating system might have left there.
    private static func translating(_ status: UInt32, protection: UInt32, obeys: Bool = true) -> TracedMachine {
        var machine = TracedMachine(SyntheticMachine())
        machine.registers = [unit + 0x18: 0, unit + 0x1C: status, unit + 0x64: protection]
        machine.firmware = { machine, write in
            guard obeys else { return }
            if case .register(unit + 0x18, let command) = write {
                machine.registers[unit + 0x1C] = command & 0x8080_0000 | status & 0x4000_0000
            }
            if case .register(unit + 0x64, let wanted) = write { machine.registers[unit + 0x64] = wanted >> 31 }
        }
        return machine
    }

    private static func units(_ machine: inout TracedMachine) -> ACPITable {
        // A reserved range of memory between two units, of which the second is not there.
        add(
            "DMAR",
            [
                [0, 0, 16, 0, 1, 0, 0, 0] + bytes(unit, 8), [1, 0, 24, 0] + bytes(0, 20),
                [0, 0, 16, 0, 0, 0, 0, 0] + bytes(0xFED9_1000, 8),
            ], from: 48, to: &machine)
    }

    @Test(
        arguments: [
            (0xC080_0000, 0, [(0x18, 0x0080_0000), (0x64, 0)]), (0, 0x8000_0001, [(0x18, 0), (0x64, 1)]),
            (0xC080_0000, 0x8000_0001, [(0x18, 0x0080_0000), (0x64, 1)]), (0x4080_0000, 0, []),
        ] as [(UInt32, UInt32, [(UInt64, UInt32)])])
    func `one of Intel is turned off after devices are silent, and told`(
        status: UInt32, protection: UInt32, writes: [(UInt64, UInt32)]
    ) throws {
        var machine = Self.translating(status, protection: protection)
        machine.base.add(SyntheticFunction(), 0, 3)
        let table = Self.units(&machine)
        let told = Self.oddities(&machine, tables: [table])
        #expect(told == (writes.isEmpty ? [] : [Oddity(.translationStopped, at: Self.unit)]))
        #expect(
            machine.writes == [.configuration(0x18, 0x04, 0x0103)] + writes.map { .register(Self.unit + $0.0, $0.1) })
    }

    @Test func `one that stays on is told, in bounded time`() {
        var machine = Self.translating(0x8000_0000, protection: 1, obeys: false)
        let table = Self.units(&machine)
        let start = machine.base.now
        #expect(Self.oddities(&machine, tables: [table]) == [Oddity(.translationStays, at: Self.unit)])
        #expect(machine.base.now - start < 1_200_000_000)
    }

    @Test(arguments: [true, false])
    func `one of AMD is told once where it is on, and left alone`(isOn: Bool) {
        var machine = TracedMachine(SyntheticMachine())
        machine.registers = [0xFEB8_0018: isOn ? 1 : 0x1C00]
        let entry = [2, 0, 0x40, 0] + Self.bytes(0xFEB8_0000, 8)
        let table = Self.add(
            "IVRS", [[0x10, 0, 16, 0] + entry, [0x11, 0, 16, 0] + entry, [0x20, 0, 32, 0] + Self.bytes(0, 28)],
            from: 48, to: &machine)
        #expect(
            Self.oddities(&machine, tables: [table]) == (isOn ? [Oddity(.translationStays, at: 0xFEB8_0000)] : []))
        #expect(machine.writes == [])
    }

    @Test func `a table of odd lengths ends`() {
        var machine = TracedMachine(SyntheticMachine())
        for signature in ["DMAR", "IVRS", "WDAT"] {
            let table = Self.add(
                signature, [[UInt8](repeating: 0, count: 40)], from: signature == "WDAT" ? 68 : 48, to: &machine)
            #expect(Self.oddities(&machine, tables: [table]) == [])
        }
    }
}
