// Functions that sleep: what waking one writes, what it waits for, and what it leaves alone.

import Hardware
import Testing

@Suite struct `Functions that sleep` {
    private static let clock = Clock(ClockFacts(frequency: 2_400_000_000, source: .intervalTimer))
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

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `one that sleeps is woken, left alone for 10 ms, and given its ranges back`(state: UInt64) throws {
        var machine = Self.machine(state: state)
        let function = try #require(machine.discover().facts.functions.first)
        let before = try #require(machine.functions[8])
        // Waking loses the ranges: they are gone when it begins here.
        for place in 0x10..<0x20 { machine.functions[8]?.bytes[place] &= ~before.writable[place] }
        let start = machine.now
        let woken = try #require(function.wake(Self.clock, &machine))
        #expect((woken.before, woken.now) == (UInt8(state), 0))
        #expect(machine.now - start >= 24_000_000)
        let after = try #require(machine.functions[8])
        #expect(after.bytes[0x10..<0x20] == before.bytes[0x10..<0x20])
        #expect(after.bytes[0x54] == 0 && after.bytes[0x55] == 0x01)
    }

    @Test func `one that does not wake is told`() throws {
        var machine = Self.machine(state: 3, writable: 0)
        let function = try #require(machine.discover().facts.functions.first)
        let woken = try #require(function.wake(Self.clock, &machine))
        #expect((woken.before, woken.now) == (3, 3))
    }

    @Test func `one that is awake, or has no power states, is not touched`() throws {
        for isAwake in [true, false] {
            var machine = Self.machine(state: isAwake ? 0 : 3)
            if !isAwake { machine.functions[8]?.bytes[0x50] = 0x05 }
            let function = try #require(machine.discover().facts.functions.first)
            let count = machine.accessCount
            #expect(function.wake(Self.clock, &machine) == nil)
            #expect(machine.accessCount == count)
        }
    }
}
