// What may be written to a register or to an element of shared memory, as a rule states it. Numbers that are a memory's size
// stay tied to it; the grant planner puts them in.

/// A number that may be written.
public struct AllowedValue: Hashable, Sendable {
    public enum Number: Hashable, Sendable {
        case range(low: UInt64, high: UInt64)
        /// Bytes of the memory with that index, of a pool those of a buffer.
        case byteCount(of: Int)
        /// Slots, records or buffers of that memory.
        case count(of: Int)
        /// The number of one of them.
        case index(of: Int)
        /// How often 2 is multiplied by itself to make their number, which is rounded down.
        case order(of: Int)
    }

    /// What registers of the window were told last; registers and memories by their indices.
    public enum Premise: Hashable, Sendable {
        /// Where the memory is and of how many bytes: all that registers take of it.
        case whole(memory: Int)
        /// An address in the memory.
        case address(register: Int, memory: Int)
        case number(register: Int, Number)
    }

    public var number: Number
    /// All of them hold where it is written.
    public var premises: [Premise]

    package init(number: Number, premises: [Premise] = []) {
        (self.number, self.premises) = (number, premises)
    }

    /// Whether a premise names the register of that index.
    public func waits(for index: Int) -> Bool {
        for premise in premises {
            switch premise {
            case .address(index, _), .number(index, _): return true
            default: continue
            }
        }
        return false
    }
}

/// What may be written to some bits.
public struct AllowedValues: Hashable, Sendable {
    /// The lowest of them, counted from the start of the element.
    public var firstBit: UInt32 = 0
    /// 1 to 64. They lie in one naturally aligned group of 64.
    public var bitCount: UInt8 = 1
    /// Those that may be set, each by itself, counted from the lowest; `nil` where values are stated.
    public var bits: UInt64?
    /// The first has no premises.
    public var values: [AllowedValue] = []

    package init() {}

    /// Number after the highest bit.
    package var end: UInt64 { UInt64(firstBit) + UInt64(bitCount) }

    /// All bits, as a number.
    public var mask: UInt64 { .max &>> UInt64(64 &- bitCount) }
}
