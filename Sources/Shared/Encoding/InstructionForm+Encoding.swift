// From a form and operands to bytes: prefixes, opcode, ModRM, displacement, immediate. Memory is addressed relative to
// the instruction pointer only, so there is neither a SIB byte nor an 8-bit displacement.

extension InstructionForm {
    /// Appends the bytes of an instruction that the form matches, and gives the place of its 32-bit displacement,
    /// where it has one. A region that has no address yet leaves a displacement of zero.
    ///
    /// Layout: REX, 0F, opcode, ModRM, displacement, immediate.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, sections 2.1 and 2.2.1.
    @discardableResult
    public func encode(_ instruction: Instruction, into bytes: inout [UInt8]) -> Int? {
        precondition(matches(instruction), "the form does not take these operands")
        let modified = destination.isRegisterOrMemory ? instruction.destination : instruction.source
        let other = destination.isRegisterOrMemory ? instruction.source : instruction.destination
        var displacement: Int?

        switch opcodeExtension {
        case .none:
            appendOpcode(rex: 0, added: 0, into: &bytes)
        case .`+rd`:
            let register = instruction.destination.register
            appendOpcode(rex: register.isExtended ? Self.rexB : 0, added: register.low, into: &bytes)
        case .`/r`:
            let register = other.register
            let rex = (register.isExtended ? Self.rexR : 0) | Self.rex(for: modified)
            appendOpcode(rex: rex, added: 0, into: &bytes)
            displacement = Self.appendModRM(modified, register: register.low, into: &bytes)
        default:
            appendOpcode(rex: Self.rex(for: modified), added: 0, into: &bytes)
            displacement = Self.appendModRM(modified, register: opcodeExtension.rawValue, into: &bytes)
        }
        if case .immediate(let value) = instruction.source {
            for index in 0..<UInt64(immediate.rawValue) {
                bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index)))
            }
        }
        return displacement
    }

    /// REX and its bits.
    private static var rex: UInt8 { 0x40 }
    private static var rexW: UInt8 { 0x48 }
    private static var rexR: UInt8 { 0x44 }
    private static var rexB: UInt8 { 0x41 }

    /// The prefix that the operand in the r/m field asks for, or 0.
    ///
    /// Without a REX prefix the byte registers 4 to 7 are AH, CH, DH and BH (volume 2A, section 3.1.1.1).
    private static func rex(for operand: Operand) -> UInt8 {
        guard case .register(let register, let size) = operand else { return 0 }
        if register.isExtended { return rexB }
        return size == .byte && register.rawValue >= 4 ? rex : 0
    }

    private func appendOpcode(rex: UInt8, added: UInt8, into bytes: inout [UInt8]) {
        let rex = prefix == .`REX.W` ? rex | Self.rexW : rex
        if rex != 0 { bytes.append(rex) }
        if prefix == .`0F` { bytes.append(0x0F) }
        bytes.append(opcode + added)
    }

    private static func appendModRM(_ operand: Operand, register: UInt8, into bytes: inout [UInt8]) -> Int? {
        let value: Int32
        switch operand {
        case .register(let modified, _):
            bytes.append(0b11_000_000 | register << 3 | modified.low)
            return nil
        case .relative(let displacement, _): value = displacement
        case .region: value = 0
        case .none, .immediate: preconditionFailure("the r/m field takes a register or memory")
        }
        bytes.append(0b00_000_101 | register << 3)
        let place = bytes.count
        for index in 0..<Int32(4) { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        return place
    }
}

extension InstructionForm.OperandForm {
    /// Whether the operand goes into the r/m field of ModRM.
    var isRegisterOrMemory: Bool {
        self == .`r/m8` || self == .`r/m16` || self == .`r/m32` || self == .`r/m64`
    }
}

extension Operand {
    /// - Precondition: the operand is a register.
    fileprivate var register: Register {
        guard case .register(let register, _) = self else { preconditionFailure("operand is no register") }
        return register
    }
}
