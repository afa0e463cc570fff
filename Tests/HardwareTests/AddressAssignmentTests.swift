// What firmware left without an address or a number gets one: where, on which machines, and what stays as it was.

import Hardware
import Testing

struct AddressAssignmentTests {
    /// A bridge that can be led to buses and ranges; firmware has done neither.
    private static func bridge(buses: UInt64 = 0) -> SyntheticFunction {
        var bridge = SyntheticFunction(classCode: 0x06_0400, headerType: 1)
        bridge.set(0x04, 0, 2, writable: 0x0407)
        bridge.set(0x18, buses, 4, writable: 0xFF_FFFF)
        bridge.set(0x1C, 0, 2, writable: 0xF0F0)
        bridge.set(0x20, 0, 8, writable: 0xFFF0_FFF0_FFF0_FFF0)
        return bridge
    }

    /// A card with a range of memory and one of ports, neither at an address, that decodes nothing.
    private static func card(_ size: UInt64 = 0x2_0000, ports: UInt64 = 64, base: UInt64 = 0) -> SyntheticFunction {
        var card = SyntheticFunction()
        card.set(0x04, 0, 2, writable: 0x0407)
        card.setRegister(0, base: base, flags: 0, size: size)
        if ports > 0 { card.setRegister(1, base: 0, flags: 1, size: ports) }
        return card
    }

    /// Discovers a machine with 512 MiB and configuration space at 0xB0000000, and gives addresses.
    private static func assigned(
        _ machine: inout SyntheticMachine, system: [SystemRange] = ecam,
        isDriven: (PCIFunction) -> Bool = { _ in true }
    ) -> (facts: MachineFacts, oddities: [Oddity]) {
        var (facts, oddities) = machine.discover()
        facts.memory = [MemoryRange(base: .init(rawValue: 0), byteCount: 512 << 20, kind: .usable)]
        facts.system = system
        oddities = oddities.filter { ![.noRootPointer, .timerStandsStill].contains($0.kind) }
        facts.assignAddresses(&machine, isDriven) { oddities.append($0) }
        return (facts, oddities)
    }

    private static let ecam = [SystemRange(kind: .configuration, base: 0xB000_0000, byteCount: 256 << 20)]

    private static func bases(_ facts: MachineFacts) -> [[UInt64]] {
        facts.functions.map { $0.baseAddressRegisters.map(\.base) }
    }

    private static func word(_ machine: SyntheticMachine, _ bus: UInt8, _ device: UInt8, _ offset: Int) -> UInt32 {
        let bytes = machine.functions[FunctionAddress(bus: bus, device: device, function: 0).rawValue]?.bytes ?? []
        return bytes.isEmpty ? .max : (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }

    @Test("ranges lie in the largest hole below 4 GiB, beside nothing else, and the registers hold them")
    func fillsTheHole() {
        var machine = SyntheticMachine()
        machine.add(Self.card(), 0, 1)
        machine.add(Self.card(0x1000, base: 0xAFFF_0000), 0, 2)
        machine.add(Self.card(0x100), 0, 3)
        let (facts, oddities) = Self.assigned(&machine)
        // Below the second card's, which is where firmware put it; the smallest takes a page.
        #expect(Self.bases(facts) == [[0xAFFC_0000, 0xFFC0], [0xAFFF_0000, 0xFF80], [0xAFFB_F000, 0xFF40]])
        let chosen = facts.functions.map { $0.baseAddressRegisters.map(\.isChosen) }
        #expect(chosen == [[true, true], [false, true], [true, true]])
        #expect(Self.word(machine, 0, 1, 0x10) == 0xAFFC_0000 && Self.word(machine, 0, 1, 0x14) == 0xFFC1)
        #expect(Self.word(machine, 0, 1, 0x04) & 7 == 0)
        #expect(machine.violations == [] && oddities == [])
    }

    @Test("a machine whose ranges all have addresses is not touched")
    func leavesFirmwareAlone() {
        var machine = SyntheticMachine()
        machine.add(Self.card(ports: 0, base: 0xFEB0_0000), 0, 1)
        machine.add(Self.bridge(buses: 0x02_0100), 0, 2)
        let before = machine.functions.mapValues(\.bytes)
        let (facts, oddities) = Self.assigned(&machine)
        #expect(machine.functions.mapValues(\.bytes) == before && oddities == [])
        #expect(facts.functions.allSatisfy { !$0.isNumbered && $0.baseAddressRegisters.allSatisfy { !$0.isChosen } })
    }

    @Test("a bridge that passed nothing on passes on what is behind it, and no more")
    func opensBridges() {
        var machine = SyntheticMachine()
        machine.add(Self.bridge(buses: 0x02_0100), 0, 2)
        machine.add(Self.bridge(buses: 0x02_0201), 1, 0)
        machine.add(Self.card(), 2, 4)
        machine.add(Self.card(), 2, 5)
        let (facts, oddities) = Self.assigned(&machine)
        #expect(oddities == [])
        #expect(Self.bases(facts) == [[], [], [0xAFFE_0000, 0xFFC0], [0xAFFC_0000, 0xFF80]])
        #expect(facts.functions.allSatisfy { !$0.isClosed })
        for (bus, device) in [(0, 2), (1, 0)] as [(UInt8, UInt8)] {
            #expect(Self.word(machine, bus, device, 0x20) == 0xAFF0_AFF0)
            #expect(Self.word(machine, bus, device, 0x24) == 0x0000_FFF0)
            #expect(Self.word(machine, bus, device, 0x1C) & 0xFFFF == 0xF0F0)
            #expect(Self.word(machine, bus, device, 0x04) & 7 == 3)
        }
    }

    @Test("a range behind a bridge that firmware opened lies inside of what that passes on")
    func staysInsideOfWindows() {
        var machine = SyntheticMachine()
        var bridge = Self.bridge(buses: 0x01_0100)
        bridge.set(0x04, 2, 2, writable: 0x0407)
        bridge.set(0x20, 0xC000_C000, 4, writable: 0xFFF0_FFF0)
        machine.add(bridge, 0, 2)
        machine.add(Self.card(ports: 0, base: 0xC000_0000), 1, 1)
        machine.add(Self.card(ports: 0), 1, 2)
        machine.add(Self.card(2 << 20, ports: 0), 1, 3)
        let (facts, oddities) = Self.assigned(&machine)
        #expect(Self.bases(facts) == [[], [0xC000_0000], [0xC00E_0000], [0]])
        let full = FunctionAddress(bus: 1, device: 3, function: 0)
        #expect(oddities == [Oddity(.noRoom, at: UInt64(full.rawValue) << 12 | 0x10)])
        #expect(Self.word(machine, 0, 2, 0x20) == 0xC000_C000)
    }

    @Test("a closed bridge behind which firmware gave addresses stays closed")
    func leavesHalfDoneBridges() {
        var machine = SyntheticMachine()
        machine.add(Self.bridge(buses: 0x01_0100), 0, 2)
        machine.add(Self.card(ports: 0, base: 0xC000_0000), 1, 1)
        machine.add(Self.card(ports: 0), 1, 2)
        let (facts, _) = Self.assigned(&machine)
        #expect(Self.bases(facts) == [[], [0xC000_0000], [0]] && facts.functions[0].isClosed)
    }

    @Test("only what a rule is for gets an address, and only bridges above it are opened")
    func leavesWhatNobodyDrives() {
        var machine = SyntheticMachine()
        machine.add(Self.card(), 0, 1)
        machine.add(Self.bridge(buses: 0x01_0100), 0, 2)
        machine.add(Self.bridge(buses: 0x02_0200), 0, 3)
        for bus in [1, 2] as [UInt8] { machine.add(Self.card(ports: 0), bus, 1) }
        let (facts, oddities) = Self.assigned(&machine) { $0.address.bus == 2 }
        #expect(Self.bases(facts) == [[0, 0], [], [], [0], [0xAFFE_0000]] && oddities.isEmpty)
        #expect(facts.functions[1].isClosed && !facts.functions[2].isClosed)
    }

    @Test("a register that does not hold its address stays without one, and is told")
    func tellsWhatDoesNotHold() {
        var machine = SyntheticMachine()
        var card = Self.card(ports: 0)
        // The size says that it is as wide as others; its upper half is stuck.
        card.set(0x10, 0, 4, writable: 0x7FFE_0000)
        machine.add(card, 0, 1)
        var (facts, oddities) = Self.assigned(&machine)
        #expect(facts.functions[0].baseAddressRegisters.isEmpty)
        facts.functions[0].baseAddressRegisters = [
            BaseAddressRegister(index: 0, kind: .memory32, isPrefetchable: false, base: 0, byteCount: 0x2_0000)
        ]
        facts.assignAddresses(&machine, { _ in true }) { oddities.append($0) }
        #expect(Self.bases(facts) == [[0]] && oddities.last == Oddity(.registerSize, at: 0x8010))
        #expect(Self.word(machine, 0, 1, 0x10) == 0)
    }

    @Test("the hole is the one beside configuration space on a machine whose small one no bridge leads to")
    func takesTheLargest() {
        // QEMU's microvm: configuration space from 0xE0000000 on, ranges below it.
        var machine = SyntheticMachine()
        machine.add(Self.card(ports: 0), 0, 1)
        let system = [SystemRange(kind: .configuration, base: 0xE000_0000, byteCount: 256 << 20)]
        #expect(Self.bases(Self.assigned(&machine, system: system).facts) == [[0xDFFE_0000]])
    }

    @Test("buses without a number get one, one behind the other, and what is on them is found")
    func numbersBuses() {
        var machine = SyntheticMachine()
        machine.add(Self.bridge(buses: 0x04_0400), 0, 1)
        machine.add(Self.card(), 4, 0)
        machine.add(Self.bridge(), 0, 2)
        machine.add(Self.bridge(), 5, 0)
        machine.add(Self.card(), 6, 3)
        machine.add(Self.bridge(), 0, 3)
        machine.add(Self.card(), 7, 1)
        // Reached through bridges alone.
        machine.routes = true
        let (facts, oddities) = Self.assigned(&machine)
        #expect(oddities == [])
        #expect(facts.functions.map(\.address.bus) == [0, 0, 0, 4, 5, 6, 7])
        #expect(facts.functions.map(\.isNumbered) == [false, true, true, false, true, false, false])
        #expect(Self.word(machine, 0, 2, 0x18) == 0x06_0500 && Self.word(machine, 5, 0, 0x18) == 0x06_0605)
        #expect(Self.word(machine, 0, 3, 0x18) == 0x07_0700 && Self.word(machine, 0, 1, 0x18) == 0x04_0400)
        #expect(facts.functions.allSatisfy { $0.headerType == 1 || $0.baseAddressRegisters.allSatisfy(\.isAssigned) })
    }
}
