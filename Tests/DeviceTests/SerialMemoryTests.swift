// A serial memory that is read in loops: the bits of a register are its clock and its data, and variables of the rule hold
// what goes out and what came in. From the rule's text to the bytes of its driver, which run in Unicorn against a model.

import Devices
import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Testing

/// A 93C46 of 64 words behind bits of a register: it hears its data, and moves on, when the clock rises.
///
/// Source: Microchip, 93AA46/93LC46/93C46 data sheet (DS21749), section 2, "READ": start bit, opcode 10, six bits of
/// address, then a zero and the word, its highest bit first.
private final class SerialMemory: ProcessorBus {
    private enum Line {
        static let clock = UInt64(1), select = UInt64(2), dataIn = UInt64(4), dataOut = UInt64(8)
    }

    private let words: [UInt16]
    private var lines: UInt64 = 0
    private var output = false
    /// Bits since the chip was selected, from the start bit on.
    private var heard: [Bool] = []
    private var remaining: [Bool] = []
    private(set) var risingEdgeCount = 0

    init(_ words: [UInt16]) { self.words = words }

    func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64 { lines | (output ? Line.dataOut : 0) }

    func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64) {
        let rises = lines & Line.clock == 0 && value & Line.clock != 0
        lines = value & (Line.clock | Line.select | Line.dataIn)
        guard value & Line.select != 0 else { return (heard, remaining, output) = ([], [], false) }
        if rises { clock(value & Line.dataIn != 0) }
    }

    private func clock(_ bit: Bool) {
        risingEdgeCount += 1
        if !remaining.isEmpty { return output = remaining.removeFirst() }
        guard bit || !heard.isEmpty, heard.count < 9 else { return }
        heard.append(bit)
        guard heard.count == 9, heard[1], !heard[2] else { return }
        let address = heard[3...].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
        remaining = (0..<16).reversed().map { words[address] >> $0 & 1 == 1 }
        output = false
    }

    func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {}
}

@Suite struct SerialMemoryTests {
    private static let rules = """
        class store 1 {
            require word(place: u8) -> value: u16
            require mac() -> address: u48
        }
        device board is store {
            match pci vendor 0x1234 device 0x0001
            window regs = bar 0 memory
            register regs.ROM at 0x44 rw { CLOCK: 0, SELECT: 1, OUT: 2, IN: 3 }
            define send(bit) {
                ROM = SELECT | OUT(bit)
                pause 1 us
                ROM = SELECT | OUT(bit) | CLOCK
                pause 1 us
            }
            define ask(address) {
                var command: u16 in 0…511 = 0x180 | address
                for _ in 0..<9 {
                    send((command >> 8) & 1)
                    command = (command << 1) & 0x1FF
                }
            }
            generate word(place: u8) -> value: u16 {
                var word: u16 = 0
                ask(place & 63)
                for _ in 0..<16 {
                    send(0)
                    word = u16(word << 1) | ROM.IN
                }
                ROM = 0
                return word
            }
            generate mac() -> address: u48 {
                var address: u64 = 0
                for i in 0..<3 {
                    var word: u16 = 0
                    ask(i)
                    for _ in 0..<16 {
                        send(0)
                        word = u16(word << 1) | ROM.IN
                    }
                    ROM = 0
                    address = address >> 16 | word << 32
                }
                return address & 0xFFFF_FFFF_FFFF
            }
        }
        """

    /// The driver, which the verifier has accepted.
    private static func driver() throws -> GeneratedDriver {
        try LoneDriver.generate(RuleCompiler.compileAndTry([RuleSource(name: "board.meta", text: rules)])) {
            $0.baseAddressRegisters = [
                BaseAddressRegister(
                    index: 0, kind: .memory32, isPrefetchable: false, base: 0xFEB0_0000, byteCount: 0x1000)
            ]
        }
    }

    /// Calls a function against a memory, with the cells of the driver holding whatever was there before.
    private func call(
        _ driver: GeneratedDriver, _ rom: SerialMemory, _ name: String, _ arguments: UInt64...
    ) throws -> UInt64 {
        let memory = DirectMemory(driver.memories)
        var random = SeededGenerator(seed: seed)
        memory.scramble(&random)
        let processor = try SimulatedProcessor(driver, memory: memory, seed: seed)
        (processor.bus, processor.instructionLimit) = (rom, 10_000_000)
        let function = try #require(driver.functions.first { $0.name.elementsEqual(name.utf8) })
        return function.signature.result(in: try processor.call(function, arguments).value)
    }

    private static let words = (0..<64).map { UInt16(truncatingIfNeeded: 0x9E37 &* ($0 + 1) ^ $0 << 7) }

    @Test func `a word is read bit by bit in loops, whatever the cells held before`() throws {
        let driver = try Self.driver()
        for place in [0, 1, 21, 42, 63] as [UInt64] {
            let rom = SerialMemory(Self.words)
            #expect(try call(driver, rom, "word", place) == UInt64(Self.words[Int(place)]))
            #expect(rom.risingEdgeCount == 25)
        }
    }

    @Test func `a loop around it puts words together`() throws {
        let rom = SerialMemory(Self.words)
        let expected = Self.words[0..<3].reversed().reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        #expect(try call(try Self.driver(), rom, "mac") == expected)
        #expect(rom.risingEdgeCount == 75)
    }

    @Test func `a loop takes the bytes of one bit, and not of all`() throws {
        for function in try Self.driver().functions { #expect(function.bytes.count < 450) }
    }
}
