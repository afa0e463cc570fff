// From the text of rules and the facts of a machine to drivers: which functions get one, where everything goes, what one
// refusal does to the others, and what observers see. The rules are of invented devices.

import Encoding
import Hardware
import Metabinary
import Pipeline
import Program
import RuleCompiler
import Testing

/// Writes down what each stage made.
private struct Trace: PipelineObserver {
    var lines: [String] = []

    mutating func matched(_ function: PCIFunction, by device: DeviceDescription) {
        lines.append("matched \(function.address.device) \(String(decoding: device.name, as: UTF8.self))")
    }
    mutating func planned(_ windows: [PlacedWindow]) { lines.append("planned \(windows.count)") }
    mutating func evaluated(_ program: Program, of rule: FunctionDescription) {
        lines.append("evaluated \(String(decoding: rule.name, as: UTF8.self))")
    }
    mutating func optimised(_ program: Program) { lines.append("optimised") }
    mutating func encoded(_ function: EncodedFunction) { lines.append("encoded") }
    mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress) {
        lines.append("placed \(String(entry.rawValue, radix: 16))")
    }
    mutating func verified(_ driver: GeneratedDriver) { lines.append("verified \(driver.byteCount)") }
    mutating func refused(_ refusal: Refusal) { lines.append("refused") }
}

@Suite struct GeneratorTests {
    private static let rules = """
        class meter 1 {
            require ready() -> answer: bool
            require serial() -> number: u48
        }
        device sensor is meter {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            window names = bar 2 memory
            register regs.STATUS at 0x0008 ro { READY: 1 }
            register names.LOW at 0x5400 rw
            register names.HIGH at 0x5404 rw { NUMBER: 0…15 }
            generate ready() -> answer: bool {
                return STATUS.READY
            }
            generate serial() -> number: u48 {
                let low = LOW
                let high = HIGH.NUMBER
                return low | high << 32
            }
        }
        """

    private static func image() throws -> MetabinaryImage {
        let compilation = RuleCompiler.compile([RuleSource(name: "sensor.meta", text: rules)])
        return try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
    }

    /// A card with ranges of its own; its second is where that is said, or has no address.
    private static func sensor(_ device: UInt8, names second: UInt64? = nil) -> PCIFunction {
        let base = 0xFE00_0000 + UInt64(device - 3) << 18
        var function = PCIFunction(
            address: FunctionAddress(bus: 0, device: device, function: 0), vendor: 0x1234, device: 0x0001)
        function.baseAddressRegisters = [
            BaseAddressRegister(
                index: 0, kind: .memory32, isPrefetchable: false, base: base, byteCount: 0x1000),
            BaseAddressRegister(
                index: 2, kind: .memory32, isPrefetchable: false, base: second ?? base + 0x2_0000, byteCount: 0x2_0000),
        ]
        return function
    }

    private static func stranger(_ device: UInt8) -> PCIFunction {
        PCIFunction(address: FunctionAddress(bus: 0, device: device, function: 0), vendor: 0x1234, device: 0x0002)
    }

    private func outcomes(_ functions: [PCIFunction]) throws -> [GenerationOutcome] {
        var facts = MachineFacts()
        facts.functions = functions
        var observer = SilentObserver()
        return generate(facts, try Self.image(), observer: &observer)
    }

    private func driver(_ outcome: GenerationOutcome?) throws -> GeneratedDriver {
        guard case .driver(let driver) = outcome else {
            struct NoDriver: Error { var outcome: GenerationOutcome? }
            throw NoDriver(outcome: outcome)
        }
        return driver
    }

    @Test func `a described device gets a driver with every place burned in`() throws {
        let outcomes = try outcomes([Self.stranger(1), Self.sensor(3)])
        #expect(outcomes.count == 1)
        let driver = try driver(outcomes.first)
        #expect(driver.function == FunctionAddress(bus: 0, device: 3, function: 0))
        #expect(driver.name == Array("sensor".utf8))
        #expect(driver.className == Array("meter".utf8))
        #expect(driver.windows.map(\.name) == [Array("regs".utf8), Array("names".utf8)])
        #expect(driver.windows.map(\.virtual.rawValue) == [0x5000_0000, 0x5000_1000])
        #expect(driver.windows.map(\.physical.rawValue) == [0xFE00_0000, 0xFE02_0000])
        #expect(driver.byteCount == 35)

        let ready = driver.functions[0]
        #expect(ready.name == Array("ready".utf8))
        #expect(ready.signature.resultName == Array("answer".utf8))
        #expect(ready.signature.resultBitCount == 1)
        #expect(ready.entry.rawValue == 0x4000_0000)
        #expect(ready.bytes == [0x8B, 0x05, 0x02, 0x00, 0x00, 0x10, 0xD1, 0xE8, 0x83, 0xE0, 0x01, 0xC3])
        #expect(ready.marks.map(\.offset) == [0, 6, 8, 11])
        #expect(ready.marks.map(\.line) == [13, 13, 13, 13])

        // mov eax, [LOW]; mov ecx, [HIGH]; movzx ecx, cx; shl rcx, 32; or rax, rcx; ret
        let serial = driver.functions[1]
        #expect(serial.entry.rawValue == 0x4000_0010)
        #expect(
            serial.bytes == [
                0x8B, 0x05, 0xEA, 0x63, 0x00, 0x10, 0x8B, 0x0D, 0xE8, 0x63, 0x00, 0x10, 0x0F, 0xB7, 0xC9, 0x48, 0xC1,
                0xE1, 0x20, 0x48, 0x09, 0xC8, 0xC3,
            ])
        #expect(serial.marks.map(\.line) == [16, 17, 17, 18, 18, 18])
    }

    @Test func `a bridge that passes no memory on refuses what lies behind it, and is named`() throws {
        func bridge(_ device: UInt8, _ secondary: UInt8, _ subordinate: UInt8) -> PCIFunction {
            var bridge = Self.stranger(device)
            bridge.headerType = 1
            bridge.secondaryBus = secondary
            bridge.subordinateBus = subordinate
            return bridge
        }
        var card = Self.sensor(3)
        card.address = FunctionAddress(bus: 5, device: 3, function: 0)
        for (first, last, isClosed, isRefused) in [
            (1, 5, true, true), (5, 5, true, true), (1, 9, true, true), (1, 5, false, false), (1, 4, true, false),
            (6, 9, true, false),
        ] as [(UInt8, UInt8, Bool, Bool)] {
            var closed = bridge(0x1E, first, last)
            closed.isClosed = isClosed
            let outcome = try outcomes([bridge(1, 5, 5), closed, card]).first
            guard case .refused(let refusal) = outcome else {
                #expect(!isRefused, "\(first)…\(last)")
                continue
            }
            var text: [UInt8] = []
            refusal.error.writeReason(into: &text)
            #expect(isRefused)
            #expect(String(decoding: text, as: UTF8.self) == "bridge 00:1e.0 passes no memory on")
        }
    }

    @Test func `lines of a function of a class are lines of the class's file, definitions of the device included`()
        throws
    {
        let itsClass = """
            class meter 1 {
                require status() -> all: u32
                generate ready() -> answer: u32 {
                    let all = raw()
                    let part = masked(all)
                    return above(part) | all
                }
            }
            """
        let device = """
            import "meter.meta"
            device sensor is meter {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.STATUS at 0x0008 ro
                define raw() = STATUS
                define masked(value) = value & 0xFF0
                define above(value) = value >> 4
                generate status() -> all: u32 {
                    return raw()
                }
            }
            """
        let compilation = RuleCompiler.compile([
            RuleSource(name: "rules/meter.meta", text: itsClass), RuleSource(name: "rules/sensor.meta", text: device),
        ])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        var facts = MachineFacts()
        facts.functions = [Self.sensor(3)]
        var observer = SilentObserver()
        let functions = try driver(generate(facts, image, observer: &observer).first).functions
        let ready = try #require(functions.first { $0.name == Array("ready".utf8) })
        #expect(ready.ruleFile == Array("meter.meta".utf8))
        // mov; mov, and; shr, or, ret
        #expect(ready.marks.map(\.line) == [4, 5, 5, 6, 6, 6])
        let status = try #require(functions.first { $0.name == Array("status".utf8) })
        #expect(status.ruleFile == Array("sensor.meta".utf8))
        #expect(status.marks.map(\.line) == [6, 10])
    }

    @Test func `a function carries the highest value of each of its arguments, as wide as its rule says`() throws {
        let rules = """
            class meter 1 {
                require masked(few: u8, some: u16, many: u32) -> answer: u32
                require status() -> all: u32
            }
            device sensor is meter {
                match pci vendor 0x1234 device 0x0001
                window regs = bar 0 memory
                register regs.STATUS at 0x0008 ro
                generate masked(few: u8, some: u16, many: u32) -> answer: u32 {
                    return STATUS & few & some & many
                }
                generate status() -> all: u32 {
                    return STATUS
                }
            }
            """
        let compilation = RuleCompiler.compile([RuleSource(name: "meter.meta", text: rules)])
        let image = try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
        var facts = MachineFacts()
        facts.functions = [Self.sensor(3)]
        var observer = SilentObserver()
        let driver = try driver(generate(facts, image, observer: &observer).first)
        #expect(driver.functions.map(\.parameterBounds) == [[0xFF, 0xFFFF, 0xFFFF_FFFF], []])
        #expect(driver.codeByteCount == 4096 && driver.code.count == 4096)
    }

    @Test func `a machine without described devices gets no driver`() throws {
        #expect(try outcomes([]).isEmpty)
        #expect(try outcomes([Self.stranger(1), Self.stranger(2)]).isEmpty)
    }

    @Test func `two cards get code pages and windows of their own`() throws {
        let outcomes = try outcomes([Self.sensor(3), Self.sensor(4)])
        let drivers = try outcomes.map { try driver($0) }
        #expect(drivers.map(\.codeStart?.rawValue) == [0x4000_0000, 0x4000_1000])
        #expect(drivers[1].windows.map(\.virtual.rawValue) == [0x5000_7000, 0x5000_8000])
    }

    @Test func `the order of discovery does not matter`() throws {
        let functions = [Self.sensor(3), Self.stranger(5), Self.sensor(7), Self.sensor(9)]
        let expected = try outcomes(functions)
        #expect(expected.count == 3)
        #expect(try outcomes(functions.reversed()) == expected)
        #expect(try outcomes([2, 0, 3, 1].map { functions[$0] }) == expected)
    }

    @Test func `a refused device takes no addresses and stops no other`() throws {
        let outcomes = try outcomes([Self.sensor(3), Self.sensor(4, names: 0), Self.sensor(5)])
        let expected = Refusal(
            function: FunctionAddress(bus: 0, device: 4, function: 0), deviceName: Array("sensor".utf8),
            error: .window(name: Array("names".utf8), .unassigned(bar: 2)))
        #expect(outcomes.count == 3)
        #expect(outcomes[1] == .refused(expected))
        let last = try driver(outcomes[2])
        #expect(last.codeStart?.rawValue == 0x4000_1000)
        #expect(last.windows.map(\.virtual.rawValue) == [0x5000_7000, 0x5000_8000])
    }

    @Test func `a window that ends before a register is refused before the rule is evaluated`() throws {
        var short = Self.sensor(3)
        short.baseAddressRegisters[1].byteCount = 0x4000
        guard case .refused(let refusal) = try outcomes([short]).first else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.error.stage == .evaluate)
        #expect(
            refusal.error
                == .window(
                    name: Array("names".utf8), .tooShort(bar: 2, byteCount: 0x4000, minimumByteCount: 0x5408)))
    }

    @Test(arguments: [(0x4000_0800, 0x5000_0000), (0x4000_0000, 0x5000_0001)] as [(UInt64, UInt64)])
    func `a placement that is not page-aligned is refused`(code: UInt64, windows: UInt64) throws {
        var facts = MachineFacts()
        facts.functions = [Self.sensor(3)]
        facts.placement = PlacementFacts(
            code: VirtualAddress(rawValue: code), windows: VirtualAddress(rawValue: windows))
        var observer = SilentObserver()
        guard case .refused(let refusal) = generate(facts, try Self.image(), observer: &observer).first else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.error == .placementNotAligned)
    }

    @Test func `an observer sees every stage of every device`() throws {
        var facts = MachineFacts()
        facts.functions = [Self.stranger(1), Self.sensor(4, names: 0), Self.sensor(3)]
        var trace = Trace()
        _ = generate(facts, try Self.image(), observer: &trace)
        #expect(
            trace.lines == [
                "matched 3 sensor", "planned 2", "evaluated ready", "optimised", "encoded", "placed 40000000",
                "evaluated serial", "optimised", "encoded", "placed 40000010", "verified 35", "matched 4 sensor",
                "refused",
            ])
    }

    @Test func `functions in falling order are the caller's mistake`() async {
        await #expect(processExitsWith: .failure) {
            var generator = Generator(MachineFacts(), try GeneratorTests.image(), observer: SilentObserver())
            _ = generator.generate(for: GeneratorTests.sensor(4))
            _ = generator.generate(for: GeneratorTests.sensor(3))
        }
    }
}
