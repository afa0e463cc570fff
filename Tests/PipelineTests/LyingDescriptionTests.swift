// Descriptions that say what is not so, and machines that do: no driver, the error names the fact that contradicts, no
// stage after the plan of windows and memories has begun, and whoever tells the truth gets the bytes that it had got
// alone.

import Hardware
import Metabinary
import Pipeline
import Program
import RuleCompiler
import Testing

@Suite struct LyingDescriptionTests {
    /// Notes how far generation went.
    private struct Progress: PipelineObserver {
        var evaluated = 0
        var refused: [GenerationStage] = []

        mutating func evaluated(_ program: Program, of rule: FunctionDescription) { evaluated += 1 }
        mutating func refused(_ refusal: Refusal) { refused.append(refusal.error.stage) }
    }

    private static let rules = """
        class lamp 1 { require start() -> none }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            window bell = bar 1 ports
            window far = capability 0x09 where byte 3 == 1, bar byte 4, offset u32 at 8, length u32 at 12
            register regs.POWER at 0x04 rw any
            register regs.LOW at 0x08 rw
            register regs.HIGH at 0x0C rw
            register regs.SIZE at 0x10 rw
            register regs.HEAD at 0x14 rw
            register regs.TAIL at 0x18 rw
            register regs.SEND at 0x00 wo = 0, 1 after out
            register bell.RING at 0x1C u16 wo any
            register far.LEVEL at 0x20 ro
            layout Entry 16 bytes {
                address at 0 u64 by driver as address
                status at 12 u32 by both { DONE: 0 }
            }
            ring out of Entry sends { count 8, base LOW:HIGH, bytes SIZE, head HEAD, tail TAIL, done status.DONE }
            pool buffers of out { bytes 256, spare 2 }
            generate start() -> none {
                reset state
                for slot in out { slot = Entry { address: slot.buffer, status: DONE } }
                out.start()
                POWER = LEVEL
                RING = 1
            }
        }
        """

    /// A function as the rules describe it.
    private static func function(_ number: UInt8, device: UInt16 = 0x0001) -> PCIFunction {
        var function = PCIFunction(
            address: FunctionAddress(bus: 1, device: number, function: 0), vendor: 0x1234, device: device)
        let base = 0xF000_0000 + UInt64(number) << 20
        function.baseAddressRegisters = [
            BaseAddressRegister(index: 0, kind: .memory32, isPrefetchable: false, base: base, byteCount: 0x1000),
            BaseAddressRegister(
                index: 1, kind: .io, isPrefetchable: false, base: 0xC000 + UInt64(number) << 5, byteCount: 0x20),
            BaseAddressRegister(index: 2, kind: .memory32, isPrefetchable: false, base: 0, byteCount: 0x1000),
            BaseAddressRegister(
                index: 4, kind: .memory32, isPrefetchable: false, base: base + 0x4000, byteCount: 0x1000),
        ]
        function.capabilities = [capability()]
        return function
    }

    private static func capability(
        _ type: UInt8 = 1, bar: UInt8 = 4, start: UInt32 = 0x800, length: UInt32 = 0x100
    ) -> Capability {
        let numbers = [start, length].flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return Capability(identifier: 9, offset: 0x50, contents: [16, type, bar, 0, 0, 0] + numbers)
    }

    private static func bridge(isClosed: Bool) -> PCIFunction {
        var bridge = PCIFunction(
            address: FunctionAddress(bus: 0, device: 1, function: 0), vendor: 0x1B36, device: 0x0001)
        (bridge.headerType, bridge.secondaryBus, bridge.subordinateBus) = (1, 1, 1)
        bridge.isClosed = isClosed
        return bridge
    }

    /// Generates for the functions, and says of each what came of it.
    private static func outcomes(
        _ rules: String, _ functions: [PCIFunction], _ change: (inout MachineFacts) -> Void = { _ in }
    ) throws -> (words: [String], drivers: [GeneratedDriver], progress: Progress) {
        let compilation = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: rules)])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        var facts = MachineFacts()
        facts.functions = [bridge(isClosed: false)] + functions
        change(&facts)
        var observer = Progress()
        var words: [String] = []
        var drivers: [GeneratedDriver] = []
        for outcome in generate(facts, image, observer: &observer) {
            switch outcome {
            case .driver(let driver):
                words.append("a driver")
                drivers.append(driver)
            case .refused(let refusal):
                var text: [UInt8] = []
                refusal.error.writeReason(into: &text)
                words.append(String(decoding: text, as: UTF8.self))
            }
        }
        return (words, drivers, observer)
    }

    private func expectRefusal(
        _ expected: String, _ rules: String = Self.rules, _ functions: [PCIFunction] = [Self.function(3)],
        _ change: (inout MachineFacts) -> Void = { _ in }
    ) throws {
        let (words, _, progress) = try Self.outcomes(rules, functions, change)
        #expect(words == [expected])
        #expect(progress.refused == [.evaluate], "\(expected)")
        #expect(progress.evaluated == 0, "\(expected)")
    }

    @Test func `the description and the machine that the lies start from give a driver`() throws {
        #expect(try Self.outcomes(Self.rules, [Self.function(3)]).words == ["a driver"])
    }

    /// Edits of the description, and the fact of the machine that contradicts.
    private static let lies: [(old: String, new: String, words: String)] = [
        ("bar 0 memory", "bar 0 ports", "window regs: BAR 0 decodes memory, not ports"),
        ("bar 1 ports", "bar 1 memory", "window bell: BAR 1 decodes ports, not memory"),
        ("bar 0 memory", "bar 3 memory", "window regs: BAR 3 is absent"),
        ("bar 0 memory", "bar 5 memory", "window regs: BAR 5 is absent"),
        ("bar 0 memory", "bar 2 memory", "window regs: BAR 2 has no address"),
        ("POWER at 0x04", "POWER at 0x1000", "window regs: BAR 0 is too short: 0x1000 of 0x1004 bytes"),
        (
            "LEVEL at 0x20 ro", "LEVEL at 0x20 ro register regs.TABLE[1024] at 0x20 wo",
            "window regs: BAR 0 is too short: 0x1000 of 0x1020 bytes"
        ),
        ("RING at 0x1C", "RING at 0x20", "window bell: BAR 1 is too short: 0x20 of 0x22 bytes"),
        ("LEVEL at 0x20", "LEVEL at 0x100", "window far: capability 0x50 is too short in BAR 4"),
        ("capability 0x09", "capability 0x0A", "window far: capability 0xa is not there with byte 1"),
        ("byte 3 == 1", "byte 3 == 2", "window far: capability 0x9 is not there with byte 2"),
        ("bar byte 4", "bar byte 2", "window far: capability 0x50 names an absent BAR 16"),
        ("offset u32 at 8", "offset u32 at 20", "window far: capability 0x50 says not where"),
    ]

    @Test(arguments: lies.indices)
    func `a description that contradicts the machine is refused with the fact that contradicts`(row: Int) throws {
        let (old, new, words) = Self.lies[row]
        let rules = Self.rules.replacing(old, with: new)
        #expect(rules != Self.rules)
        try expectRefusal(words, rules)
    }

    @Test func `a machine that lies of itself is refused with what it says`() throws {
        func function(_ change: (inout PCIFunction) -> Void) -> [PCIFunction] {
            var function = Self.function(3)
            change(&function)
            return [function]
        }
        let cases: [(String, (inout PCIFunction) -> Void)] = [
            ("window regs: BAR 0 is absent", { $0.baseAddressRegisters.removeFirst() }),
            ("window regs: BAR 0 has no address", { $0.baseAddressRegisters[0].base = 0 }),
            ("window regs: BAR 0 decodes ports, not memory", { $0.baseAddressRegisters[0].kind = .io }),
            ("window regs: BAR 0 is too short: 0x10 of 0x1c bytes", { $0.baseAddressRegisters[0].byteCount = 0x10 }),
            ("window regs: BAR 0 is malformed", { $0.baseAddressRegisters[0].byteCount = 0x30 }),
            ("window regs: BAR 0 is malformed", { $0.baseAddressRegisters[0].base += 0x10 }),
            (
                "window regs: BAR 0 lies over the interrupt controller at 0xfee00000",
                { $0.baseAddressRegisters[0].base = 0xFEE0_0000 }
            ),
            (
                "window regs: BAR 0 lies over usable memory at 0x100000",
                { $0.baseAddressRegisters[0].base = 0x20_0000 }
            ),
            (
                "window bell: BAR 1 lies over the machine's own ports at 0xcf8",
                { $0.baseAddressRegisters[1].base = 0xCE0 }
            ),
            ("window bell: BAR 1 reaches past the last port", { $0.baseAddressRegisters[1].base = 0x1_0000 }),
            ("window far: capability 0x9 is not there with byte 1", { $0.capabilities = [] }),
            ("window far: capability 0x50 names an absent BAR 7", { $0.capabilities = [Self.capability(bar: 7)] }),
            (
                "window far: capability 0x50 leads past the end of BAR 1",
                { $0.capabilities = [Self.capability(bar: 1)] }
            ),
            (
                "window far: capability 0x50 leads past the end of BAR 4",
                { $0.capabilities = [Self.capability(start: 0xF80)] }
            ),
            (
                "window far: capability 0x50 is too short in BAR 4",
                { $0.capabilities = [Self.capability(length: 0x23)] }
            ),
        ]
        for (words, change) in cases {
            try expectRefusal(words, Self.rules, function(change)) {
                $0.memory = [
                    MemoryRange(base: PhysicalAddress(rawValue: 0x10_0000), byteCount: 0x700_0000, kind: .usable)
                ]
            }
        }
        try expectRefusal("bridge 00:01.0 passes no memory on") { $0.functions[0] = Self.bridge(isClosed: true) }
    }

    @Test func `a ring or a pool that memory does not hold, or that its slots cannot tell of, is refused`() throws {
        try expectRefusal("memory state finds no room") { $0.placement.dataByteCount = 0 }
        // A sixteenth, whole pages, for state, and its guard space; the ring and its own; the pool and its own.
        try expectRefusal("memory out finds no room") { $0.placement.dataByteCount = 0x1000 + 0x12000 + 127 }
        try expectRefusal("memory out finds no room") { $0.placement.dataByteCount = 0x13000 + 0x12FFF }
        try expectRefusal("memory buffers finds no room") { $0.placement.dataByteCount = 0x27000 + 2559 }
        try expectRefusal("memory buffers finds no room") { $0.placement.dataByteCount = 0x27000 + 0x12FFF }
        // Slots with an address of 32 bits, and memory above 4 GiB.
        let narrow = Self.rules.replacing("at 0 u64", with: "at 0 u32")
        try expectRefusal("memory buffers lies beyond what its device can be told", narrow) {
            $0.placement.dataPhysical = PhysicalAddress(rawValue: 0x1_0000_0000)
        }
    }

    @Test func `a function that is not there gets nothing, and nothing is done for it`() throws {
        let (words, _, progress) = try Self.outcomes(Self.rules, [Self.function(3, device: 0x0002)])
        #expect(words == [])
        #expect(progress.evaluated == 0 && progress.refused.isEmpty)
    }

    @Test func `who tells the truth beside a liar gets the bytes that it gets alone`() throws {
        let alone = try Self.outcomes(Self.rules, [Self.function(4)]).drivers
        var liar = Self.function(3)
        liar.capabilities = [Self.capability(length: 0x23)]
        let beside = try Self.outcomes(Self.rules, [liar, Self.function(4)])
        #expect(beside.words == ["window far: capability 0x50 is too short in BAR 4", "a driver"])
        #expect(beside.drivers == alone)
    }
}
