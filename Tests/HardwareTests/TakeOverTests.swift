// What is written to which function when a machine is taken over, and in which order: a laptop whose firmware drives its
// keyboard, and a server with functions that no register of may be tried.

import Hardware
import Testing

@Suite struct `Taking a machine over` {
    /// A machine, what is found in it, and what was written from discovery on.
    struct Run {
        var machine: TracedMachine
        var facts: MachineFacts
        var oddities: [Oddity.Kind]

        init(_ machine: TracedMachine, memory: UInt64 = 512 << 20, isDriven: (PCIFunction) -> Bool = { _ in false }) {
            self.machine = machine
            let discovered = self.machine.discover(isDriven: isDriven)
            facts = discovered.facts
            oddities = discovered.oddities.map(\.kind)
            facts.clock = ClockFacts(frequency: 2_400_000_000, source: .intervalTimer)
            facts.memory = [MemoryRange(base: .init(rawValue: 0), byteCount: memory, kind: .usable)]
            var told: [Oddity.Kind] = []
            facts.takeOver(&self.machine, isDriven: isDriven) { told.append($0.kind) }
            oddities = oddities.filter { ![.noRootPointer, .timerStandsStill].contains($0) } + told
        }

        func first(_ isWanted: (TracedMachine.Write) -> Bool) -> Int? { machine.writes.firstIndex(where: isWanted) }
        func last(_ isWanted: (TracedMachine.Write) -> Bool) -> Int? { machine.writes.lastIndex(where: isWanted) }

        /// Whether bus mastering of a function is off.
        func isSilent(_ function: UInt16) -> Bool {
            machine.base.functions[function].map { $0.bytes[4] & 4 == 0 } ?? false
        }
    }

    private static func place(_ bus: UInt8, _ device: UInt8, _ number: UInt8 = 0) -> UInt16 {
        FunctionAddress(bus: bus, device: device, function: number).rawValue
    }

    /// A function that masters the bus and decodes, with a range and an expansion ROM that is on.
    private static func function(_ classCode: UInt32, base: UInt64 = 0, size: UInt64 = 0x1000) -> SyntheticFunction {
        var function = SyntheticFunction(vendor: 0x8086, device: 0x1234, classCode: classCode)
        function.set(0x04, 0x0107, 2, writable: 0x0407)
        if base > 0 { function.setRegister(0, base: base, flags: 0, size: size) }
        function.set(0x30, 0xFE00_0001, 4, writable: 0xFFFF_0001)
        return function
    }

    // MARK: A laptop

    static let registers: UInt64 = 0xF000_0000
    static let legacy: UInt64 = registers + 0x8000

    /// Graphics, a host bridge, a bridge to LPC, a card reader, sound, a card, a radio, a disk, and an xHCI that firmware owns.
    private static func laptop(lettingGo: Bool = true) -> TracedMachine {
        var machine = TracedMachine(SyntheticMachine())
        for (device, code) in [
            (0, 0x06_0000), (2, 0x03_0000), (8, 0x08_0501), (0x1B, 0x04_0300), (0x1F, 0x06_0100), (3, 0x02_0000),
            (4, 0x02_8000), (5, 0x01_0802), (0x16, 0x07_8000),
        ] as [(UInt8, UInt32)] {
            let base = 0xE000_0000 + UInt64(device) << 16
            machine.base.add(function(code, base: base), 0, device)
        }
        machine.base.add(function(0x0C_0330, base: registers, size: 0x1_0000), 0, 0x14)
        machine.registers = [
            registers: 0x0100_0020, registers + 0x10: 0x2000_0000, registers + 0x20: 1, registers + 0x24: 0,
            legacy: 0x0001_0401, legacy + 4: 0x0000_E013, legacy + 0x10: 0x0000_0002,
        ]
        machine.firmware = { machine, write in
            switch write {
            case .register(legacy + 3, 1) where lettingGo: machine.registers[legacy] = 0x0100_0401
            case .register(registers + 0x20, let value): machine.registers[registers + 0x24] = value & 1 ^ 1
            default: break
            }
        }
        return machine
    }

    @Test func `graphics, bridges and what a board has of its own are not written to`() {
        let run = Run(Self.laptop())
        let spared = [(0, 0), (2, 0), (8, 0), (0x1B, 0), (0x1F, 0), (0x16, 0)].map { Self.place(0, $0.0) }
        #expect(run.machine.writes.filter { spared.contains($0.function ?? .max) } == [])
        #expect(spared.allSatisfy { !run.isSilent($0) })
        // Their ranges are known all the same, without sizes.
        let screen = run.facts.functions.first { $0.classCode >> 16 == 0x03 }
        #expect(screen?.baseAddressRegisters.map(\.base) == [0xE002_0000])
        #expect(screen?.baseAddressRegisters.map(\.byteCount) == [0])
        #expect(run.oddities == [])
    }

    @Test func `devices that firmware boots from are kept from memory, without an expansion ROM`() {
        let run = Run(Self.laptop())
        for device in [3, 4, 5, 0x14] as [UInt8] {
            #expect(run.isSilent(Self.place(0, device)))
            #expect(run.machine.base.functions[Self.place(0, device)]?.bytes[0x30] == 0)
            #expect(run.facts.functions.first { $0.address.device == device }?.baseAddressRegisters[0].byteCount != 0)
        }
    }

    @Test func `a function that a rule is for is one of them, whatever it is`() {
        for isGraphics in [true, false] {
            let run = Run(Self.laptop()) { $0.classCode == (isGraphics ? 0x03_0000 : 0x04_0300) }
            #expect(run.isSilent(Self.place(0, isGraphics ? 2 : 0x1B)))
            #expect(!run.isSilent(Self.place(0, isGraphics ? 0x1B : 2)))
            let driven = run.facts.functions.first { $0.address.device == (isGraphics ? 2 : 0x1B) }
            #expect(driven?.baseAddressRegisters.map(\.byteCount) == [0x1000])
        }
    }

    @Test func `firmware lets the xHCI go before any device is kept from memory`() throws {
        let run = Run(Self.laptop())
        let asked = try #require(run.first { $0 == .register(Self.legacy + 3, 1) })
        // Its interrupts are off and their events cleared, reserved bits as they were; then the controller halts.
        let silenced = try #require(run.first { $0 == .register(Self.legacy + 4, 0xE000_0002) })
        let halted = try #require(run.first { $0 == .register(Self.registers + 0x20, 0) })
        let kept = try #require(
            run.first { if case .configuration(_, 4, let command) = $0 { command == 0x0103 } else { false } })
        #expect(asked < silenced && silenced < halted && halted < kept)
        #expect(run.machine.registers[Self.legacy] == 0x0100_0401)
    }

    @Test func `firmware that keeps it is told, in bounded time, and it is taken`() throws {
        let start = TracedMachine(SyntheticMachine()).base.now
        let run = Run(Self.laptop(lettingGo: false))
        #expect(run.oddities == [.controllerHeld])
        #expect(run.machine.registers[Self.legacy] == 0x0100_0401)
        #expect(run.first { $0 == .register(Self.legacy + 4, 0xE000_0002) } != nil)
        #expect(run.isSilent(Self.place(0, 0x14)) && run.isSilent(Self.place(0, 3)))
        // A second for it, and little for all else.
        #expect((2_400_000_000...4_800_000_000).contains(run.machine.base.now - start))
    }

    @Test func `registers that would lie in memory, or that are not decoded, are not touched`() {
        for isDecoded in [true, false] {
            var machine = Self.laptop()
            if !isDecoded { machine.base.functions[Self.place(0, 0x14)]?.bytes[4] = 0x05 }
            let run = Run(machine, memory: isDecoded ? 4 << 30 : 512 << 20)
            #expect(run.first { if case .register = $0 { true } else { false } } == nil)
            #expect(run.isSilent(Self.place(0, 0x14)) && run.oddities == [])
        }
    }

    // MARK: The older controllers

    private static func controller(_ interface: UInt32, _ registers: [UInt64: UInt32]) -> TracedMachine {
        var machine = TracedMachine(SyntheticMachine())
        var function = function(0x0C_0300 | interface, base: Self.registers)
        function.set(0x60, 0x0001_0001, 4, writable: 0xFF_FF00_0000 >> 8)
        function.set(0x64, 0x2000_003F, 4, writable: 0xFFFF_FFFF)
        function.set(0xC0, 0x2010, 2, writable: 0xFFFF)
        machine.base.add(function, 0, 0x1D)
        for (offset, value) in registers { machine.registers[Self.registers + offset] = value }
        return machine
    }

    @Test(arguments: [true, false])
    func `firmware lets an EHCI go, in configuration space`(lettingGo: Bool) throws {
        let function = Self.place(0, 0x1D)
        var machine = Self.controller(0x20, [0: 0x0100_0020, 8: 0x6000, 0x20: 0x8_0001, 0x24: 0])
        machine.firmware = { machine, write in
            if write == .configuration(function, 0x63, 1), lettingGo {
                machine.base.functions[function]?.bytes[0x62] = 0
            } else if case .register(Self.registers + 0x20, let value) = write {
                machine.registers[Self.registers + 0x24] = value & 1 == 0 ? 1 << 12 : 0
            }
        }
        let run = Run(machine)
        let asked = try #require(run.first { $0 == .configuration(function, 0x63, 1) })
        let silenced = try #require(run.first { $0 == .configuration(function, 0x64, 0xE000_0000) })
        let halted = try #require(run.first { $0 == .register(Self.registers + 0x20, 0x8_0000) })
        let kept = try #require(run.first { $0 == .configuration(function, 4, 0x0103) })
        #expect(asked < silenced && silenced < halted && halted < kept)
        #expect(run.oddities == (lettingGo ? [] : [.controllerHeld]))
        #expect(run.first { $0 == .configuration(function, 0x62, 0) } == nil || !lettingGo)
        #expect(run.machine.base.functions[function]?.bytes[0x62] == 0)
    }

    @Test(arguments: [true, false])
    func `firmware lets an OHCI go, by asking for its ownership`(lettingGo: Bool) throws {
        var machine = Self.controller(0x10, [4: 0x0384, 8: 0, 0x10: 0, 0x14: 0])
        machine.firmware = { machine, write in
            if case .register(Self.registers + 8, 8) = write, lettingGo {
                machine.registers[Self.registers + 4] = 0x0284
            }
        }
        let run = Run(machine)
        let asked = try #require(run.first { $0 == .register(Self.registers + 8, 8) })
        let reset = try #require(run.first { $0 == .register(Self.registers + 4, 0x0200) })
        let kept = try #require(run.first { $0 == .configuration(Self.place(0, 0x1D), 4, 0x0103) })
        #expect(asked < reset && reset < kept)
        #expect(run.oddities == (lettingGo ? [] : [.controllerHeld]))
    }

    @Test func `the interrupts of a UHCI are off before it is kept from memory`() throws {
        let function = Self.place(0, 0x1D)
        let run = Run(Self.controller(0x00, [:]))
        let off = try #require(run.first { $0 == .configuration(function, 0xC0, 0x8F00) })
        let kept = try #require(run.first { $0 == .configuration(function, 4, 0x0103) })
        #expect(off < kept && run.oddities == [])
    }

    @Test func `a controller that nobody owns, or that answers nothing, is waited for by nobody`() {
        var idle = Self.laptop()
        idle.registers[Self.legacy] = 0x0000_0401
        idle.registers[Self.registers + 0x20] = 0
        var gone = Self.laptop()
        gone.registers = [:]
        var looping = Self.laptop()
        looping.registers[Self.legacy] = 0x0001_0002
        looping.registers[Self.legacy + 0x00] = 0x0000_0002  // no next one
        for machine in [idle, gone, looping] {
            let before = machine.base.now
            let run = Run(machine)
            #expect(run.oddities == [] && run.machine.base.now - before < 1_200_000_000)
            #expect(!run.machine.writes.contains(.register(Self.legacy + 3, 1)))
        }
    }

    // MARK: A server

    @Test func `no register of a function in the uncore of a server is tried`() {
        var machine = TracedMachine(SyntheticMachine())
        let identities: [UInt16] = [0x2FC0, 0x6F60, 0x6FA0, 0x6FC0, 0xA1EC, 0xA1ED, 0xA26C, 0xA26D]
        for (device, identity) in identities.enumerated() {
            let code: UInt32 = identity & 0xA000 == 0xA000 ? 0xFF_0000 : device % 2 == 0 ? 0x08_8000 : 0x11_0100
            var function = SyntheticFunction(vendor: 0x8086, device: identity, classCode: code)
            // Nothing of what stands there is a range.
            for index in 0..<6 { function.set(0x10 + 4 * index, 0x1357_9BD6 << UInt64(index), 4, writable: .max) }
            machine.base.add(function, 0, UInt8(device))
        }
        machine.base.add(Self.function(0x02_0000, base: 0xF100_0000), 0, 0x19)
        let run = Run(machine)
        #expect(run.machine.writes.compactMap(\.function).allSatisfy { $0 == Self.place(0, 0x19) })
        #expect(run.machine.writes.last == .configuration(Self.place(0, 0x19), 0x30, 0xFE00_0000))
        #expect(run.facts.functions.count == 9)
        let sizes = run.facts.functions.prefix(8).flatMap { $0.baseAddressRegisters.map(\.byteCount) }
        #expect(!sizes.isEmpty && sizes.allSatisfy { $0 == 0 })
    }

    @Test func `disks behind VMD, RST and remapping are told, and others are not`() {
        for (code, capability, places, kind, isTold) in [
            (0x01_0400, 0, 0, 0, true), (0x01_0601, 1, 2, 0x01_0802, true), (0x01_0601, 1, 0, 0x01_0802, false),
            (0x01_0601, 0, 7, 0x01_0802, false), (0x01_0802, 1, 7, 0x01_0802, false),
            // A place without a disk, a disk in another place, and registers that nobody decodes.
            (0x01_0601, 1, 2, 0, false), (0x01_0601, 1, 5, 0x01_0802, false), (0x01_0601, .max, .max, .max, false),
        ] as [(UInt32, UInt32, UInt32, UInt32, Bool)] {
            var machine = TracedMachine(SyntheticMachine())
            var function = Self.function(code)
            function.setRegister(5, base: 0xF200_0000, flags: 0, size: 0x8_0000)
            machine.base.add(function, 0, 0x17)
            // Of the three places, the second is taken.
            machine.registers = [0xF200_00A4: capability, 0xF200_0800: places, 0xF200_0900: kind]
            #expect(Run(machine).oddities == (isTold ? [.disksHidden] : []))
        }
    }

    // MARK: Ranges without a size

    @Test func `an address is given where no range without a size can reach`() {
        var machine = TracedMachine(SyntheticMachine())
        // They may reach up to 0x80000000 and to the end of 4 GiB.
        machine.base.add(Self.function(0x04_0300, base: 0x4000_0000), 0, 2)
        machine.base.add(Self.function(0x06_0000, base: 0xE000_0000), 0, 3)
        var card = Self.function(0x02_0000)
        card.setRegister(0, base: 0, flags: 0, size: 0x2_0000)
        machine.base.add(card, 0, 4)
        // Where no rule is for the card, its size is asked for and no more.
        let range = Run(machine).machine.writes.filter { $0.isTo(Self.place(0, 4), 0x10) }
        #expect(range == [0xFFFF_FFFF, 0].map { .configuration(Self.place(0, 4), 0x10, $0) })
        let run = Run(machine, isDriven: { $0.address.device == 4 })
        let given = run.facts.functions.last?.baseAddressRegisters.first?.base ?? 0
        #expect(given == 0xDFFE_0000 && run.oddities == [])
        #expect(run.machine.writes.compactMap(\.function).allSatisfy { $0 == Self.place(0, 4) })
    }
}
