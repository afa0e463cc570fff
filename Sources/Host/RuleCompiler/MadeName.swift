// What the names of the prelude are: the cells, sizes and registers of the ring at hand, and what a slot of it has on the
// stack.

/// What a name of the prelude stands for.
enum MadeName {
    case value(TypedValue)
    /// A cell of the driver's state.
    case cell(Int)
    /// A table of buffers, one a slot, by the byte offset of an element.
    case buffers(cell: Int)
    /// A field of a slot, by the slot's byte offset.
    case field(CheckedAtlas.Place, bitCount: UInt8)
    case register(Register)
    /// Statements that were checked before.
    case code([CheckedAtlas.Statement])

    /// A byte offset or the like on the stack.
    static func local(_ place: Int, _ span: SourceSpan) -> MadeName { offset(.local(place, span)) }

    static func offset(_ expression: CheckedAtlas.Expression) -> MadeName {
        .value(TypedValue(expression, bitCount: 32, typeBitCount: 32))
    }

    static func address(of region: Int, _ span: SourceSpan) -> MadeName {
        .value(TypedValue(.init(operation: .address(region: region), span: span), bitCount: 64, typeBitCount: 64))
    }

    /// The names of a ring.
    static func names(of ring: RingPlan, _ span: SourceSpan) -> [String: MadeName] {
        let (field, registers) = (ring.done.field, ring.registers)
        let done = CheckedAtlas.Place.slots(
            region: ring.region, bitCount: field.bitCount, offset: field.offset.value ?? 0)
        return [
            "claim": .cell(ring.claimCell), "reap": .cell(ring.reapCell), "buffers": .buffers(cell: ring.bufferCell),
            "step": .value(TypedValue(ring.slotByteCount, span)), "last_offset": .value(ring.sizes.offsetMask),
            "slot_places": .value(TypedValue(ring.slotShift, span)), "done": .field(done, bitCount: field.bitCount),
            "done_bit": .value(TypedValue(ring.done.mask, span)), "low": .register(registers.low),
            "high": .register(registers.high), "size": .register(registers.bytes), "head": .register(registers.head),
            "tail": .register(registers.tail), "address": .address(of: ring.region, span),
            "byte_count": .value(ring.sizes.byteCount),
        ]
    }

    /// The names of a ring, and those of a slot of it: its byte offset, that of the one after it, its number in a loop, and
    /// where the table of buffers keeps its own, two bytes a slot.
    static func names(of slot: Scope.Slot, in ring: RingPlan, _ span: SourceSpan) -> [String: MadeName] {
        var names = names(of: ring, span)
        names["slot"] = .local(slot.place, span)
        names["next"] = slot.next.map { .local($0, span) }
        guard let counter = slot.counter else {
            let half = CheckedAtlas.Expression.number(ring.slotShift - 1, span)
            names["place"] = .offset(.binary(.shiftRight, .local(slot.place, span), half))
            return names
        }
        names["number"] = .value(TypedValue(.local(counter, span), upTo: ring.count - 1))
        names["place"] = .offset(.binary(.shiftLeft, .local(counter, span), .number(1, span)))
        return names
    }
}
