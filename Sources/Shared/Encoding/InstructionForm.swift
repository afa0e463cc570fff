// A form of an instruction: which operands it takes and how it is encoded, in the terms of the manual. The table of
// all forms is in InstructionForm+Table.swift; the encoder reads it, and the assembly printer prints what it
// describes.

/// One row of the instruction table.
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, sections 3.1.1.1 (opcode column)
/// and 3.1.1.3 (instruction column), whose notation the names of the cases are.
public struct InstructionForm: Hashable, Sendable {
    /// What may be in an operand's place.
    public enum OperandForm: UInt8, Sendable {
        case none
        case al, ax, eax, rax
        /// The number of a port.
        case dx
        case r8, r16, r32, r64
        case `r/m8`, `r/m16`, `r/m32`, `r/m64`
        case imm8, imm16, imm32, imm64
        /// A distance from the end of the instruction.
        case rel8, rel32
        /// Memory whose address counts, not what it holds.
        case m
        /// The immediate 1, which the opcode implies.
        case `1`
    }

    /// What is before the opcode byte.
    public enum Prefix: UInt8, Sendable {
        case none
        /// The REX prefix with W set: 64-bit operands.
        case `REX.W`
        /// The escape byte of the two-byte opcodes.
        case `0F`
        /// 16-bit operands.
        case `66`
        /// Part of the opcode of PAUSE.
        case `F3`
    }

    /// What follows the opcode byte, or is added to it.
    public enum Extension: UInt8, Sendable {
        /// The opcode digit in the reg field of ModRM; the raw value is the digit.
        case `/0`, `/1`, `/2`, `/3`, `/4`, `/5`, `/6`, `/7`
        /// A register in the reg field of ModRM.
        case `/r`
        /// A register added to the opcode.
        case `+rd`
        case none
        /// A third byte of the opcode.
        case `F0`
    }

    /// Immediate or distance that ends the instruction; the low four bits of the raw value are its number of bytes.
    public enum Immediate: UInt8, Sendable {
        case none = 0
        case ib = 1
        case iw = 2
        case id = 4
        case io = 8
        /// A distance in the code.
        case cb = 0x11
        case cd = 0x14

        /// Units: bytes.
        var byteCount: Int32 { Int32(rawValue & 15) }
    }

    public let mnemonic: Mnemonic
    public let destination: OperandForm
    public let source: OperandForm
    public let prefix: Prefix
    public let opcode: UInt8
    public let opcodeExtension: Extension
    public let immediate: Immediate

    // Inlined so that the compiler lays the table out as data instead of building it.
    @inline(__always)
    init(
        _ mnemonic: Mnemonic, _ destination: OperandForm, _ source: OperandForm, _ prefix: Prefix, _ opcode: UInt8,
        _ opcodeExtension: Extension, _ immediate: Immediate
    ) {
        self.mnemonic = mnemonic
        self.destination = destination
        self.source = source
        self.prefix = prefix
        self.opcode = opcode
        self.opcodeExtension = opcodeExtension
        self.immediate = immediate
    }

    /// Whether the form can express an instruction.
    public func matches(_ instruction: Instruction) -> Bool {
        instruction.mnemonic == mnemonic
            && destination.matches(instruction.destination, beside: nil)
            && source.matches(instruction.source, beside: instruction.destination.size)
    }
}

extension InstructionForm.OperandForm {
    /// Whether an operand may be here; `beside` is the size of the destination, for an immediate.
    @inline(never)  // Inlined at each place of a form, it costs the kernel 2 KiB.
    func matches(_ operand: Operand, beside destination: OperandSize?) -> Bool {
        switch operand {
        case .none:
            self == .none
        case .register(let register, let size):
            isRegisterOrMemory(size) || isRegister(size) || (register == .rax && isAccumulator(size))
                || (self == .dx && register == .rdx && size == .word)
        case .region(_, _, _, let size), .relative(_, let size), .based(_, _, let size):
            self == .m || isRegisterOrMemory(size)
        case .label:
            false
        case .distance(let distance):
            self == .rel32 || self == .rel8 && Int8(exactly: distance) != nil
        case .immediate(let value):
            if let destination { isImmediate(value, destination) } else { false }
        }
    }

    private func isAccumulator(_ size: OperandSize) -> Bool {
        switch size {
        case .byte: self == .al
        case .word: self == .ax
        case .doubleWord: self == .eax
        case .quadWord: self == .rax
        }
    }

    private func isRegister(_ size: OperandSize) -> Bool {
        switch size {
        case .byte: self == .r8
        case .word: self == .r16
        case .doubleWord: self == .r32
        case .quadWord: self == .r64
        }
    }

    private func isRegisterOrMemory(_ size: OperandSize) -> Bool {
        switch size {
        case .byte: self == .`r/m8`
        case .word: self == .`r/m16`
        case .doubleWord: self == .`r/m32`
        case .quadWord: self == .`r/m64`
        }
    }

    /// Whether the processor makes `value` of an immediate of this form: it widens with the sign to the operand's size.
    private func isImmediate(_ value: UInt64, _ size: OperandSize) -> Bool {
        let unused: Int64
        switch self {
        case .imm8: unused = 56
        case .imm16: unused = 48
        case .imm32: unused = 32
        case .imm64: unused = 0
        case .`1`: return value == 1
        default: return false
        }
        return UInt64(bitPattern: (Int64(bitPattern: value) &<< unused) &>> unused) & size.mask == value
    }
}
