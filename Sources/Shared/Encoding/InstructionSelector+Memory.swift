// Loads and stores. They keep the order of the program, because they are emitted in it and nothing is moved.

import Program

extension InstructionSelector {
    /// The memory that an item touches.
    func memory(_ index: Int, _ offset: UInt64, _ base: Int?) -> Operand {
        .region(
            program.items[index].region, offset: offset, index: base.map { registers[$0] }, width(of: index))
    }

    /// The width of an item's type.
    func width(of index: Int) -> OperandSize {
        guard let width = OperandSize(rawValue: program.items[index].type.bitCount) else {
            preconditionFailure("an access has a width of whole bytes")
        }
        return width
    }

    func emitLoad(_ index: Int, _ offset: UInt64, _ base: Int?) throws(EncodingError) {
        let memory = memory(index, offset, base)
        let destination = try destination(for: index, apartFrom: base)
        let isNarrow = program.items[index].type.bitCount < 32
        let size = isNarrow ? .doubleWord : width(of: index)
        append(Instruction(isNarrow ? .movzx : .mov, .register(destination, size), memory), index)
    }

    /// Writes a constant, through a register where no immediate can express it.
    func emitStore(_ constant: UInt64, _ memory: Operand, _ index: Int) throws(EncodingError) {
        let immediate = Instruction(.mov, memory, .immediate(constant))
        if InstructionForm.serving(immediate) != nil { return append(immediate, index) }
        guard let register = pool.take(until: index, forResult: false, livesAcrossClobber: false) else {
            throw .outOfRegisters(item: index)
        }
        appendConstant(constant, to: register, index)
        append(Instruction(.mov, memory, .register(register, width(of: index))), index)
    }
}
