// Recorded machines through every stage, compared with a trace under Tests/Fixtures/traces that people review; the code of
// all with what it was in the table beside, and with Capstone, which shares nothing with our encoder and printer.

import Checksum
import Encoding
import Foundation
import Inspection
import Pipeline
import Testing

@Suite struct TraceTests {
    /// The machines that have a trace: both chipsets, and each description once, on the first machine that has such a card. Of
    /// the others, and of these, the table of bytes says that nothing has changed.
    private static let traced = ["pc", "pc-lists", "pc-lance", "pc-old", "q35"]

    /// The descriptions of a machine's devices.
    private static func descriptions(_ name: String) throws -> Set<String> {
        Set(try record(try RecordedFacts.named(name)).devices.map(\.name))
    }

    private static func record(_ machine: RecordedFacts) throws -> StageRecord {
        var record = StageRecord()
        _ = generate(machine.facts, try ShippedAtlas.compiled.get().image, observer: &record)
        return record
    }

    @Test(arguments: traced)
    func `every stage makes of a recorded machine what its trace says`(name: String) throws {
        let shown = try Set(Self.traced.prefix { $0 != name }.flatMap(Self.descriptions))
        let trace = MachineTrace.text(
            of: try RecordedFacts.named(name), try ShippedAtlas.compiled.get(), without: shown)
        if let complaint = try BlessedText(path: "traces/\(name).trace").complaint(about: trace) {
            Issue.record("\(complaint)")
        }
    }

    @Test func `every description of the atlas has a trace, and no other machine has a trace or a table`() throws {
        let traced = try Self.traced.flatMap(Self.descriptions)
        let names = try ShippedAtlas.compiled.get().image.devices.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(Set(traced) == Set(names))
        #expect(try Self.files("traces").isSubset(of: Self.traced.map { "\($0).trace" }))
        #expect(try Self.files("bytes").isSubset(of: RecordedFacts.names.map { "\($0).txt" }))
    }

    private static func files(_ folder: String) throws -> Set<String> {
        let folder = BlessedText.folder.appending(path: folder)
        return Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }

    @Test(arguments: RecordedFacts.names)
    func `every function of a recorded machine has the bytes that the table says`(name: String) throws {
        let drivers = try Self.record(try RecordedFacts.named(name)).devices.map(\.driver)
        #expect(!drivers.isEmpty, "each recorded machine has a card that the atlas describes")
        let lines = drivers.flatMap { driver in
            driver.functions.map { function in
                let name = String(decoding: driver.name + [UInt8(ascii: ".")] + function.name, as: UTF8.self)
                let checksum = String(CRC32.checksum(of: function.bytes[...]), radix: 16)
                return "\(driver.function.busDeviceFunction) \(name) bytes=\(function.bytes.count) crc=\(checksum)\n"
            }
        }
        if let complaint = try BlessedText(path: "bytes/\(name).txt").complaint(about: lines.joined()) {
            Issue.record("\(complaint)")
        }
    }

    @Test(arguments: RecordedFacts.names)
    func `what is verified is what was placed, with the lines of its items`(name: String) throws {
        for device in try Self.record(try RecordedFacts.named(name)).devices {
            #expect(device.isVerified && device.refusal == nil)
            let functions = device.functions.filter { !$0.isProbe }
            #expect(functions.compactMap(\.generated) == device.driver.functions)
            for function in functions {
                let placed = try #require(function.placed)
                let program = try #require(function.optimised)
                let lines = placed.instructions.map { program.origins[Int(program.items[$0.item].origin)].line }
                #expect(function.generated?.bytes == placed.bytes && function.generated?.entry == function.entry)
                #expect(function.generated?.marks.map(\.line) == lines)
                #expect(function.generated?.marks.map { Int($0.offset) } == placed.instructions.map(\.offset))
            }
        }
    }

    @Test(arguments: RecordedFacts.names)
    func `Capstone reads the bytes as the assembly that the trace prints`(name: String) throws {
        for record in try Self.record(try RecordedFacts.named(name)).devices.flatMap(\.functions) {
            let (function, entry) = (try #require(record.placed), try #require(record.entry))
            let ends = function.instructions.dropFirst().map(\.offset) + [function.bytes.count]
            let printed = zip(function.instructions, ends).map { placed, end in
                var text: [UInt8] = []
                AssemblyPrinter().print(placed.instruction, into: &text)
                return Self.plain(String(decoding: text, as: UTF8.self), next: entry.rawValue + UInt64(end))
            }
            let read = try Disassembler().instructions(of: function.bytes, at: entry, named: name)
            #expect(read.map { Self.plain($0.text, next: 0) } == printed)
            let offsets = read.map { Int($0.address.rawValue - entry.rawValue) }
            #expect(offsets == function.instructions.map(\.offset))
        }
    }

    /// Assembly without what the two write each in their way: the size of memory, blanks around a sign, the long form of MOV,
    /// the sign of an immediate of 32 bits, and the target of a branch, which we print from `next`, the next instruction.
    private static func plain(_ text: String, next: UInt64) -> String {
        let bare = ["byte ", "dword ", "qword ", "word ", "ptr "].reduce(text) { $0.replacing($1, with: "") }
            .replacing(" + ", with: "+").replacing(" - ", with: "-").replacing("movabs ", with: "mov ")
        guard let space = bare.lastIndex(of: " ") else { return bare }
        let (head, last) = (bare[...space], bare[bare.index(after: space)...])
        if last.hasPrefix("rip"), let distance = number(last.dropFirst(3)) { return head + "\(next &+ distance)" }
        guard let value = number(last) else { return bare }
        return head + "\(value >> 31 == 0x1_FFFF_FFFF ? value & 0xFFFF_FFFF : value)"
    }

    /// A number with or without sign, decimal or hexadecimal, in two's complement.
    private static func number(_ text: Substring) -> UInt64? {
        let isNegative = text.hasPrefix("-")
        let digits = text.drop { $0 == "-" || $0 == "+" }
        let isHexadecimal = digits.hasPrefix("0x")
        guard let value = UInt64(isHexadecimal ? digits.dropFirst(2) : digits, radix: isHexadecimal ? 16 : 10) else {
            return nil
        }
        return isNegative ? 0 &- value : value
    }
}
