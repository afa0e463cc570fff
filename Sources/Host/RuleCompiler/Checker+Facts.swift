// Checks facts and tables: each is known once its device is found, depends on no register, and not on itself. Facts are put in
// the order in which the target evaluates them, with those that the sizes of memories need among them.

import Hardware
import Metabinary

/// What the checker has worked out about a fact.
struct FactPlan {
    /// `nil` where it is wrong, which is reported.
    var value: TypedValue?
    /// Whether an alternative of a choice decides it.
    var dependsOnChoice = false
}

/// A name that was found; without a value where it is wrong.
struct FoundValue {
    var value: TypedValue?
}

extension Checker {
    /// Forgets the facts of the device before.
    mutating func startStage(_ device: CheckedAtlas.Device) {
        usedNames = []
        (rings, memories, buffers, stateCells, lacksMemory) = ([], [], [], [:], false)
        factPlans = [:]
        stage = CheckedAtlas.Stage()
        windowByteCounts = device.windows.map(\.byteCount)
    }

    /// The value of a fact, or of what a probe finds out; `nil` where no fact has that name.
    mutating func fact(_ name: Syntax.Name, _ scope: Scope) -> FoundValue? {
        guard let plan = plan(ofFact: name, scope.device) else { return nil }
        if plan.dependsOnChoice { usesChoice = true }
        var value = plan.value
        value?.expression.span = name.span
        return FoundValue(value: value)
    }

    private mutating func plan(ofFact name: Syntax.Name, _ device: Syntax.Device) -> FactPlan? {
        let node = device.facts.first { $0.name.text == name.text }
        let probe = device.probes.first { $0.name.text == name.text }
        guard node != nil || probe != nil else { return nil }
        usedNames.insert(name.text)
        if let known = factPlans[name.text] { return known }
        guard !openFacts.contains(name.text) else {
            diagnostics.report(
                .factCycle, name.span, "`\(name.text)` depends on itself",
                mend: "say one of the facts between them by numbers")
            return FactPlan()
        }
        openFacts.append(name.text)
        let outer = usesChoice
        usesChoice = false
        var plan = FactPlan()
        if let node { plan.value = check(node, device) } else if let probe { plan.value = check(probe, device) }
        plan.dependsOnChoice = usesChoice
        usesChoice = outer
        openFacts.removeLast()
        if plan.value?.isKnown == false { plan.value?.fact = name.text }
        factPlans[name.text] = plan
        return plan
    }

    /// Has the target evaluate the facts that the class of a device requires, and reports those that it does not state.
    mutating func requireFacts(_ node: Syntax.Device) {
        guard let itsClass = syntax.classes.first(where: { $0.name.text == node.parent.text }) else { return }
        for name in ancestors(of: itsClass).flatMap(\.requiredFacts) {
            let span = (node.facts.map(\.name) + node.probes.map(\.name)).first { $0.text == name.text }?.span
            if let value = plan(ofFact: name, node)?.value, value.isKnown {
                _ = add(name.text, span ?? node.name.span, value, value.numbers)
            } else if span == nil, !node.isBroken {
                diagnostics.report(
                    .missingFact, node.name.span,
                    "device `\(node.name.text)` does not state `\(name.text)`, which class `\(itsClass.name.text)` requires",
                    mend: "add `fact \(name.text) = VALUE`, or a probe of that name; what it means stands at "
                        + place(name.span))
            }
        }
    }

    /// The scope of a value that is known while code is generated.
    static func scope(ofFact name: Syntax.Name, _ device: Syntax.Device) -> Scope {
        var scope = Scope(
            device: device, member: Syntax.Member(name: name, result: .nothing, resultSpan: name.span))
        scope.isOfFact = true
        return scope
    }

    private mutating func check(_ node: Syntax.Fact, _ device: Syntax.Device) -> TypedValue? {
        var scope = Self.scope(ofFact: node.name, device)
        var values: [TypedValue] = []
        for expression in node.values {
            guard let value = check(expression, &scope) else { continue }
            guard value.isStatic else {
                reportDynamic(expression.span, "this is known only while the code runs")
                continue
            }
            if value.isKnown, values.contains(where: { $0.isKnown && $0.number == value.number }) {
                diagnostics.report(
                    .needlessChoice, expression.span, "\(value.number) is among the alternatives already",
                    mend: "take it out")
            }
            values.append(value)
        }
        guard values.count == node.values.count, var value = values.first else { return nil }
        if values.count > 1 {
            usesChoice = true
            let choice = addChoice(node.name.text, node.name.span, values.count)
            let numbers = values.dropFirst().reduce(value.numbers) { $0.joined(with: $1.numbers) }
            value = TypedValue(
                numbers: numbers,
                .init(operation: .alternatives(choice: choice, values.map(\.expression)), span: node.name.span))
        }
        if let range = node.range, let low = range.low.value, let high = range.high.value {
            guard low <= high, let numbers = value.numbers.limited(to: low...high) else {
                diagnostics.report(
                    .factOutside, node.name.span, "`\(node.name.text)` is never in \(low)…\(high)",
                    mend: "correct the range or the value")
                return nil
            }
            // The target refuses a device whose number lies outside.
            return value.isKnown ? value : add(node.name.text, node.name.span, value, numbers)
        }
        return value.isKnown ? value : add(node.name.text, node.name.span, value, value.numbers)
    }

    /// Has the target evaluate a value before the functions, and gives the fact that it is.
    private mutating func add(
        _ name: String, _ span: SourceSpan, _ value: TypedValue, _ numbers: StaticNumbers
    ) -> TypedValue {
        stage.facts.append(
            CheckedAtlas.Fact(
                name: name, span: span, lowest: numbers.low, highest: numbers.high, code: value.expression, probe: nil))
        return TypedValue(numbers: numbers, .init(operation: .fact(stage.facts.count - 1), span: span))
    }

    /// What a probe finds out, as a fact.
    mutating func addFact(of probe: Int, _ name: Syntax.Name, _ bitCount: UInt8) -> TypedValue {
        let most = UInt64.max >> UInt64(64 - bitCount)
        stage.facts.append(
            CheckedAtlas.Fact(
                name: name.text, span: name.span, lowest: 0, highest: most, code: nil, probe: probe))
        return TypedValue(
            numbers: StaticNumbers(0, most), .init(operation: .fact(stage.facts.count - 1), span: name.span))
    }

    /// Notes alternatives that the generator tries.
    mutating func addChoice(_ name: String, _ span: SourceSpan, _ count: Int) -> Int {
        stage.choices.append(CheckedAtlas.Choice(name: name, span: span, count: count))
        let combinations = stage.choices.reduce(1) { min($0 * max($1.count, 1), 1 << 16) }
        if combinations > MetabinaryLimit.combinationCount || stage.choices.count > MetabinaryLimit.choiceCount {
            diagnostics.report(
                .limitExceeded, span, "\(stage.choices.count) choices, \(combinations) combinations of alternatives",
                mend: "\(MetabinaryLimit.choiceCount) and \(MetabinaryLimit.combinationCount) are the most: decide some"
            )
        }
        return stage.choices.count - 1
    }

    // MARK: Sizes

    /// A number of the text with the fact in its place put in; each number that it may be must do.
    mutating func settled(
        _ number: Syntax.Number, _ device: Syntax.Device, _ what: String, _ isLegal: (UInt64) -> Bool
    ) -> Syntax.Number {
        guard let name = number.fact else { return number }
        var settled = number
        settled.fact = nil
        guard let found = fact(name, Self.scope(ofFact: name, device)) else {
            if !device.isBroken {
                reportUnknown(
                    "fact", name, among: (device.facts.map(\.name) + device.probes.map(\.name)).map(\.text),
                    mend: "declare `fact \(name.text) = NUMBER`, or write a number")
            }
            return settled
        }
        guard let value = found.value else { return settled }
        guard let values = value.numbers.values else {
            diagnostics.report(
                .openQuantity, name.span, "`\(name.text)` may be \(value.numbers.low)…\(value.numbers.high)",
                mend: "`choose` it, take it out of a table, or give it a short range: each number must do")
            return settled
        }
        if let number = values.first(where: { $0 > settled.limit || !isLegal($0) }) {
            diagnostics.report(
                .openQuantity, name.span, "`\(name.text)` may be \(number), and \(what)",
                mend: "leave that number out")
            return settled
        }
        settled.value = value.numbers.high
        if !value.isKnown { settled.fact = name }
        return settled
    }

    /// The device with its sizes put in.
    mutating func withSizes(_ device: Syntax.Device) -> Syntax.Device {
        func isPowerOfTwo(_ number: UInt64) -> Bool { number > 0 && number & (number - 1) == 0 }
        var settledDevice = device
        for index in device.rings.indices {
            settledDevice.rings[index].count = device.rings[index].count.map {
                settled($0, device, "a ring has a power of two of slots, 8 at least") { isPowerOfTwo($0) && $0 >= 8 }
            }
        }
        for index in device.pools.indices {
            let pool = device.pools[index]
            settledDevice.pools[index].byteCount =
                settled(pool.byteCount, device, "a buffer has a power of two of bytes, 8 at least") {
                    isPowerOfTwo($0) && $0 >= 8
                }
            settledDevice.pools[index].spare = pool.spare.map { settled($0, device, "that are too many") { _ in true } }
        }
        for index in device.states.indices {
            settledDevice.states[index].count = device.states[index].count.map {
                let holdsBuffers = device.states[index].pool != nil
                return settled(
                    $0, device,
                    holdsBuffers ? "a table of buffers has a number of them" : "a table has a power of two of elements"
                ) { !holdsBuffers && isPowerOfTwo($0) }
            }
        }
        return settledDevice
    }

    /// The static value of a number of the text.
    mutating func value(of number: Syntax.Number, _ device: Syntax.Device) -> TypedValue {
        if let name = number.fact, let value = fact(name, Self.scope(ofFact: name, device))?.value { return value }
        return TypedValue(number: number.value ?? 0, self.number(number.value ?? 0, number.span))
    }

    /// The least that a number of the text may be.
    func least(of number: Syntax.Number) -> UInt64? {
        guard let name = number.fact else { return number.value }
        return factPlans[name.text]?.value?.numbers.low ?? number.value
    }

    /// A value as a fact of its own, which sizes can name and code need not compute again.
    mutating func kept(_ value: TypedValue?, _ name: String, _ span: SourceSpan) -> TypedValue {
        guard let value else { return TypedValue(number: 0, number(0, span)) }
        return value.isKnown ? value : add(name, span, value, value.numbers)
    }

    /// Notes that a size of the device is a fact, where it is one.
    mutating func note(_ kind: QuantityDescription.Kind, of index: Int, is value: TypedValue) {
        guard case .fact(let fact) = value.expression.operation else { return }
        stage.quantities.append(CheckedAtlas.Quantity(kind: kind, index: index, fact: fact))
    }

    // MARK: Tables

    /// `TABLE[INDEX]`
    mutating func entry(
        of name: Syntax.Name, _ node: Syntax.Expression, _ span: SourceSpan, _ scope: inout Scope
    ) -> TypedValue? {
        usedNames.insert(name.text)
        guard let index = check(node, &scope),
            let table = scope.device.tables.first(where: { $0.name.text == name.text })
        else { return nil }
        guard index.isStatic else {
            reportDynamic(node.span, "a table is looked up while code is generated, and this is known only later")
            return nil
        }
        let entries = table.entries.map { $0.value ?? 0 }
        guard index.numbers.high < UInt64(entries.count) else {
            diagnostics.report(
                .unboundedIndex, node.span,
                "the index may be \(index.numbers.high), `\(name.text)` has \(entries.count)",
                mend: "bound it by `%`, or give the fact a range")
            return nil
        }
        return entry(of: entries, at: index, span)
    }

    mutating func entry(of entries: [UInt64], at index: TypedValue, _ span: SourceSpan) -> TypedValue {
        let numbers = index.numbers.mapped { entries[Int($0)] } ?? StaticNumbers(entries)
        if numbers.isKnown { return TypedValue(number: numbers.low, number(numbers.low, span)) }
        let table = stage.tables.firstIndex(of: entries) ?? stage.tables.count
        if table == stage.tables.count { stage.tables.append(entries) }
        return TypedValue(numbers: numbers, .init(operation: .entry(table: table, index.expression), span: span))
    }
}
