// From bytes to instructions, by the verifier's own table. It takes the encodings that the table names and no other:
// no prefix that is not needed to tell a form, and of registers of eight bits none but the low ones.

/// One instruction.
package final class DecodedInstruction {
    /// What the r/m field names.
    package enum Place {
        case none
        case register(UInt8)
        /// The memory at `displacement`, to which `base` and `index` are added, modulo 2^64.
        case memory
    }

    package var operation: Operation
    /// Units: bytes.
    package var byteCount = 0
    /// Size of the operands that the operation works on; for `moveZeroExtended`, of its source.
    ///
    /// Units: bytes.
    package var size: UInt64 = 4
    package var place: Place = .none
    package var base: UInt8?
    package var index: UInt8?
    /// By how many bits the index is shifted to the left.
    package var indexShift: UInt64 = 0
    package var displacement: UInt64 = 0
    /// Whether the displacement counts from the end of the instruction, until that is known.
    var isRelative = false
    /// Register of the reg field or the opcode, where the form has one.
    package var register: UInt8 = 0
    /// Whether the register is the destination and the place the source.
    package var isLoad = false
    /// The immediate operand, cut to the size; `nil` where the register is the source.
    package var immediate: UInt64?
    /// Condition of `set` and `jumpIf`, as the low bits of the opcode have it.
    package var condition: UInt8 = 0
    /// Where a jump leads.
    ///
    /// Units: bytes from the start of the code that is decoded.
    package var target: Int = 0

    @inline(never)
    init(_ operation: Operation) { self.operation = operation }

    /// The first operand, where it is a register.
    var destination: UInt8? {
        if isLoad { return register }
        if case .register(let register) = place { return register }
        return nil
    }
}

/// Reads instructions from the code of a driver.
package final class Decoder {
    private let code: [UInt8]
    /// Address of the first byte of the code.
    private let address: UInt64
    /// Offset after the function's last byte.
    private let end: Int
    /// Offset of the next byte.
    private var offset = 0

    package init(_ code: [UInt8], at address: UInt64, end: Int) {
        self.code = code
        self.address = address
        self.end = min(end, code.count)
    }

    /// The instruction at an offset, or `nil` where none stands that the table knows.
    package func instruction(at start: Int) -> DecodedInstruction? {
        offset = start
        guard var byte = next() else { return nil }
        let isWord = byte == 0x66
        let isRepeated = byte == 0xF3
        if isWord || isRepeated {
            guard let following = next() else { return nil }
            byte = following
        }
        var extensions: UInt8 = 0
        if byte & 0xF0 == 0x40 {
            guard let following = next() else { return nil }
            extensions = byte
            byte = following
        }
        var opcode = UInt16(byte)
        if byte == 0x0F {
            guard let second = next() else { return nil }
            opcode = 0x100 | UInt16(second)
        }
        if isRepeated { opcode |= 0x200 }
        let isWide = extensions & 8 != 0
        guard !(isWide && isWord) else { return nil }
        return decode(start, opcode, extensions, isWide ? 8 : isWord ? 2 : 4)
    }

    // MARK: Forms

    @inline(never)
    private func decode(
        _ start: Int, _ opcode: UInt16, _ extensions: UInt8, _ prefixed: UInt64
    ) -> DecodedInstruction? {
        let digit = offset < end ? code[offset] >> 3 & 7 : 8
        for form in InstructionForm.table where opcode & ~form.mask == form.opcode {
            // Some opcodes tell the size, and take no prefix that would; prefixes tell it for the others.
            let isTold = form.sizes == 1 || form.operation == .moveZeroExtended
            guard !isTold || prefixed == 4, form.digit >= 8 || form.digit == digit else { continue }
            let size = isTold ? UInt64(form.sizes) : prefixed
            guard UInt64(form.sizes) & size != 0, let operation = form.operation(opcode, digit: digit) else { continue }
            let instruction = DecodedInstruction(operation)
            instruction.size = size
            let afterOpcode = offset
            if let complete = operands(of: form, opcode, extensions, instruction, start) { return complete }
            offset = afterOpcode
        }
        return nil
    }

    private func operands(
        of form: InstructionForm, _ opcode: UInt16, _ extensions: UInt8, _ instruction: DecodedInstruction, _ start: Int
    ) -> DecodedInstruction? {
        instruction.condition = UInt8(truncatingIfNeeded: opcode & 15)
        switch form.operands {
        case .none:
            guard extensions == (instruction.size == 8 ? 0x48 : 0) else { return nil }
        case .third:
            guard extensions == 0, next() == 0xF0 else { return nil }
        case .placeRegister, .registerPlace, .place, .placeOne, .placeByte, .placeImmediate:
            instruction.isLoad = form.operands == .registerPlace
            guard readPlace(of: form, extensions, instruction) else { return nil }
            if form.operands == .placeOne { instruction.immediate = 1 }
            let isByte = form.operands == .placeByte
            guard
                !isByte && form.operands != .placeImmediate
                    || readImmediate(isByte ? 1 : min(instruction.size, 4), instruction)
            else { return nil }
        case .accumulatorImmediate:
            guard extensions & 7 == 0, readImmediate(min(instruction.size, 4), instruction) else { return nil }
            instruction.place = .register(0)
        case .opcodeImmediate:
            let register = UInt8(truncatingIfNeeded: opcode & 7) | (extensions & 1) << 3
            guard extensions & 6 == 0, form.sizes != 1 || Self.isLow(register, extensions),
                readImmediate(instruction.size, instruction)
            else { return nil }
            instruction.place = .register(register)
        case .near8, .near32:
            guard extensions == 0, let distance = signed(form.operands == .near8 ? 1 : 4) else { return nil }
            instruction.target = offset + Int(distance)
        }
        if instruction.operation == .subtractWithBorrow {
            guard form.operands == .placeRegister, instruction.destination == instruction.register else { return nil }
        }
        instruction.byteCount = offset - start
        if instruction.isRelative { instruction.displacement &+= address &+ UInt64(offset) }
        return instruction
    }

    /// Whether a number is that of the low byte of a register: without REX, bytes 4 to 7 are AH to BH.
    private static func isLow(_ register: UInt8, _ extensions: UInt8) -> Bool {
        extensions != 0 || register & 12 != 4
    }

    /// Reads the ModRM byte and what follows it.
    ///
    /// Source: Intel SDM, volume 2A, section 2.1.5 (tables 2-2 and 2-3) and 2.2.1 (REX prefixes).
    private func readPlace(
        of form: InstructionForm, _ extensions: UInt8, _ instruction: DecodedInstruction
    ) -> Bool {
        guard let byte = next() else { return false }
        instruction.register = byte >> 3 & 7 | (extensions & 4) << 1
        if form.digit != 8 {
            guard extensions & 4 == 0 else { return false }
        } else if form.sizes == 1, form.operation != .moveZeroExtended {
            guard Self.isLow(instruction.register, extensions) else { return false }
        }
        var base = byte & 7 | (extensions & 1) << 3
        if byte >= 0xC0 {
            instruction.place = .register(base)
            return form.place != .memory && extensions & 2 == 0 && (form.sizes != 1 || Self.isLow(base, extensions))
        }
        guard form.place != .register else { return false }
        instruction.place = .memory
        let isIndexed = base & 7 == 4
        if isIndexed {
            guard let second = next() else { return false }
            let index = second >> 3 & 7 | (extensions & 2) << 2
            // Number 4 says that there is none.
            guard index != 4 else { return false }
            base = second & 7 | (extensions & 1) << 3
            (instruction.index, instruction.indexShift) = (index, UInt64(second >> 6))
        } else if extensions & 2 != 0 {
            return false
        }
        let isBased = byte >> 6 != 0 || base & 7 != 5
        instruction.base = isBased ? base : nil
        instruction.isRelative = !isBased && !isIndexed
        if isBased, byte >> 6 == 0 { return true }
        guard let displacement = signed(byte >> 6 == 1 ? 1 : 4) else { return false }
        instruction.displacement = UInt64(bitPattern: displacement)
        return true
    }

    // MARK: Bytes

    @inline(never)
    private func next() -> UInt8? {
        guard offset < end else { return nil }
        offset += 1
        return code[offset - 1]
    }

    @inline(never)
    private func readImmediate(_ byteCount: UInt64, _ instruction: DecodedInstruction) -> Bool {
        guard let value = signed(byteCount) else { return false }
        instruction.immediate = UInt64(bitPattern: value) & ValueRange.mask(8 * instruction.size)
        return true
    }

    /// A number of 1, 2, 4 or 8 bytes, sign-extended.
    @inline(never)
    private func signed(_ byteCount: UInt64) -> Int64? {
        guard end - offset >= Int(byteCount) else { return nil }
        var value: UInt64 = 0
        for index in 0..<byteCount {
            value |= UInt64(code[offset]) << (8 * index)
            offset += 1
        }
        let unused = 64 - 8 * byteCount
        return Int64(bitPattern: value << unused) >> Int64(unused)
    }
}
