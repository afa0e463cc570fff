// Windows that a capability leads to: the rule of an invented device over machines that tell the truth and machines that
// lie, and the rule of a recorded card's windows over its recordings.

import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Testing

@Suite struct `Windows by capability` {
    private static let rules = """
        class meter 1 {
            require level() -> number: u32
        }
        device sensor is meter {
            match pci vendor 0x1234 device 0x0001
            window first = capability 0x09 where byte 3 == 1, bar byte 4, offset u32 at 8, length u32 at 12
            window second = capability 0x09 where byte 3 == 2, bar byte 4, offset u32 at 8, length u32 at 12
            register first.LOW at 0x10 u16 ro
            register second.HIGH at 0x1FC u16 ro
            generate level() -> number: u32 {
                let high = HIGH
                return LOW | high << 16
            }
        }
        """

    private static func image(_ rules: String = rules) throws -> MetabinaryImage {
        let compilation = RuleCompiler.compile([RuleSource(name: "sensor.meta", text: rules)])
        return try MetabinaryImage(try #require(compilation.metabinary, "\(compilation.diagnostics)"))
    }

    /// A capability as the rules read it, from its third byte on.
    private static func capability(
        _ type: UInt8, bar: UInt8 = 4, start: UInt32, length: UInt32, at place: UInt8 = 0x50
    ) -> Capability {
        let numbers = [start, length].flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return Capability(identifier: 9, offset: place, contents: [16, type, bar, 0, 0, 0] + numbers)
    }

    /// A machine with the device, which has a range of 16 KiB at BAR 4 and ports at BAR 1.
    private static func facts(_ capabilities: [Capability]) -> MachineFacts {
        var function = PCIFunction(
            address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1234, device: 0x0001)
        function.baseAddressRegisters = [
            BaseAddressRegister(index: 1, kind: .io, isPrefetchable: false, base: 0xC000, byteCount: 0x100),
            BaseAddressRegister(
                index: 4, kind: .memory64, isPrefetchable: true, base: 0x8_FE00_0000, byteCount: 0x4000),
        ]
        function.capabilities = capabilities
        var facts = MachineFacts()
        facts.functions = [function]
        return facts
    }

    private static func outcome(_ capabilities: [Capability]) throws -> GenerationOutcome? {
        var observer = SilentObserver()
        return generate(facts(capabilities), try image(), observer: &observer).first
    }

    private static func reason(_ capabilities: [Capability]) throws -> String {
        guard case .refused(let refusal) = try outcome(capabilities) else { return "a driver" }
        var text: [UInt8] = []
        refusal.error.writeReason(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static let second = capability(2, start: 0x2000, length: 0x1000, at: 0x60)

    @Test func `windows lie where their capabilities say, several in one range`() throws {
        // Two windows of one page, and a capability of another kind and one of another type before them.
        let first = Self.capability(1, start: 0x2E00, length: 0x12)
        let others = [
            Capability(identifier: 5, offset: 0x40, contents: [1, 1]), Self.capability(3, start: 0, length: 1),
        ]
        guard case .driver(let driver) = try Self.outcome(others + [first, Self.second]) else {
            Issue.record("no driver: \(try Self.reason(others + [first, Self.second]))")
            return
        }
        #expect(
            driver.windows == [
                PlacedWindow(
                    name: Array("first".utf8), bar: 4, offset: 0x2E00, physical: .init(rawValue: 0x8_FE00_2E00),
                    virtual: .init(rawValue: 0x5000_0E00), byteCount: 0x12),
                PlacedWindow(
                    name: Array("second".utf8), bar: 4, offset: 0x2000, physical: .init(rawValue: 0x8_FE00_2000),
                    virtual: .init(rawValue: 0x5000_1000), byteCount: 0x1000),
            ])
        #expect(driver.grants.map(\.start) == [0x5000_0E10, 0x5000_11FC])
        #expect(driver.grants.map(\.byteCount) == [2, 2])
    }

    @Test func `a window that begins at a page's end takes the page behind it too`() throws {
        let first = Self.capability(1, start: 0xFF8, length: 0x100)
        guard case .driver(let driver) = try Self.outcome([first, Self.second]) else {
            Issue.record("no driver")
            return
        }
        #expect(driver.windows.map(\.virtual.rawValue) == [0x5000_0FF8, 0x5000_2000])
        #expect(driver.windows.map(\.byteCount) == [0x100, 0x1000])
    }

    @Test func `of several that fit the first that can be used is taken, and where none can the first is named`() throws
    {
        let bad = Self.capability(1, bar: 5, start: 0, length: 0x100, at: 0x70)
        let ports = Self.capability(1, bar: 1, start: 0, length: 0x100, at: 0x80)
        let good = Self.capability(1, start: 0x400, length: 0x100)
        for order in [[good, bad], [bad, good], [good, ports], [bad, good, ports]] {
            guard case .driver(let driver) = try Self.outcome(order + [Self.second]) else {
                Issue.record("no driver: \(try Self.reason(order + [Self.second]))")
                continue
            }
            #expect(driver.windows[0].offset == 0x400)
        }
        // The second has a register where no port is.
        let second = Self.capability(2, bar: 1, start: 0, length: 0x100, at: 0x90)
        #expect(try Self.reason([good, second]) == "window second: capability 0x90 names ports, BAR 1")
        #expect(try Self.reason([bad, Self.second]) == "window first: capability 0x70 names an absent BAR 5")
    }

    @Test func `a window whose registers ports may be lies in ports where they come first`() throws {
        let ports = Self.capability(1, bar: 1, start: 0x20, length: 0x40, at: 0x80)
        let memory = Self.capability(1, start: 0x400, length: 0x100)
        guard case .driver(let driver) = try Self.outcome([ports, memory, Self.second]) else {
            Issue.record("no driver: \(try Self.reason([ports, memory, Self.second]))")
            return
        }
        #expect(
            driver.windows[0]
                == PlacedWindow(
                    name: Array("first".utf8), bar: 1, offset: 0x20, space: .ports,
                    physical: .init(rawValue: 0xC020), virtual: .init(rawValue: 0xC020), byteCount: 0x12))
        let grant = try #require(driver.grants.first { $0.space == .ports })
        #expect(grant.start == 0xC030 && grant.byteCount == 2)
        // Ports without an address are no help where memory has one.
        var facts = Self.facts([ports, memory, Self.second])
        facts.functions[0].baseAddressRegisters[0].base = 0
        var observer = SilentObserver()
        let other = try #require(generate(facts, try Self.image(), observer: &observer).first?.driver)
        #expect(other.windows.map(\.bar) == [4, 4])
    }

    @Test func `doorbells in ports have their places in the capability, and leave other windows be`() throws {
        let rules = """
            class meter 1 { require sound() -> none }
            device sensor is meter {
                match pci vendor 0x1234 device 0x0001
                window common = capability 0x09 where byte 3 == 2, bar byte 4, offset u32 at 8, length u32 at 12
                window bell = capability 0x09 where byte 3 == 1, bar byte 4, offset u32 at 8, length u32 at 12
                register common.SELECT at 0x00 rw voids
                register bell.BELL[1024] at 0x00 u16 wo
                generate sound() -> none {
                    SELECT = 1
                    BELL[1] = 1
                }
            }
            """
        let common = Self.capability(2, start: 0, length: 0x40, at: 0x60)
        var observer = SilentObserver()
        func outcome(_ length: UInt32) throws -> GenerationOutcome? {
            let ports = Self.capability(1, bar: 1, start: 0, length: length, at: 0x80)
            return generate(Self.facts([ports, common]), try Self.image(rules), observer: &observer).first
        }
        let four = try outcome(4)
        let driver = try #require(four?.driver, "\(`Static stage`.reason(four))")
        #expect(driver.windows.map(\.space) == [.memory, .ports] && driver.windows[1].byteCount == 4)
        // mov edx, 0xC002; out dx, ax
        let code = driver.functions[0].bytes
        #expect(code.indices.contains { code[$0...].starts(with: [0x66, 0xEF]) })
        #expect(`Static stage`.reason(try outcome(2)) == "sound: evaluation: an index may leave its region")
    }

    /// A device whose doorbells are as many as a capability says.
    private static func bells(_ index: String) -> String {
        """
        class meter 1 { require sound() -> none }
        device sensor is meter {
            match pci vendor 0x1234 device 0x0001
            window bell = capability 0x09 where byte 3 == 1, bar byte 4, offset u32 at 8, length u32 at 12
            register bell.READY at 0x00 u16 ro
            register bell.BELL[1024] at 0x02 u16 wo
            fact here = capability 0x09 where byte 3 == 1, u32 at 8
            fact place in 0…1023 = here >> 8
            generate sound() -> none { BELL[\(index)] = READY }
        }
        """
    }

    private static func ringing(_ index: String, _ capabilities: [Capability]) throws -> GenerationOutcome? {
        var observer = SilentObserver()
        return generate(facts(capabilities), try image(bells(index)), observer: &observer).first
    }

    @Test func `an array at the end of a window has as many elements as the capability says, and no more are reached`()
        throws
    {
        for (length, count) in [(4, 1), (5, 1), (50, 24), (0x802, 1024), (0x1000, 1024)] as [(UInt32, UInt64)] {
            let outcome = try Self.ringing("place", [Self.capability(1, start: 0x0, length: length)])
            guard case .driver(let driver) = outcome else {
                Issue.record("no driver for \(length): \(`Static stage`.reason(outcome))")
                continue
            }
            #expect(driver.grants.last?.byteCount == 2 * count)
        }
        // Element 3 ends with byte 10.
        let enough = try Self.ringing("place", [Self.capability(1, start: 0x300, length: 10)])
        #expect(`Static stage`.reason(enough) == "a driver")
        for (index, length) in [("place", 9), ("READY & (place | 1023)", 0x800)] as [(String, UInt32)] {
            let short = try Self.ringing(index, [Self.capability(1, start: 0x300, length: length)])
            #expect(`Static stage`.reason(short) == "sound: evaluation: an index may leave its region")
        }
        let none = try Self.ringing("place", [Self.capability(1, start: 0, length: 3)])
        #expect(`Static stage`.reason(none) == "window bell: capability 0x50 is too short in BAR 4")
    }

    @Test func `a fact reads the capability that its window was found by`() throws {
        let absent = Self.capability(1, bar: 5, start: 0, length: 0x40, at: 0x80)
        guard
            case .driver(let driver) = try Self.ringing(
                "place", [absent, Self.capability(1, start: 0x300, length: 0x40)])
        else {
            Issue.record("no driver")
            return
        }
        #expect(driver.facts.map(\.value) == [0x300, 3])
    }

    @Test func `a capability that contradicts the machine is refused with what contradicts`() throws {
        let whole = Self.capability(1, start: 0, length: 0x100)
        let cases: [(Capability, String)] = [
            (Self.capability(3, start: 0, length: 0x100), "0x9 is not there with byte 1"),
            (Capability(identifier: 8, offset: 0x50, contents: whole.contents), "0x9 is not there with byte 1"),
            (Capability(identifier: 9, offset: 0x50), "0x9 is not there with byte 1"),
            (Capability(identifier: 9, offset: 0x50, contents: [4, 1]), "0x50 says not where"),
            (
                Capability(identifier: 9, offset: 0x50, contents: Array(whole.contents.dropLast())),
                "0x50 says not where"
            ),
            (Self.capability(1, bar: 0, start: 0, length: 0x100), "0x50 names an absent BAR 0"),
            (Self.capability(1, bar: 6, start: 0, length: 0x100), "0x50 names an absent BAR 6"),
            (Self.capability(1, bar: 255, start: 0, length: 0x100), "0x50 names an absent BAR 255"),
            (Self.capability(1, bar: 1, start: 0x10, length: 0x100), "0x50 leads past the end of BAR 1"),
            (Self.capability(1, start: 0x4000, length: 0x12), "0x50 leads past the end of BAR 4"),
            (Self.capability(1, start: 0x3FF0, length: 0x12), "0x50 leads past the end of BAR 4"),
            (Self.capability(1, start: 0, length: 0x4001), "0x50 leads past the end of BAR 4"),
            (Self.capability(1, start: .max, length: .max), "0x50 leads past the end of BAR 4"),
            (Self.capability(1, start: 2, length: .max), "0x50 leads past the end of BAR 4"),
            (Self.capability(1, start: 0, length: 0x11), "0x50 is too short in BAR 4"),
            (Self.capability(1, start: 0, length: 0), "0x50 is too short in BAR 4"),
        ]
        for (capability, words) in cases {
            #expect(try Self.reason([capability, Self.second]) == "window first: capability \(words)")
        }
        #expect(try Self.reason([Self.capability(1, start: 0x3FEE, length: 0x12), Self.second]) == "a driver")
    }

    @Test func `a range without an address or over memory is refused as any other`() throws {
        let capabilities = [Self.capability(1, start: 0, length: 0x100), Self.second]
        for (base, words) in [(0, "has no address"), (0x8_FE00_1000, "is malformed")] as [(UInt64, String)] {
            var facts = Self.facts(capabilities)
            facts.functions[0].baseAddressRegisters[1].base = base
            var observer = SilentObserver()
            guard case .refused(let refusal)? = generate(facts, try Self.image(), observer: &observer).first else {
                Issue.record("not refused: \(words)")
                continue
            }
            var text: [UInt8] = []
            refusal.error.writeReason(into: &text)
            #expect(String(decoding: text, as: UTF8.self) == "window first: BAR 4 \(words)")
        }
    }

    /// Offsets and lengths of hw/virtio/virtio-pci.c of QEMU 7.2; the types are those of the standard (virtio 1.2,
    /// section 4.1.4): 1 common configuration, 4 that of the device.
    @Test(arguments: ["pc", "q35", "pc-cards", "q35-cards"])
    func `the windows of a recorded card are those that its makers put into its range`(name: String) throws {
        let rules = """
            class meter 1 {
                require level() -> number: u32
            }
            device card is meter {
                match pci vendor 0x1AF4 device 0x1000, 0x1041
                window common = capability 0x09 where byte 3 == 1, bar byte 4, offset u32 at 8, length u32 at 12
                window station = capability 0x09 where byte 3 == 4, bar byte 4, offset u32 at 8, length u32 at 12
                register common.STATUS at 0x14 u8 ro
                register station.MAC at 0x00 u32 ro
                generate level() -> number: u32 {
                    let status = STATUS
                    return MAC | status
                }
            }
            """
        let facts = try RecordedFacts.named(name).facts
        var observer = SilentObserver()
        let outcomes = generate(facts, try Self.image(rules), observer: &observer)
        let cards = facts.functions.filter { $0.vendor == 0x1AF4 && [0x1000, 0x1041].contains($0.device) }
        #expect(outcomes.count == cards.count)
        #expect(!outcomes.isEmpty)
        for outcome in outcomes {
            guard case .driver(let driver) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(driver.windows.map(\.bar) == [4, 4])
            #expect(driver.windows.map(\.offset) == [0x0000, 0x2000])
            #expect(driver.windows.map(\.byteCount) == [0x1000, 0x1000])
            let range = facts.functions.first { $0.address == driver.function }?.baseAddressRegister(4)
            #expect(driver.windows.map { $0.physical.rawValue - (range?.base ?? 0) } == [0x0000, 0x2000])
        }
    }
}
