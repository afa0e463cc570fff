// What the encoder knows of an item's value before it picks instructions, and where it puts it then. Every value sits in
// a whole 64-bit register with zeros above the bits of its type, which is what makes widening free.

import Program

/// Which operand of a test is in memory.
enum MemoryOperand: UInt8 {
    case none, left, right
}

/// The value of an item.
struct Value: BitwiseCopyable {
    let operation: Operation
    /// Of the item, or of what it accesses.
    let type: ValueType
    /// Index of the region that the item touches.
    let region: UInt8
    var step = Step.nothing
    /// Of a step that computes.
    var mnemonic = Mnemonic.mov
    /// Of a step that tests.
    var condition = Condition.equal
    /// How many low bits may be set; the others are zero.
    var bitCount: UInt8 = 0
    /// The same, where conditions that hold at the item at hand say more of it.
    var knownBitCount: UInt8 = 64
    /// The register that holds the value, once it is there.
    var register = Register.rax
    /// Whether the value is known: `number`.
    var isConstant = false
    /// Whether the value is to end in RAX: it is the function's result, or what is written to a port.
    var isForResult = false
    /// Whether a shift works on more than 32 bits.
    var isWide = false
    /// Whether the sum, difference or shift may have more bits than its type, which are to be cut off.
    var wraps = false
    /// Whether the value lives while a wait looks at the clock or a port is accessed, which takes RAX and RDX.
    var livesAcrossClobber = false
    /// Whether the step accesses a port.
    var isPortAccess = false
    /// Which operand of a test is in memory: that of the load, of which the test does the reading.
    var memoryOperand = MemoryOperand.none
    /// Whether a loop counts upward.
    var isUp = false
    /// For a return, the tail that makes its constant; for a branch, the one that its first arm is.
    var tail = Tail.none
    /// For an access, the address that waits in a register near it, and the number that it stores, where that does.
    var keptAddress = Kept.none
    var keptNumber = Kept.none
    /// Whether the item is ever reached; for one that closes a block, whether the block's last item goes on to it.
    var isReached = false

    /// Item whose register holds the value.
    var holder: ItemReference
    var left = ItemReference.none
    var right = ItemReference.none
    var base = ItemReference.none
    /// Last item that uses the value, where any does.
    var lastUse = ItemReference.none
    /// For an item that opens a block: the one that closes it or goes on with it. For a folded load: the test.
    var partner = ItemReference.none
    /// The item at which the block around the item begins; and for an item that goes on with a block or closes it, the one
    /// that opened it.
    var block = ItemReference.none
    var opener = ItemReference.none
    /// The innermost loop or wait whose repeated part the item is in.
    var loop = ItemReference.none
    /// For an item that opens a block, how many narrowings there were before it.
    var narrowingCount: UInt16 = 0
    /// How many steps take the value, and how many of them add it to the place of an access.
    var useCount: UInt16 = 0
    var baseUseCount: UInt16 = 0
    /// Of an access, how far `base` is shifted left before it is added.
    var scale: UInt8 = 0

    /// The value, where it is known; else a constant operand of the step. Of a loop the count, of a wait the bound.
    var number: UInt64 = 0
    /// Of an access: the place in its region, or the number of a port.
    var offset: UInt64 = 0

    init(of item: Item, _ index: Int) {
        operation = item.operation
        type = item.type
        region = item.region
        holder = ItemReference(index)
    }

    /// Bits that may be set.
    var mask: UInt64 { Value.mask(bitCount) }

    /// Whether any item uses the value.
    var isUsed: Bool { lastUse != .none }

    /// Whether the item leaves instructions: its value is used, or it touches a device, or it ends the function.
    var isNeeded: Bool { step.hasEffect || isUsed }

    /// The low bits of that number, set.
    static func mask(_ bitCount: UInt8) -> UInt64 { bitCount >= 64 ? .max : (1 << UInt64(bitCount)) &- 1 }

    /// How many low bits it takes to hold a number.
    static func bitCount(_ number: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: 64 - number.leadingZeroBitCount) }

    // MARK: What the forward pass finds out

    mutating func setConstant(_ constant: UInt64) {
        isConstant = true
        number = constant
        bitCount = Value.bitCount(constant)
    }

    /// The value is another one's, in whatever register that is.
    mutating func setSame(_ other: Value) {
        isConstant = other.isConstant
        if other.isConstant { number = other.number }
        holder = other.holder
        bitCount = other.bitCount
    }

    mutating func setStep(_ step: Step, bitCount: UInt8) {
        self.step = step
        self.bitCount = bitCount
    }
}
