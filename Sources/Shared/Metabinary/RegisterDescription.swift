// A register of a window as a rule declares it. Code reaches a window by its registers and by nothing else, and what a
// register tells its device decides what may be written to it.

import Program

/// A register, or an array of equal ones.
public final class RegisterDescription: Sendable {
    /// What the device takes a written value for.
    public enum Role: UInt8, Sendable {
        /// A number of no consequence for memory.
        case plain = 0
        /// The low bits of the physical address of a ring, or of other shared memory, as many as the register has.
        case addressLow = 1
        /// Bits 63:32 of that address.
        case addressHigh = 2
        /// That memory's size in bytes.
        case byteCount = 3
        /// The physical address of a buffer of a pool.
        case bufferAddress = 4
        /// In some of its bits, how many bytes of such a buffer count.
        case bufferLength = 5
    }

    /// Name in the rule, ASCII.
    public let name: [UInt8]
    /// Units: bytes from the start of the window, a multiple of the register's size.
    public let offset: UInt64
    /// Type of an element.
    public let type: ValueType
    /// Number of elements, one after the other.
    public let count: UInt64
    public let isReadable: Bool
    public let isWritable: Bool
    public let role: Role
    /// Indices of the memories that the role is about: of several, a written value may be about any. A plain register has
    /// none.
    public let memories: [Int]
    /// The lowest of the bits that hold a length, and their number; of other roles all bits.
    public let firstBit: UInt8
    public let bitCount: UInt8
    /// Whether an address may be 0 too, which leads nowhere.
    public let mayBeZero: Bool
    /// Whether what is written to it may have the device forget what other registers were told, or take them for others.
    public let voids: Bool
    /// What may be written of it, but for what the role says: in rising order of bits; all others are written as zero. `nil`
    /// for anything.
    public let allowed: [AllowedValues]?

    init(
        name: [UInt8], offset: UInt64, type: ValueType, count: UInt64, isReadable: Bool, isWritable: Bool, role: Role,
        memories: [Int], firstBit: UInt8 = 0, bitCount: UInt8, mayBeZero: Bool = false, voids: Bool = false,
        allowed: [AllowedValues]? = nil
    ) {
        self.name = name
        self.offset = offset
        self.type = type
        self.count = count
        self.isReadable = isReadable
        self.isWritable = isWritable
        self.role = role
        self.memories = memories
        self.firstBit = firstBit
        self.bitCount = bitCount
        self.mayBeZero = mayBeZero
        self.voids = voids
        self.allowed = allowed
    }

    /// The register with another number of elements.
    func counting(_ count: UInt64) -> RegisterDescription {
        RegisterDescription(
            name: name, offset: offset, type: type, count: count, isReadable: isReadable, isWritable: isWritable,
            role: role, memories: memories, firstBit: firstBit, bitCount: bitCount, mayBeZero: mayBeZero,
            voids: voids, allowed: allowed)
    }

    /// Size of an element.
    ///
    /// Units: bytes.
    public var byteCount: UInt64 { UInt64(type.bitCount) / 8 }

    /// Whether it tells the device where memory is, or how much of it there is.
    public var tellsMemory: Bool { role != .plain }

    /// Whether it takes the address of a memory, a half of it or its size.
    public func takesPlace(of memory: Int) -> Bool {
        Role.addressLow.rawValue...Role.byteCount.rawValue ~= role.rawValue && memories.contains(memory)
    }

    /// Whether not every value may be written.
    public var isLimited: Bool {
        guard role == .plain, let allowed else { return role != .plain }
        return allowed.count != 1 || allowed[0].bits != type.mask
    }

    /// Offset after the last element.
    public var end: UInt64 { offset + count * byteCount }
}
