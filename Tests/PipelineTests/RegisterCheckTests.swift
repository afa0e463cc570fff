// A metabinary that no compiler made, whose windows name the same registers twice or lie over the table of messages: refused by
// the generator, whatever the rules promise. The images are the compiler's with single bytes changed, or machines that lie.

import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Testing

@Suite struct `Registers beside each other` {
    /// Two windows in memory and one of ports; LOW is the base of a ring, the others are plain.
    private static let rules = """
        class lamp 1 { require start() -> none }
        device blinker is lamp {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            window slow = bar 1 ports
            window more = bar 2 memory
            register regs.LOW at 0x40 rw
            register regs.HIGH at 0x44 rw
            register regs.SIZE at 0x48 rw
            register regs.HEAD at 0x4C rw
            register regs.TAIL at 0x50 rw
            register regs.SEND at 0x74 wo = 0, 1 after out
            register regs.STATE at 0x54 ro
            register regs.GLOW at 0x70 rw any
            register slow.DATA at 0x10 u16 rw any
            register more.LAMP at 0x80 rw any
            register more.LOOK at 0x84 ro
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
                DATA = 1
                LAMP = STATE | LOOK
            }
        }
        """

    private static func function() -> PCIFunction {
        var function = PCIFunction(
            address: FunctionAddress(bus: 0, device: 3, function: 0), vendor: 0x1234, device: 0x0001)
        function.baseAddressRegisters = [
            BaseAddressRegister(index: 0, kind: .memory32, isPrefetchable: false, base: 0xF000_0000, byteCount: 0x2000),
            BaseAddressRegister(index: 1, kind: .io, isPrefetchable: false, base: 0xC000, byteCount: 0x80),
            BaseAddressRegister(index: 2, kind: .memory32, isPrefetchable: false, base: 0xF001_0000, byteCount: 0x1000),
        ]
        return function
    }

    private static func outcome(
        _ rules: String = rules, _ change: (inout [UInt8]) throws -> Void = { _ in },
        on function: PCIFunction = function()
    ) throws -> String {
        let compilation = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: rules)])
        var bytes = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        try change(&bytes)
        var facts = MachineFacts()
        facts.functions = [function]
        var observer = SilentObserver()
        switch generate(facts, try MetabinaryImage(bytes), observer: &observer).first {
        case .driver?: return "a driver"
        case .refused(let refusal)?:
            var text: [UInt8] = []
            refusal.error.writeReason(into: &text)
            return String(decoding: text, as: UTF8.self)
        case nil: return "nothing"
        }
    }

    /// The bytes of a window of the rules: BAR, space, then size and line, up to the number of its registers.
    private static func window(_ bar: UInt8, _ space: UInt8, _ size: UInt8, _ line: UInt8) -> [UInt8] {
        size < 0x80 ? [bar, space, size, line] : [bar, space, size, 1, line]
    }

    @Test func `the rules that the others are made of give a driver`() throws {
        #expect(try Self.outcome() == "a driver")
    }

    // MARK: The same register twice

    @Test func `two windows over one range that may both write a register are refused`() throws {
        // more = bar 0: LAMP lies at 0x80, behind all of regs.
        let same = { (bytes: inout [UInt8]) in
            try bytes.replaceOnly(Self.window(2, 0, 0x88, 6), with: Self.window(0, 0, 0x88, 6))
        }
        #expect(try Self.outcome(Self.rules, same) == "a driver")
        for (place, words) in [
            ("0x40", "window more: register LAMP lies over regs.LOW"),
            ("0x50", "window more: register LAMP lies over regs.TAIL"),
        ] {
            let rules = Self.rules.replacing("LAMP at 0x80", with: "LAMP at \(place)")
            #expect(try Self.outcome(rules, same) == words)
        }
        // Who only reads there does no harm.
        let reading = Self.rules.replacing("LAMP at 0x80", with: "LAMP at 0x54")
        #expect(try Self.outcome(reading, same) == "a driver")
    }

    @Test func `a part of a register is the register`() throws {
        let rules = Self.rules.replacing("LAMP at 0x80 rw", with: "LAMP at 0x42 u16 rw")
            .replacing("LAMP = STATE | LOOK", with: "LAMP = 1\nHEAD = STATE | LOOK")
        let words = try Self.outcome(rules) { bytes in
            try bytes.replaceOnly(Self.window(2, 0, 0x88, 6), with: Self.window(0, 0, 0x88, 6))
        }
        #expect(words == "window more: register LAMP lies over regs.LOW")
    }

    @Test func `ranges that lie over each other are refused, whatever the windows name`() throws {
        var function = Self.function()
        function.baseAddressRegisters[2].base = 0xF000_1000
        #expect(
            try Self.outcome(on: function) == "window regs: BAR 0 lies over the range of another BAR at 0xf0001000")
    }

    @Test func `what tells of memory may not be written at the same place of another range`() throws {
        for (place, other) in [("0x40", "LOW"), ("0x4A", "SIZE"), ("0x48", "SIZE"), ("0x4C", "HEAD")] {
            let rules = Self.rules.replacing("DATA at 0x10", with: "DATA at \(place)")
            #expect(
                try Self.outcome(rules) == "window slow: register DATA may be, in another BAR, regs.\(other)")
        }
        // Without a limit there is nothing to keep, and reading keeps it.
        for (old, new) in [("DATA at 0x10", "DATA at 0x70"), ("LAMP at 0x80", "LAMP at 0x70")] {
            #expect(try Self.outcome(Self.rules.replacing(old, with: new)) == "a driver", "\(new)")
        }
        let reading = Self.rules.replacing("DATA at 0x10 u16 rw any", with: "DATA at 0x40 u16 ro")
            .replacing("DATA = 1", with: "LAMP = DATA")
        #expect(try Self.outcome(reading) == "a driver")
        let memory = Self.rules.replacing("LAMP at 0x80", with: "LAMP at 0x44")
        #expect(try Self.outcome(memory) == "window more: register LAMP may be, in another BAR, regs.HIGH")
    }

    @Test func `what a value waits for, or what makes it void, may not be written in another range too`() throws {
        let beside = Self.rules.replacing("DATA at 0x10", with: "DATA at 0x70")
        #expect(try Self.outcome(beside) == "a driver")
        let words = "window slow: register DATA may be, in another BAR, regs.GLOW"
        #expect(try Self.outcome(beside.replacing("1 after out", with: "1 after out and GLOW 3")) == words)
        #expect(try Self.outcome(beside.replacing("GLOW at 0x70 rw any", with: "GLOW at 0x70 rw voids any")) == words)
        #expect(try Self.outcome(beside.replacing("u16 rw any", with: "u16 rw voids any")) == words)
    }

    @Test func `the compiler says so before`() {
        let rules = Self.rules.replacing("DATA at 0x10", with: "DATA at 0x40")
        let compilation = RuleCompiler.compileAndTry([RuleSource(name: "blinker.meta", text: rules)])
        #expect(compilation.diagnostics.map(\.line) == [5])
    }

    // MARK: Message interrupts

    private static func messages(count: UInt32, table: UInt32, pending: UInt32, bar: UInt32 = 0) -> PCIFunction {
        var function = function()
        var contents: [UInt8] = []
        for (number, byteCount) in [(count - 1, 2), (table | bar, 4), (pending | bar, 4)] {
            for index in 0..<byteCount { contents.append(UInt8(truncatingIfNeeded: number >> UInt32(8 * index))) }
        }
        function.capabilities = [Capability(identifier: 0x11, offset: 0x70, contents: contents)]
        return function
    }

    @Test func `registers over the message table or its pending bits are refused`() throws {
        for (function, words) in [
            (Self.messages(count: 4, table: 0x1000, pending: 0x1800), "a driver"),
            (Self.messages(count: 4, table: 0x0, pending: 0x1800), "a driver"),
            (
                Self.messages(count: 5, table: 0x0, pending: 0x1800),
                "window regs: register LOW lies over the message table"
            ),
            (Self.messages(count: 1, table: 0x58, pending: 0x1800), "a driver"),
            (
                Self.messages(count: 1, table: 0x50, pending: 0x1800),
                "window regs: register TAIL lies over the message table"
            ),
            (
                Self.messages(count: 1, table: 0x1000, pending: 0x50),
                "window regs: register TAIL lies over the pending bits"
            ),
            (Self.messages(count: 64, table: 0x1000, pending: 0x38), "a driver"),
            (
                Self.messages(count: 65, table: 0x1000, pending: 0x38),
                "window regs: register LOW lies over the pending bits"
            ),
            // In a range that has none of these registers, and in one that is none.
            (Self.messages(count: 4, table: 0x40, pending: 0x40, bar: 5), "a driver"),
            (Self.messages(count: 4, table: 0x40, pending: 0x40, bar: 7), "a driver"),
            (
                Self.messages(count: 1, table: 0x80, pending: 0x40, bar: 2),
                "window more: register LAMP lies over the message table"
            ),
        ] {
            #expect(try Self.outcome(on: function) == words)
        }
    }

    // MARK: Other functions

    @Test func `a range of another function is refused, for all that is over it`() throws {
        var facts = MachineFacts()
        var other = PCIFunction(
            address: FunctionAddress(bus: 0, device: 9, function: 0), vendor: 0x4321, device: 0x0001)
        other.baseAddressRegisters = [
            BaseAddressRegister(index: 4, kind: .io, isPrefetchable: false, base: 0xC040, byteCount: 0x10)
        ]
        facts.functions = [Self.function(), other]
        let compilation = RuleCompiler.compile([RuleSource(name: "blinker.meta", text: Self.rules)])
        let image = try MetabinaryImage(try #require(compilation.metabinary))
        var observer = SilentObserver()
        guard case .refused(let refusal)? = generate(facts, image, observer: &observer).first else {
            Issue.record("a driver has ports of another function")
            return
        }
        #expect(refusal.error == .window(name: Array("slow".utf8), .over(bar: 1, .anotherRegister, at: 0xC040)))
    }
}
