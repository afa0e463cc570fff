// What leads to a place that branches lead to, as the assembler keeps it: `EncodedBlock.Kind` in a few bytes.

/// What leads to a block.
struct BlockMark: BitwiseCopyable {
    enum Kind: UInt8 {
        case join
        case counted
        case clock
    }

    let kind: Kind
    /// The counter of a loop, or the register with a wait's start.
    let register: Register
    /// Of a loop, the least that the counter holds there, and the greatest.
    let low: UInt32
    let high: UInt32

    static let join = BlockMark(kind: .join, register: .rax, low: 0, high: 0)

    /// The end of a loop whose counter has these bounds, both of 32 bits.
    static func counted(_ register: Register, low: UInt64, high: UInt64) -> BlockMark {
        BlockMark(
            kind: .counted, register: register, low: UInt32(truncatingIfNeeded: low),
            high: UInt32(truncatingIfNeeded: high))
    }

    static func clock(_ register: Register) -> BlockMark {
        BlockMark(kind: .clock, register: register, low: 0, high: 0)
    }

    var encoded: EncodedBlock.Kind {
        switch kind {
        case .join: .join
        case .counted: .counted(register, low: UInt64(low), high: UInt64(high))
        case .clock: .clock(register)
        }
    }
}
