// What there is to say of a function, stage by stage: the lines that explanations, dumps and traces are made of. Each is
// whole, whoever shows it may break it.

import Encoding
import Hardware
import Interpretation
import Metabinary
import Pipeline
import Program
import Verification

extension FunctionRecord {
    /// `transmit(frame: u32, length: u32) -> sent of 64 bits, ring_nic.meta:42`
    var signature: String {
        let parameters = rule.parameters.map { "\(text($0.name)): \($0.type.word)" }.joined(separator: ", ")
        let result =
            rule.resultBitCount == 0
            ? "" : " -> \(text(rule.resultName)) of \(counted(Int(rule.resultBitCount), "bit"))"
        return "\(name)(\(parameters))\(result), \(text(rule.ruleFile)):\(rule.line)"
    }

    /// Each set of facts that decided some items, with the lines of the rule that asked for them.
    var originLines: [String] {
        var lines: [UInt32: Set<UInt16>] = [:]
        for origin in program.origins where !origin.facts.isEmpty {
            lines[origin.facts.rawValue, default: []].insert(origin.line)
        }
        guard !lines.isEmpty else { return ["none: it is the same on every machine but for its place"] }
        return lines.keys.sorted().map { facts in
            let numbers = (lines[facts] ?? []).sorted()
            return "\(FactSet(rawValue: facts).words): line\(numbers.count == 1 ? "" : "s") \(Self.ranges(numbers))"
        }
    }

    /// `3, 5…9` for rising numbers.
    private static func ranges(_ numbers: [UInt16]) -> String {
        var ranges: [ClosedRange<UInt16>] = []
        for number in numbers {
            if let last = ranges.last, number == last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)…\($0.upperBound)" }
            .joined(separator: ", ")
    }

    /// The items of one of its programs, without its regions and origins.
    func itemLines(of program: Program) -> [String] {
        var printed: [UInt8] = []
        ProgramPrinter(program, regionNames: regionNames).printItems(into: &printed)
        return text(printed).split(separator: "\n").map(String.init)
    }

    // MARK: Code

    /// An instruction a line, with memory by name: its place, if it is asked for its bytes where they lie, what it says, and
    /// the item and the line after it.
    func assemblyLines(withBytes: Bool = false) -> [String] {
        guard let encoded, !withBytes || placed?.instructions.count == encoded.instructions.count else { return [] }
        let printer = AssemblyPrinter(regionNames: regionNames)
        let ends = encoded.instructions.dropFirst().map(\.offset) + [encoded.bytes.count]
        return zip(encoded.instructions, ends).map { instruction, end in
            var row = "+\(hex(instruction.offset))".padded(to: 7)
            if withBytes, let placed {
                row += placed.bytes[instruction.offset..<end].map { digits($0) }.joined().padded(to: 23) + " "
            }
            var printed: [UInt8] = []
            printer.print(instruction.instruction, into: &printed)
            row += text(printed).padded(to: 44)
            return row + "  ; %\(instruction.item) line \(line(of: instruction))"
        }
    }

    /// `+0x2   regs+0x8 is 0x50000008, +0x10000002 from the next instruction`
    var relocationLines: [String] {
        guard let encoded, let entry else { return [] }
        return encoded.relocations.map { relocation in
            let target = last.regions[relocation.region].address.rawValue &+ relocation.addend
            let place = "+\(hex(relocation.offset))".padded(to: 7)
            let meaning = "\(text(regionNames[relocation.region]))+\(hex(relocation.addend)) is \(hex(target))"
            if relocation.isAbsolute { return "\(place)\(meaning)" }
            let distance = Int64(bitPattern: target &- (entry.rawValue &+ UInt64(relocation.end)))
            let sign = distance < 0 ? "-" : "+"
            return "\(place)\(meaning), \(sign)\(hex(distance.magnitude)) from the next instruction"
        }
    }

    /// The bytes at their address, sixteen a line.
    var byteLines: [String] {
        guard let generated else { return [] }
        return stride(from: 0, to: generated.bytes.count, by: 16).map { start in
            let row = generated.bytes[start..<min(start + 16, generated.bytes.count)].map { digits($0) }
            return "\(hexadecimal(generated.entry.rawValue + UInt64(start)))  " + row.joined(separator: " ")
        }
    }

    // MARK: Evidence

    /// A block a line: its number, its place, why loops that begin there end, and what registers hold there.
    var evidenceLines: [String] {
        guard let evidence else { return [] }
        return evidence.blocks.indices.map { index in
            let block = evidence.blocks[index]
            let end =
                index + 1 < evidence.blocks.count
                ? Int(evidence.blocks[index + 1].firstClaim) : evidence.claims.count
            let claims = evidence.claims[Int(block.firstClaim)..<end].map(Self.words(of:))
            return (["\(index):", "+\(hex(block.offset))", Self.words(of: block.kind)] + claims).joined(separator: " ")
        }
    }

    private static func words(of kind: BlockClaim.Kind) -> String {
        switch kind {
        case .join: "join"
        case .counted(let variant): "counted by r\(variant)"
        case .clock(let start): "clock since r\(start)"
        }
    }

    /// `r6:0x3c…0x5ea&0x7ff=0.7`: least, largest, bits that may be set, and the register of an earlier block that it equals.
    private static func words(of claim: RegisterClaim) -> String {
        let origin = claim.originBlock.map { "=\($0).\(claim.originRegister)" } ?? ""
        let time = claim.elapsedBlock.map { " since \($0)" } ?? ""
        let range = "\(hex(claim.range.low))…\(hex(claim.range.high))&\(hex(claim.range.bits))"
        return "r\(claim.register):\(range)\(origin)\(time)"
    }
}
