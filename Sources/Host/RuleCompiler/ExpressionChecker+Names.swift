// What a name stands for in a value, alone, before a point or before an index.

extension ExpressionChecker {
    /// All names that can be used at this point.
    var visibleNames: [Name] { names.all + scope.values.compactMap(\.name) }

    /// What a name stands for.
    func check(_ name: Name) -> TypedValue? {
        if let field = scope.bits.named(name) { return mask(of: field, name.span) }
        if let argument = scope.arguments?[name.text] { return argument }
        if let place = scope.place(of: name) { return local(name, at: place) }
        if let made = scope.made[name.text] { return check(made, name.span) }
        if let fact = fact(name) { return fact.value }
        switch names[name] {
        case .register(let register):
            guard !isDynamic(name) else { return nil }
            guard register.count == nil else { return reportTable(register.name, name.span) }
            return load(register, at: nil, name.span)
        case .state(let state):
            guard !isDynamic(name) else { return nil }
            checkMemory(name.span)
            guard state.isNumber else { return reportNoNumber(state, name.span) }
            guard state.count == nil else { return reportTable(state.name, name.span) }
            return get(state, at: nil, name.span)
        case .some: return report(.noValueByItself, name.span, name)
        case nil:
            return names.reportNothing(
                "name", name,
                among: (visibleNames + scope.bits.names).map(\.text) + (isOfFact ? Self.questionBases : []),
                "declare a register of that name, or `let \(name.text) = VALUE` before")
        }
    }

    /// A value that `let` gave a name.
    private func local(_ name: Name, at place: Int) -> TypedValue? {
        scope.used.insert(name.text)
        guard var value = scope.values[place].value else { return nil }
        if let variable = value.variable { return get(variable, at: nil, name.span) }
        value.expression = .local(place, name.span)
        value.extract = nil
        if !value.isStatic { value.sum = nil }
        guard value.buffer == nil || scope.buffers[name.text]?.isMoved != true else {
            return report(.bufferGone, name.span, name)
        }
        return value
    }

    /// A fact, or what a probe finds out; `nil` where none has that name.
    func fact(_ name: Name) -> FoundValue? {
        guard let plan = stage.fact(name) else { return nil }
        if plan.dependsOnChoice { usesChoice = true }
        var value = plan.value
        value?.expression.span = name.span
        return FoundValue(value: value)
    }

    /// Reports what is read while the code runs where all must be known before.
    func isDynamic(_ name: Name) -> Bool {
        if isOfFact {
            typing.reportDynamic(name.span, "\(name) is read while the code runs, and this must be known before")
        }
        return isOfFact
    }

    /// All bits of a field, in their place.
    private func mask(of field: Field, _ span: SourceSpan) -> TypedValue? {
        guard let (low, high) = field.range(within: 64) else { return nil }
        return TypedValue((UInt64.max >> (63 - (high - low))) << low, span)
    }

    // MARK: Fields

    /// `NAME.FIELD`
    func check(_ field: Name, of base: Name) -> TypedValue? {
        let span = base.span.joined(with: field.span)
        if let found = question(field, of: base) { return found.value }
        switch names[base] {
        case .window, .indirectWindow: return report(.windowIsNoValue, base.span, base, field)
        case .ring, .freePool: return property(field, of: base)
        case .memory:
            if plan.buffers.contains(where: { $0.name.text == base.text && $0.isOwned }) {
                return property(field, of: base)
            }
            if isAddress(field, ofRecordOf: base) {
                return checkBuffer(base, .number(Number(value: 0, span: base.span)), field)
            }
            return checkPath(base, [.member(field)], span)
        case .state: if let cursor = cursor(base) { return view(field, of: cursor, span) }
        default: break
        }
        guard let value = check(base) else { return nil }
        if let slot = value.slot { return self.field(field, ofSlot: slot, base) }
        if let pool = value.buffer { return property(field, ofBuffer: value, pool) }
        return typing.field(field, of: value, base.span, base.text)
    }

    // MARK: Elements

    /// `TABLE[VALUE]`, `TABLE[VALUE].FIELD`
    func checkElement(_ name: Name, _ index: Node, _ field: Name?, _ span: SourceSpan) -> TypedValue? {
        if let made = scope.made[name.text] { return check(made, at: index, span) }
        var value: TypedValue?
        switch names[name] {
        case .memory:
            if let field, isAddress(field, ofRecordOf: name) { return checkBuffer(name, index, field) }
            return checkPath(name, [.index(index)] + (field.map { [.member($0)] } ?? []), span)
        case .freePool: return checkBuffer(name, index, field)
        case .table(let table):
            guard let entry = entry(of: table, index, span) else { return nil }
            if let field { reportUnknown("field", field, among: [], "an entry of a table has none") }
            return entry
        case .register(let register):
            guard !isDynamic(name), let place = checkIndex(index, register.name, register.count, register.bitCount)
            else { return nil }
            value = load(register, at: place, span)
        case .state(let state):
            guard !isDynamic(name) else { return nil }
            use.insert(name.text)
            checkMemory(name.span)
            guard state.isNumber else { return reportNoNumber(state, name.span) }
            guard let bitCount = state.bitCount, let place = checkIndex(index, state.name, state.count, bitCount) else {
                return nil
            }
            value = get(state, at: place, span)
        default:
            if visibleNames.contains(where: { $0.text == name.text }) { return report(.noElements, name.span, name) }
            return names.reportNothing(
                "name", name, among: visibleNames.map(\.text),
                "declare `register WINDOW.\(name.text)[COUNT] at …` or `state \(name.text)[COUNT]: …`")
        }
        guard let value, let field else { return value }
        return typing.field(field, of: value, span, name.text)
    }

    /// `TABLE[INDEX]`
    private func entry(of table: Syntax.Table, _ node: Node, _ span: SourceSpan) -> TypedValue? {
        use.insert(table.name.text)
        guard let index = check(node) else { return nil }
        guard index.isStatic else {
            return typing.reportDynamic(
                node.span, "a table is looked up while code is generated, and this is known only later")
        }
        let entries = table.entries.map { $0.value ?? 0 }
        guard index.numbers.high < UInt64(entries.count) else {
            return report(.tableIndexUnbounded, node.span, index.numbers.high, table.name, entries.count)
        }
        return stage.entry(of: entries, at: index, span)
    }

    /// The byte offset of an element of an array or a table.
    func checkIndex(_ node: Node, _ name: Name, _ count: Number?, _ bitCount: UInt8) -> Expression? {
        guard let value = check(node) else { return nil }
        typing.checkKind(of: value, as: .index, node.span, "the index of \(name)")
        guard let whole = count, let most = whole.value else { return report(.needlessIndex, node.span, name) }
        let count = stage.least(of: whole) ?? most
        let fits =
            value.isStatic ? value.numbers.high < count : value.bitCount < 64 && UInt64(1) << value.bitCount <= count
        guard fits || value.below != nil && value.below == whole.fact?.text else {
            return report(
                .indexUnbounded, node.span, value.bitCount, name, count, Self.mend(ofIndexBelow: count, whole.fact))
        }
        return value.converted(to: 32).expression.offset(ofElementsOf: bitCount, node.span)
    }

    /// How an index is bounded: by its bits, so that of an odd number of elements they reach some.
    static func mend(ofIndexBelow count: UInt64, _ fact: Name?) -> String {
        if let fact { return "bound it by `& (\(fact.text) - 1)`, or count with `for NAME in 0..<\(fact.text)`" }
        guard count.nonzeroBitCount > 1 else {
            let count = max(count, 1)
            return "bound it by `& \(count - 1)`, or count with `for NAME in 0..<\(count)`"
        }
        let reached = UInt64(1) << UInt64(63 - count.leadingZeroBitCount)
        return "only its bits bound it: `& \(reached - 1)` reaches the first \(reached), and "
            + "`for each NAME in 0..<\(count)` all, each by statements of its own; or have a power of two of them"
    }

    /// Reports a table that is named without an index.
    @discardableResult func reportTable(_ name: Name, _ span: SourceSpan) -> TypedValue? {
        report(.missingIndex, span, name)
    }

    /// Reports a state that is used as a number and is none.
    @discardableResult func reportNoNumber(_ state: State, _ span: SourceSpan) -> TypedValue? {
        guard state.array == nil else { return reportCursor(state, span) }
        return report(.holdsBuffers, span, state.name)
    }
}
