// Writes the code of a metabinary as text, an instruction a line: where it is in its function, its opcode, and its
// operands by the names that the image has for them. It goes by the table of opcodes, and reads code as the evaluator does.

import Metabinary

/// Printer of the code of an image.
public struct BytecodePrinter {
    private let image: MetabinaryImage

    public init(_ image: MetabinaryImage) { self.image = image }

    /// The code of all devices: of each its facts, probes and functions.
    public var text: String { image.devices.map(text(of:)).joined() }

    /// The code of one device.
    public func text(of device: DeviceDescription) -> String {
        let facts = device.facts.filter { $0.probe == nil }.map { ("fact", $0.rule) }
        let rules = facts + device.probes.map { ("probe", $0.rule) } + device.functions.map { ("function", $0) }
        return rules.map { "\(name(device.name)) \($0)\n" + text(of: $1, of: device) }.joined(separator: "\n") + "\n"
    }

    /// The code of one function of a device: its name, then the instructions, within blocks further to the right.
    public func text(of rule: FunctionDescription, of device: DeviceDescription) -> String {
        var text = "\(name(rule.name)) at \(name(rule.ruleFile)):\(rule.line)\n"
        var reader = image.code(of: rule)
        var depth = 0
        while !reader.isAtEnd {
            let offset = reader.offset - rule.codeOffset
            guard let instruction = try? reader.instruction(of: device, parameterCount: rule.parameters.count) else {
                preconditionFailure("a checked image reads otherwise")
            }
            let control = instruction.opcode.row.control
            if control == .closes || control == .continues { depth -= 1 }
            let end = reader.offset - rule.codeOffset
            let words = ["\(instruction.opcode)"] + operands(of: instruction, before: end, rule, device)
            let place = String(offset)
            text += String(repeating: " ", count: 6 - place.count) + place + "  "
            text += String(repeating: "    ", count: max(depth, 0)) + words.joined(separator: " ") + "\n"
            if control == .opens || control == .continues { depth += 1 }
        }
        return text
    }

    // MARK: Operands

    private func operands(
        of instruction: Instruction, before end: Int, _ rule: FunctionDescription, _ device: DeviceDescription
    ) -> [String] {
        let kinds = instruction.opcode.row.operands
        let numbers = instruction.numbers
        let index = instruction.index
        let first: String
        switch kinds.0 {
        case .none: return []
        case .line, .number, .lowest, .highest, .count, .time, .table: first = String(numbers.0)
        case .place: first = "#\(index)"
        case .type: first = "u\(index)"
        case .parameter: first = name(rule.parameters[index].name)
        case .cell: first = name(device.cells[index].name)
        case .fact: first = name(device.facts[index].rule.name)
        case .choice: first = name(device.choices[index].name)
        case .region: first = region(index, device)
        case .distance: first = "to \(end + index)"
        case .register: first = text(of: instruction.register, device)
        case .question: first = text(of: instruction.question, device)
        }
        let rest = [(kinds.1, numbers.1), (kinds.2, numbers.2)].filter { $0.0 != .none }.map { String($0.1) }
        return [first] + rest
    }

    /// A register by its name; a place of memory by its part, the byte after that, and its type.
    private func text(of register: RegisterOperand, _ device: DeviceDescription) -> String {
        let region = Int(register.region)
        if region < device.windows.count {
            let window = device.windows[region]
            let its = window.registers.first { $0.offset == register.offset }
            return "\(name(window.name)).\(its.map { name($0.name) } ?? "+\(register.offset)")"
        }
        let memory = device.memories[region - device.windows.count]
        let part = memory.parts.last { $0.offset <= register.offset }
        let of = part.map { ".\(name($0.name))" } ?? ""
        return "\(name(memory.name))\(of)+\(register.offset - (part?.offset ?? 0)) u\(register.type.bitCount)"
    }

    private func region(_ index: Int, _ device: DeviceDescription) -> String {
        let count = device.windows.count
        return name(index < count ? device.windows[index].name : device.memories[index - count].name)
    }

    private func text(of question: Question, _ device: DeviceDescription) -> String {
        switch question {
        case .identity(let identity): return "\(identity)"
        case .byteCount(let window): return "byteCount \(name(device.windows[window].name))"
        case .capability(let identifier, let markOffset, let mark, let part):
            return "capability \(identifier) \(markOffset) \(mark) \(part.offset) \(part.byteCount)"
        }
    }

    private func name(_ ascii: [UInt8]) -> String { String(decoding: ascii, as: UTF8.self) }
}
