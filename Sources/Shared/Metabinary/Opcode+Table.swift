// What each opcode is, a row an opcode, and what it computes of numbers. The reader of code decodes operands by it, the
// checker of code and the evaluator keep the stack by it; on the host the emitter, the bound of evaluation and the printer of
// code go by it. The table in FORMAT.md is compared with it, and so is what the evaluator does.

import Program

extension Opcode {
    /// What the table says of the opcode. A switch and not an array, as in the table of operations: nothing is initialised.
    // swift-format-ignore
    @inline(never)
    public var row: OpcodeRow {
        switch self {
        case .line:                .init(.line)
        case .push:                .init(.number,                             leaves: .static)
        case .local:               .init(.place,                              leaves: .any)
        case .load:                .init(.register,                           leaves: .dynamic,    emits: .load)
        case .and:                 .init(            takes: .any, .any,       leaves: .any,        emits: .and)
        case .or:                  .init(            takes: .any, .any,       leaves: .any,        emits: .or)
        case .shiftLeft:           .init(            takes: .any, .static,    leaves: .any,        emits: .shiftLeft)
        case .shiftRight:          .init(            takes: .any, .static,    leaves: .any,        emits: .shiftRight)
        case .extend:              .init(.type,      takes: .any,             leaves: .any,        emits: .extend)
        case .truncate:            .init(.type,      takes: .any,             leaves: .any,        emits: .truncate)
        case .returnValue:         .init(            takes: .any,             control: .returns,   emits: .returnValue)
        case .parameter:           .init(.parameter,                          leaves: .dynamic,    emits: .parameter)
        case .bound:               .init(.lowest, .highest, .number,
                                                     takes: .dynamic,         leaves: .dynamic,    emits: .ifTrue, items: 5)
        case .loadAt:              .init(.register,  takes: .any,             leaves: .dynamic,    emits: .load)
        case .store:               .init(.register,  takes: .any,                                  emits: .store)
        case .storeAt:             .init(.register,  takes: .any, .any,                            emits: .store)
        case .get:                 .init(.cell,                               leaves: .dynamic,    emits: .load)
        case .getAt:               .init(.cell,      takes: .any,             leaves: .dynamic,    emits: .load)
        case .set:                 .init(.cell,      takes: .any,                                  emits: .store)
        case .setAt:               .init(.cell,      takes: .any, .any,                            emits: .store)
        case .add:                 .init(            takes: .any, .any,       leaves: .any,        emits: .add)
        case .subtract:            .init(            takes: .any, .any,       leaves: .any,        emits: .subtract)
        case .equal:               .init(            takes: .any, .any,       leaves: .boolean,    emits: .equal)
        case .notEqual:            .init(            takes: .any, .any,       leaves: .boolean,    emits: .notEqual)
        case .unsignedLess:        .init(            takes: .any, .any,       leaves: .boolean,    emits: .unsignedLess)
        case .unsignedLessOrEqual: .init(            takes: .any, .any,       leaves: .boolean,    emits: .unsignedLessOrEqual)
        case .ifTrue:              .init(            takes: .boolean,         control: .opens,     emits: .ifTrue)
        case .else:                .init(                                     control: .continues, emits: .else)
        case .loop:                .init(.count,                              control: .opens, leaves: .dynamic, emits: .loop)
        case .wait:                .init(.time,                               control: .opens,     emits: .wait)
        case .until:               .init(            takes: .boolean,         control: .continues, emits: .until)
        case .end:                 .init(                                     control: .closes,    emits: .end)
        case .pause:               .init(.time,                                                    emits: .loop, items: 2)
        case .releaseFence:        .init(                                                          emits: .releaseFence)
        case .address:             .init(.region,                             leaves: .static)
        case .fullFence:           .init(                                                          emits: .fullFence)
        case .swap:                .init(.type,      takes: .any,             leaves: .any,        emits: .shiftRight)
        case .fact:                .init(.fact,                               leaves: .static)
        case .entry:               .init(.table,     takes: .static,          leaves: .static)
        case .choice:              .init(.choice,                             leaves: .static)
        case .ask:                 .init(.question,                           leaves: .static)
        case .when:                .init(.distance,  takes: .static,          control: .branches)
        case .skip:                .init(.distance,                           control: .jumps)
        case .each:                .init(.distance,  takes: .static,          control: .repeats)
        case .forget:              .init(.place,     takes: .rest)
        case .multiply:            .init(            takes: .any, .any,       leaves: .any,        emits: .shiftLeft)
        case .divide:              .init(            takes: .static, .static, leaves: .static)
        case .remainder:           .init(            takes: .static, .static, leaves: .static)
        case .loopOf:              .init(            takes: .static,          control: .opens, leaves: .dynamic, emits: .loop)
        case .boundOf:             .init(.lowest, .number,
                                                     takes: .dynamic, .static, leaves: .dynamic,    emits: .ifTrue, items: 5)
        }
    }

    /// The number that the machine makes of two static entries; `nil` where it refuses them, or gives no number of two.
    @inline(never)
    public func fold(_ left: UInt64, _ right: UInt64) -> UInt64? {
        switch self {
        case .multiply:
            let (product, isTooLarge) = left.multipliedReportingOverflow(by: right)
            return isTooLarge ? nil : product
        case .divide: return right == 0 ? nil : left / right
        case .remainder: return right == 0 ? nil : left % right
        case .shiftLeft, .shiftRight: return right < 64 ? row.operation?.fold(left, 0, right, .u64) : nil
        default: return row.operation?.fold(left, right, 0, .u64)
        }
    }
}
