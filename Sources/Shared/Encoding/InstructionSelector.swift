// From a program to instructions in registers, in one pass: each item takes the register of an operand that ends its
// life there, or a free one. Nothing is spilled, and only what RDTSC or a port would overwrite is moved to another
// place. What computes a value is here; registers, memory, ports and control flow are in the other files of the type.
// Called by `Encoder`.

import Program

/// Which registers constants are kept in.
enum Keeping {
    case nowhere
    /// Those with a prefix first.
    case high
    /// Those without one first.
    case low
}

/// Picks instructions and registers. Its rooms are taken once and serve one program after the other.
struct InstructionSelector: ~Copyable {
    var table = ValueTable()
    var pool = RegisterPool()
    var assembler = Assembler()
    /// Blocks that are open.
    var blocks = FixedArray<OpenBlock>(capacity: ProgramChecker.depthLimit)
    /// Where constants are kept.
    var keeping = Keeping.nowhere
    /// The first item for which no register was free, where there is one. What is selected after it means nothing.
    var starved: Int?

    /// Puts the instructions of a program into the assembler, with their bytes: the shortest of those that it knows to make.
    ///
    /// - Precondition: `program` is well formed.
    ///
    /// Throws: `EncodingError.outOfRegisters`, `EncodingError.tooLong`.
    mutating func select(_ program: Program) throws(EncodingError) {
        table.fill(program)
        guard table.hasKept else { return try select(.nowhere) }
        var best = (keeping: Keeping.nowhere, cost: Int.max)
        // Values and constants want the same registers: which of them may have those without a prefix, only the bytes say.
        for keeping in [Keeping.nowhere, .high, .low] {
            do throws(EncodingError) {
                try select(keeping)
                // An instruction more has to save more than two bytes: it takes time as well.
                let cost = assembler.byteCount + 2 * assembler.instructionCount
                if cost < best.cost { best = (keeping, cost) }
            } catch {
                // Without kept constants no program takes more registers, nor with them fewer bytes than it may have.
                if keeping == .nowhere { throw error }
            }
        }
        if best.keeping != .low { try select(best.keeping) }
    }

    /// Picks instructions with constants kept in certain registers, or in none.
    private mutating func select(_ keeping: Keeping) throws(EncodingError) {
        self.keeping = keeping
        pool = RegisterPool()
        assembler.removeAll()
        blocks.removeAll()
        table.forgetLabels()
        starved = nil
        receiveArguments()
        for index in 0..<table.values.count {
            if keeping != .nowhere { loadKept(before: index) }
            emit(index)
            if let starved { throw .outOfRegisters(item: starved) }
            if assembler.hasOverflown { throw .tooLong(item: index) }
            pool.releaseAll(through: ItemReference(index))
            if keeping != .nowhere { forgetKept(through: ItemReference(index)) }
        }
        placeTails()
        assembler.finish()
        if assembler.hasOverflown { throw .tooLong(item: table.values.count - 1) }
    }

    private mutating func emit(_ index: Int) {
        switch table.values[index].operation {
        case .ifTrue: openBranch(index)
        case .else: goOnWithBranch(index)
        case .loop: openLoop(index)
        case .wait: openWait(index)
        case .until: goOnWithWait(index)
        case .end: close(index)
        case .returnValue: if table.values[index].isReached { emitReturn(index) }
        default: if table.values[index].isNeeded { emitValue(index) }
        }
    }

    @inline(never)
    private mutating func emitValue(_ index: Int) {
        let value = table.values[index]
        if value.isPortAccess { return emitPortAccess(index, value) }
        switch value.step {
        case .nothing, .argument, .returnValue, .count, .wait, .logic, .folded:
            return
        case .fence:
            append(Instruction(.mfence), index)
        case .load:
            emitLoad(index, value)
        case .store:
            append(Instruction(.mov, memory(value), .register(register(value.left), value.width)), index)
        case .storeConstant:
            emitStore(index, value)
        case .mask:
            emitMask(index, value)
        case .combineConstant:
            emit(value.mnemonic, index, value.left, value.number, value.size)
        case .combine:
            emitCombination(index, value)
        case .subtractFrom:
            let destination = destination(for: index, reusing: .none)
            appendConstant(value.number, to: destination, index)
            append(.sub, destination, register(value.left), value.size, index)
            cut(index)
        case .shift:
            emitShift(index, value)
        case .compare, .compareConstant, .testBits:
            let condition = emitTest(index)
            let destination = destination(for: index, apartFrom: table.reused(by: index))
            append(condition.setting, destination, .byte, index)
            appendLow(.byte, of: destination, to: destination, index)
        }
    }

    // MARK: Arithmetic

    private mutating func emitCombination(_ index: Int, _ value: Value) {
        let isExchanged =
            !table.ends(value.left, at: index) && table.ends(value.right, at: index) && value.mnemonic != .sub
        let destination = copy(isExchanged ? value.right : value.left, for: index, value.size)
        append(value.mnemonic, destination, register(isExchanged ? value.left : value.right), value.size, index)
        cut(index)
    }

    /// Keeps the bits of a mask, by a move of the low part where that is what the mask says.
    @inline(never)
    private mutating func emitMask(_ index: Int, _ value: Value) {
        let mask = value.number
        let low: OperandSize? =
            switch mask {
            case OperandSize.byte.mask: .byte
            case OperandSize.word.mask: .word
            case OperandSize.doubleWord.mask: .doubleWord
            default: nil
            }
        guard let low else {
            // Bits that the source has not got may be kept as well, where that makes an 8-bit immediate of the mask.
            let wide = (mask | ~table.values[value.left.index].mask) & value.size.mask
            let isShorter = mask > 0x7F && wide >= value.size.mask - 0x7F
            return emit(.and, index, value.left, isShorter ? wide : mask, value.size)
        }
        let destination = destination(for: index, apartFrom: value.left)
        appendLow(low, of: register(value.left), to: destination, index)
    }

    /// An operation with a constant, which goes through a register where no immediate can express it.
    private mutating func emit(
        _ mnemonic: Mnemonic, _ index: Int, _ source: ItemReference, _ number: UInt64, _ size: OperandSize
    ) {
        // Only the register's own bits count; those above the type's are cut off after a sum.
        let constant = number & size.mask
        if assembler.canExpress(Instruction(mnemonic, .register(register(source), size), .immediate(constant))) {
            if mnemonic == .add, !table.ends(source, at: index) {
                return emitDistantSum(index, source, constant, size)
            }
            let destination = copy(source, for: index, size)
            appendSum(mnemonic, destination, constant, size, index)
        } else if mnemonic == .or, constant.nonzeroBitCount == 1 {
            let destination = copy(source, for: index, size)
            append(.bts, destination, .quadWord, immediate: UInt64(constant.trailingZeroBitCount), index)
        } else if let destination = destinationOfEnding(source, for: index) {
            let other = take(until: index, for: index)
            appendConstant(constant, to: other, index)
            append(mnemonic, destination, other, size, index)
        } else {
            let destination = destination(for: index, reusing: .none)
            appendConstant(constant, to: destination, index)
            append(mnemonic, destination, register(source), size, index)
        }
        cut(index)
    }

    /// A sum in another register than its operand's: LEA spares the move.
    @inline(never)
    private mutating func emitDistantSum(
        _ index: Int, _ source: ItemReference, _ constant: UInt64, _ size: OperandSize
    ) {
        let destination = destination(for: index, reusing: .none)
        let displacement = Int32(truncatingIfNeeded: constant)
        append(
            Instruction(.lea, .register(destination, size), .based(register(source), displacement, size)), index)
        cut(index)
    }

    @inline(never)
    private mutating func appendSum(
        _ mnemonic: Mnemonic, _ register: Register, _ constant: UInt64, _ size: OperandSize, _ index: Int
    ) {
        if mnemonic == .add, constant == 1 || constant == size.mask {
            return append(constant == 1 ? .inc : .dec, register, size, index)
        }
        append(mnemonic, register, size, immediate: constant, index)
    }

    @inline(never)
    private mutating func emitShift(_ index: Int, _ value: Value) {
        let size: OperandSize = value.isWide ? .quadWord : .doubleWord
        let destination = copy(value.left, for: index, size)
        append(value.mnemonic, destination, size, immediate: value.number, index)
        cut(index)
    }

    /// Takes off what a sum, difference or shift has above its type.
    @inline(never)
    private mutating func cut(_ index: Int) {
        if table.values[index].wraps { cutToType(index) }
    }

    @inline(never)
    private mutating func cutToType(_ index: Int) {
        let register = table.values[index].register
        switch table.values[index].type {
        case .u8: appendLow(.byte, of: register, to: register, index)
        case .u16: appendLow(.word, of: register, to: register, index)
        case .boolean: append(.and, register, .doubleWord, immediate: 1, index)
        default: break
        }
    }

    // MARK: Instructions

    // Functions stay functions here: their copies would cost the kernel several KiB.
    @inline(never)
    mutating func append(_ instruction: Instruction, _ index: Int) { assembler.append(instruction, item: index) }

    @inline(never)
    mutating func append(
        _ mnemonic: Mnemonic, _ destination: Register, _ source: Register, _ size: OperandSize, _ index: Int
    ) {
        append(Instruction(mnemonic, .register(destination, size), .register(source, size)), index)
    }

    /// Moves the low part of a register, with zeros above.
    @inline(never)
    mutating func appendLow(_ low: OperandSize, of source: Register, to destination: Register, _ index: Int) {
        let mnemonic: Mnemonic = low == .doubleWord ? .mov : .movzx
        append(Instruction(mnemonic, .register(destination, .doubleWord), .register(source, low)), index)
    }

    /// An instruction on a register and an immediate.
    @inline(never)
    mutating func append(
        _ mnemonic: Mnemonic, _ register: Register, _ size: OperandSize, immediate: UInt64, _ index: Int
    ) {
        append(Instruction(mnemonic, .register(register, size), .immediate(immediate)), index)
    }

    /// An instruction on a register alone.
    @inline(never)
    mutating func append(_ mnemonic: Mnemonic, _ register: Register, _ size: OperandSize, _ index: Int) {
        append(Instruction(mnemonic, .register(register, size)), index)
    }

    @inline(never)
    mutating func appendConstant(_ constant: UInt64, to register: Register, _ index: Int) {
        if constant == 0 { return append(.xor, register, register, .doubleWord, index) }
        if constant > UInt64(UInt32.max), constant.nonzeroBitCount == 1 {
            append(.xor, register, register, .doubleWord, index)
            return append(.bts, register, .quadWord, immediate: UInt64(constant.trailingZeroBitCount), index)
        }
        append(.mov, register, OperandSize(holding: Value.bitCount(constant)), immediate: constant, index)
    }
}

extension Value {
    /// The size of instructions on the value. Those of 32 bits are shorter and clear the upper half.
    var size: OperandSize { OperandSize(holding: bitCount) }

    /// The width of an access.
    var width: OperandSize {
        guard let width = OperandSize(rawValue: type.bitCount) else {
            preconditionFailure("an access has a width of whole bytes")
        }
        return width
    }
}

extension OperandSize {
    /// The shorter size of instructions that has so many bits.
    init(holding bitCount: UInt8) { self = bitCount <= 32 ? .doubleWord : .quadWord }
}
