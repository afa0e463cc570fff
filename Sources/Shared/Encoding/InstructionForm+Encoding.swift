// From a form and operands to bytes: prefixes, opcode, ModRM, displacement, immediate. Memory is addressed relative to
// the instruction pointer, or by a register and a displacement; a SIB byte is there only where that register asks for it.

import Program

extension InstructionForm {
    /// Appends the bytes of an instruction that the form matches, and returns the place of the 32-bit displacement of
    /// memory, or of an address, where it has one. A region that has no address yet leaves zeros there.
    ///
    /// Layout: 66 or F3, REX, 0F, opcode, ModRM, SIB, displacement, immediate.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, sections 2.1 and 2.2.1.
    ///
    /// - Precondition: the form matches the instruction.
    func encode(_ instruction: Instruction, into bytes: inout FixedArray<UInt8>) -> Int? {
        let modified = destination.isRegisterOrMemory ? instruction.destination : instruction.source
        let other = destination.isRegisterOrMemory ? instruction.source : instruction.destination
        var displacement: Int?

        switch opcodeExtension {
        case .none, .F0:
            appendOpcode(rex: 0, added: 0, into: &bytes)
            if opcodeExtension == .F0 { Self.put(0xF0, into: &bytes) }
        case .`+rd`:
            let register = instruction.destination.register
            let rex = (register.isExtended ? Self.rexB : 0) | Self.byteRex(for: instruction.destination)
            appendOpcode(rex: rex, added: register.low, into: &bytes)
        case .`/r`:
            let register = other.register
            let rex = (register.isExtended ? Self.rexR : 0) | Self.byteRex(for: other) | Self.rex(for: modified)
            appendOpcode(rex: rex, added: 0, into: &bytes)
            displacement = Self.appendModRM(modified, register: register.low, into: &bytes)
        default:
            appendOpcode(rex: Self.rex(for: modified), added: 0, into: &bytes)
            displacement = Self.appendModRM(modified, register: opcodeExtension.rawValue, into: &bytes)
        }
        let last = instruction.destination.kind == .distance ? instruction.destination : instruction.source
        if last.kind == .address {
            Self.append(0, byteCount: immediate.byteCount, into: &bytes)
            return bytes.count - Int(immediate.byteCount)
        }
        Self.append(last.number, byteCount: immediate.byteCount, into: &bytes)
        return displacement
    }

    /// The bytes of an instruction, with a displacement of zero for a region that has no address yet.
    public func bytes(of instruction: Instruction) -> [UInt8] {
        precondition(matches(instruction), "the form does not take these operands")
        var bytes = FixedArray<UInt8>(capacity: Self.byteLimit)
        _ = encode(instruction, into: &bytes)
        return bytes.copied()
    }

    /// Most bytes of an instruction.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, section 2.3.11.
    static let byteLimit = 15

    /// REX and its bits.
    private static var rex: UInt8 { 0x40 }
    private static var rexW: UInt8 { 0x48 }
    private static var rexR: UInt8 { 0x44 }
    private static var rexX: UInt8 { 0x42 }
    private static var rexB: UInt8 { 0x41 }

    /// The prefix that the operand in the r/m field asks for, or 0.
    ///
    /// Without a REX prefix the byte registers 4 to 7 are AH, CH, DH and BH (volume 2A, section 3.1.1.1).
    private static func rex(for operand: Operand) -> UInt8 {
        switch operand.kind {
        case .register, .based, .indexedRegion: (operand.register.isExtended ? rexB : 0) | byteRex(for: operand)
        case .scaled, .scaledRegion: operand.register.isExtended ? rexX : 0
        default: 0
        }
    }

    private static func byteRex(for operand: Operand) -> UInt8 {
        guard operand.kind == .register, operand.width == .byte, !operand.register.isExtended else { return 0 }
        return operand.register.rawValue >= 4 ? rex : 0
    }

    private func appendOpcode(rex: UInt8, added: UInt8, into bytes: inout FixedArray<UInt8>) {
        if prefix == .`66` { Self.put(0x66, into: &bytes) }
        if prefix == .F3 { Self.put(0xF3, into: &bytes) }
        let rex = prefix == .`REX.W` || prefix == .`REX.W 0F` ? rex | Self.rexW : rex
        if rex != 0 { Self.put(rex, into: &bytes) }
        if prefix == .`0F` || prefix == .`REX.W 0F` { Self.put(0x0F, into: &bytes) }
        Self.put(opcode + added, into: &bytes)
    }

    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, tables 2-2 and 2-3.
    private static func appendModRM(_ operand: Operand, register: UInt8, into bytes: inout FixedArray<UInt8>) -> Int? {
        switch operand.kind {
        case .register:
            put(0b11_000_000 | register << 3 | operand.register.low, into: &bytes)
            return nil
        case .relative:
            return appendDisplacement(operand.displacement, 0b00_000_101 | register << 3, into: &bytes)
        case .region:
            return appendDisplacement(0, 0b00_000_101 | register << 3, into: &bytes)
        case .indexedRegion:
            return appendBased(operand.register, 0, isLong: true, register, into: &bytes)
        case .based:
            return appendBased(operand.register, operand.displacement, isLong: false, register, into: &bytes)
        case .scaledRegion, .scaled:
            // In r/m, 4 means that a SIB byte follows, and 5 there, without a displacement of 8 bits, that there is no base.
            put(0b00_000_100 | register << 3, into: &bytes)
            let displacement = operand.kind == .scaled ? operand.displacement : 0
            return appendDisplacement(displacement, operand.scale << 6 | operand.register.low << 3 | 5, into: &bytes)
        case .none, .immediate, .address, .label, .distance:
            preconditionFailure("the r/m field takes a register or memory")
        }
    }

    /// A base in r/m, with as short a displacement as does, unless it is still to be filled in.
    private static func appendBased(
        _ base: Register, _ displacement: Int32, isLong: Bool, _ register: UInt8, into bytes: inout FixedArray<UInt8>
    ) -> Int? {
        let fields = register << 3 | base.low
        if !isLong, let short = Int8(exactly: displacement) {
            // Without a displacement, 5 in r/m means RIP.
            let isNeeded = short != 0 || base.low == 5
            put((isNeeded ? 0b01_000_000 : 0) | fields, into: &bytes)
            if base.low == 4 { put(0x24, into: &bytes) }
            if isNeeded { put(UInt8(bitPattern: short), into: &bytes) }
            return nil
        }
        // In r/m, 4 means that a SIB byte follows: there, no index and the same base.
        if base.low == 4 { put(0b10_000_000 | fields, into: &bytes) }
        return appendDisplacement(displacement, base.low == 4 ? 0x24 : 0b10_000_000 | fields, into: &bytes)
    }

    private static func appendDisplacement(_ displacement: Int32, _ before: UInt8, into bytes: inout FixedArray<UInt8>)
        -> Int
    {
        put(before, into: &bytes)
        append(UInt64(bitPattern: Int64(displacement)), byteCount: 4, into: &bytes)
        return bytes.count - 4
    }

    @inline(never)
    private static func append(_ value: UInt64, byteCount: Int32, into bytes: inout FixedArray<UInt8>) {
        for index in 0..<UInt64(byteCount) { put(UInt8(truncatingIfNeeded: value >> (8 * index)), into: &bytes) }
    }

    /// Appends a byte. Apart, because an array's `append` is large.
    @inline(never)
    private static func put(_ byte: UInt8, into bytes: inout FixedArray<UInt8>) { bytes.append(byte) }
}

extension InstructionForm.OperandForm {
    /// Whether the operand goes into the r/m field of ModRM.
    var isRegisterOrMemory: Bool {
        self == .m8 || self == .`r/m8` || self == .`r/m16` || self == .`r/m32` || self == .`r/m64`
    }
}
