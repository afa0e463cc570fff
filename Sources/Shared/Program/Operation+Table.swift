// What each operation is, a row an operation, and what it computes. The checker and the evaluator go by it, and on the host
// the printer, the reader and the interpreter. The encoder picks instructions by the operation itself, and the
// verifier has a table of its own, because it trusts nobody's.

extension Operation {
    /// What the table says of the operation. A switch and not an array: whoever reads one column has a few instructions
    /// of it, and nothing is initialised.
    // swift-format-ignore
    @inline(__always)
    public var row: OperationRow {
        switch self {
        case .constant:            .init("constant",            " T X",    .constant)
        case .parameter:           .init("parameter",           " T N",    .argument)
        case .load:                .init("load",                " T P",    .loaded,    .deviceRead)
        case .store:               .init("store",               " T P, R", .stored,    .deviceWrite, givesValue: false)
        case .releaseFence:        .init("releaseFence",        "",        .free,      .memory,      givesValue: false)
        case .fullFence:           .init("fullFence",           "",        .free,      .memory,      givesValue: false)
        case .and:                 .init("and",                 " T L, R", .alike,     commutes: true)
        case .or:                  .init("or",                  " T L, R", .alike,     commutes: true)
        case .add:                 .init("add",                 " T L, R", .alike,     commutes: true)
        case .subtract:            .init("subtract",            " T L, R", .alike)
        case .equal:               .init("equal",               " T L, R", .compared,  commutes: true)
        case .notEqual:            .init("notEqual",            " T L, R", .compared,  commutes: true)
        case .unsignedLess:        .init("unsignedLess",        " T L, R", .compared)
        case .unsignedLessOrEqual: .init("unsignedLessOrEqual", " T L, R", .compared)
        case .shiftLeft:           .init("shiftLeft",           " T L, N", .shifted)
        case .shiftRight:          .init("shiftRight",          " T L, N", .shifted)
        case .extend:              .init("extend",              " T L",    .widened)
        case .truncate:            .init("truncate",            " T L",    .narrowed)
        case .ifTrue:              .init("if",                  " L",      .condition, .control, givesValue: false, block: .opens)
        case .else:                .init("else",                "",        .free,      .control, givesValue: false, block: .continues)
        case .loop:                .init("loop",                " N",      .counter,   .control,                    block: .opens)
        case .wait:                .init("wait",                " N",      .free,      .control, givesValue: false, block: .opens)
        case .until:               .init("until",               " L",      .condition, .control, givesValue: false, block: .continues)
        case .end:                 .init("end",                 "",        .free,      .control, givesValue: false, block: .closes)
        case .returnValue:         .init("return",              "[ L",     .returned,  .control, givesValue: false)
        }
    }

    /// The value of an item of that type, of the values of its operands and its immediate; `nil` where these alone do not
    /// decide it.
    ///
    /// - Precondition: the item is well formed.
    @inline(never)
    public func fold(_ left: UInt64, _ right: UInt64, _ immediate: UInt64, _ type: ValueType) -> UInt64? {
        switch self {
        case .constant: immediate
        case .and: left & right
        case .or: left | right
        case .add: (left &+ right) & type.mask
        case .subtract: (left &- right) & type.mask
        case .equal: left == right ? 1 : 0
        case .notEqual: left != right ? 1 : 0
        case .unsignedLess: left < right ? 1 : 0
        case .unsignedLessOrEqual: left <= right ? 1 : 0
        case .shiftLeft: (left &<< immediate) & type.mask
        case .shiftRight: left &>> immediate
        case .extend: left
        case .truncate: left & type.mask
        case .parameter, .load, .store, .releaseFence, .fullFence, .ifTrue, .else, .loop, .wait, .until, .end,
            .returnValue:
            nil
        }
    }

    /// Bits that the value of an item of that type may have set, of operands that may have these set, for operations on
    /// two values of one type.
    public func bits(_ left: UInt64, _ right: UInt64, _ type: ValueType) -> UInt64 {
        switch self {
        case .and: return left & right
        case .or: return left | right
        case .add:
            let (sum, isTooLarge) = left.addingReportingOverflow(right)
            let below = isTooLarge ? UInt64.max : .max >> UInt64(sum.leadingZeroBitCount)
            return Self.aligned(below & type.mask, left, right)
        case .equal, .notEqual, .unsignedLess, .unsignedLessOrEqual: return 1
        default: return Self.aligned(type.mask, left, right)
        }
    }

    /// The mask without the low bits that neither operand has: no carry comes from there.
    private static func aligned(_ mask: UInt64, _ left: UInt64, _ right: UInt64) -> UInt64 {
        let low = (left | right).trailingZeroBitCount
        return low >= 64 ? 0 : mask & (.max << UInt64(low))
    }

    /// The word for the operation in a printed program.
    public var word: StaticString { row.word }

    /// Whether later items may use what the item computes.
    public var givesValue: Bool { row.givesValue }

    /// Whether a block starts after the item.
    public var opensBlock: Bool { row.block == .opens || row.block == .continues }

    /// Whether a block ends before the item.
    public var closesBlock: Bool { row.block == .continues || row.block == .closes }
}
