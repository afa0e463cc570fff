// Machines that lie to what takes them over: lists that lead out of their registers or into a header, tables that name
// one unit for ever or what is no device's, bridges that all claim one bus. Each ends in bounded time, and nothing else
// is written to.

import Hardware
import Support
import Testing

@Suite struct `Taking a hostile machine over` {
    typealias Run = `Taking a machine over`.Run

    private static let registers: UInt64 = 0xF000_0000
    /// Where the registers end.
    private static let end = registers + 0x1000

    /// A host controller of USB at 0/29.0 with 4 KiB of registers that runs, and another device right behind them.
    private static func controller(_ interface: UInt64, _ held: [UInt64: UInt32]) -> TracedMachine {
        var machine = TracedMachine(SyntheticMachine())
        var function = SyntheticFunction(vendor: 0x8086, device: 0x1234, classCode: UInt32(0x0C_0300 | interface))
        function.set(0x04, 0x0107, 2, writable: 0x0407)
        function.setRegister(0, base: registers, flags: 0, size: 0x1000)
        function.setRegister(4, base: 0x6000, flags: 1, size: 0x20)
        function.setRegister(5, base: 0xF200_0000, flags: 0, size: 0x1000)
        machine.base.add(function, 0, 29)
        machine.registers = [registers: 0x0100_0020, registers + 0x20: 0, registers + 0x24: 1]
        for (offset, value) in held { machine.registers[registers + offset] = value }
        return machine
    }

    /// Whether a write is what every device is told: its command, its expansion ROM, and the sizing of its ranges.
    private static func isUsual(_ write: TracedMachine.Write) -> Bool {
        switch write {
        case .configuration(_, 0x04, _), .configuration(_, 0x30, _), .port: true
        case .configuration(_, let offset, let value):
            (0x10..<0x28).contains(offset) && [.max, UInt32(registers), 0x6001, 0xF200_0000, 0].contains(value)
        case .register: false
        }
    }

    @Test(arguments: [0x0400_0000, 0xFFFF_0000, 0x03FF_0000] as [UInt32])
    func `a list of the xHCI that leaves its registers is not followed`(lists: UInt32) {
        var machine = Self.controller(0x30, [0x10: lists, 0xFFC: 0x0001_0001])
        let led = Self.registers + UInt64(lists >> 16) << 2
        // Another device's registers, which look like a semaphore that firmware holds.
        machine.registers[led] = 0x0001_0001
        machine.registers[led + 4] = 0xE013
        #expect(Run(machine).machine.writes.allSatisfy(Self.isUsual))
    }

    @Test func `nor is a list that goes round, or by one step out of its registers`() {
        // The entry is none that is looked for, and its next one is itself or behind the end.
        for entry in [0x0000_FF02, 0xFFFF_FFFF, 0x0000_0102] as [UInt32] {
            var machine = Self.controller(0x30, [0x10: 0x0300_0000, 0xC00: entry, 0xC04: entry])
            machine.registers[Self.end - 4] = 0x0000_0102
            machine.registers[Self.end] = 0x0001_0001
            machine.registers[Self.end + 4] = 0
            #expect(Run(machine).machine.writes.allSatisfy(Self.isUsual), "\(entry)")
        }
    }

    @Test(arguments: [0x04, 0x20, 0x22, 0x3C, 0xFC, 0x43] as [UInt32])
    func `a list of the EHCI that leads into the header, or past the end, is not followed`(place: UInt32) {
        // What says which ports BAR 4 has begins with a 1, as an entry of that kind does.
        let run = Run(Self.controller(0x20, [8: place << 8]))
        #expect(run.machine.writes.allSatisfy(Self.isUsual))
        #expect(run.machine.base.functions[29 << 3]?.bytes[0x24..<0x28] == [0, 0, 0, 0xF2])
    }

    @Test(arguments: [0x21, 0xFF, 0xF8] as [UInt32])
    func `a length of registers that leads nowhere is not believed`(length: UInt32) {
        var machine = Self.controller(0x20, [0: length, 8: 0])
        if length == 0xF8 {
            machine.base.functions[29 << 3]?.setRegister(0, base: Self.registers, flags: 0, size: 0x80)
        }
        machine.registers[Self.registers + UInt64(length & ~3)] = 0x0101_0101
        #expect(Run(machine).machine.writes.allSatisfy(Self.isUsual))
    }

    // MARK: Tables

    /// A table of IOMMUs of Intel at these bases, and the machine that has it in memory.
    private static func units(_ bases: [UInt64], _ machine: inout TracedMachine) -> ACPITable {
        func bytes(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) } }
        let entries: [UInt8] = bases.flatMap { [0, 0, 16, 0, 0, 0, 0, 0] + bytes($0) }
        machine.base.store([UInt8](repeating: 0, count: 48) + entries, at: 0x10_0000)
        return ACPITable(
            signature: 0x5241_4D44, address: PhysicalAddress(rawValue: 0x10_0000), byteCount: UInt32(48 + entries.count)
        )
    }

    /// Takes a machine over that has nothing but a table, an interrupt controller and memory up to 256 MiB.
    private static func oddities(_ machine: inout TracedMachine, _ bases: [UInt64]) -> [Oddity] {
        var facts = MachineFacts()
        facts.tables = [units(bases, &machine)]
        facts.clock = ClockFacts(frequency: 2_400_000_000, source: .intervalTimer)
        facts.memory = [MemoryRange(base: .init(rawValue: 0), byteCount: 256 << 20, kind: .usable)]
        facts.system = [SystemRange(kind: .localController, base: 0xFEE0_0000, byteCount: 0x1000)]
        var oddities: [Oddity] = []
        facts.takeOver(&machine) { oddities.append($0) }
        return oddities
    }

    @Test(arguments: [0x0FFF_F000, 0x0FFF_F800, 0xFEE0_0000, 0xFEDF_F800, 0xFED9_0010, .max - 0xFFF] as [UInt64])
    func `an IOMMU in memory, in an interrupt controller or between pages is none`(base: UInt64) {
        var machine = TracedMachine(SyntheticMachine())
        for offset in [0x18, 0x1C, 0x64] as [UInt64] { machine.registers[base &+ offset] = 1 << 31 }
        #expect(Self.oddities(&machine, [base]) == [] && machine.writes == [])
    }

    @Test func `IOMMUs that take turns in a table and stay on are waited for once each`() {
        var machine = TracedMachine(SyntheticMachine())
        for base in [0xFED9_0000, 0xFED9_1000] as [UInt64] {
            for offset in [0x18, 0x1C, 0x64] as [UInt64] { machine.registers[base + offset] = 1 << 31 }
        }
        let start = machine.base.now
        let told = Self.oddities(&machine, (0..<200).map { 0xFED9_0000 + ($0 % 2) << 12 })
        #expect(told.map(\.kind) == [.translationStays, .translationStays])
        #expect(machine.base.now - start < 2_400_000_000)
    }

    @Test func `a table of more IOMMUs than any machine has ends, and is told`() {
        var machine = TracedMachine(SyntheticMachine())
        #expect(Self.oddities(&machine, (0..<300).map { 0xF000_0000 + $0 << 12 }).map(\.kind) == [.translationStays])
    }

    // MARK: Bridges

    @Test func `bridges that all claim one bus are not looked behind again and again`() {
        var machine = TracedMachine(SyntheticMachine())
        for bus in UInt8(0)..<40 {
            for device in UInt8(1)..<3 {
                var bridge = SyntheticFunction(classCode: 0x06_0400, headerType: 1)
                bridge.set(0x18, UInt64(bus) | UInt64(bus + 1) << 8 | 40 << 16, 4)
                machine.base.add(bridge, bus, device)
            }
        }
        var card = SyntheticFunction(vendor: 0x8086, device: 0x1234, classCode: 0x02_0000)
        card.setRegister(0, base: 0, flags: 0, size: 0x1000)
        machine.base.add(card, 40, 1)
        let run = Run(machine)
        #expect(run.facts.functions.count == 81)
        #expect(run.oddities.count { $0 == .bridgeNumbers } == 40)
    }
}
