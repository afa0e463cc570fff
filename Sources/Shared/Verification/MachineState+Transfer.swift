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
        case .and, .or, .xor, .add, .subtract, .subtractWithBorrow, .increment, .decrement, .shiftLeft, .shiftRight,
            .setBit, .clearBit:
            try compute(instruction, grants, loop)
        case .compare, .test: try compare(instruction, grants)
        case .testBit:
            _ = try operands(instruction, grants)
            flags = Flags()
        case .setCarry: flags = Flags()
        case .repeatStore, .repeatMove: try run(instruction, grants)
        case .set: try put(AbstractValue(range: ValueRange(bits: 1)), instruction, grants)
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
        _ register: UInt8, _ value: AbstractValue, size: UInt64 = 8
    ) throws(VerificationError) {
        guard Self.reserved >> UInt16(register) & 1 == 0 else { throw VerificationError(.reservedRegister) }
        set(register, value, size: size)
    }

    /// Where a memory operand is, or what LEA makes of it in a register of some width. What is one number goes to the
    /// displacement, so that the rest tells the place in an element.
    private func reach(_ instruction: DecodedInstruction, width: UInt64 = 64) throws(VerificationError) -> Reach {
        var reach = Reach(displacement: instruction.displacement & ValueRange.mask(width))
        func add(_ register: UInt8?, _ shift: UInt64) throws(VerificationError) {
            guard let register else { return }
            let part = try read(register, width / 8).range.lowBits(width).shiftedLeft(shift, width: width)
            if let constant = part.constant {
                reach.displacement &+= constant
            } else {
                reach.base = reach.base.adding(part, width: width)
            }
        }
        try add(instruction.base, 0)
        try add(instruction.index, instruction.indexShift)
        return reach
    }

    /// What the place of an instruction holds: the low part of a register, or what a load can find, be it to be changed.
    @inline(never)
    private mutating func value(
        _ instruction: DecodedInstruction, _ grants: GrantTable, isChanged: Bool = false
    ) throws(VerificationError) -> AbstractValue {
        let size = instruction.size
        if case .register(let register) = instruction.place { return Self.low(try read(register, size), size) }
        let reach = try reach(instruction)
        return AbstractValue(
            range: try grants.access(reach, size, in: .memory, storing: nil, isChanged: isChanged, after: &stores))
    }

    /// The operands, that which is written or looked at first.
    @inline(never)
    private mutating func operands(
        _ instruction: DecodedInstruction, _ grants: GrantTable, isChanged: Bool = false
    ) throws(VerificationError) -> (AbstractValue, AbstractValue) {
        let place = try value(instruction, grants, isChanged: isChanged)
        if let immediate = instruction.immediate { return (place, AbstractValue(range: ValueRange(immediate))) }
        let register = Self.low(try read(instruction.register, instruction.size), instruction.size)
        return instruction.isLoad ? (register, place) : (place, register)
    }

    /// Writes what an instruction results in.
    @inline(never)
    private mutating func put(
        _ value: AbstractValue, _ instruction: DecodedInstruction, _ grants: GrantTable
    ) throws(VerificationError) {
        guard let register = instruction.destination else {
            let reach = try reach(instruction)
            _ = try grants.access(reach, instruction.size, in: .memory, storing: value.range, after: &stores)
            return
        }
        try write(register, value, size: instruction.operation == .moveZeroExtended ? 8 : instruction.size)
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
        var source = AbstractValue(range: ValueRange(instruction.immediate ?? 0))
        if instruction.isLoad {
            source = try value(instruction, grants)
        } else if instruction.immediate == nil {
            source = Self.low(try read(instruction.register, instruction.size), instruction.size)
        }
        try put(source, instruction, grants)
    }

    /// REP STOS and REP MOVS. Of registers that values wait for nothing is known on the way or behind it.
    private mutating func run(_ instruction: DecodedInstruction, _ grants: GrantTable) throws(VerificationError) {
        let size = instruction.size
        let count = try read(1, 8).range
        guard count.high <= 1 << 32 else { throw VerificationError(.outsideGrants, found: count, grant: []) }
        let span = ValueRange(low: 0, high: (max(count.high, 1) - 1) * size, bits: 0 &- size).tightened()
        func pass(_ register: UInt8, storing stored: ValueRange?) throws(VerificationError) {
            let start = try read(register, 8).range
            var reach = Reach(base: start.adding(span, width: 64), displacement: 0)
            if let constant = start.constant { reach = Reach(base: span, displacement: constant) }
            stores = []
            _ = try grants.access(reach, size, in: .memory, storing: stored, after: &stores)
            stores = []
            let end = start.adding(count.shiftedLeft(size == 8 ? 3 : 2, width: 64), width: 64)
            try write(register, AbstractValue(range: end))
        }
        var stored = ValueRange(bits: ValueRange.mask(8 * size))
        if instruction.operation == .repeatMove { try pass(6, storing: nil) } else { stored = try read(0, size).range }
        try pass(7, storing: stored.lowBits(8 * size))
        try write(1, AbstractValue(range: ValueRange(0)))
    }

    private mutating func loadAddress(_ instruction: DecodedInstruction) throws(VerificationError) {
        let width = 8 * instruction.size
        let mask = ValueRange.mask(width)
        guard let base = instruction.base, instruction.index == nil else {
            let reach = try reach(instruction, width: width)
            let range = reach.base.adding(ValueRange(reach.displacement & mask), width: width)
            return try write(instruction.register, AbstractValue(range: range))
        }
        let value = Self.low(try read(base, instruction.size), instruction.size)
        try write(instruction.register, Self.sum(value, instruction.displacement & mask, width))
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
    private mutating func compute(
        _ instruction: DecodedInstruction, _ grants: GrantTable, _ loop: ClockLoop?
    ) throws(VerificationError) {
        let width = 8 * instruction.size
        let mask = ValueRange.mask(width)
        let operation = instruction.operation
        let isOfItself =
            instruction.immediate == nil && !instruction.isLoad
            && instruction.destination == instruction.register
        var result = AbstractValue(range: ValueRange(operation == .xor ? 0 : mask))
        if operation == .subtractWithBorrow {
            result.range = ValueRange(bits: mask)
        } else if operation != .xor || !isOfItself {
            let (left, right) = try operands(instruction, grants, isChanged: instruction.destination == nil)
            result.range = combined(operation, left.range, right.range, width)
            if let constant = right.range.constant {
                switch operation {
                case .add, .increment: result = Self.sum(left, constant, width)
                case .subtract, .decrement: result = Self.sum(left, (0 &- constant) & mask, width)
                default: break
                }
            }
            if width == 64 { result.clock = Self.clock(operation, left, right, loop) }
        }
        try put(result, instruction, grants)
        flags = Flags()
        switch operation {
        case .shiftLeft, .shiftRight, .setBit, .clearBit: break
        default: if let left = instruction.destination { flags = Flags(kind: .zero, left: left, width: width) }
        }
    }

    private func combined(
        _ operation: Operation, _ left: ValueRange, _ right: ValueRange, _ width: UInt64
    ) -> ValueRange {
        // The processor takes the number of a bit modulo the width, and a count modulo 64 or 32.
        let bit: UInt64 = 1 << (right.low & (width - 1))
        let count = right.low & (width == 64 ? 63 : 31)
        return switch operation {
        case .and: left.and(right)
        case .or: left.or(right)
        case .xor: left.xor(right)
        case .add: left.adding(right, width: width)
        case .subtract: left.subtracting(right, width: width)
        case .shiftLeft: left.shiftedLeft(count, width: width)
        case .shiftRight: left.shiftedRight(count)
        case .setBit: left.or(ValueRange(bit))
        case .clearBit: left.and(ValueRange(ValueRange.mask(width) & ~bit))
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

    private mutating func compare(_ instruction: DecodedInstruction, _ grants: GrantTable) throws(VerificationError) {
        let (value, right) = try operands(instruction, grants)
        let width = 8 * instruction.size
        flags = Flags()
        guard let left = instruction.destination else { return }
        // Half of a time says nothing of the time.
        let clock = width == 64 ? value.clock : .none
        flags = Flags(kind: .comparison, left: left, right: right.range, width: width, clock: clock)
        let hasOther = instruction.immediate == nil && !instruction.isLoad
        if hasOther, registers[Int(instruction.register)].range.high <= ValueRange.mask(width) {
            flags.rightRegister = instruction.register
        }
        guard instruction.operation == .test else { return }
        flags.clock = .none
        if hasOther {
            flags.kind = instruction.register == left ? .zero : .unknown
        } else {
            (flags.kind, flags.width) = (.bits, 64)
        }
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
