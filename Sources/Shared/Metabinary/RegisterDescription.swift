// A register of a window as a rule declares it. Code reaches a window by its registers and by nothing else, and what a
// register tells its device decides what may be written to it.

import Program

/// A register, or an array of equal ones.
public final class RegisterDescription: @unchecked Sendable {
    /// What the device takes a written value for.
    public enum Role: UInt8, Sendable {
        /// A number of no consequence for memory.
        case plain = 0
        /// The low bits of the physical address of a ring, or of other shared memory, as many as the register has.
        case addressLow = 1
        /// The bits of that address that come after the low ones, as many as these.
        case addressHigh = 2
        /// That memory's size in bytes.
        case byteCount = 3
        /// The physical address of a buffer of a pool.
        case bufferAddress = 4
        /// In some of its bits, how many bytes of such a buffer count.
        case bufferLength = 5
        /// The number of the page at which other shared memory begins.
        case pageNumber = 6
    }

    /// The registers of a window by which a register behind them is reached, by their indices.
    public struct Selection: Hashable, Sendable {
        /// The one that takes the number.
        public var select = 0
        /// The one that then is the register of that number, for one access.
        public var data = 0

        package init(select: Int = 0, data: Int = 0) { (self.select, self.data) = (select, data) }
    }

    /// Name in the rule, ASCII.
    public package(set) var name: [UInt8] = []
    /// Units: bytes from the start of the window, a multiple of the register's size; of one behind others its number.
    public package(set) var offset: UInt64 = 0
    /// How a register behind two others is reached; `nil` for one that has a place of its own.
    public package(set) var selection: Selection?
    /// Type of an element.
    public package(set) var type = ValueType.u32
    /// Number of elements, one after the other.
    public package(set) var count: UInt64 = 1
    public package(set) var isReadable = false
    public package(set) var isWritable = false
    public package(set) var role = Role.plain
    /// Indices of the memories that the role is about: of several, a written value may be about any. A plain register has
    /// none.
    public package(set) var memories: [Int] = []
    /// The lowest of the bits that hold a length, and their number; of other roles all bits.
    public package(set) var firstBit: UInt8 = 0
    public package(set) var bitCount: UInt8 = 0
    /// Whether an address may be 0 too, which leads nowhere.
    public package(set) var mayBeZero = false
    /// Whether what is written to it may have the device forget what other registers were told, or take them for others.
    public package(set) var voids = false
    /// What may be written of it, but for what the role says: in rising order of bits; all others are written as zero. `nil`
    /// for anything.
    public package(set) var allowed: [AllowedValues]?

    package init() {}

    /// The register with another number of elements.
    func counting(_ count: UInt64) -> RegisterDescription {
        let register = RegisterDescription()
        (register.name, register.offset, register.type, register.count) = (name, offset, type, count)
        (register.isReadable, register.isWritable, register.voids) = (isReadable, isWritable, voids)
        (register.role, register.memories, register.mayBeZero) = (role, memories, mayBeZero)
        (register.firstBit, register.bitCount, register.allowed) = (firstBit, bitCount, allowed)
        return register
    }

    /// Size of an element.
    ///
    /// Units: bytes.
    public var byteCount: UInt64 { UInt64(type.bitCount) / 8 }

    /// Whether it tells the device where memory is, or how much of it there is.
    public var takesMemory: Bool { role != .plain }

    /// Whether it takes the address of a memory, a part of it or its size.
    public func takesPlace(of memory: Int) -> Bool {
        role != .plain && role != .bufferAddress && role != .bufferLength && memories.contains(memory)
    }

    /// Whether not every value may be written.
    public var isLimited: Bool {
        guard role == .plain, let allowed else { return role != .plain }
        return allowed.count != 1 || allowed[0].bits != type.mask
    }

    /// Whether some value may be written only after the device was told certain things.
    public var waits: Bool {
        for values in allowed ?? [] {
            for value in values.values where !value.premises.isEmpty { return true }
        }
        return false
    }

    /// Offset after the last element.
    public var end: UInt64 { offset + count * byteCount }
}
