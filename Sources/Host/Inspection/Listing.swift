// Generated functions for people: address, bytes, instruction with the names of registers, and above each stretch the
// line of the rule that it comes from.

import Pipeline
import Report

/// A listing of generated functions.
public struct Listing {
    /// Gives the text of a line of a rule's file, by the file's name without its folder; `nil` where it is not at hand.
    public typealias RuleLines = (_ file: String, _ line: Int) -> String?

    private let ruleLine: RuleLines

    public init(ruleLine: @escaping RuleLines) { self.ruleLine = ruleLine }

    /// The lines of one function.
    ///
    /// Throws: `disassemblerUnavailable`, `undecodable`; `boundary` where Capstone and the report part.
    public func lines(of function: GeneratedFunction, in driver: GeneratedDriver) throws(InspectionError) -> [String] {
        let driverName = String(decoding: driver.name, as: UTF8.self)
        let name = "\(driverName).\(String(decoding: function.name, as: UTF8.self))"
        let instructions = try Disassembler().instructions(of: function.bytes, at: function.entry, named: name)
        var lines = [
            "\(name) for \(driver.function.busDeviceFunction): \(counted(function.bytes.count, "byte")), "
                + "\(counted(instructions.count, "instruction")), "
                + "\(counted(instructions.count(where: \.isConditionalBranch), "conditional branch", "es"))"
        ]
        let places = NamedPlaces(driver.grants)
        let file = String(decoding: function.ruleFile, as: UTF8.self)
        var shownLine: UInt16 = 0
        for (index, instruction) in instructions.enumerated() {
            let offset = Int(instruction.address.rawValue - function.entry.rawValue)
            guard index < function.marks.count, function.marks[index].offset == offset else {
                throw .boundary(function: name, offset: offset)
            }
            let line = function.marks[index].line
            if line != shownLine {
                let text = ruleLine(file, Int(line)).map { "  \($0)" } ?? ""
                lines += "; \(file):\(line)\(text)".wrapped(rest: ";      ")
                shownLine = line
            }
            lines.append(row(instruction, places))
        }
        return lines
    }

    /// Eleven bytes and more push the instruction to the right: rare, and better than cutting either.
    private func row(_ instruction: DisassembledInstruction, _ places: NamedPlaces) -> String {
        let address = hexadecimal(instruction.address.rawValue)
        let bytes = instruction.bytes.map { ($0 < 16 ? "0" : "") + hexadecimal($0) }.joined()
        let padding = String(repeating: " ", count: max(0, 20 - bytes.count))
        return "  \(address)  \(bytes)\(padding)  \(places.named(instruction))"
    }
}
