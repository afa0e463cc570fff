// The shipped card's driver as programs, run item by item over a tiny model of its rings: the model does what the card
// does with registers and descriptors, when the test says so.

import Hardware
import Interpretation
import Metabinary
import Program
import Testing

/// The driver's functions with the memory that they share.
struct RingDriver {
    let programs: [String: Program]
    private let signatures: [String: FunctionSignature]
    var card = RingCard()

    init() throws {
        let image = try MetabinaryImage(try Rules.atlas())
        let device = try #require(image.devices.first { String(decoding: $0.name, as: UTF8.self) == "e1000" })
        var programs: [String: Program] = [:]
        var signatures: [String: FunctionSignature] = [:]
        var input = StaticInput()
        // The first alternative of each: all of them mean the same.
        input.choices = device.choices.map { _ in 0 }
        // Sizes are the largest; probes found nothing in the EEPROM that the registers have not.
        input.facts = device.facts.map { $0.lowest > 0 ? $0.highest : 0 }
        for function in device.functions {
            let name = String(decoding: function.name, as: UTF8.self)
            signatures[name] = function.signature
            programs[name] = try image.evaluate(
                function, input: input, regions: Rules.regions(of: device), clockFrequency: 1_000_000_000)
        }
        self.programs = programs
        self.signatures = signatures
        let regions = Rules.regions(of: device)
        card.memories = regions.map { region in
            region.kind == .window ? [] : [UInt8](repeating: 0xAA, count: Int(region.byteCount))
        }
        card.physical = regions.map(\.physical.rawValue)
    }

    mutating func call(_ name: String, _ arguments: UInt64...) throws -> UInt64 { try call(name, arguments) }

    private mutating func call(_ name: String, _ arguments: [UInt64]) throws -> UInt64 {
        let program = try #require(programs[name])
        guard case .returned(let value) = ProgramInterpreter.run(program, arguments, memory: &card) else {
            throw Failure(name: name)
        }
        return value
    }

    /// A function left its regions, or ran for ever.
    struct Failure: Error {
        var name: String
    }

    /// What comes of a function with outcomes.
    mutating func ask(_ name: String, _ arguments: UInt64...) throws -> NamedResult {
        let result = try call(name, arguments)
        let signature = try #require(signatures[name])
        return try #require(NamedResult(result, of: signature), "\(name) \(result)")
    }
}

/// Registers, rings and buffers: regions 0 to 5 are the window, tx, rx, the pools of both, and state.
final class RingCard: ProgramMemory {
    var registers: [UInt64: UInt64] = [0x8: 0x8000_0002, 0x5400: 0x1200_5452, 0x5404: 0x8000_5634]
    var memories: [[UInt8]] = []
    var physical: [UInt64] = []
    /// Registers that were written, in order.
    var writes: [(offset: UInt64, value: UInt64)] = []
    var publishCount = 0
    var isGone = false
    var resetSticks = false
    /// Frames that the card has taken from memory: their descriptors' addresses and lengths.
    var sent: [(address: UInt64, length: UInt64)] = []

    func load(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64) -> UInt64 {
        if region == 0 { return isGone ? 0xFFFF_FFFF : registers[offset, default: 0] }
        return read(Int(region), offset, byteCount)
    }

    func store(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64, _ value: UInt64) {
        guard region == 0 else { return write(Int(region), offset, byteCount, value) }
        writes.append((offset, value))
        registers[offset] = offset == 0 && !resetSticks ? value & ~0x0400_0000 : value
    }

    func publish() { publishCount += 1 }

    func read(_ memory: Int, _ offset: UInt64, _ byteCount: UInt64) -> UInt64 {
        (0..<Int(byteCount)).reduce(0) { $0 | UInt64(memories[memory][Int(offset) + $1]) << UInt64(8 * $1) }
    }

    func write(_ memory: Int, _ offset: UInt64, _ byteCount: UInt64, _ value: UInt64) {
        for index in 0..<Int(byteCount) {
            memories[memory][Int(offset) + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }

    /// Sends what the doorbell has told of, at most so many frames.
    func send(atMost limit: Int = .max) {
        var head = registers[0x3810, default: 0]
        var count = 0
        while head != registers[0x3818], count < limit {
            sent.append((read(1, head * 16, 8), read(1, head * 16 + 8, 2)))
            write(1, head * 16 + 12, 1, 1)
            head = (head + 1) % 256
            count += 1
        }
        registers[0x3810] = head
    }

    /// Receives a frame into the next slot; false where the driver has given none.
    func receive(length: UInt64, status: UInt64 = 3) -> Bool {
        let head = registers[0x2810, default: 0]
        guard head != registers[0x2818] else { return false }
        write(2, head * 16 + 8, 8, length | status << 32)
        registers[0x2810] = (head + 1) % 256
        return true
    }
}
