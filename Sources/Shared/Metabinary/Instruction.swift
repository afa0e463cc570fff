// Reads code, an instruction at a time, by the table of opcodes. Whoever reads code reads it here: the image parser to check
// it, the evaluator to carry it out, on the host the bound of evaluation and the printer of code.

import Program

/// An opcode with its operands.
package struct Instruction {
    package let opcode: Opcode
    /// Operands that are a number; 0 where there is none.
    package fileprivate(set) var numbers: (UInt64, UInt64, UInt64) = (0, 0, 0)
    /// The first operand where it is one.
    package fileprivate(set) var register = RegisterOperand()
    package fileprivate(set) var question = Question.identity(.vendor)

    /// The first operand where it is the number of a thing, and below the limits of the format.
    package var index: Int { Int(truncatingIfNeeded: numbers.0) }

    /// The first operand where it is a type.
    var type: ValueType { ValueType(rawValue: UInt8(truncatingIfNeeded: numbers.0)) ?? .void }
}

extension ImageReader {
    /// Reads an instruction, and checks each operand by itself.
    ///
    /// Throws: `unknownOpcode`; `endsEarly`, where the code does; the reason for which an operand is refused.
    @inline(never)
    package mutating func instruction(
        of device: DeviceDescription, parameterCount: Int
    ) throws(MetabinaryError) -> Instruction {
        let place = offset
        guard let opcode = Opcode(rawValue: try byte()) else { throw .unknownOpcode(at: place) }
        var instruction = Instruction(opcode: opcode)
        let kinds = opcode.row.operands
        switch kinds.0 {
        case .register:
            let isStore = opcode.row.operation == .store
            instruction.register = try RegisterOperand(&self, of: device, isStore: isStore)
        case .question:
            instruction.question = try Question(&self, of: device)
        default:
            instruction.numbers.0 = try operand(kinds.0, of: device, parameterCount, place)
            instruction.numbers.1 = try operand(kinds.1, of: device, parameterCount, place)
            instruction.numbers.2 = try operand(kinds.2, of: device, parameterCount, place)
        }
        guard kinds.1 != .highest || instruction.numbers.0 <= instruction.numbers.1 else {
            throw .badRange(at: place)
        }
        return instruction
    }

    /// Reads an operand that is a number, of the instruction at a place.
    @inline(never)
    private mutating func operand(
        _ kind: OperandKind, of device: DeviceDescription, _ parameterCount: Int, _ place: Int
    ) throws(MetabinaryError) -> UInt64 {
        let count: Int
        switch kind {
        case .none, .register, .question: return 0
        case .number, .lowest, .highest: return try number(atMost: .max)
        case .line: return try number(atMost: UInt64(UInt16.max))
        case .time: return try number(atMost: MetabinaryLimit.waitMicroseconds)
        case .type: return UInt64(try type().rawValue)
        case .count:
            let count = try number(atMost: MetabinaryLimit.loopCount)
            guard count > 0 else { throw .badCount(at: place) }
            return count
        case .distance:
            let distance = try self.count(atMost: MetabinaryLimit.codeByteCount)
            guard distance <= end - offset else { throw .badSkip(at: place) }
            return UInt64(distance)
        case .place: count = MetabinaryLimit.stackDepth
        case .parameter: count = parameterCount
        case .cell: count = device.cells.count
        case .region: count = device.windows.count + device.memories.count
        case .fact: count = device.facts.count
        case .table: count = device.tables.count
        case .choice: count = device.choices.count
        }
        return UInt64(try index(below: count))
    }
}
