// The table of the verifier: exactly the instruction forms that generated code may hold. It is written down apart from
// the encoder's, from the manual, so that a mistake in one of them is not in both. What has no row is refused.

/// What an instruction does.
package enum Operation: UInt8, Sendable {
    case move, moveZeroExtended, loadAddress
    case and, or, xor, add, subtract, compare, test
    case increment, decrement, shiftLeft, shiftRight
    case set, jumpIf, jump, returnNear
    case readTimeStamp, pause, fence
    case portRead, portWrite
}

/// A row of the table.
struct InstructionForm {
    /// Where the operands are.
    enum Operands: UInt8 {
        case none
        /// r/m, then reg.
        case placeRegister
        /// reg, then r/m.
        case registerPlace
        /// r/m, then an immediate of the operand's size, 32 bits at most, sign-extended.
        case placeImmediate
        /// r/m, then an immediate of 8 bits, sign-extended.
        case placeByte
        /// r/m, then the number 1.
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
    /// Bits 7:0 of the opcode; bit 8 for a second byte after 0F.
    var opcode: UInt16
    /// Opcode extension in the reg field; 8 for none.
    var digit: UInt8
    /// Operand sizes that the form may have: those of 1, 2, 4 or 8 bytes, as the bits of that value.
    var sizes: UInt8
    var operands: Operands
    var place: Place
    /// The number of opcodes from `opcode` on that the row serves: one for each register or condition.
    var count: UInt16

    // Inlined so that the compiler lays the table out as data instead of building it.
    @inline(__always)
    private init(
        _ operation: Operation, _ opcode: UInt16, _ sizes: UInt8, _ operands: Operands, _ place: Place = .register,
        digit: UInt8 = 8, count: UInt16 = 1
    ) {
        self.operation = operation
        self.opcode = opcode
        self.digit = digit
        self.sizes = sizes
        self.operands = operands
        self.place = place
        self.count = count
    }

    /// All forms.
    ///
    /// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, the page of each instruction;
    /// volume 2D, appendix A (opcode map).
    // swift-format-ignore
    static let table: [InstructionForm] = [
        .init(.move,             0x088, 1,     .placeRegister,        .memory),
        .init(.move,             0x089, 2,     .placeRegister,        .memory),
        .init(.move,             0x089, 4 + 8, .placeRegister,        .either),
        .init(.move,             0x08B, 4 + 8, .registerPlace,        .either),
        .init(.move,             0x0B8, 4 + 8, .opcodeImmediate,      count: 8),
        .init(.move,             0x0C6, 1,     .placeImmediate,       .memory, digit: 0),
        .init(.move,             0x0C7, 2 + 4, .placeImmediate,       .memory, digit: 0),
        .init(.move,             0x0C7, 8,     .placeImmediate,       .either, digit: 0),
        .init(.moveZeroExtended, 0x1B6, 1,     .registerPlace,        .either),
        .init(.moveZeroExtended, 0x1B7, 2,     .registerPlace,        .either),
        .init(.loadAddress,      0x08D, 4 + 8, .registerPlace,        .memory),
        .init(.and,              0x021, 4 + 8, .placeRegister),
        .init(.and,              0x025, 4 + 8, .accumulatorImmediate),
        .init(.and,              0x081, 4 + 8, .placeImmediate,       digit: 4),
        .init(.and,              0x083, 4 + 8, .placeByte,            digit: 4),
        .init(.or,               0x009, 4 + 8, .placeRegister),
        .init(.or,               0x00D, 4 + 8, .accumulatorImmediate),
        .init(.or,               0x081, 4 + 8, .placeImmediate,       digit: 1),
        .init(.or,               0x083, 4 + 8, .placeByte,            digit: 1),
        .init(.xor,      0x031, 4 + 8, .placeRegister),
        .init(.xor,      0x035, 4 + 8, .accumulatorImmediate),
        .init(.xor,      0x081, 4 + 8, .placeImmediate,       digit: 6),
        .init(.xor,      0x083, 4 + 8, .placeByte,            digit: 6),
        .init(.add,              0x001, 4 + 8, .placeRegister),
        .init(.add,              0x005, 4 + 8, .accumulatorImmediate),
        .init(.add,              0x081, 4 + 8, .placeImmediate,       digit: 0),
        .init(.add,              0x083, 4 + 8, .placeByte,            digit: 0),
        .init(.subtract,         0x029, 4 + 8, .placeRegister),
        .init(.compare,          0x039, 4 + 8, .placeRegister),
        .init(.compare,          0x03D, 4 + 8, .accumulatorImmediate),
        .init(.compare,          0x081, 4 + 8, .placeImmediate,       digit: 7),
        .init(.compare,          0x083, 4 + 8, .placeByte,            digit: 7),
        .init(.test,             0x085, 4 + 8, .placeRegister),
        .init(.test,             0x0A8, 1,     .accumulatorImmediate),
        .init(.test,             0x0A9, 4,     .accumulatorImmediate),
        .init(.test,             0x0F6, 1,     .placeImmediate,       digit: 0),
        .init(.test,             0x0F7, 4,     .placeImmediate,       digit: 0),
        .init(.increment,        0x0FF, 4 + 8, .place,                digit: 0),
        .init(.decrement,        0x0FF, 4 + 8, .place,                digit: 1),
        .init(.shiftLeft,        0x0C1, 4 + 8, .placeByte,            digit: 4),
        .init(.shiftLeft,        0x0D1, 4 + 8, .placeOne,             digit: 4),
        .init(.shiftRight,       0x0C1, 4 + 8, .placeByte,            digit: 5),
        .init(.shiftRight,       0x0D1, 4 + 8, .placeOne,             digit: 5),
        .init(.set,              0x192, 1,     .place,                digit: 0, count: 6),
        .init(.jumpIf,           0x072, 4,     .near8,                count: 6),
        .init(.jumpIf,           0x182, 4,     .near32,               count: 6),
        .init(.jump,             0x0EB, 4,     .near8),
        .init(.jump,             0x0E9, 4,     .near32),
        .init(.readTimeStamp,    0x131, 4,     .none),
        .init(.portRead,         0x0EC, 1,     .none),
        .init(.portRead,         0x0ED, 2 + 4, .none),
        .init(.portWrite,        0x0EE, 1,     .none),
        .init(.portWrite,        0x0EF, 2 + 4, .none),
        .init(.returnNear,       0x0C3, 4,     .none),
    ]
}
