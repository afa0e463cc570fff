// A device whose registers are ports, from the text of its rule to the bytes of its driver, which run in Unicorn against
// it. The device is invented.

import Devices
import Hardware
import Metabinary
import Pipeline
import Program
import RuleCompiler
import Testing
import Verification

/// Ports that hold what was written, and a bit that lights some reads after the power was switched on.
private final class PortDevice: ProcessorBus {
    var bytes = [UInt8](repeating: 0, count: 64)
    /// Reads of the status until the light is on; `nil` for never.
    var readsUntilLit: Int?
    var accesses: [String] = []

    func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64 {
        if offset == 0, let reads = readsUntilLit {
            bytes[0] = reads == 0 ? 1 : 0
            readsUntilLit = max(reads - 1, 0)
        }
        return bytes[Int(offset)..<Int(offset) + byteCount].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64) {
        accesses.append("\(offset)/\(byteCount)=\(value)")
        for index in 0..<byteCount { bytes[Int(offset) + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }

    func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {}
}

@Suite struct PortWindowTests {
    private struct Refused: Error { var reason: String }

    private static let rules = """
        class lamp 1 {
            require start() -> ready | stuck
            require put(slot: u32 in 0…3, level: u32) -> none | refused
            require echo() -> level: u32
        }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window io = bar 1 ports
            register io.STATUS at 0x00 u8 ro { LIT: 0 }
            register io.POWER at 0x02 u16 rw { ON: 0, LEVEL: 8…15 }
            register io.ECHO at 0x20 ro
            register io.TABLE[4] at 0x10 rw
            generate start() -> ready | stuck {
                POWER = ON | LEVEL(3)
                for i in 0..<4 {
                    TABLE[i] = i
                }
                wait STATUS.LIT within 100 us else return stuck
                return ready
            }
            generate put(slot: u32 in 0…3, level: u32) -> none | refused {
                TABLE[slot] = level
                return none
            }
            generate echo() -> level: u32 {
                return ECHO
            }
        }
        """

    private static func facts(base: UInt64 = 0xC040) -> MachineFacts {
        var function = PCIFunction(
            address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1234, device: 0x0001)
        function.baseAddressRegisters = [
            BaseAddressRegister(index: 1, kind: .io, isPrefetchable: false, base: base, byteCount: 0x40)
        ]
        var facts = MachineFacts()
        facts.functions = [function]
        facts.clock = ClockFacts(frequency: 1_000_000_000, source: .powerManagementTimer)
        return facts
    }

    private static func outcome(_ facts: MachineFacts = facts()) throws -> GenerationOutcome? {
        let compilation = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: rules)])
        let metabinary = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        var observer = SilentObserver()
        return generate(facts, try MetabinaryImage(metabinary), observer: &observer).first
    }

    private static func driver() throws -> GeneratedDriver {
        switch try #require(try outcome()) {
        case .driver(let driver):
            return driver
        case .refused(let refusal):
            var reason: [UInt8] = []
            refusal.error.writeReason(into: &reason)
            throw Refused(reason: String(decoding: reason, as: UTF8.self))
        }
    }

    private func call(
        _ driver: GeneratedDriver, _ device: PortDevice, _ name: String, _ arguments: UInt64...
    ) throws -> UInt64 {
        let processor = try SimulatedProcessor(driver, memory: DirectMemory(driver.memories), seed: 7)
        processor.bus = device
        let function = try #require(driver.functions.first { String(decoding: $0.name, as: UTF8.self) == name })
        return function.signature.result(in: try processor.call(function, arguments).value)
    }

    @Test func `a window of ports is where its register says, and its grants are ports`() throws {
        let driver = try Self.driver()
        #expect(driver.windows.map(\.space) == [.ports])
        #expect(driver.windows.map(\.virtual.rawValue) == [0xC040])
        #expect(driver.windows.map(\.byteCount) == [0x24])
        #expect(driver.grants.map(\.space) == [.ports, .ports, .ports, .ports])
        #expect(driver.grants.map(\.start) == [0xC040, 0xC042, 0xC050, 0xC060])
        #expect(driver.grants.map(\.byteCount) == [1, 2, 16, 4])
    }

    @Test func `the driver reads and writes its ports, and waits for one`() throws {
        let driver = try Self.driver()
        let device = PortDevice()
        device.readsUntilLit = 5
        #expect(try call(driver, device, "start") == 0)
        #expect(device.accesses == ["2/2=769", "16/4=0", "20/4=1", "24/4=2", "28/4=3"])
        for slot in UInt64(0)..<4 {
            _ = try call(driver, device, "put", slot, 0x8765_4320 + slot)
        }
        #expect(device.accesses.suffix(4) == (0..<4).map { "\(16 + 4 * $0)/4=\(0x8765_4320 + $0)" })
        device.bytes.replaceSubrange(32..<36, with: [4, 3, 2, 0x81])
        #expect(try call(driver, device, "echo") == 0x8102_0304)
        let before = device.accesses.count
        _ = try call(driver, device, "put", 4, 1)
        #expect(device.accesses.count == before, "an index that is too high reaches no port")
    }

    @Test func `a wait for a port ends in time`() throws {
        let driver = try Self.driver()
        let device = PortDevice()
        #expect(try call(driver, device, "start") == 1)
    }

    @Test func `no run of the driver leaves its grants`() throws {
        let driver = try Self.driver()
        let start = try #require(driver.codeStart?.rawValue)
        let guarded = try GuardedRun(grants: driver.grants, codeStart: start, codeRoom: driver.code.count)
        try guarded.load(driver.code)
        for function in driver.functions {
            for seed in UInt64(0)..<50 {
                let arguments = function.parameterBounds.map { (seed &* 0x9E37_79B9_7F4A_7C15) & $0 }
                let offset = Int(function.entry.rawValue - start)
                #expect(try guarded.call(at: offset, arguments, seed: seed) == nil)
            }
        }
    }

    @Test func `a processor lets a driver reach no other port`() throws {
        var driver = try Self.driver()
        driver.windows[0].virtual.rawValue += 4
        let device = PortDevice()
        #expect(throws: SimulationError.self) { try call(driver, device, "start") }
        driver.windows[0].virtual.rawValue -= 4
        driver.windows[0].byteCount -= 4
        #expect(throws: SimulationError.self) { try call(driver, device, "echo") }
    }

    @Test func `ports that are the machine's own, or none at all, are refused`() throws {
        for (base, error) in [
            (0xCC0, .over(bar: 1, .boardPorts, at: 0xCF8)),
            (0x40, .over(bar: 1, .boardPorts, at: 0)),
            (0x1_0000, .pastPorts(bar: 1)),
        ] as [(UInt64, WindowError)] {
            guard case .refused(let refusal) = try Self.outcome(Self.facts(base: base)) else {
                Issue.record("\(base) is taken")
                continue
            }
            #expect(refusal.error == .window(name: Array("io".utf8), error))
        }
    }
}
