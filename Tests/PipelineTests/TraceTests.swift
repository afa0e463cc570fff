// Each recorded machine through every stage, compared with a trace under Tests/Fixtures/traces that people review, and
// with Capstone, which shares nothing with our encoder and printer.

import Encoding
import Foundation
import Hardware
import Inspection
import Pipeline
import Testing

/// Keeps each function as it was placed.
private struct PlacedFunctions: PipelineObserver {
    var functions: [(function: EncodedFunction, entry: VirtualAddress)] = []

    mutating func placed(_ function: EncodedFunction, at entry: VirtualAddress) { functions.append((function, entry)) }
}

@Suite struct TraceTests {
    @Test(arguments: RecordedFacts.names)
    func `every stage makes of a recorded machine what its trace says`(name: String) throws {
        let trace = MachineTrace.text(of: try RecordedFacts.named(name), try ShippedAtlas.compiled.get())
        #expect(trace.contains("\n  verified "), "each recorded machine has a card that the atlas describes")
        if let complaint = try BlessedText(path: "traces/\(name).trace").complaint(about: trace) {
            Issue.record("\(complaint)")
        }
    }

    @Test func `every trace has its recording`() throws {
        let folder = BlessedText.folder.appending(path: "traces")
        let traces = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".trace") }
        #expect(Set(traces).isSubset(of: Set(RecordedFacts.names.map { "\($0).trace" })))
    }

    @Test(arguments: RecordedFacts.names)
    func `Capstone reads the bytes as the assembly that the trace prints`(name: String) throws {
        var observer = PlacedFunctions()
        _ = generate(try RecordedFacts.named(name).facts, try ShippedAtlas.compiled.get().image, observer: &observer)
        #expect(!observer.functions.isEmpty)
        for (function, entry) in observer.functions {
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
