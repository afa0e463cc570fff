// Checks reads of registers and of states, and what has to happen before an access of a register: a selection by another
// one, or time.
//
// What has to happen before a load comes before the whole statement that the load is in. So a statement has one
// such access at most: the text then says in which order they come.

/// What the accesses of a statement ask for.
struct PendingAccesses {
    var before: [CheckedAtlas.Statement] = []
    /// How many of them ask for something.
    var count = 0
    /// The queue that an item was taken of.
    var queue: Name?
    /// Registers that were read.
    var reads: [String] = []
}

extension ExpressionChecker {
    /// A read of a register; each time that a rule names it, the device is read.
    func load(_ register: Register, at index: Expression?, _ span: SourceSpan) -> TypedValue? {
        guard register.isReadable else { return report(.unreadableRegister, span, register.name, register.name.span) }
        pending.before += steps(before: register, span)
        if register.isQueue { pending.queue = register.name }
        guard let target = registers.target(of: register) else { return nil }
        pending.reads.append(register.name.text)
        var value = TypedValue(
            .init(operation: .load(target, index: index), span: span), bitCount: register.bitCount,
            typeBitCount: register.bitCount)
        value.whole = .init(name: register.name, bitCount: register.bitCount, fields: register.fields)
        value.bits = register.fields
        value.kind = register.kind
        return value
    }

    /// What has to happen before an access of the statement at hand.
    func steps(before register: Register, _ span: SourceSpan) -> [Checked] {
        let steps = registers.steps(before: register, span)
        checkSelection(of: register, span)
        guard register.isQueue || !steps.isEmpty else { return steps }
        pending.count += 1
        report(if: pending.count == 2, .accessesJoined, span, register.name)
        return steps
    }

    /// Reports an item that is taken and dropped.
    func reportDropped(_ name: Name, _ what: String) { report(.itemLost, name.span, name, what) }

    /// The cell of a state or of a variable.
    func cell(of state: State) -> Int? { stage.variableCells[state.name.span] ?? plan.stateCells[state.name.text] }

    /// A read of the state.
    func get(_ state: State, at index: Expression?, _ span: SourceSpan) -> TypedValue? {
        guard let cell = cell(of: state), let typeBitCount = state.bitCount else { return nil }
        use.insert(state.name.text)
        let high = state.range?.high.value ?? .max
        let bitCount = UInt8(max(1, 64 - high.leadingZeroBitCount))
        var value = TypedValue(
            .get(cell, span, index: index), bitCount: min(bitCount, typeBitCount), typeBitCount: typeBitCount)
        value.kind = state.kind
        return value
    }
}
