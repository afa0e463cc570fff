// What an instruction works on. Memory is named by region and offset until placement, which turns the name into the
// distance from the end of the instruction, or into an address where a register is added to it.

/// Operand of an instruction: plain data of one size, whatever it is.
public struct Operand: Hashable, Sendable, BitwiseCopyable {
    /// What an operand is.
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case none
        case register
        /// Bits of the destination's size; the encoder finds the shortest immediate that the processor widens to them.
        case immediate
        /// The address of a byte offset of a program's region, as an immediate of 32 bits that placement knows.
        case address
        /// Memory at a byte offset of a program's region, still without an address.
        case region
        /// The same, with a register that is added.
        case indexedRegion
        /// The same, with a power of two of the register.
        case scaledRegion
        /// Memory at a distance from the end of the instruction.
        case relative
        /// Memory at a displacement from a register.
        case based
        /// Memory at a displacement from a power of two of a register.
        case scaled
        /// The place in the function that a label of that number marks, for branches until their distances are known.
        case label
        /// A place in the function, by its distance from the end of the instruction.
        case distance
    }

    public let kind: Kind
    /// Of a register or memory; without a meaning for all others.
    let width: OperandSize
    /// The register, or the one that is added to memory's place.
    public let register: Register
    /// Index of the region.
    public let region: UInt8
    /// How far the register is shifted left before it is added: 0 to 3.
    public let scale: UInt8
    /// The immediate, the offset in the region, the displacement or distance with its sign, the label.
    public let number: UInt64

    private init(
        _ kind: Kind, _ number: UInt64 = 0, _ width: OperandSize = .byte, _ register: Register = .rax,
        region: UInt8 = 0, scale: UInt8 = 0
    ) {
        self.kind = kind
        self.width = width
        self.register = register
        self.region = region
        self.scale = scale
        self.number = number
    }

    public static let none = Operand(.none)

    public static func register(_ register: Register, _ size: OperandSize) -> Operand {
        Operand(.register, 0, size, register)
    }

    public static func immediate(_ bits: UInt64) -> Operand { Operand(.immediate, bits) }

    /// The address of a byte offset of a program's region.
    static func address(_ region: UInt8, offset: UInt64) -> Operand { Operand(.address, offset, region: region) }

    /// Memory at a byte offset of a program's region, plus a register where there is one.
    public static func region(
        _ region: UInt8, offset: UInt64, index: Register?, scale: UInt8 = 0, _ size: OperandSize
    ) -> Operand {
        guard let index else { return Operand(.region, offset, size, region: region) }
        return Operand(scale == 0 ? .indexedRegion : .scaledRegion, offset, size, index, region: region, scale: scale)
    }

    public static func relative(_ displacement: Int32, _ size: OperandSize) -> Operand {
        Operand(.relative, UInt64(bitPattern: Int64(displacement)), size)
    }

    public static func based(_ register: Register, _ displacement: Int32, _ size: OperandSize) -> Operand {
        Operand(.based, UInt64(bitPattern: Int64(displacement)), size, register)
    }

    public static func scaled(
        _ register: Register, _ scale: UInt8, _ displacement: Int32, _ size: OperandSize
    ) -> Operand {
        Operand(.scaled, UInt64(bitPattern: Int64(displacement)), size, register, scale: scale)
    }

    public static func label(_ label: Int) -> Operand { Operand(.label, UInt64(label)) }

    public static func distance(_ distance: Int32) -> Operand {
        Operand(.distance, UInt64(bitPattern: Int64(distance)))
    }

    /// Size of a register or memory operand.
    public var size: OperandSize? { kind == .register || isMemory ? width : nil }

    /// The displacement of memory, or the distance of a branch. Units: bytes.
    public var displacement: Int32 { Int32(truncatingIfNeeded: number) }

    /// Whether the operand lies in memory.
    public var isMemory: Bool { kind.rawValue >= Kind.region.rawValue && kind.rawValue <= Kind.scaled.rawValue }
}
