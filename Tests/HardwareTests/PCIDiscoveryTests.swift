// The scan of PCI on machines that break the rules, and on every size that a base address register may have.

import Hardware
import Testing

struct PCIDiscoveryTests {
    @Test("every function of a multi-function device is found once, and none of a single-function one")
    func respectsMultiFunctionBit() {
        var machine = SyntheticMachine()
        for number in UInt8(0)..<8 {
            machine.add(SyntheticFunction(headerType: 0x80), 0, 3, number)
            machine.add(SyntheticFunction(), 0, 4, number)
        }
        machine.add(SyntheticFunction(headerType: 0x80), 0, 5, 1)
        let found = machine.discover()
        let expected = (UInt8(0)..<8).map { FunctionAddress(bus: 0, device: 3, function: $0) }
        #expect(found.facts.functions.map(\.address) == expected + [FunctionAddress(bus: 0, device: 4, function: 0)])
        #expect(machine.violations == [])
    }

    @Test("every size of every kind of base address register is learned, and the header restored")
    func sizesEveryRegister() {
        for exponent in UInt64(4)...63 {
            var function = SyntheticFunction()
            let size: UInt64 = 1 << exponent
            var expected: [BaseAddressRegister] = []
            if exponent < 32 {
                let base = size == 1 << 31 ? size : 3 * size & 0xFFFF_FFFF
                function.setRegister(0, base: base, flags: 8, size: size)
                expected.append(
                    BaseAddressRegister(index: 0, kind: .memory32, isPrefetchable: true, base: base, byteCount: size))
            }
            if exponent < 16 {
                function.setRegister(1, base: 0xC000 & ~(size - 1), flags: 1, size: size)
                function.set(0x16, 0, 2)  // the upper half is missing
                expected.append(
                    BaseAddressRegister(
                        index: 1, kind: .io, isPrefetchable: false, base: 0xC000 & ~(size - 1), byteCount: size))
            }
            function.setRegister(2, base: size, flags: 4, size: size, count: 8)
            expected.append(
                BaseAddressRegister(index: 2, kind: .memory64, isPrefetchable: false, base: size, byteCount: size))
            if exponent < 32 {
                function.setRegister(5, base: 0, flags: 1, size: size)
                expected.append(
                    BaseAddressRegister(index: 5, kind: .io, isPrefetchable: false, base: 0, byteCount: size))
            }
            var machine = SyntheticMachine()
            machine.add(function, 0, 1)
            let found = machine.discover()
            #expect(found.facts.functions[0].baseAddressRegisters == expected, "size 2^\(exponent)")
            #expect(machine.functions[8]?.bytes == function.bytes)
            #expect(machine.violations == [])
        }
    }

    @Test(
        "registers that break the rules are skipped and told",
        arguments: [
            (Oddity.Kind.registerPair, 5, 0xE000_0004, 0xFFFF_F000), (.registerKind, 0, 0xE000_0006, 0xFFFF_F000),
            (.registerSize, 0, 0xE000_0000, 0xFF0F_F000), (.registerSize, 1, 0xE000_0000, 0xFFFF_FFFF),
            (.registerSize, 2, 0xE000_1000, 0xFFFF_0000),
        ] as [(Oddity.Kind, Int, UInt64, UInt64)])
    func skipsBrokenRegister(_ kind: Oddity.Kind, _ index: Int, _ value: UInt64, _ writable: UInt64) {
        var function = SyntheticFunction()
        function.set(0x10 + 4 * index, value, 4, writable: writable)
        var machine = SyntheticMachine()
        machine.add(function, 0, 1)
        let found = machine.discover()
        #expect(found.facts.functions[0].baseAddressRegisters == [])
        #expect(found.oddities.contains(Oddity(kind, at: 0x8010 + 4 * UInt64(index))))
        #expect(machine.functions[8]?.bytes == function.bytes)
    }

    @Test("bridges are not sized, and a bridge has two registers")
    func sizesByHeader() {
        var host = SyntheticFunction(classCode: 0x06_0000)
        host.setRegister(0, base: 0xE000_0000, flags: 8, size: 1 << 20)
        var bridge = SyntheticFunction(classCode: 0x06_0400, headerType: 1)
        bridge.setRegister(1, base: 0xE000_0000, flags: 0, size: 4096)
        bridge.set(0x18, 0x02_0100, 4, writable: .max)
        bridge.setCapabilities(first: 0x50, [(0x50, 0x0D, 0)])
        bridge.set(0x54, 0x0001_7E57, 4)
        var closed = bridge
        closed.set(0x04, 0x0105, 2)
        closed.set(0x18, 0x03_0300, 4)
        var machine = SyntheticMachine()
        machine.add(host, 0, 0)
        machine.add(bridge, 0, 1)
        machine.add(closed, 0, 2)
        let functions = machine.discover().facts.functions
        #expect(functions.map(\.isClosed) == [false, false, true])
        #expect(functions[0].baseAddressRegisters.map(\.byteCount) == [0])
        #expect(functions[1].baseAddressRegisters.map(\.byteCount) == [0])
        #expect(functions[1].baseAddressRegisters.map(\.index) == [1])
        #expect((functions[1].secondaryBus, functions[1].subordinateBus) == (1, 2))
        #expect((functions[1].subsystemVendor, functions[1].subsystem) == (0x7E57, 1))
        #expect(machine.functions[8]?.bytes == bridge.bytes)
    }

    @Test("a capability list ends at a loop, at a pointer into the header and at its end")
    func boundsCapabilities() {
        var machine = SyntheticMachine()
        let lists: [[(UInt8, UInt8, UInt8)]] = [
            [(0x40, 5, 0x50), (0x50, 9, 0x40)], [(0x40, 5, 0x40)], [(0x40, 5, 0x3C)], [(0x40, 5, 0xFE), (0xFC, 9, 0)],
        ]
        for (device, list) in lists.enumerated() {
            var function = SyntheticFunction()
            function.setCapabilities(first: 0x43, list)  // low bits are reserved
            machine.add(function, 0, UInt8(device))
        }
        let found = machine.discover()
        #expect(
            found.facts.functions.map { $0.capabilities.map(\.offset) } == [
                [0x40, 0x50], [0x40], [0x40], [0x40, 0xFC],
            ])
        #expect(found.oddities.map(\.kind).filter { $0 == .capabilityLoop }.count == 2)
        #expect(found.oddities.map(\.kind).filter { $0 == .capabilityPlace }.count == 1)
    }

    @Test("bridges that claim their own bus, or one that is taken, lead nowhere and are told")
    func boundsBridges() {
        var machine = SyntheticMachine()
        for (device, numbers) in [0x01_0100, 0x01_0100, 0x00_0000, 0x02_0300].enumerated()
            as EnumeratedSequence<[UInt64]>
        {
            var bridge = SyntheticFunction(classCode: 0x06_0400, headerType: 1)
            bridge.set(0x18, numbers, 4)
            machine.add(bridge, 0, UInt8(device))
        }
        machine.add(SyntheticFunction(), 1, 7)
        let found = machine.discover()
        #expect(found.facts.functions.count == 5)
        let told = found.oddities.filter { $0.kind == .bridgeNumbers }.map { $0.place >> 15 }
        #expect(told == [1, 2, 3])
    }

    @Test("a machine with a function everywhere is cut off at the limit")
    func limitsFunctions() {
        var machine = SyntheticMachine()
        for place in UInt16(0)..<1024 { machine.functions[place] = SyntheticFunction(headerType: 0x80) }
        let found = machine.discover()
        #expect(found.facts.functions.count == 512)
        #expect(found.oddities.contains(Oddity(.tooManyFunctions, at: 512 << 12)))
    }
}
