// The table of the verifier: exactly the instruction forms that generated code may hold. It is written down apart from
// the encoder's, from the manual, so that a mistake in one of them is not in both. What has no row is refused.

/// What an instruction does.
package enum Operation: UInt8, Sendable {
    case move, moveZeroExtended, loadAddress
    case and, or, xor, add, subtract, compare, test
    /// Of a register from itself: all bits become the carry flag.
    case subtractWithBorrow
    case increment, decrement, shiftLeft, shiftRight
    case testBit, setBit, clearBit, setCarry
    case set, jumpIf, jump, returnNear
    /// As many elements as RCX says, from RDI on, and from RSI.
    case repeatStore, repeatMove
    case readTimeStamp, pause, fence
    case portRead, portWrite
}

/// A row of the table.
struct InstructionForm {
    /// Where the operands are.
    enum Operands: UInt8 {
        case none
        /// None, behind a third byte of the opcode, F0.
        case third
        /// r/m, then reg.
        case placeRegister
        /// reg, then r/m.
        case registerPlace
        /// r/m, then an immediate of the operand's size, 32 bits at most, sign-extended.
        case placeImmediate
        /// r/m, then an immediate of 8 bits, sign-extended.
        case placeByte
        /// r/m, and the number 1.
        case placeOne
        /// r/m.
        case place
        /// RAX, then an immediate of the operand's size, 32 bits at most, sign-extended.
        case accumulatorImmediate
        /// The register in the opcode, then an immediate of the operand's size.
        case opcodeImmediate
        /// A displacement of 8 bits.
        case near8
        /// A displacement of 32 bits.
        case near32
    }

    /// What the r/m operand may be.
    enum Place: UInt8 {
        case register, memory, either
    }

    var operation: Operation
    /// Bits 7:0 of the opcode; bit 8 for a second byte after 0F, bit 9 for F3 before it.
    var opcode: UInt16
    /// Opcode extension in the reg field; 8 for none, 9 for one that tells which of eight operations it is.
    var digit: UInt8
    /// Operand sizes that the form may have: those of 1, 2, 4 or 8 bytes, as the bits of that value.
    var sizes: UInt8
    var operands: Operands
    var place: Place
    /// Bits of the opcode that tell a register, a condition, or which of eight operations it is: clear in `opcode`.
    var mask: UInt16

    // Inlined so that the compiler lays the table out as data instead of building it.
    @inline(__always)
    private init(
        _ operation: Operation, _ opcode: UInt16, _ sizes: UInt8, _ operands: Operands, _ place: Place = .register,
        digit: UInt8 = 8, mask: UInt16 = 0
    ) {
        self.operation = operation
        self.opcode = opcode
        self.digit = digit
        self.sizes = sizes
        self.operands = operands
        self.place = place
        self.mask = mask
    }

    /// The operation of this row, where an opcode and a reg field have these numbers; `nil` for one that is not taken.
    func operation(_ opcode: UInt16, digit: UInt8) -> Operation? {
        guard mask == 0x38 || self.digit == 9 else { return operation }
        return switch mask == 0x38 ? UInt8(truncatingIfNeeded: opcode >> 3) : digit {
        case 0: .add
        case 1: .or
        case 3: .subtractWithBorrow
        case 4: .and
        case 5: .subtract
        case 6: .xor
        case 7: .compare
        default: nil
        }
    }

    /// All forms.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, the page of each instruction;
    /// volume 2D, appendix A (opcode map; table A-6 has what the reg field tells).
    // swift-format-ignore
    static let table: [InstructionForm] = [
        .init(.move,             0x088, 1,         .placeRegister,        .either),
        .init(.move,             0x089, 2 + 4 + 8, .placeRegister,        .either),
        .init(.move,             0x08A, 1,         .registerPlace,        .memory),
        .init(.move,             0x08B, 2 + 4 + 8, .registerPlace,        .either),
        .init(.move,             0x0B0, 1,         .opcodeImmediate,      mask: 7),
        .init(.move,             0x0B8, 4 + 8,     .opcodeImmediate,      mask: 7),
        .init(.move,             0x0C6, 1,         .placeImmediate,       .memory, digit: 0),
        .init(.move,             0x0C7, 2 + 4,     .placeImmediate,       .memory, digit: 0),
        .init(.move,             0x0C7, 8,         .placeImmediate,       .either, digit: 0),
        .init(.moveZeroExtended, 0x1B6, 1,         .registerPlace,        .either),
        .init(.moveZeroExtended, 0x1B7, 2,         .registerPlace,        .either),
        .init(.loadAddress,      0x08D, 4 + 8,     .registerPlace,        .memory),
        // ADD and what has its forms.
        .init(.add,              0x000, 1,         .placeRegister,        .either, mask: 0x38),
        .init(.add,              0x001, 2 + 4 + 8, .placeRegister,        .either, mask: 0x38),
        .init(.add,              0x002, 1,         .registerPlace,        .memory, mask: 0x38),
        .init(.add,              0x003, 2 + 4 + 8, .registerPlace,        .memory, mask: 0x38),
        .init(.add,              0x004, 1,         .accumulatorImmediate, mask: 0x38),
        .init(.add,              0x005, 2 + 4 + 8, .accumulatorImmediate, mask: 0x38),
        .init(.add,              0x080, 1,         .placeImmediate,       .either, digit: 9),
        .init(.add,              0x081, 2 + 4 + 8, .placeImmediate,       .either, digit: 9),
        .init(.add,              0x083, 2 + 4 + 8, .placeByte,            .either, digit: 9),
        .init(.test,             0x084, 1,         .placeRegister,        .either),
        .init(.test,             0x085, 2 + 4 + 8, .placeRegister,        .either),
        .init(.test,             0x0A8, 1,         .accumulatorImmediate),
        .init(.test,             0x0A9, 4,         .accumulatorImmediate),
        .init(.test,             0x0F6, 1,         .placeImmediate,       .either, digit: 0),
        .init(.test,             0x0F7, 2 + 4,     .placeImmediate,       .either, digit: 0),
        .init(.increment,        0x0FE, 1,         .placeOne,             .either, digit: 0),
        .init(.increment,        0x0FF, 2 + 4 + 8, .placeOne,             .either, digit: 0),
        .init(.decrement,        0x0FE, 1,         .placeOne,             .either, digit: 1),
        .init(.decrement,        0x0FF, 2 + 4 + 8, .placeOne,             .either, digit: 1),
        .init(.shiftLeft,        0x0C1, 4 + 8,     .placeByte,            digit: 4),
        .init(.shiftLeft,        0x0D1, 4 + 8,     .placeOne,             digit: 4),
        .init(.shiftRight,       0x0C0, 1,         .placeByte,            .either, digit: 5),
        .init(.shiftRight,       0x0C1, 2 + 4 + 8, .placeByte,            .either, digit: 5),
        .init(.shiftRight,       0x0D0, 1,         .placeOne,             .either, digit: 5),
        .init(.shiftRight,       0x0D1, 2 + 4 + 8, .placeOne,             .either, digit: 5),
        // Not of memory: there the processor may read other bytes than those of the operand.
        .init(.testBit,          0x1BA, 4 + 8,     .placeByte,            digit: 4),
        .init(.setBit,           0x1BA, 4 + 8,     .placeByte,            digit: 5),
        .init(.clearBit,         0x1BA, 4 + 8,     .placeByte,            digit: 6),
        .init(.setCarry,         0x0F9, 4,         .none),
        .init(.set,              0x192, 1,         .place,                digit: 0, mask: 1),
        .init(.set,              0x194, 1,         .place,                digit: 0, mask: 3),
        .init(.jumpIf,           0x072, 4,         .near8,                mask: 1),
        .init(.jumpIf,           0x074, 4,         .near8,                mask: 3),
        .init(.jumpIf,           0x078, 4,         .near8,                mask: 1),
        .init(.jumpIf,           0x182, 4,         .near32,               mask: 1),
        .init(.jumpIf,           0x184, 4,         .near32,               mask: 3),
        .init(.jumpIf,           0x188, 4,         .near32,               mask: 1),
        .init(.jump,             0x0EB, 4,         .near8),
        .init(.jump,             0x0E9, 4,         .near32),
        .init(.repeatStore,      0x2AB, 4 + 8,     .none),
        .init(.repeatMove,       0x2A5, 4 + 8,     .none),
        .init(.pause,            0x290, 4,         .none),
        .init(.fence,            0x1AE, 4,         .third),
        .init(.readTimeStamp,    0x131, 4,         .none),
        .init(.portRead,         0x0EC, 1,         .none),
        .init(.portRead,         0x0ED, 2 + 4,     .none),
        .init(.portWrite,        0x0EE, 1,         .none),
        .init(.portWrite,        0x0EF, 2 + 4,     .none),
        .init(.returnNear,       0x0C3, 4,         .none),
    ]
}
