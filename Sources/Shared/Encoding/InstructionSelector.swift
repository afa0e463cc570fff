// From a program to instructions in registers, in one pass over straight-line code: each item takes the register of an
// operand that ends its life there, or a free one. Nothing is spilled and nothing is moved to another place. Called by
// `encode`.

import Program

/// Picks instructions and registers for one program.
struct InstructionSelector {
    private let program: Program
    private let table: ValueTable
    private var pool = RegisterPool()
    /// Register of each item's value, for items that hold one.
    private var registers: [Register]
    private var function = EncodedFunction()

    /// - Precondition: `program` is well formed.
    init(_ program: Program) {
        self.program = program
        table = ValueTable(program)
        registers = [Register](repeating: .rax, count: program.items.count)
    }

    /// The program's instructions, encoded.
    ///
    /// Throws: `EncodingError.outOfRegisters`.
    consuming func selected() throws(EncodingError) -> EncodedFunction {
        for index in program.items.indices {
            if program.items[index].operation == .returnValue {
                emitReturn(index)
            } else if table.isNeeded(index) {
                try emit(index)
            }
        }
        return function
    }

    // MARK: Items

    private mutating func emit(_ index: Int) throws(EncodingError) {
        switch table.values[index].step {
        case .nothing, .giveBack:
            return
        case .load:
            try emitLoad(index)
        case .mask(let source, let mask):
            try emitMask(index, source, mask)
        case .setBits(let source, let bits):
            try emit(.or, index, source, bits, size(of: index))
        case .combine(let mnemonic, let left, let right):
            let reused = table.reused(by: index)
            let other = reused == right ? left : right
            let destination = try copy(reused == right ? right : left, for: index, size(of: index))
            append(mnemonic, destination, registers[other], size(of: index), index)
            settle(index, in: destination)
        case .shift(let mnemonic, let source, let count):
            try emitShift(mnemonic, index, source, count)
        }
    }

    private mutating func emitLoad(_ index: Int) throws(EncodingError) {
        let item = program.items[index]
        let destination = try destination(for: index)
        guard let width = OperandSize(rawValue: item.type.bitCount) else {
            preconditionFailure("a load has a width of whole bytes")
        }
        let memory = Operand.region(item.region, offset: item.immediate, width)
        let isNarrow = width == .byte || width == .word
        let size = isNarrow ? .doubleWord : width
        append(Instruction(isNarrow ? .movzx : .mov, .register(destination, size), memory), index)
        settle(index, in: destination)
    }

    /// Keeps the bits of `mask`, by a move of the low part where that is what the mask says.
    private mutating func emitMask(_ index: Int, _ source: Int, _ mask: UInt64) throws(EncodingError) {
        let low: OperandSize? =
            switch mask {
            case OperandSize.byte.mask: .byte
            case OperandSize.word.mask: .word
            case OperandSize.doubleWord.mask: .doubleWord
            default: nil
            }
        guard let low else {
            let size = size(of: index)
            // Bits that the source has not got may be kept as well, where that makes an 8-bit immediate of the mask.
            let wide = (mask | ~table.values[source].mask) & size.mask
            let isShorter = mask > 0x7F && wide >= size.mask - 0x7F
            return try emit(.and, index, source, isShorter ? wide : mask, size)
        }
        let destination = try destination(for: index)
        appendLow(low, of: registers[source], to: destination, index)
        settle(index, in: destination)
    }

    /// `and` or `or` with a constant, which goes through a register where no immediate can express it.
    private mutating func emit(
        _ mnemonic: Mnemonic, _ index: Int, _ source: Int, _ constant: UInt64, _ size: OperandSize
    ) throws(EncodingError) {
        let immediate = Instruction(mnemonic, .register(registers[source], size), .immediate(constant))
        if InstructionForm.serving(immediate) != nil {
            let destination = try copy(source, for: index, size)
            append(Instruction(mnemonic, .register(destination, size), .immediate(constant)), index)
            return settle(index, in: destination)
        }
        let destination = try destination(for: index)
        if table.reused(by: index) == nil {
            appendConstant(constant, to: destination, index)
            append(mnemonic, destination, registers[source], size, index)
        } else {
            guard let other = pool.take(forResult: false) else { throw .outOfRegisters(item: index) }
            appendConstant(constant, to: other, index)
            append(mnemonic, destination, other, size, index)
            pool.release(other)
        }
        settle(index, in: destination)
    }

    private mutating func emitShift(
        _ mnemonic: Mnemonic, _ index: Int, _ source: Int, _ count: UInt64
    ) throws(EncodingError) {
        let typeBitCount = UInt64(program.items[index].type.bitCount)
        let sourceBitCount = table.values[source].bitCount
        let widest = mnemonic == .shl ? sourceBitCount + count : sourceBitCount
        let size = Self.size(min(widest, typeBitCount))
        let destination = try copy(source, for: index, size)
        append(Instruction(mnemonic, .register(destination, size), .immediate(count)), index)
        if widest > typeBitCount, typeBitCount < 32, let low = OperandSize(rawValue: UInt8(typeBitCount)) {
            appendLow(low, of: destination, to: destination, index)
        }
        settle(index, in: destination)
    }

    private mutating func emitReturn(_ index: Int) {
        let value = table.values[index]
        if let constant = value.constant {
            appendConstant(constant, to: .rax, index)
        } else if case .giveBack(let source) = value.step, registers[source] != .rax {
            append(.mov, .rax, registers[source], Self.size(value.bitCount), index)
        }
        append(Instruction(.ret), index)
    }

    // MARK: Registers

    /// The register for an item's value: that of an operand that ends here, or a free one.
    private mutating func destination(for index: Int) throws(EncodingError) -> Register {
        if let reused = table.reused(by: index) { return registers[reused] }
        guard let register = pool.take(forResult: table.values[index].isForResult) else {
            throw .outOfRegisters(item: index)
        }
        return register
    }

    /// The register for an item's value, with as much of an operand's value in it as the next instruction looks at.
    private mutating func copy(
        _ source: Int, for index: Int, _ size: OperandSize
    ) throws(EncodingError) -> Register {
        let destination = try destination(for: index)
        if destination != registers[source] { append(.mov, destination, registers[source], size, index) }
        return destination
    }

    /// Notes where an item's value is, and gives back the registers that nobody needs any more.
    private mutating func settle(_ index: Int, in register: Register) {
        registers[index] = register
        let operands = table.values[index].step.operands
        for operand in [operands.first, operands.second] {
            guard let operand, table.values[operand].lastUse == index else { continue }
            if registers[operand] != register { pool.release(registers[operand]) }
        }
        if table.values[index].lastUse == nil { pool.release(register) }
    }

    // MARK: Instructions

    private mutating func append(_ instruction: Instruction, _ index: Int) { function.append(instruction, item: index) }

    private mutating func append(
        _ mnemonic: Mnemonic, _ destination: Register, _ source: Register, _ size: OperandSize, _ index: Int
    ) {
        append(Instruction(mnemonic, .register(destination, size), .register(source, size)), index)
    }

    /// Moves the low part of a register, with zeros above.
    private mutating func appendLow(_ low: OperandSize, of source: Register, to destination: Register, _ index: Int) {
        let mnemonic: Mnemonic = low == .doubleWord ? .mov : .movzx
        append(Instruction(mnemonic, .register(destination, .doubleWord), .register(source, low)), index)
    }

    private mutating func appendConstant(_ constant: UInt64, to register: Register, _ index: Int) {
        if constant == 0 { return append(.xor, register, register, .doubleWord, index) }
        let size = Self.size(Value.bitCount(constant))
        append(Instruction(.mov, .register(register, size), .immediate(constant)), index)
    }

    private func size(of index: Int) -> OperandSize { Self.size(table.values[index].bitCount) }

    /// 32-bit instructions are shorter and clear the upper half.
    private static func size(_ bitCount: UInt64) -> OperandSize { bitCount <= 32 ? .doubleWord : .quadWord }
}
