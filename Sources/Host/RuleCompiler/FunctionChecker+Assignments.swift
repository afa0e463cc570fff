// Checks assignments: to registers and their arrays, to state, to slots and to memory.

extension FunctionChecker {
    /// `CTRL = SLU | ASDE`, `MTA[i] = 0`, `sequence = VALUE`, `slot = Descriptor { … }`
    func checkAssignment(_ name: Name, _ index: Node?, _ value: Node) {
        if let made = scope.made[name.text] { return assign(value, to: made, at: index, name.span) }
        if let place = scope.place(of: name), let variable = scope.values[place].value?.variable {
            return checkState(variable, name, index, value)
        }
        switch names[name] {
        case .register(let register): checkWrite(register, name, index, value)
        case .state(let state): checkState(state, name, index, value)
        case .memory: checkPathAssignment(name, index.map { [.index($0)] } ?? [], value)
        default: checkSlot(name, index, value)
        }
    }

    /// A whole descriptor in a slot.
    private func checkSlot(_ name: Name, _ index: Node?, _ value: Node) {
        guard scope.values.contains(where: { $0.name?.text == name.text }) else {
            return names.reportNothing(
                "name", name, among: visibleNames.map(\.text), "declare a register or a state of that name")
        }
        guard let target = check(name) else { return }
        guard let slotIndex = target.slot, index == nil else { return report(.valueAssigned, name.span, name) }
        guard happens(.write, to: slotIndex, name, name.span) else { return }
        let slot = scope.slots[slotIndex]
        let ring = plan.rings[slot.ring]
        for part in recordStores(value, ring.layout, slot.ring) ?? [] {
            code.append(
                .store(
                    .slots(region: ring.region, bitCount: part.bitCount, offset: part.offset),
                    index: .local(slot.place, name.span), part.value, name.span))
        }
    }

    // MARK: Registers

    private func checkWrite(_ register: Register, _ name: Name, _ index: Node?, _ expression: Node) {
        var place: Expression?
        if let index {
            place = checkIndex(index, register.name, register.count, register.bitCount)
        } else if register.count != nil {
            reportTable(register.name, name.span)
        }
        let readCount = pending.reads.count
        let value = within(bits: register.fields) { check(expression) }
        if let role = register.role, role.meaning == .address, let value {
            if case .field(let buffer, _) = expression, scope.buffers[buffer.text] != nil {
                handedOver.insert(name.span)
            }
            return tell(value, role, register, at: place, name, expression.span)
        }
        report(
            if: register.clearsWritten && pending.reads[readCount...].contains(name.text), .readModifyWrite, name.span,
            name)
        guard mayWrite(register, name.span) else { return }
        guard register.isWritable else { return report(.unwritableRegister, name.span, name, register.name.span) }
        let what = "register \(name)"
        if value?.isOfAddress == true { return report(.addressElsewhere, expression.span, what) }
        guard let value, let fitted = typing.fitted(value, register.bitCount, expression.span, what) else { return }
        typing.checkKind(of: value, as: register.kind, expression.span, what)
        plan.checkMemoryRegister(name, fitted, expression.span)
        plan.checkRole(fitted, register.role, expression.span)
        if probe == nil || probe?.purity == .resets { plan.checkAllowed(fitted, in: register, expression.span) }
        store(fitted, in: register, at: place, name)
    }

    /// A write to a register that tells the device of a buffer or a record.
    private func tell(
        _ value: TypedValue, _ role: Syntax.Role, _ register: Register, at place: Expression?, _ name: Name,
        _ span: SourceSpan
    ) {
        if role.mayBeZero, value.isKnown, value.number == 0 { return store(value, in: register, at: place, name) }
        let told = role.targets.compactMap { plan.findBuffers($0, owned: false) }
        if let first = told.first, !told.contains(where: { $0 == value.addressed }) {
            return _ = reportNoAddress(span, first)
        }
        if let told = value.addressed { use.startedMemories.insert(plan.buffers[told].name.text) }
        store(value.converted(to: register.bitCount), in: register, at: place, name)
    }

    private func store(_ value: TypedValue, in register: Register, at index: Expression?, _ name: Name) {
        guard let target = registers.target(of: register) else { return }
        code += steps(before: register, name.span)
        code.append(.store(target, index: index, value.expression, name.span))
    }

    // MARK: State

    func checkState(_ state: State, _ name: Name, _ index: Node?, _ expression: Node) {
        use.insert(name.text)
        checkMemory(name.span)
        guard state.isNumber else { return _ = reportNoNumber(state, name.span) }
        var place: Expression?
        if let index, let bitCount = state.bitCount {
            place = checkIndex(index, state.name, state.count, bitCount)
        } else if state.count != nil {
            reportTable(state.name, name.span)
        }
        guard let value = check(expression), let cell = cell(of: state), let bitCount = state.bitCount else { return }
        let low = state.range?.low.value ?? 0
        let high = state.range?.high.value ?? Typing.mask(bitCount)
        typing.checkKind(of: value, as: state.kind, expression.span, "state \(name)")
        guard value.mostOfBits <= high, value.isStatic ? value.number >= low : low == 0 else {
            return report(.valueLeavesRange, expression.span, low, high, name)
        }
        code.append(.set(cell: cell, index: place, value.converted(to: bitCount).expression, name.span))
    }

    // MARK: Memory

    /// `tx_available.index = VALUE`, `tx_table[i] = Descriptor { … }`
    func checkPathAssignment(_ name: Name, _ steps: [Syntax.Step], _ expression: Node) {
        if let cursor = cursor(name) { return _ = reportCursor(cursor, name.span) }
        guard let end = follow(name, steps, name.span) else { return }
        guard let field = end.field else { return checkRecord(end, name, expression) }
        guard end.rest.isEmpty else { return report(.storePastField, name.span, field.name) }
        guard let value = check(expression, in: field, name.span, end.memory?.pool) else { return }
        code.append(.store(end.place(field.bitCount), index: end.index, value.expression, name.span))
    }

    /// A whole record, as one store for each eight bytes; an array after its plain fields stays as it is.
    private func checkRecord(_ end: PathEnd, _ name: Name, _ expression: Node) {
        guard let memory = end.memory, let byteCount = memory.wholeByteCount else {
            return report(.recordOfOddSize, name.span, name)
        }
        for part in recordStores(expression, memory.layout, memory.pool) ?? [] where part.end <= byteCount {
            code.append(
                .store(
                    .part(region: memory.region, 0, bitCount: part.bitCount, offset: part.offset), index: end.index,
                    part.value, name.span))
        }
    }
}
