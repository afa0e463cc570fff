// Functions that sleep: what waking one writes, what it waits for, and what it leaves alone.

import Hardware
import Testing

@Suite struct `Functions that sleep` {
    private static let address = FunctionAddress(bus: 0, device: 1, function: 0)

    /// A machine with a function in a power state, with ranges of every kind.
    private static func machine(state: UInt64, writable: UInt64 = 3) -> SyntheticMachine {
        var function = SyntheticFunction()
        function.setRegister(0, base: 0xE000_0000, flags: 8, size: 0x1000)
        function.setRegister(1, base: 0xC000, flags: 1, size: 0x20)
        function.setRegister(2, base: 0x8_0000_0000, flags: 4, size: 0x4000, count: 8)
        function.setCapabilities(first: 0x50, [(0x50, 0x01, 0)])
        // The status bit is set, and writing it would clear it; another function's event is enabled.
        function.set(0x54, 0x8100 | state, 2, writable: writable | 0x8000)
        var machine = SyntheticMachine()
        machine.add(function, 0, 1)
        return machine
    }

    /// Wakes the card and returns what was told.
    private static func wake(
        _ machine: inout some HardwareAccess, _ facts: MachineFacts, _ address: FunctionAddress = address
    ) -> [String] {
        var told: [String] = []
        var facts = facts
        facts.clock = ClockFacts(frequency: 2_400_000_000, source: .intervalTimer)
        facts.wake(address, &machine) { told.append("\($0.bus):\($0.device) \($1) \($2)") }
        return told
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `one that sleeps is woken and left alone for 10 ms`(state: UInt64) throws {
        var machine = Self.machine(state: state)
        let facts = machine.discover().facts
        let before = try #require(machine.functions[8])
        let start = machine.now
        #expect(Self.wake(&machine, facts) == ["0:1 \(state) 0"])
        #expect(machine.now - start >= 24_000_000)
        let after = try #require(machine.functions[8])
        #expect(after.bytes[..<0x50] == before.bytes[..<0x50])
        #expect(after.bytes[0x54] == 0 && after.bytes[0x55] == 0x01)
        // Twice is once.
        #expect(Self.wake(&machine, facts).isEmpty)
    }

    /// A card with control registers of PCI Express and PCI-X, that is reset when it wakes.
    private static func express(version: UInt64 = 2) -> SyntheticFunction {
        var card = machine(state: 3).functions[8] ?? SyntheticFunction()
        card.set(0x04, 0x0142, 2, writable: 0x0547)
        card.set(0x0C, 0x4010, 2, writable: 0xFFFF)
        card.set(0x3C, 11, 1, writable: 0xFF)
        card.setCapabilities(first: 0x50, [(0x50, 0x01, 0x60), (0x60, 0x10, 0xA0), (0xA0, 0x07, 0)])
        card.set(0x62, version, 2)
        card.set(0x68, 0x2837, 2, writable: 0xFFFF)
        card.set(0x70, 0x0043, 2, writable: 0xFFFF)
        card.set(0x88, 0x0006, 2, writable: 0xFFFF)
        card.set(0xA2, 0x0032, 2, writable: 0xFFFF)
        return card
    }

    @Test func `what a function loses on waking it gets back, the command last`() throws {
        var machine = TracedMachine(SyntheticMachine())
        machine.base.add(Self.express(), 0, 1)
        machine.firmware = TracedMachine.resetsOnWaking(keeps: false)
        let facts = machine.discover().facts
        let before = try #require(machine.base.functions[8]?.bytes)
        machine.writes = []
        #expect(Self.wake(&machine, facts) == ["0:1 3 0"])
        var after = try #require(machine.base.functions[8]?.bytes)
        after[0x54] |= 3
        after[0x55] |= 0x80  // the test's reset leaves the status alone
        #expect(after[..<0x56] == before[..<0x56] && after[0x56...] == before[0x56...])
        #expect(machine.writes.last == .configuration(8, 0x04, 0x0142))
        #expect(machine.writes.count { $0 == .configuration(8, 0x68, 0x2837) } == 1)
    }

    @Test func `one that says that it is not reset is told to wake and nothing else`() {
        var machine = TracedMachine(SyntheticMachine())
        var card = Self.express()
        card.set(0x54, 0x810B, 2, writable: 0x8003)
        machine.base.add(card, 0, 1)
        machine.firmware = TracedMachine.resetsOnWaking(keeps: true)
        let facts = machine.discover().facts
        machine.writes = []
        #expect(Self.wake(&machine, facts) == ["0:1 3 0"])
        #expect(machine.writes == [.configuration(8, 0x54, 0x0108)])
    }

    @Test func `version 1 of PCI Express has no second control, and what lies there stays`() {
        var machine = TracedMachine(SyntheticMachine())
        machine.base.add(Self.express(version: 1), 0, 1)
        machine.firmware = TracedMachine.resetsOnWaking(keeps: false)
        let facts = machine.discover().facts
        machine.writes = []
        _ = Self.wake(&machine, facts)
        #expect(!machine.writes.contains { $0.isTo(8, 0x88) } && machine.writes.contains { $0.isTo(8, 0x70) })
    }

    @Test func `bridges wake before what is behind them, from the first bus on`() throws {
        var machine = TracedMachine(SyntheticMachine())
        for (bus, numbers) in [(0, 0x02_0100), (1, 0x02_0201)] as [(UInt8, UInt64)] {
            var bridge = SyntheticFunction(classCode: 0x06_0400, headerType: 1)
            bridge.set(0x18, numbers, 4, writable: 0xFF_FFFF)
            bridge.set(0x20, 0xE010_E000, 4, writable: 0xFFF0_FFF0)
            bridge.setCapabilities(first: 0x50, [(0x50, 0x01, 0)])
            bridge.set(0x54, 3, 2, writable: 3)
            machine.base.add(bridge, bus, 2)
        }
        var awake = Self.express()
        awake.set(0x54, 0, 2, writable: 3)
        machine.base.add(awake, 2, 3)
        machine.firmware = TracedMachine.resetsOnWaking(keeps: false)
        let facts = machine.discover().facts
        machine.writes = []
        let card = FunctionAddress(bus: 2, device: 3, function: 0)
        #expect(Self.wake(&machine, facts, card) == ["0:2 3 0", "1:2 3 0"])
        #expect(machine.base.functions[card.rawValue]?.bytes == awake.bytes)
        for bridge in [0x10, 0x110] as [UInt16] {
            let bytes = try #require(machine.base.functions[bridge]?.bytes)
            #expect(bytes[0x20..<0x24] == [0x00, 0xE0, 0x10, 0xE0] && bytes[0x19] > 0)
        }
        let places = machine.writes.compactMap { $0.function }
        #expect(places == places.sorted())
        // Nothing of a card of another bus.
        #expect(Self.wake(&machine, facts, FunctionAddress(bus: 0, device: 9, function: 0)).isEmpty)
    }

    @Test func `a bridge that sleeps with nothing behind it is told`() {
        var machine = SyntheticMachine()
        var bridge = SyntheticFunction(classCode: 0x06_0400, headerType: 1)
        bridge.set(0x18, 0x01_0100, 4)
        bridge.setCapabilities(first: 0x50, [(0x50, 0x01, 0)])
        bridge.set(0x54, 3, 2)
        machine.add(bridge, 0, 2)
        #expect(machine.discover().oddities.contains(Oddity(.bridgeAsleep, at: 0x1_0018)))
        bridge.set(0x54, 0, 2)
        machine.add(bridge, 0, 2)
        #expect(!machine.discover().oddities.contains(Oddity(.bridgeAsleep, at: 0x1_0018)))
    }

    @Test func `one that does not wake is told`() throws {
        var machine = Self.machine(state: 3, writable: 0)
        let facts = machine.discover().facts
        #expect(Self.wake(&machine, facts) == ["0:1 3 3"])
    }

    @Test func `one that is awake, or has no power states, is not touched`() throws {
        for isAwake in [true, false] {
            var machine = TracedMachine(Self.machine(state: isAwake ? 0 : 3))
            if !isAwake { machine.base.functions[8]?.bytes[0x50] = 0x05 }
            let facts = machine.discover().facts
            machine.writes = []
            #expect(Self.wake(&machine, facts).isEmpty && machine.writes == [])
        }
    }
}
