// The registers that generated functions may use, and who owns each. It knows live ranges no further than the last
// item that uses a value.

import Program

/// Registers and their owners.
struct RegisterPool: BitwiseCopyable {
    /// The registers that a function may change without saving them: all but RBX, RSP, RBP and R12 to R15.
    ///
    /// Layout: bit n stands for the register of number n.
    ///
    /// Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, section 3.2.1 (figure
    /// 3.4).
    private static let usable: UInt16 = 0b0000_1111_1100_0111
    /// RAX and RDX: RDTSC leaves its counts there, IN and OUT find the port's number and its contents there.
    private static let taken: UInt16 = 0b101

    private var free = usable
    /// Last item that uses the value in each register that is owned, by number.
    private var lastUses = InlineArray<12, ItemReference>(repeating: .none)
    /// The item whose value is in each of these; none for what is in a register and no item's value.
    private var owners = InlineArray<12, ItemReference>(repeating: .none)

    /// The registers that somebody owns, as bits.
    var owned: UInt16 { Self.usable & ~free }

    /// How many registers nobody owns that live through waits and ports.
    var freeCount: Int { (free & ~Self.taken).nonzeroBitCount }

    /// Whether a register is not one of those that waits and ports take.
    static func livesAcrossClobber(_ register: Register) -> Bool { taken & 1 << UInt16(register.rawValue) == 0 }

    /// Takes a register until an item, or returns `nil` when none is free. Those without a REX prefix come first; the one
    /// that carries a function's result comes last, unless the value is to end there.
    @inline(never)
    mutating func take(until lastUse: ItemReference, forResult: Bool, livesAcrossClobber: Bool) -> Register? {
        let allowed = livesAcrossClobber ? free & ~Self.taken : free
        let others = allowed & ~1
        let candidates = forResult && allowed & 1 != 0 || others == 0 ? allowed & 1 : others
        if candidates == 0 { return nil }
        let register = Register(rawValue: UInt8(truncatingIfNeeded: candidates.trailingZeroBitCount)) ?? .rax
        take(register, until: lastUse)
        return register
    }

    /// Takes a register that waits and ports leave alone, the one of the highest number or of the lowest, until an item.
    mutating func take(until lastUse: ItemReference, highest: Bool) -> Register? {
        let candidates = free & ~Self.taken
        if candidates == 0 { return nil }
        let number = highest ? 15 - candidates.leadingZeroBitCount : candidates.trailingZeroBitCount
        let register = Register(rawValue: UInt8(truncatingIfNeeded: number)) ?? .rax
        take(register, until: lastUse)
        return register
    }

    /// Whether nobody owns a register.
    func isFree(_ register: Register) -> Bool { free & 1 << UInt16(register.rawValue) != 0 }

    /// Takes a register, free or not, until an item.
    mutating func take(_ register: Register, until lastUse: ItemReference) {
        free &= ~(1 << UInt16(register.rawValue))
        lastUses[Int(register.rawValue)] = lastUse
        owners[Int(register.rawValue)] = .none
    }

    /// Notes whose value is in a register that is taken.
    mutating func own(_ register: Register, _ owner: ItemReference) { owners[Int(register.rawValue)] = owner }

    /// Gives back the registers of values that are in none of a set.
    ///
    /// - Parameter used: bit n stands for the register of number n.
    mutating func releaseValues(but used: UInt16) {
        var left = owned & ~used
        while left != 0 {
            let number = left.trailingZeroBitCount
            left &= left &- 1
            if owners[number] != .none { free |= 1 << UInt16(number) }
        }
    }

    /// Gives a register back.
    mutating func release(_ register: Register) {
        free |= 1 << UInt16(register.rawValue)
    }

    /// Gives back every register whose value no item after that one uses.
    @inline(never)
    mutating func releaseAll(through last: ItemReference) {
        var left = owned
        while left != 0 {
            let number = left.trailingZeroBitCount
            left &= left &- 1
            if lastUses[number] <= last { free |= 1 << UInt16(number) }
        }
    }
}
