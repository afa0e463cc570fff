// The registers that generated functions may use, and which of them are free. A bit set and no more: who needs a
// register for how long is decided by live ranges.

/// Free registers.
struct RegisterPool {
    /// Layout: bit n stands for the register of number n.
    private var free: UInt16

    /// The registers that a function may change without saving them: all but RBX, RSP, RBP and R12 to R15.
    ///
    /// Source: System V Application Binary Interface, AMD64 Architecture Processor Supplement, section 3.2.1 (figure
    /// 3.4).
    init() { free = 0b0000_1111_1100_0111 }

    /// Takes a register, or gives `nil` when none is free. Those without a REX prefix come first; the one that carries
    /// a function's result comes last, unless the value is to end there.
    mutating func take(forResult: Bool) -> Register? {
        let others = free & ~1
        let candidates = forResult && free & 1 != 0 || others == 0 ? free & 1 : others
        if candidates == 0 { return nil }
        free &= ~(candidates & (~candidates + 1))
        return Register(rawValue: UInt8(truncatingIfNeeded: candidates.trailingZeroBitCount))
    }

    /// Gives a register back.
    mutating func release(_ register: Register) { free |= 1 << UInt16(register.rawValue) }
}
