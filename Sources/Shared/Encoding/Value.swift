// What the encoder knows of an item's value before it picks instructions and registers. Every value sits in a whole
// 64-bit register with zeros above the bits of its type, which is what makes widening free.

/// The value of an item. A class, because passes fill it in bit by bit where it is.
final class Value {
    var step: Step
    /// The value itself, where it is known.
    let constant: UInt64?
    /// Item whose register holds the value.
    let holder: Int
    /// How many low bits may be set; the others are zero.
    var bitCount: UInt64
    /// How many steps take the value.
    var useCount = 0
    /// Last item that uses the value, or `nil` where none does.
    var lastUse: Int?
    /// Whether the value is to end in RAX: it is the function's result, or what is written to a port.
    var isForResult = false
    /// Whether the sum or difference may have more bits than its type, which are to be cut off.
    var wraps = false
    /// Whether the value lives while a wait looks at the clock or a port is accessed, which takes RAX and RDX.
    var livesAcrossClobber = false

    @inline(never)
    init(step: Step = .nothing, constant: UInt64? = nil, holder: Int, bitCount: UInt64) {
        self.step = step
        self.constant = constant
        self.holder = holder
        self.bitCount = bitCount
    }

    /// Bits that may be set.
    var mask: UInt64 { Value.mask(bitCount) }

    /// The low bits of that number, set.
    static func mask(_ bitCount: UInt64) -> UInt64 { bitCount >= 64 ? .max : (1 << bitCount) - 1 }

    /// How many low bits it takes to hold a number.
    static func bitCount(_ number: UInt64) -> UInt64 { UInt64(64 - number.leadingZeroBitCount) }
}
