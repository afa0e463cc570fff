// What each instruction does to what is known. Control flow is not decided here: the walk over a function does that.

extension MachineState {
    /// Registers that belong to the caller, and the stack's: RBX, RSP, RBP, R12 to R15.
    ///
    /// Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, section 3.2.1.
    private static let reserved: UInt16 = 0b1111_0000_0011_1000

    /// Carries out an instruction, and proves every access that it makes.
    ///
    /// - Parameter reading: number of the last reading of the time-stamp counter.
    ///
    /// Throws: `VerificationError`, without its place.
    package mutating func carryOut(
        _ instruction: DecodedInstruction, _ grants: GrantTable, reading: inout Int, loop: ClockLoop?
    ) throws(VerificationError) {
        switch instruction.operation {
        case .move, .moveZeroExtended: try move(instruction, grants)
        case .loadAddress: try loadAddress(instruction)
        case .and, .or, .xor, .add, .subtract, .increment, .decrement, .shiftLeft, .shiftRight:
            try compute(instruction, loop)
        case .compare, .test: try compare(instruction)
        case .set: try setByte(instruction)
        case .readTimeStamp:
            reading += 1
            set(0, AbstractValue(range: ValueRange(bits: 0xFFFF_FFFF)))
            set(2, AbstractValue(range: ValueRange(bits: 0xFFFF_FFFF)))
            registers[0].clock = .low(reading)
            registers[2].clock = .high(reading)
        case .portRead: try readPort(instruction.size, grants)
        case .portWrite: try writePort(instruction.size, grants)
        case .jumpIf, .jump, .returnNear, .pause, .fence: break
        }
    }

    // MARK: Operands

    /// What a register holds whose low bytes are read.
    @inline(never)
    func read(_ register: UInt8, _ byteCount: UInt64) throws(VerificationError) -> AbstractValue {
        let value = registers[Int(register)]
        guard value.definedBits >= 8 * byteCount else { throw VerificationError(.undefinedRegister) }
        return value
    }

    /// Writes a register that is not the caller's, or its low bits.
    @inline(never)
    private mutating func write(
        _ register: UInt8, _ value: AbstractValue, bits: UInt64 = 64
    ) throws(VerificationError) {
        guard Self.reserved >> UInt16(register) & 1 == 0 else { throw VerificationError(.reservedRegister) }
        set(register, value, bits: bits)
    }

    /// Where a memory operand is.
    private func reach(_ instruction: DecodedInstruction) throws(VerificationError) -> Reach {
        switch instruction.place {
        case .absolute(let address): return Reach(displacement: address)
        case .based(let register, let displacement):
            return Reach(base: try read(register, 8).range, displacement: UInt64(bitPattern: displacement))
        case .none, .register: return Reach(displacement: 0)
        }
    }

    /// A value as the low part of a register has it, zeros above.
    @inline(never)
    private static func low(_ value: AbstractValue, _ byteCount: UInt64) -> AbstractValue {
        let mask = ValueRange.mask(8 * byteCount)
        if value.range.high <= mask { return value }
        var low = AbstractValue(range: value.range.lowBits(8 * byteCount))
        if var symbol = value.symbol {
            symbol.width = min(symbol.width, 8 * byteCount)
            low.symbol = symbol
        }
        return low
    }

    // MARK: Moves

    private mutating func move(_ instruction: DecodedInstruction, _ grants: GrantTable) throws(VerificationError) {
        let size = instruction.size
        if instruction.touchesMemory {
            let reach = try reach(instruction)
            if instruction.isLoad {
                let range = try grants.access(reach, size, in: .memory, storing: nil, after: &stores)
                return try write(instruction.register, AbstractValue(range: range))
            }
            var stored = ValueRange(instruction.immediate ?? 0)
            if instruction.immediate == nil { stored = try read(instruction.register, size).range.lowBits(8 * size) }
            _ = try grants.access(reach, size, in: .memory, storing: stored, after: &stores)
            return
        }
        guard case .register(let place) = instruction.place else { return }
        if let immediate = instruction.immediate {
            return try write(place, AbstractValue(range: ValueRange(immediate)))
        }
        let source = instruction.isLoad ? place : instruction.register
        let destination = instruction.isLoad ? instruction.register : place
        try write(destination, Self.low(try read(source, size), size))
    }

    private mutating func loadAddress(_ instruction: DecodedInstruction) throws(VerificationError) {
        let width = 8 * instruction.size
        let mask = ValueRange.mask(width)
        if case .absolute(let address) = instruction.place {
            return try write(instruction.register, AbstractValue(range: ValueRange(address & mask)))
        }
        guard case .based(let register, let displacement) = instruction.place else { return }
        let base = Self.low(try read(register, instruction.size), instruction.size)
        let sum = Self.sum(base, UInt64(bitPattern: displacement) & mask, width)
        try write(instruction.register, sum)
    }

    // MARK: Arithmetic

    /// A value and a constant added, with the symbol kept.
    private static func sum(_ value: AbstractValue, _ constant: UInt64, _ width: UInt64) -> AbstractValue {
        var result = AbstractValue(range: value.range.adding(ValueRange(constant), width: width))
        if var symbol = value.symbol {
            symbol.difference &+= constant
            // Modulo 2^32 a constant of 32 bits may stand for a negative one.
            symbol.width = min(symbol.width, width)
            result.symbol = symbol
        }
        return result
    }

    @inline(never)
    private mutating func compute(_ instruction: DecodedInstruction, _ loop: ClockLoop?) throws(VerificationError) {
        guard case .register(let destination) = instruction.place else { return }
        let width = 8 * instruction.size
        let isCleared =
            instruction.operation == .xor && instruction.immediate == nil
            && instruction.register == destination
        if isCleared {
            try write(destination, AbstractValue(range: ValueRange(0)))
            flags = Flags(kind: .zero, left: destination)
            return
        }
        let whole = try read(destination, instruction.size)
        let left = Self.low(whole, instruction.size)
        var right = AbstractValue(range: ValueRange(instruction.immediate ?? 1))
        if instruction.immediate == nil, instruction.operation != .increment, instruction.operation != .decrement {
            right = Self.low(try read(instruction.register, instruction.size), instruction.size)
        }
        var result = AbstractValue(range: combined(instruction.operation, left.range, right.range, width))
        let mask = ValueRange.mask(width)
        switch instruction.operation {
        case .increment: result = Self.sum(left, 1, width)
        case .decrement: result = Self.sum(left, mask, width)
        case .add: if let constant = right.range.constant { result = Self.sum(left, constant, width) }
        default: break
        }
        if width == 64 { result.clock = Self.clock(instruction.operation, whole, right, loop) }
        try write(destination, result)
        let tells = instruction.operation != .shiftLeft && instruction.operation != .shiftRight
        flags = tells ? Flags(kind: .zero, left: destination, width: width) : Flags()
    }

    private func combined(
        _ operation: Operation, _ left: ValueRange, _ right: ValueRange, _ width: UInt64
    ) -> ValueRange {
        switch operation {
        case .and: left.and(right)
        case .or: left.or(right)
        case .xor: left.xor(right)
        case .add: left.adding(right, width: width)
        case .subtract: left.subtracting(right, width: width)
        // The processor takes the count modulo the width.
        case .shiftLeft: left.shiftedLeft(right.low & (width - 1), width: width)
        case .shiftRight: left.shiftedRight(right.low & (width - 1))
        default: ValueRange(bits: ValueRange.mask(width))
        }
    }

    /// Follows a reading of the counter through its assembly, `shl rdx, 32; or rdx, rax`, and the difference to a start.
    private static func clock(
        _ operation: Operation, _ left: AbstractValue, _ right: AbstractValue, _ loop: ClockLoop?
    ) -> ClockPart {
        switch (operation, left.clock, right.clock) {
        case (.shiftLeft, .high(let reading), _):
            return right.range.constant == 32 ? .highAtItsPlace(reading) : .none
        case (.or, .highAtItsPlace(let high), .low(let low)):
            return high == low ? .reading(low) : .none
        case (.subtract, .reading(let reading), _):
            guard let loop, reading > loop.lastReading, right.symbol == loop.start else { return .none }
            return .elapsed(block: loop.block)
        default: return .none
        }
    }

    // MARK: Flags

    private mutating func compare(_ instruction: DecodedInstruction) throws(VerificationError) {
        guard case .register(let left) = instruction.place else { return }
        let value = try read(left, instruction.size)
        let width = 8 * instruction.size
        // Half of a time says nothing of the time.
        flags = Flags(kind: .comparison, left: left, width: width, clock: width == 64 ? value.clock : .none)
        if let immediate = instruction.immediate {
            flags.right = ValueRange(immediate)
        } else {
            let right = try read(instruction.register, instruction.size)
            flags.right = right.range.lowBits(width)
            if right.range.high <= ValueRange.mask(width) { flags.rightRegister = instruction.register }
        }
        guard instruction.operation == .test else { return }
        flags.clock = .none
        if instruction.immediate != nil {
            flags.kind = .bits
            flags.width = 64
        } else {
            flags.kind = instruction.register == left ? .zero : .unknown
        }
    }

    private mutating func setByte(_ instruction: DecodedInstruction) throws(VerificationError) {
        guard case .register(let register) = instruction.place else { return }
        // The upper bits stay, and stay undefined where they were.
        let above = registers[Int(register)].range.bits & ~0xFF
        try write(register, AbstractValue(range: ValueRange(bits: above | 1)), bits: 8)
    }
}

/// A clock loop that is open.
package struct ClockLoop {
    /// Index of its block.
    package var block: Int
    /// What the start register held at the last entry.
    var start: Symbol
    /// Number of the last reading before the loop.
    var lastReading: Int

    package init(block: Int, start register: UInt8, lastReading: Int) {
        self.block = block
        start = Symbol.entry(block: block, register: register)
        self.lastReading = lastReading
    }
}
