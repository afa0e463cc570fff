// Instructions of every form of the encoder's table: every register in every operand's place, with displacements and
// immediates at their bounds.

import Encoding

/// An instruction that the encoder's table can make.
package struct FormSample {
    package var form: InstructionForm
    package var instruction: Instruction
    package var bytes: [UInt8]
    /// The instruction as our printer writes it.
    package var text: String

    package static let all = samples()

    private static let displacements: [Int32] = [.min, -0x81, -0x80, -9, 0, 10, 0x7F, 0x80, .max]

    private static func registers(_ size: OperandSize) -> [Operand] { Register.allCases.map { .register($0, size) } }

    private static func memory(_ size: OperandSize) -> [Operand] {
        // Those that ModRM treats in their own ways, and a plain one of each half.
        let bases = [Register.rax, .rsp, .rbp, .rdi, .r8, .r12, .r13, .r15].flatMap { base in
            [0, -0x80, 0x1234_5678].map { Operand.based(base, $0, size) }
        }
        let indices = [Register.rax, .rbp, .rdi, .r8, .r12, .r13].flatMap { index in
            (UInt8(1)...3).map { Operand.scaled(index, $0, -0x1234_5678 << Int32($0 & 1), size) }
        }
        return displacements.map { .relative($0, size) } + bases + indices
    }

    /// All operands worth a try in one place of a form; `size` is that of the destination.
    private static func operands(_ form: InstructionForm.OperandForm, beside size: OperandSize?) -> [Operand] {
        switch form {
        case .none: [.none]
        case .al: [.register(.rax, .byte)]
        case .ax: [.register(.rax, .word)]
        case .dx: [.register(.rdx, .word)]
        case .eax: [.register(.rax, .doubleWord)]
        case .rax: [.register(.rax, .quadWord)]
        case .r8: registers(.byte)
        case .r16: registers(.word)
        case .r32: registers(.doubleWord)
        case .r64: registers(.quadWord)
        case .`r/m8`: registers(.byte) + memory(.byte)
        case .`r/m16`: registers(.word) + memory(.word)
        case .`r/m32`: registers(.doubleWord) + memory(.doubleWord)
        case .`r/m64`: registers(.quadWord) + memory(.quadWord)
        case .`1`: [.immediate(1)]
        case .m8: memory(.byte)
        case .m: memory(size ?? .doubleWord)
        case .rel8: [Int32](-0x80...0x7F).map { .distance($0) }
        case .rel32: displacements.map { .distance($0) }
        case .imm8: immediates(8, size)
        case .imm16: immediates(16, size)
        case .imm32: immediates(32, size)
        case .imm64: immediates(64, size)
        }
    }

    /// The bounds of an immediate of so many bits, widened with their sign to the operand's size.
    private static func immediates(_ bitCount: Int64, _ size: OperandSize?) -> [Operand] {
        let most = Int64.max >> (64 - bitCount)
        let numbers = [-most - 1, -most, -129, -128, -10, -1, 0, 1, 2, 9, 10, 31, 63, 127, 128, most - 1, most]
        let fitting = Set(numbers.filter { -most - 1 <= $0 && $0 <= most })
        return fitting.sorted().map {
            switch size {
            case .byte: .immediate(UInt64(UInt8(truncatingIfNeeded: $0)))
            case .word: .immediate(UInt64(UInt16(truncatingIfNeeded: $0)))
            case .doubleWord: .immediate(UInt64(UInt32(truncatingIfNeeded: $0)))
            case .quadWord, nil: .immediate(UInt64(bitPattern: $0))
            }
        }
    }

    private static func samples() -> [FormSample] {
        var samples: [FormSample] = []
        for form in InstructionForm.table {
            for destination in operands(form.destination, beside: nil) {
                for source in operands(form.source, beside: destination.size) {
                    let instruction = Instruction(form.mnemonic, destination, source)
                    guard isWorthwhile(destination, source), form.matches(instruction), isMeant(instruction) else {
                        continue
                    }
                    var text: [UInt8] = []
                    AssemblyPrinter().print(instruction, into: &text)
                    samples.append(
                        FormSample(
                            form: form, instruction: instruction, bytes: form.bytes(of: instruction),
                            text: String(decoding: text, as: UTF8.self)))
                }
            }
        }
        return samples
    }

    /// Beside memory, which has a field of its own, a few registers stand for all.
    private static func isWorthwhile(_ destination: Operand, _ source: Operand) -> Bool {
        guard destination.isMemory != source.isMemory else { return true }
        let beside = destination.isMemory ? source : destination
        return beside.kind != .register || [.rax, .rsi, .r12].contains(beside.register)
    }

    /// Counts of shifts and numbers of bits are not signed and stay below the width. Constants go to no register of 16 bits.
    private static func isMeant(_ instruction: Instruction) -> Bool {
        let destination = instruction.destination
        if instruction.mnemonic == .mov, instruction.source.kind == .immediate {
            return destination.kind != .register || destination.size != .word
        }
        guard [.shl, .shr, .bts].contains(instruction.mnemonic) else { return true }
        guard instruction.source.kind == .immediate else { return true }
        return instruction.source.number < (destination.size == .quadWord ? 64 : 32)
    }
}

extension InstructionForm {
    /// The first row of the table that can express an instruction, searched for among all.
    package static func serving(_ instruction: Instruction) -> InstructionForm? {
        table.first { $0.matches(instruction) }
    }
}
