// Windows of configuration space against functions of the machine: where they are, what they grant, and each refusal of a
// register by which a driver could leave its own ground. The device is invented.

import Hardware
import Interpretation
import Metabinary
import Program
import RuleCompiler
import Testing
import Verification

@testable import Pipeline

@Suite struct ConfigurationWindowTests {
    /// Rules with these windows and registers, of which a function reads each that is given here.
    private static func rules(_ declarations: String, _ names: [String]) -> String {
        """
        class lamp 1 { require start() -> none }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.POWER at 0x00 rw
            \(declarations)
            generate start() -> none {
                \(names.map { "POWER = \($0)" }.joined(separator: "\n"))
            }
        }
        """
    }

    private static func function(_ capabilities: [Capability] = []) -> PCIFunction {
        var function = PCIFunction(
            address: FunctionAddress(bus: 2, device: 3, function: 1), vendor: 0x1234, device: 0x0001)
        function.baseAddressRegisters = [
            BaseAddressRegister(index: 0, kind: .memory32, isPrefetchable: false, base: 0xF000_0000, byteCount: 0x1000)
        ]
        function.capabilities = capabilities
        return function
    }

    private static func outcome(
        _ declarations: String, _ names: [String], _ function: PCIFunction = function()
    ) throws -> GenerationOutcome {
        try outcome(rules(declarations, names), function)
    }

    private static func outcome(
        _ rules: String, _ function: PCIFunction, through reach: ConfigurationReach = .ports
    ) throws -> GenerationOutcome {
        let source = RuleSource(name: "blinker.meta", text: rules)
        let compilation = RuleCompiler.compile([source])
        let metabinary = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        var facts = MachineFacts()
        facts.functions = [function]
        facts.configuration = reach
        var observer = SilentObserver()
        return try #require(generate(facts, try MetabinaryImage(metabinary), observer: &observer).first)
    }

    private static func driver(
        _ declarations: String, _ names: [String], _ function: PCIFunction = function()
    ) throws -> GeneratedDriver {
        switch try outcome(declarations, names, function) {
        case .driver(let driver): return driver
        case .refused(let refusal): throw Refused(error: refusal.error)
        }
    }

    private struct Refused: Error { var error: GenerationError }

    /// What a refusal says, and its stage.
    private static func refusal(
        _ declarations: String, _ names: [String], _ function: PCIFunction = function()
    ) throws -> String {
        try refusal(rules(declarations, names), function)
    }

    private static func refusal(
        _ rules: String, _ function: PCIFunction, through reach: ConfigurationReach = .ports
    ) throws -> String {
        guard case .refused(let refusal) = try outcome(rules, function, through: reach) else { return "none" }
        var reason: [UInt8] = []
        refusal.error.writeReason(into: &reason)
        return "\(refusal.error.stage): \(String(decoding: reason, as: UTF8.self))"
    }

    @Test func `where no port leads to configuration space code has no other way to it`() throws {
        let window = "window config = configuration\nregister config.VENDOR at 0x00 u16 ro"
        for reach in ConfigurationReach.allCases {
            let refusal = try Self.refusal(Self.rules(window, ["VENDOR"]), Self.function(), through: reach)
            let isRefused = refusal == "evaluate: window config: ports 0xcf8 do not lead to configuration space"
            #expect(isRefused == (reach == .memoryAlone), "\(reach): \(refusal)")
        }
    }

    @Test func `a window is where the function is, and grants its registers alone`() throws {
        let driver = try Self.driver(
            """
            window config = configuration
            window power = configuration capability 0x01
            window own = configuration capability 0x09 where byte 3 == 5
            register config.VENDOR at 0x00 u16 ro
            register config.LATENCY at 0x0D u8 ro
            register power.CONTROL at 0x04 u16 rw
            register own.DATA at 0x10 rw
            """, ["VENDOR", "LATENCY", "CONTROL", "DATA"],
            Self.function([
                Capability(identifier: 9, offset: 0x40, contents: [20, 1]),
                Capability(identifier: 9, offset: 0x54, contents: [20, 5]),
                Capability(identifier: 1, offset: 0xDC),
            ]))
        let windows = driver.windows.dropFirst()
        #expect(windows.map(\.space) == [.configuration, .configuration, .configuration])
        #expect(windows.map(\.virtual.rawValue) == [0x2_1900, 0x2_19DC, 0x2_1954])
        #expect(windows.map(\.offset) == [0, 0xDC, 0x54])
        #expect(windows.map(\.byteCount) == [0x0E, 6, 0x14])
        let grants = driver.grants.filter { $0.space == .configuration }
        #expect(grants.map(\.start) == [0x2_1900, 0x2_190D, 0x2_1964, 0x2_19E0])
        #expect(grants.map(\.byteCount) == [2, 1, 4, 2])
        #expect(grants.map(\.rights) == [.read, .read, [.read, .write], [.read, .write]])
        #expect(grants.map(\.isWhole) == [true, true, true, true])
        #expect(driver.grants.filter { $0.space == .ports }.isEmpty)
    }

    @Test func `the word that selects is the place of the register, and the port its lowest bits`() throws {
        struct Programs: PipelineObserver {
            var lines: [String] = []

            mutating func evaluated(_ program: Program, of rule: FunctionDescription) {
                var text: [UInt8] = []
                ProgramPrinter(program, regionNames: ["regs", "config"].map { Array($0.utf8) }).printItems(into: &text)
                lines += String(decoding: text, as: UTF8.self).split(separator: "\n").map {
                    String($0.prefix { $0 != "/" }).trimmingSuffix()
                }
            }
        }
        let source = RuleSource(
            name: "blinker.meta",
            text: Self.rules("window config = configuration\nregister config.LATENCY at 0x0D u8 ro", ["LATENCY"]))
        var facts = MachineFacts()
        facts.functions = [Self.function()]
        var programs = Programs()
        let image = try MetabinaryImage(try #require(RuleCompiler.compile([source]).metabinary))
        _ = generate(facts, image, observer: &programs)
        #expect(
            programs.lines == [
                "%0 = constant u32 0x8002190c", "store u32 config+0x0, %0", "%2 = load u8 config+0x5",
                "%3 = extend u32 %2", "store u32 regs+0x0, %3", "return",
            ])
    }

    @Test func `a capability that is not there, and one too far behind, are refused`() throws {
        let power = "window power = configuration capability 0x01\nregister power.CONTROL at 0x04 u16 ro"
        #expect(try Self.refusal(power, ["CONTROL"]) == "evaluate: window power: there is no capability 0x1")
        let marked = "window own = configuration capability 0x09 where byte 3 == 5\nregister own.DATA at 0x10 ro"
        let other = Self.function([Capability(identifier: 9, offset: 0x40, contents: [20, 1])])
        #expect(try Self.refusal(marked, ["DATA"], other) == "evaluate: window own: there is no capability 0x9")
        let late = Self.function([Capability(identifier: 1, offset: 0xFC)])
        #expect(
            try Self.refusal(power, ["CONTROL"], late)
                == "evaluate: window power: register CONTROL lies past configuration space")
        let last = Self.function([Capability(identifier: 1, offset: 0xF8)])
        #expect(try Self.refusal(power, ["CONTROL"], last) == "none")
    }

    @Test func `what only the machine sets up is read, and not written`() throws {
        for (identifier, byteCount) in [(0x05, 24), (0x11, 12), (0x08, 0x60), (0x14, 0x60)] as [(UInt8, UInt64)] {
            // Another one after it, which ends those that do not say how long they are.
            let function = Self.function([
                Capability(identifier: 9, offset: 0xA0), Capability(identifier: identifier, offset: 0x40),
            ])
            for (offset, isGuarded) in [
                (0x40, true), (0x40 + byteCount - 4, true), (0x40 + byteCount, false), (0xA0, false),
            ] as [(UInt64, Bool)] {
                for access in ["ro", "rw", "wo", "w1c"] {
                    let names = access == "wo" ? [] : ["EXTRA"]
                    let window = "window config = configuration\nregister config.EXTRA at \(offset) \(access)"
                    let expected =
                        isGuarded && access != "ro"
                        ? "evaluate: window config: register EXTRA would change capability 0x\(String(identifier, radix: 16))"
                        : "none"
                    #expect(try Self.refusal(window, names, function) == expected, "\(identifier) \(offset) \(access)")
                }
            }
        }
        // A capability may be short, where the next begins.
        let close = Self.function([
            Capability(identifier: 5, offset: 0x40), Capability(identifier: 1, offset: 0x4C),
        ])
        let behind = "window config = configuration\nregister config.EXTRA at 0x4C rw"
        #expect(try Self.refusal(behind, ["EXTRA"], close) == "none")
    }

    @Test func `a bridge is read in configuration space, not written, and has no other window`() throws {
        let text = { (access: String) in
            "window config = configuration\nregister config.EXTRA at 0x40 \(access)"
        }
        // Without the window of memory.
        let alone = { (access: String) in
            Self.rules(text(access), []).replacing("window regs = bar 0 memory", with: "")
                .replacing("register regs.POWER at 0x00 rw", with: "")
                .replacing("start() -> none {", with: "start() -> none {\nif EXTRA == 1 { return }")
        }
        let refusal = "evaluate: window config: register EXTRA would change a bridge"
        for (classCode, headerType) in [(0x06_0000, 0), (0x02_0000, 1)] as [(UInt32, UInt8)] {
            var bridge = Self.function()
            bridge.classCode = classCode
            bridge.headerType = headerType
            #expect(try Self.refusal(alone("rw"), bridge) == refusal)
            #expect(try Self.refusal(alone("ro"), bridge) == "none")
            #expect(
                try Self.refusal(text("ro"), ["EXTRA"], bridge)
                    == "evaluate: window regs: BAR 0 belongs to a bridge")
        }
    }

    @Test func `registers of two windows that lie over one another are refused`() throws {
        let text = """
            window config = configuration
            window power = configuration capability 0x01
            register config.EXTRA at 0x44 u16 rw
            register power.CONTROL at 0x04 u16 rw
            """
        for (offset, isOver) in [(0x40, true), (0x44, false), (0x50, false)] as [(UInt8, Bool)] {
            let function = Self.function([Capability(identifier: 1, offset: offset)])
            let refusal = try Self.refusal(text, ["EXTRA", "CONTROL"], function)
            let over = "evaluate: window power: register CONTROL lies over one of another window"
            #expect(refusal == (isOver ? over : "none"))
        }
    }
}

extension String {
    /// The text without blanks at its end.
    fileprivate func trimmingSuffix() -> String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
