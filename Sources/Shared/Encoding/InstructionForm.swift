// A form of an instruction: which operands it takes and how it is encoded, in the terms of the manual. The table of
// all forms is in InstructionForm+Table.swift; the encoder reads it, and the assembly printer prints what it
// describes.

/// One row of the instruction table.
///
/// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, sections 3.1.1.1 (opcode column)
/// and 3.1.1.3 (instruction column), whose notation the names of the cases are.
public struct InstructionForm: Hashable, Sendable, BitwiseCopyable {
    /// What may be in an operand's place.
    public enum OperandForm: UInt8, Sendable, BitwiseCopyable {
        case none
        case al, ax, eax, rax
        /// The number of a port.
        case dx
        case r8, r16, r32, r64
        case `r/m8`, `r/m16`, `r/m32`, `r/m64`
        case imm8, imm16, imm32, imm64
        /// A distance from the end of the instruction.
        case rel8, rel32
        /// A byte of memory, and no register.
        case m8
        /// Memory whose address counts, not what it holds.
        case m
        /// The immediate 1, which the opcode implies.
        case `1`
    }

    /// What is before the opcode byte.
    public enum Prefix: UInt8, Sendable, BitwiseCopyable {
        case none
        /// The REX prefix with W set: 64-bit operands.
        case `REX.W`
        /// The escape byte of the two-byte opcodes.
        case `0F`
        case `REX.W 0F`
        /// 16-bit operands.
        case `66`
        /// Part of the opcode of PAUSE.
        case `F3`
    }

    /// What follows the opcode byte, or is added to it.
    public enum Extension: UInt8, Sendable, BitwiseCopyable {
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
    public enum Immediate: UInt8, Sendable, BitwiseCopyable {
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
            && takes(
                instruction.destination.forms(beside: nil),
                instruction.source.forms(beside: instruction.destination.size))
    }

    /// Whether the form takes operands that may have these forms.
    @inline(__always)
    func takes(_ destination: OperandForms, _ source: OperandForms) -> Bool {
        destination.contains(OperandForms(self.destination)) && source.contains(OperandForms(self.source))
    }
}

/// A set of operand forms.
///
/// Layout: bit n stands for the form of raw value n.
struct OperandForms: OptionSet, BitwiseCopyable {
    let rawValue: UInt32

    @inline(__always)
    init(rawValue: UInt32) { self.rawValue = rawValue }

    @inline(__always)
    init(_ form: InstructionForm.OperandForm) { rawValue = 1 << UInt32(form.rawValue) }

    /// The forms of each operand size, byte first: a general register, the accumulator, a register or memory.
    @inline(__always)
    static func register(_ size: OperandSize) -> OperandForms { OperandForms(rawValue: 1 << (base(.r8) + order(size))) }
    @inline(__always)
    static func accumulator(_ size: OperandSize) -> OperandForms {
        OperandForms(rawValue: 1 << (base(.al) + order(size)))
    }
    @inline(__always)
    static func modified(_ size: OperandSize) -> OperandForms {
        OperandForms(rawValue: 1 << (base(.`r/m8`) + order(size)))
    }

    @inline(__always)
    private static func base(_ form: InstructionForm.OperandForm) -> UInt32 { UInt32(form.rawValue) }

    /// 0 for a byte up to 3 for a quad word.
    @inline(__always)
    private static func order(_ size: OperandSize) -> UInt32 {
        UInt32(truncatingIfNeeded: size.rawValue.trailingZeroBitCount) &- 3
    }
}

extension Operand {
    /// The forms that the operand may have; `beside` is the size of the destination, for an immediate.
    func forms(beside destination: OperandSize?) -> OperandForms {
        switch kind {
        case .none:
            return OperandForms(.none)
        case .register:
            var forms: OperandForms = [.register(width), .modified(width)]
            if register == .rax { forms.insert(.accumulator(width)) }
            if register == .rdx, width == .word { forms.insert(OperandForms(.dx)) }
            return forms
        case .region, .indexedRegion, .scaledRegion, .relative, .based, .scaled:
            var forms: OperandForms = [OperandForms(.m), .modified(width)]
            if width == .byte { forms.insert(OperandForms(.m8)) }
            return forms
        case .address:
            return OperandForms(.imm32)
        case .label:
            return []
        case .distance:
            return Int8(exactly: displacement) == nil
                ? OperandForms(.rel32) : [OperandForms(.rel8), OperandForms(.rel32)]
        case .immediate:
            guard let destination else { return [] }
            return Self.immediateForms(number, destination)
        }
    }

    /// The immediates of which the processor makes `value`: it widens with the sign to the operand's size.
    private static func immediateForms(_ value: UInt64, _ size: OperandSize) -> OperandForms {
        guard value & ~size.mask == 0 else { return [] }
        let unused = 64 - Int64(size.rawValue)
        let signed = (Int64(bitPattern: value) &<< unused) &>> unused
        var forms = OperandForms(.imm64)
        if value == 1 { forms.insert(OperandForms(.`1`)) }
        if signed == Int64(Int8(truncatingIfNeeded: signed)) { forms.insert(OperandForms(.imm8)) }
        if signed == Int64(Int16(truncatingIfNeeded: signed)) { forms.insert(OperandForms(.imm16)) }
        if signed == Int64(Int32(truncatingIfNeeded: signed)) { forms.insert(OperandForms(.imm32)) }
        return forms
    }
}
