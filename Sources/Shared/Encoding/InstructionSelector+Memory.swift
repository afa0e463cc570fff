// Loads and stores. They keep the order of the program, because they are emitted in it and nothing is moved.

import Program

extension InstructionSelector {
    /// The memory that an item touches.
    func memory(_ value: Value) -> Operand {
        .region(
            value.region, offset: value.offset, index: value.base == .none ? nil : register(value.base), value.width)
    }

    mutating func emitLoad(_ index: Int, _ value: Value) {
        let memory = memory(value)
        let destination = destination(for: index, apartFrom: value.base)
        let isNarrow = value.type.bitCount < 32
        let size = isNarrow ? .doubleWord : value.width
        append(Instruction(isNarrow ? .movzx : .mov, .register(destination, size), memory), index)
    }

    /// Writes a constant, through a register where no immediate can express it.
    mutating func emitStore(_ index: Int, _ value: Value) {
        let memory = memory(value)
        let immediate = Instruction(.mov, memory, .immediate(value.number))
        if assembler.canExpress(immediate) { return append(immediate, index) }
        let register = take(until: index, for: index)
        appendConstant(value.number, to: register, index)
        append(Instruction(.mov, memory, .register(register, value.width)), index)
    }
}
