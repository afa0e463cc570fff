// A device that is reached through configuration space, from the text of its rule to the bytes of its driver, which run in
// Unicorn against a processor that has the two ports. The device is invented.

import Devices
import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Testing
import Verification

/// Configuration space that holds what was written.
private final class ConfigurationDevice: ProcessorBus {
    var bytes = [UInt8](repeating: 0, count: 256)
    /// Reads of the state until the device is awake; `nil` for never.
    var readsUntilAwake: Int?
    var accesses: [String] = []
    let driver: GeneratedDriver

    init(_ driver: GeneratedDriver) { self.driver = driver }

    func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64 {
        let first = Int(driver.windows[window].offset + offset)
        if first == 0x54, let reads = readsUntilAwake {
            bytes[0x54] = reads == 0 ? 0 : 3
            readsUntilAwake = max(reads - 1, 0)
        }
        accesses.append("\(first)/\(byteCount)")
        return bytes[first..<first + byteCount].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64) {
        let first = Int(driver.windows[window].offset + offset)
        accesses.append("\(first)/\(byteCount)=\(value)")
        for index in 0..<byteCount { bytes[first + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }

    func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {}
}

@Suite struct ConfigurationWindowTests {
    private static let rules = """
        class lamp 1 {
            require start() -> ready | stuck
            require put(level: u32) -> none
            require identity() -> number: u32
            require taken() -> item: u8
        }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window config = configuration pace 1 us
            window power = configuration capability 0x01
            window inner = indirect SELECT, DATA
            register config.VENDOR at 0x00 u16 ro
            register config.DEVICE at 0x02 u16 ro
            register config.ITEM at 0x73 u8 ro fifo
            register power.CONTROL at 0x04 u16 rw { STATE: 0…1 }
            register power.SELECT at 0x0A u8 wo
            register power.DATA at 0x0C rw
            register inner.LEVEL at 0x21 rw
            probe known: u16 = 0x1234 reads { return VENDOR }
            fact maker in 0…0xFFFF = known
            generate start() -> ready | stuck {
                CONTROL = STATE(0)
                wait CONTROL.STATE == 0 within 100 us else return stuck
                return ready
            }
            generate put(level: u32) -> none {
                LEVEL = u32(level + maker)
            }
            generate identity() -> number: u32 {
                let vendor = VENDOR
                return vendor << 16 | DEVICE
            }
            generate taken() -> item: u8 {
                let item = ITEM
                return item
            }
        }
        """

    private static func driver() throws -> GeneratedDriver {
        var function = PCIFunction(
            address: FunctionAddress(bus: 1, device: 2, function: 3), vendor: 0x1234, device: 0x0001)
        function.capabilities = [Capability(identifier: 1, offset: 0x50)]
        var facts = MachineFacts()
        facts.functions = [function]
        facts.clock = ClockFacts(frequency: 1_000_000_000, source: .powerManagementTimer)
        let compilation = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: rules)])
        let metabinary = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        var observer = SilentObserver()
        guard case .driver(let driver)? = generate(facts, try MetabinaryImage(metabinary), observer: &observer).first
        else { throw SimulationError.noFunction("blinker") }
        return driver
    }

    private func call(_ device: ConfigurationDevice, _ name: String, _ arguments: UInt64...) throws -> UInt64 {
        let driver = device.driver
        let processor = try SimulatedProcessor(driver, memory: DirectMemory(driver.memories), seed: 7)
        processor.bus = device
        let function = try #require(driver.functions.first { String(decoding: $0.name, as: UTF8.self) == name })
        return function.signature.result(in: try processor.call(function, arguments).value)
    }

    @Test func `the driver reads and writes its registers, waits for one, and reaches others behind them`() throws {
        let device = ConfigurationDevice(try Self.driver())
        device.readsUntilAwake = 2
        #expect(try call(device, "start") == 0)
        #expect(device.accesses == ["84/2=0", "84/2", "84/2", "84/2"])
        device.accesses = []
        _ = try call(device, "put", 0x8765_0000)
        #expect(device.accesses == ["90/1=33", "92/4=\(0x8765_1234)"])
        device.bytes.replaceSubrange(0..<4, with: [0x34, 0x12, 0x01, 0x80])
        device.bytes[0x73] = 0xA5
        device.accesses = []
        #expect(try call(device, "identity") == 0x1234_8001)
        #expect(try call(device, "taken") == 0xA5)
        #expect(device.accesses == ["0/2", "2/2", "115/1"])
    }

    @Test func `a wait for a register of configuration space ends in time`() throws {
        let device = ConfigurationDevice(try Self.driver())
        device.readsUntilAwake = .max
        #expect(try call(device, "start") == 1)
    }

    @Test func `no run of the driver leaves its grants, and one with a grant less does`() throws {
        let driver = try Self.driver()
        let start = try #require(driver.codeStart?.rawValue)
        func violations(_ grants: [Grant]) throws -> [GuardViolation.Kind] {
            let guarded = try GuardedRun(grants: grants, codeStart: start, codeRoom: driver.code.count)
            try guarded.load(driver.code)
            return try driver.functions.flatMap { function in
                try (UInt64(0)..<20).compactMap { seed in
                    let arguments = function.parameterBounds.map { (seed &* 0x9E37_79B9_7F4A_7C15) & $0 }
                    let offset = Int(function.entry.rawValue - start)
                    return try guarded.call(at: offset, arguments, seed: seed)?.kind
                }
            }
        }
        #expect(try violations(driver.grants) == [])
        for index in driver.grants.indices {
            var grants = driver.grants
            let name = String(decoding: grants.remove(at: index).name, as: UTF8.self)
            let found = try violations(grants)
            #expect(!found.isEmpty && found.allSatisfy { $0 == .outsideGrants }, "\(name)")
        }
    }

    @Test func `a simulated card has configuration space that keeps what is written`() throws {
        let clock = DriverUnderTest.generated.clockFrequency
        let driver = try DriverUnderTest.generate(clockFrequency: clock) { name, text in
            guard name == "e1000.meta" else { return text }
            return text.replacing(
                "    generate link() -> up: bool {",
                with: """
                        window config = configuration
                        register config.VENDOR at 0x00 u16 ro
                        register config.NOTE at 0xC1 u8 rw any
                        generate link() -> up: bool {
                            NOTE = 0xA5
                            if VENDOR != 0x8086 { return 0 }
                    """)
        }
        let machine = try SimulatedMachine(driver, clockFrequency: clock, seed: 3)
        machine.configuration.replaceSubrange(0..<2, with: [0x86, 0x80])
        try machine.start()
        #expect(try machine.isLinkUp())
        #expect(machine.configuration[0xC0..<0xC4] == [0, 0xA5, 0, 0])
        machine.configuration[0] = 0
        #expect(try machine.isLinkUp() == false)
    }

    @Test func `a processor lets a driver reach no other function's registers`() throws {
        var driver = try Self.driver()
        for index in driver.windows.indices { driver.windows[index].virtual.rawValue += 0x100 }
        let device = ConfigurationDevice(driver)
        for name in ["start", "identity", "taken"] {
            #expect(throws: SimulationError.self) { try call(device, name) }
        }
        #expect(device.accesses.isEmpty)
    }
}
