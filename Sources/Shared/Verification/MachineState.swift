// What is known of the registers and flags at one place of a function: abstract values instead of numbers. Nothing is
// known of memory here; grants say what may be stored in it and loaded from it.

/// Two registers of one symbol hold numbers whose difference is known.
package struct Symbol: Equatable {
    /// Which number: block times 16 plus register, or a fresh name.
    package var name: UInt32
    /// What is added to it, modulo `width`.
    package var difference: UInt64 = 0
    /// Units: bits, 8, 16, 32 or 64.
    var width: UInt64 = 64

    /// Names from here on stand for no block's entry.
    package static let firstFreshName: UInt32 = 1 << 31

    /// What a register held when a block was entered last.
    package static func entry(block: Int, register: UInt8) -> Symbol {
        Symbol(name: UInt32(truncatingIfNeeded: block * 16 + Int(register)))
    }
}

/// What a register has of the time-stamp counter.
enum ClockPart: Equatable {
    case none
    /// Bits 31:0 of a reading, by its number.
    case low(Int)
    /// Bits 63:32 of a reading, at their place or at the bottom.
    case high(Int)
    case highAtItsPlace(Int)
    /// A whole reading.
    case reading(Int)
    /// The time since the start of the clock loop of a block, by a reading of that loop's turn at hand.
    case elapsed(block: Int)
}

/// What is known of one register.
package struct AbstractValue {
    package var range = ValueRange.anything
    package var symbol: Symbol?
    var clock = ClockPart.none
    /// How many of the low bits the function was given or computed: 64, those of a part that was written into a register
    /// of which nothing was known, or 0. The bits above are whatever the caller left there.
    var definedBits: UInt64 = 0

    /// Whether the function was given the value or computed it, and all of it.
    package var isDefined: Bool { definedBits == 64 }

    /// The block whose clock loop it tells the time of, by a reading of the loop's turn at hand.
    package var elapsedBlock: Int? {
        get { if case .elapsed(let block) = clock { block } else { nil } }
        set { clock = newValue.map { .elapsed(block: $0) } ?? .none }
    }

    package init(range: ValueRange = .anything, symbol: Symbol? = nil) {
        self.range = range
        self.symbol = symbol
    }
}

/// What the flags tell.
struct Flags {
    enum Kind {
        /// Nothing that is known here.
        case unknown
        /// How `left` compares with `right`.
        case comparison
        /// In ZF, whether `left` is zero.
        case zero
        /// In ZF, whether the bits of `right`, a number, are all clear in `left`.
        case bits
    }

    var kind = Kind.unknown
    /// Register that was looked at; its value is that of the comparison as long as nothing is written to it.
    var left: UInt8 = 0
    /// The other register, if it was one.
    var rightRegister: UInt8?
    var right = ValueRange.anything
    /// Units: bits.
    var width: UInt64 = 64
    /// What the left register had of the clock.
    var clock = ClockPart.none
}

/// What is known at a place between two instructions.
package struct MachineState {
    /// By the number that instructions have for a register.
    package var registers: [AbstractValue]
    var flags = Flags()
    /// What the port that selects a register of configuration space was given last; 0 where that is not known, or selects
    /// nothing.
    var selection: UInt64 = 0
    /// The last store to each register that a value waits for, of those since the block at hand began that nothing made void.
    var stores: [RegisterStore] = []
    /// Number of symbols that were made for what is no block's entry.
    private var freshCount: UInt32 = 0

    /// The state at the entry of a function.
    ///
    /// Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, section 3.2.3.
    package init(parameters: [ValueRange]) {
        registers = [AbstractValue](repeating: AbstractValue(), count: 16)
        let order: [UInt8] = [7, 6, 2, 1, 8, 9]
        for (register, range) in zip(order, parameters) {
            set(register, AbstractValue(range: range.tightened()))
        }
    }

    /// Writes a register: what the flags knew of its old value is gone.
    ///
    /// - Parameter size: bytes that are written, from the bottom; what is above one or two stays, above four are zeros.
    @inline(never)
    package mutating func set(_ register: UInt8, _ value: AbstractValue, size: UInt64 = 8) {
        let bits = size < 4 ? 8 * size : 64
        let old = registers[Int(register)]
        registers[Int(register)] = value
        registers[Int(register)].definedBits = max(bits, old.definedBits)
        if bits < 64 {
            let mask = ~ValueRange.mask(bits)
            let above = ValueRange(
                low: old.range.low & mask, high: old.range.high & mask, bits: old.range.bits & mask)
            registers[Int(register)].range = above.adding(value.range, width: 64)
            registers[Int(register)].clock = .none
            registers[Int(register)].symbol?.width = min(bits, value.symbol?.width ?? bits)
        }
        if value.symbol == nil {
            freshCount += 1
            registers[Int(register)].symbol = Symbol(name: Symbol.firstFreshName | freshCount)
        }
        if flags.kind != .unknown, flags.left == register || flags.rightRegister == register { flags = Flags() }
    }

    // MARK: Branches

    /// The state where a condition holds, or `nil` where it cannot.
    ///
    /// - Parameter condition: as the low bits of an opcode have it.
    ///
    /// Source: Intel SDM, volume 1, appendix B (condition codes).
    @inline(never)
    package func assuming(_ condition: UInt8) -> MachineState? {
        var state = self
        let old = registers[Int(flags.left)].range
        guard flags.kind != .unknown, old.high <= ValueRange.mask(flags.width) else { return state }
        var range = old
        var right = flags.right
        switch (flags.kind, condition) {
        case (.zero, 4): range = range.intersected(ValueRange(0))
        case (.zero, 5): range.exclude(0)
        case (.bits, 4): range.bits &= ~(right.constant ?? 0)
        case (.comparison, 4):
            range = range.intersected(right)
            right = range
        case (.comparison, 5):
            if let constant = right.constant { range.exclude(constant) }
        case (.comparison, 2):
            guard right.high > 0 else { return nil }
            range.high = min(range.high, right.high - 1)
            right.low = max(right.low, range.low &+ 1)
        case (.comparison, 3):
            range.low = max(range.low, right.low)
            right.high = min(right.high, range.high)
        case (.comparison, 6):
            range.high = min(range.high, right.high)
            right.low = max(right.low, range.low)
        case (.comparison, 7):
            guard right.low < .max, range.high > 0 else { return nil }
            range.low = max(range.low, right.low + 1)
            right.high = min(right.high, range.high - 1)
        default: return state
        }
        guard !range.isEmpty, !right.isEmpty else { return nil }
        state.narrow(flags.left, to: range.tightened())
        if let other = flags.rightRegister { state.narrow(other, to: right.tightened()) }
        return state.isPossible ? state : nil
    }

    private var isPossible: Bool {
        for value in registers where value.isDefined && value.range.isEmpty { return false }
        return true
    }

    /// Takes in what a branch told of a register, for all registers of its symbol.
    private mutating func narrow(_ register: UInt8, to range: ValueRange) {
        registers[Int(register)].range = registers[Int(register)].range.intersected(range)
        guard let symbol = registers[Int(register)].symbol else { return }
        for index in 0..<16 where index != Int(register) {
            guard let other = registers[index].symbol, other.name == symbol.name else { continue }
            let width = min(symbol.width, other.width)
            let mask = ValueRange.mask(width)
            let value = registers[index].range
            guard value.high <= mask, range.high <= mask else { continue }
            let distance = (other.difference &- symbol.difference) & mask
            let shifted = ValueRange(low: range.low, high: range.high).adding(ValueRange(distance), width: width)
            guard shifted.low <= shifted.high else { continue }
            registers[index].range = value.intersected(ValueRange(low: shifted.low, high: shifted.high))
        }
    }
}

extension ValueRange {
    /// Takes a number off an end.
    fileprivate mutating func exclude(_ value: UInt64) {
        if low == value, high == value {
            (low, high) = (1, 0)
        } else if low == value {
            low &+= 1
        } else if high == value {
            high &-= 1
        }
    }
}
