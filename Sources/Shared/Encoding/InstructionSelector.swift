// From a program to instructions in registers, in one pass: each item takes the register of an operand that ends its
// life there, or a free one. Nothing is spilled, and only what RDTSC or a port would overwrite is moved to another
// place. What computes a value is here; memory, ports and control flow are in the other files of the type. Called
// by `encode`.

import Program

/// Picks instructions and registers for one program.
final class InstructionSelector {
    let program: Program
    let table: ValueTable
    var pool = RegisterPool()
    /// Register of each item's value, for items that hold one.
    var registers: [Register]
    var assembler = Assembler()
    /// Blocks that are open.
    var blocks: [OpenBlock] = []

    /// - Precondition: `program` is well formed.
    init(_ program: Program) {
        self.program = program
        table = ValueTable(program)
        registers = [Register](repeating: .rax, count: program.items.count)
    }

    /// The program's instructions, encoded.
    ///
    /// Throws: `EncodingError.outOfRegisters`.
    func selected() throws(EncodingError) -> EncodedFunction {
        try receiveArguments()
        for index in program.items.indices {
            try emit(index)
            pool.releaseAll(through: index)
        }
        return assembler.finished()
    }

    private func emit(_ index: Int) throws(EncodingError) {
        switch program.items[index].operation {
        case .ifTrue: try openBranch(index)
        case .else: goOnWithBranch(index)
        case .loop: try openLoop(index)
        case .wait: try openWait(index)
        case .until: try goOnWithWait(index)
        case .end: try close(index)
        case .returnValue: if table.blocks.isReached[index] { emitReturn(index) }
        default: if table.isNeeded(index) { try emitValue(index) }
        }
    }

    @inline(never)
    private func emitValue(_ index: Int) throws(EncodingError) {
        if try emitPortAccess(index) { return }
        switch table.values[index].step {
        case .nothing, .argument, .returnValue, .count, .wait:
            return
        case .fence:
            append(Instruction(.mfence), index)
        case .load(let offset, let base):
            try emitLoad(index, offset, base)
        case .store(let value, let offset, let base):
            let memory = memory(index, offset, base)
            append(Instruction(.mov, memory, .register(registers[value], width(of: index))), index)
        case .storeConstant(let constant, let offset, let base):
            try emitStore(constant, memory(index, offset, base), index)
        case .mask(let source, let mask):
            try emitMask(index, source, mask)
        case .combineConstant(let mnemonic, let source, let constant):
            try emit(mnemonic, index, source, constant, size(of: index))
        case .combine(let mnemonic, let left, let right):
            try emit(mnemonic, index, left, right)
        case .subtractFrom(let constant, let source):
            let destination = try destination(for: index, reusing: nil)
            appendConstant(constant, to: destination, index)
            append(.sub, destination, registers[source], size(of: index), index)
            cut(index)
        case .shift(let mnemonic, let source, let count):
            try emitShift(mnemonic, index, source, count)
        case .compare, .compareConstant, .testBits:
            let condition = try emitTest(index)
            let destination = try destination(for: index, apartFrom: table.reused(by: index))
            append(condition.setting, destination, .byte, index)
            appendLow(.byte, of: destination, to: destination, index)
        }
    }

    // MARK: Arithmetic

    private func emit(
        _ mnemonic: Mnemonic, _ index: Int, _ left: Int, _ right: Int
    ) throws(EncodingError) {
        let endsRight = table.values[left].lastUse != index && table.values[right].lastUse == index
        let isExchanged = endsRight && mnemonic != .sub
        let destination = try copy(isExchanged ? right : left, for: index, size(of: index))
        append(mnemonic, destination, registers[isExchanged ? left : right], size(of: index), index)
        cut(index)
    }

    /// Keeps the bits of `mask`, by a move of the low part where that is what the mask says.
    @inline(never)
    private func emitMask(_ index: Int, _ source: Int, _ mask: UInt64) throws(EncodingError) {
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
        let destination = try destination(for: index, apartFrom: source)
        appendLow(low, of: registers[source], to: destination, index)
    }

    /// An operation with a constant, which goes through a register where no immediate can express it.
    private func emit(
        _ mnemonic: Mnemonic, _ index: Int, _ source: Int, _ constant: UInt64, _ size: OperandSize
    ) throws(EncodingError) {
        // Only the register's own bits count; those above the type's are cut off behind a sum.
        let constant = constant & size.mask
        let immediate = Instruction(mnemonic, .register(registers[source], size), .immediate(constant))
        if InstructionForm.serving(immediate) != nil {
            if mnemonic == .add, table.values[source].lastUse != index {
                return try emitDistantSum(index, source, constant, size)
            }
            let destination = try copy(source, for: index, size)
            appendSum(mnemonic, destination, constant, size, index)
        } else if let destination = try destinationOfEnding(source, for: index) {
            guard let other = pool.take(until: index, forResult: false, livesAcrossClobber: false) else {
                throw .outOfRegisters(item: index)
            }
            appendConstant(constant, to: other, index)
            append(mnemonic, destination, other, size, index)
        } else {
            let destination = try destination(for: index, reusing: nil)
            appendConstant(constant, to: destination, index)
            append(mnemonic, destination, registers[source], size, index)
        }
        cut(index)
    }

    /// A sum in another register than its operand's: LEA spares the move.
    @inline(never)
    private func emitDistantSum(
        _ index: Int, _ source: Int, _ constant: UInt64, _ size: OperandSize
    ) throws(EncodingError) {
        let destination = try destination(for: index, reusing: nil)
        let displacement = Int32(truncatingIfNeeded: constant)
        append(
            Instruction(.lea, .register(destination, size), .based(registers[source], displacement, size)), index)
        cut(index)
    }

    @inline(never)
    private func appendSum(
        _ mnemonic: Mnemonic, _ register: Register, _ constant: UInt64, _ size: OperandSize, _ index: Int
    ) {
        if mnemonic == .add, constant == 1 || constant == size.mask {
            return append(constant == 1 ? .inc : .dec, register, size, index)
        }
        append(mnemonic, register, size, immediate: constant, index)
    }

    @inline(never)
    private func emitShift(
        _ mnemonic: Mnemonic, _ index: Int, _ source: Int, _ count: UInt64
    ) throws(EncodingError) {
        let typeBitCount = UInt64(program.items[index].type.bitCount)
        let sourceBitCount = table.values[source].bitCount
        let widest = mnemonic == .shl ? sourceBitCount + count : sourceBitCount
        let size = Self.size(min(widest, typeBitCount))
        let destination = try copy(source, for: index, size)
        append(mnemonic, destination, size, immediate: count, index)
        if widest > typeBitCount { cutToType(index) }
    }

    /// Takes off what a sum or difference has above its type.
    @inline(never)
    private func cut(_ index: Int) {
        if table.values[index].wraps { cutToType(index) }
    }

    @inline(never)
    private func cutToType(_ index: Int) {
        let register = registers[index]
        switch program.items[index].type {
        case .u8: appendLow(.byte, of: register, to: register, index)
        case .u16: appendLow(.word, of: register, to: register, index)
        case .boolean: append(.and, register, .doubleWord, immediate: 1, index)
        default: break
        }
    }

    // MARK: Registers

    /// Puts every argument that is used where it is to be: where the caller left it, unless a wait or a port takes that
    /// register.
    ///
    /// Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, section 3.2.3.
    @inline(never)
    private func receiveArguments() throws(EncodingError) {
        let order: [Register] = [.rdi, .rsi, .rdx, .rcx, .r8, .r9]
        for index in table.values.indices {
            guard case .argument(let number) = table.values[index].step, let lastUse = table.values[index].lastUse
            else { continue }
            registers[index] = order[number]
            pool.take(order[number], until: lastUse)
        }
        for index in table.values.indices {
            guard case .argument = table.values[index].step, table.values[index].lastUse != nil,
                table.values[index].livesAcrossClobber, !RegisterPool.livesAcrossClobber(registers[index])
            else { continue }
            let passed = registers[index]
            let kept = try destination(for: index, reusing: nil)
            append(.mov, kept, passed, size(of: index), index)
            pool.release(passed)
        }
    }

    /// The register for an item's value: that of an operand if it ends here, or a free one.
    @inline(never)
    func destination(for index: Int, reusing source: Int?) throws(EncodingError) -> Register {
        if let source, let register = try destinationOfEnding(source, for: index) { return register }
        let value = table.values[index]
        guard
            let register = pool.take(
                until: value.lastUse ?? index, forResult: value.isForResult,
                livesAcrossClobber: value.livesAcrossClobber)
        else { throw .outOfRegisters(item: index) }
        registers[index] = register
        return register
    }

    /// The register for an item's value that may be any: that of the function's result, if the value is to end there.
    @inline(never)
    func destination(for index: Int, apartFrom source: Int?) throws(EncodingError) -> Register {
        let value = table.values[index]
        let isBetterApart = value.isForResult && !value.livesAcrossClobber && pool.isFree(.rax)
        return try destination(for: index, reusing: isBetterApart ? nil : source)
    }

    /// The register of an operand, for the item's value, if the operand ends here and its register does.
    @inline(never)
    private func destinationOfEnding(_ source: Int, for index: Int) throws(EncodingError) -> Register? {
        let value = table.values[index]
        let register = registers[source]
        guard table.values[source].lastUse == index,
            !value.livesAcrossClobber || RegisterPool.livesAcrossClobber(register)
        else {
            return nil
        }
        pool.take(register, until: value.lastUse ?? index)
        registers[index] = register
        return register
    }

    /// The register for an item's value, with as much of an operand's value in it as the next instruction looks at.
    @inline(never)
    private func copy(
        _ source: Int, for index: Int, _ size: OperandSize
    ) throws(EncodingError) -> Register {
        let passed = registers[source]
        let destination = try destination(for: index, reusing: source)
        if destination != passed { append(.mov, destination, passed, size, index) }
        return destination
    }

    // MARK: Instructions

    // Functions stay functions here: their copies would cost the kernel several KiB.
    @inline(never)
    func append(_ instruction: Instruction, _ index: Int) { assembler.append(instruction, item: index) }

    @inline(never)
    func append(
        _ mnemonic: Mnemonic, _ destination: Register, _ source: Register, _ size: OperandSize, _ index: Int
    ) {
        append(Instruction(mnemonic, .register(destination, size), .register(source, size)), index)
    }

    /// Moves the low part of a register, with zeros above.
    @inline(never)
    func appendLow(_ low: OperandSize, of source: Register, to destination: Register, _ index: Int) {
        let mnemonic: Mnemonic = low == .doubleWord ? .mov : .movzx
        append(Instruction(mnemonic, .register(destination, .doubleWord), .register(source, low)), index)
    }

    /// An instruction on a register and an immediate.
    @inline(never)
    func append(
        _ mnemonic: Mnemonic, _ register: Register, _ size: OperandSize, immediate: UInt64, _ index: Int
    ) {
        append(Instruction(mnemonic, .register(register, size), .immediate(immediate)), index)
    }

    /// An instruction on a register alone.
    @inline(never)
    func append(_ mnemonic: Mnemonic, _ register: Register, _ size: OperandSize, _ index: Int) {
        append(Instruction(mnemonic, .register(register, size)), index)
    }

    @inline(never)
    func appendConstant(_ constant: UInt64, to register: Register, _ index: Int) {
        if constant == 0 { return append(.xor, register, register, .doubleWord, index) }
        let size = Self.size(Value.bitCount(constant))
        append(.mov, register, size, immediate: constant, index)
    }

    @inline(never)
    func size(of index: Int) -> OperandSize { Self.size(table.values[index].bitCount) }

    /// 32-bit instructions are shorter and clear the upper half.
    static func size(_ bitCount: UInt64) -> OperandSize { bitCount <= 32 ? .doubleWord : .quadWord }
}
