// The way to configuration space on machines in memory: where ACPI names it rightly, wrongly and not at all, and what of a
// function can be read then.

import Hardware
import Testing

@Suite struct `Configuration space` {
    private static let base: UInt64 = 0xB000_0000
    private static let first = FunctionAddress(bus: 0, device: 0, function: 0)

    /// A machine with a host bridge and a card on bus 1, whose configuration space is in memory and said to be at `told`.
    private static func machine(told: UInt64? = base, segment: UInt16 = 0, buses: ClosedRange<UInt8> = 0...255)
        -> SyntheticMachine
    {
        var machine = SyntheticMachine()
        machine.configurationBase = base
        machine.add(SyntheticFunction(vendor: 0x8086, device: 0x29C0, classCode: 0x06_0000), 0, 0)
        var card = SyntheticFunction()
        card.setCapabilities(first: 0x40, [(offset: 0x40, identifier: 0x10, next: 0)])
        card.set(0x100, 0x1402_0001, 4)  // version 2, next at 0x140
        card.set(0x140, 0x0001_0003, 4)  // the last
        machine.add(card, 1, 0)
        guard let told else { return machine }
        let bytes = DescriptionTables.bytes
        let entry =
            bytes(told, 8) + bytes(UInt64(segment), 2) + [buses.lowerBound, buses.upperBound] + bytes(0, 4)
        machine.addTables([DescriptionTables.table("MCFG", bytes(0, 8) + entry)])
        return machine
    }

    private static func discover(_ machine: SyntheticMachine) -> (facts: MachineFacts, oddities: [Oddity]) {
        var machine = machine
        var boot = BootInformation(source: .pvh)
        boot.rootPointer = PhysicalAddress(rawValue: 0xF0010)
        boot.memory = [
            MemoryRange(base: PhysicalAddress(rawValue: 0x10_0000), byteCount: 0x4000_0000, kind: .usable),
            MemoryRange(base: PhysicalAddress(rawValue: base), byteCount: 0x1000_0000, kind: .reserved),
        ]
        var oddities: [Oddity] = []
        let facts = discoverMachine(boot, &machine) { if case .found(let oddity) = $0 { oddities.append(oddity) } }
        #expect(machine.violations == [])
        return (facts, oddities.filter { [.configurationMap, .segmentUnseen].contains($0.kind) })
    }

    @Test func `is read in memory where ACPI names it, beyond the first 256 bytes too`() {
        let (facts, oddities) = Self.discover(Self.machine())
        #expect(facts.configuration == .memory && oddities.isEmpty)
        #expect(facts.functions.map(\.address.bus) == [0, 1])
        #expect(
            facts.functions[1].extendedCapabilities == [
                ExtendedCapability(identifier: 1, version: 2, offset: 0x100),
                ExtendedCapability(identifier: 3, version: 1, offset: 0x140),
            ])
    }

    @Test func `is read through ports where ACPI names none, or another segment's alone`() {
        for (machine, told) in [(Self.machine(told: nil), []), (Self.machine(segment: 1), [.segmentUnseen])]
            as [(SyntheticMachine, [Oddity.Kind])]
        {
            let (facts, oddities) = Self.discover(machine)
            #expect(facts.configuration == .ports && oddities.map(\.kind) == told)
            #expect(facts.functions.map(\.address.bus) == [0, 1])
            #expect(facts.functions[1].extendedCapabilities.isEmpty)
        }
    }

    @Test func `is found where no port leads to it, and nowhere where ACPI names none either`() {
        var machine = Self.machine()
        machine.hasConfigurationPorts = false
        let (facts, oddities) = Self.discover(machine)
        #expect(facts.configuration == .memoryAlone && oddities.isEmpty)
        #expect(facts.functions.map(\.address.bus) == [0, 1])
        machine = Self.machine(told: nil)
        machine.hasConfigurationPorts = false
        #expect(Self.discover(machine).facts.functions.isEmpty)
    }

    @Test(
        arguments: [
            0xC000_0000, 0xB000_0000 - 1 << 20, 0xB000_1000, 0x2000_0000, 1 << 52, .max << 20,
        ] as [UInt64])
    func `is not believed where it is not, where memory is, and where nothing can be`(_ place: UInt64) {
        var machine = Self.machine(told: place)
        // Memory that would be taken for the machine's functions.
        if place == 0x2000_0000 { machine.configurationBase = place }
        let (facts, oddities) = Self.discover(machine)
        #expect(facts.configuration == .ports)
        #expect(oddities == [Oddity(.configurationMap, at: place)])
        #expect(facts.functions.map(\.address.bus) == [0, 1])
    }

    @Test func `of buses that no map has is read through ports`() {
        let (facts, oddities) = Self.discover(Self.machine(buses: 0...0))
        #expect(facts.configuration == .memory && oddities.isEmpty)
        #expect(facts.functions.map(\.address.bus) == [0, 1])
        #expect(facts.functions[1].extendedCapabilities.isEmpty)
        // Without the first bus nothing tells whether a map is right.
        #expect(Self.discover(Self.machine(buses: 1...255)).facts.configuration == .ports)
    }

    @Test func `whose list of extended capabilities lies comes to an end`() {
        for (entry, kind) in [
            (0x1001_0001, .capabilityLoop), (0x0801_0001, .capabilityPlace), (0x1401_0001, nil),
        ] as [(UInt64, Oddity.Kind?)] {
            var machine = Self.machine()
            machine.functions[0x100]?.set(0x100, entry, 4)
            var oddities: [Oddity.Kind] = []
            var boot = BootInformation(source: .pvh)
            boot.rootPointer = PhysicalAddress(rawValue: 0xF0010)
            _ = discoverMachine(boot, &machine) { if case .found(let oddity) = $0 { oddities.append(oddity.kind) } }
            #expect(oddities.filter { $0 == .capabilityLoop || $0 == .capabilityPlace } == (kind.map { [$0] } ?? []))
        }
        var machine = Self.machine()
        for offset in stride(from: 0x100, to: 0x1000, by: 4) {
            machine.functions[0x100]?.set(offset, UInt64(offset + 4) << 20 & 0xFFF0_0000 | 0x1_0001, 4)
        }
        #expect(Self.discover(machine).facts.functions[1].extendedCapabilities.count == 64)
        for silence in [0, 0xFFFF_FFFF] as [UInt64] {
            machine.functions[0x100]?.set(0x100, silence, 4)
            #expect(Self.discover(machine).facts.functions[1].extendedCapabilities.isEmpty)
        }
    }
}
