// What is known of a device before its code runs: facts and what probes find out, each known once the device is found and
// depending on no register, and not on itself. Facts are put in the order in which the target evaluates them, with those
// that the sizes of memories need among them.

import Metabinary

/// What the checker has worked out about a fact.
struct FactPlan {
    /// `nil` where it is wrong, which is reported.
    var value: TypedValue?
    /// Whether an alternative of a choice decides it.
    var dependsOnChoice = false
}

/// The static stage of a device, which grows as facts are asked for.
final class StaticStage: Reporting {
    let diagnostics: DiagnosticCollector
    let registers: RegisterPlan
    let use: UsedNames
    let typing: Typing
    let prelude: RingPrelude
    /// The names of the device; once they are settled, with its sizes put in.
    private(set) var names: DeviceNames
    /// Empty until memories are planned.
    private(set) var plan: DevicePlan
    /// What the metabinary holds of the device, which grows too.
    let checked: DeviceDescription
    /// Code of the facts and of the probes that are in it.
    private(set) var factCode: [CheckedAtlas.Fact] = []
    private(set) var probeCode: [CheckedAtlas.Function] = []
    /// The facts that were asked for.
    private var facts: [String: FactPlan] = [:]
    /// Cells of the variables of functions, by the place of their names.
    var variableCells: [SourceSpan: Int] = [:]
    /// Facts that are being checked, each for the one before it.
    private var openFacts: [String] = []

    init(
        _ names: DeviceNames, _ registers: RegisterPlan, _ use: UsedNames, _ prelude: RingPrelude,
        _ checked: DeviceDescription
    ) {
        self.checked = checked
        diagnostics = names.diagnostics
        typing = Typing(diagnostics: names.diagnostics)
        plan = DevicePlan(names, registers, use)
        (self.names, self.registers, self.use, self.prelude) = (names, registers, use, prelude)
    }

    // MARK: Facts

    /// A fact, or what a probe finds out; `nil` where none has that name.
    func fact(_ name: Name) -> FactPlan? {
        let symbol = names[name]
        switch symbol {
        case .fact, .probe: use.insert(name.text)
        default: return nil
        }
        if let known = facts[name.text] { return known }
        guard !openFacts.contains(name.text) else {
            report(.factCycle, name.span, name)
            return FactPlan()
        }
        openFacts.append(name.text)
        var plan = FactPlan()
        if case .fact(let node)? = symbol { plan = check(node) }
        if case .probe(let node)? = symbol { plan = check(node) }
        openFacts.removeLast()
        if plan.value?.isKnown == false { plan.value?.fact = name.text }
        facts[name.text] = plan
        return plan
    }

    /// Has the target evaluate the facts that the class of a device requires, and reports those that it does not state.
    func require(_ required: [Name], by itsClass: Name) {
        let device = names.device
        for name in required {
            let stated = device.facts.named(name)?.name ?? device.probes.named(name)?.name
            if let value = fact(name)?.value, value.isKnown {
                _ = add(name.text, stated?.span ?? device.name.span, value, value.numbers)
            } else if stated == nil, !device.isBroken {
                let others = device.facts.names + device.probes.names
                let strange = others.filter { name in !required.contains { $0.text == name.text } }
                let nearest = NameDistance.nearest(to: name.text, among: strange.map(\.text))
                if let meant = strange.first(where: { $0.text == nearest }) {
                    diagnostics.meant.insert(meant.text)
                    report(.misspeltFact, meant.span, device.name, name, itsClass, meant)
                    continue
                }
                report(.missingFact, device.name.span, device.name, name, itsClass, name.span)
            }
        }
    }

    private func check(_ node: Syntax.Fact) -> FactPlan {
        let member = Syntax.Member(name: node.name, result: .nothing, resultSpan: node.name.span)
        let checker = ExpressionChecker(self, member, isOfFact: true)
        var values: [TypedValue] = []
        for expression in node.values {
            guard let value = checker.check(expression) else { continue }
            guard value.isStatic else {
                typing.reportDynamic(expression.span, "this is known only while the code runs")
                continue
            }
            if value.isKnown, values.contains(where: { $0.isKnown && $0.number == value.number }) {
                report(.alternativeTwice, expression.span, value.number)
            }
            values.append(value)
        }
        var plan = FactPlan(dependsOnChoice: checker.usesChoice)
        guard values.count == node.values.count, var value = values.first else { return plan }
        if values.count > 1 {
            plan.dependsOnChoice = true
            let choice = addChoice(node.name.text, node.name.span, values.count)
            value = TypedValue(
                numbers: values.dropFirst().reduce(value.numbers) { $0.joined(with: $1.numbers) },
                .init(operation: .alternatives(choice: choice, values.map(\.expression)), span: node.name.span))
        }
        plan.value = inRange(value, of: node)
        return plan
    }

    /// The value as a fact in its range; the target refuses a device whose number lies outside.
    private func inRange(_ value: TypedValue, of node: Syntax.Fact) -> TypedValue? {
        var numbers = value.numbers
        if let low = node.range?.low.value, let high = node.range?.high.value {
            guard low <= high, let limited = numbers.limited(to: low...high) else {
                return report(.factOutside, node.name.span, node.name, low, high)
            }
            numbers = limited
        }
        return value.isKnown ? value : add(node.name.text, node.name.span, value, numbers)
    }

    /// Has the target evaluate a value before the functions, and returns the fact that it is.
    private func add(
        _ name: String, _ span: SourceSpan, _ value: TypedValue?, _ numbers: StaticNumbers, probe: Int? = nil
    ) -> TypedValue {
        let name = Name(text: name, span: span)
        let fact = FactDescription()
        fact.rule = diagnostics.rule(name, name.text, bitCount: 64)
        (fact.lowest, fact.highest, fact.probe) = (numbers.low, numbers.high, probe)
        checked.facts.append(fact)
        if let value { factCode.append(CheckedAtlas.Fact(name: name, rule: fact.rule, code: value.expression)) }
        return TypedValue(numbers: numbers, .init(operation: .fact(checked.facts.count - 1), span: span))
    }

    /// What a probe finds out, as a fact; `nil` where it cannot be read.
    private func check(_ node: Syntax.Probe) -> FactPlan {
        let checker = FunctionChecker(self, node.function.member, probe: ProbeScope(purity: node.purity))
        let (function, probe) = checker.checkProbe(node)
        report(.tooManyProbes, node.name.span, checked.probes.count + 1, over: MetabinaryLimit.probeCount)
        checked.probes.append(probe)
        probeCode.append(function)
        let numbers = StaticNumbers(0, Typing.mask(node.bitCount))
        let value = add(node.name.text, node.name.span, nil, numbers, probe: checked.probes.count - 1)
        return FactPlan(value: value, dependsOnChoice: checker.usesChoice)
    }

    // MARK: Choices and tables

    /// Notes alternatives that the generator tries.
    func addChoice(_ name: String, _ span: SourceSpan, _ count: Int) -> Int {
        let choice = ChoiceDescription()
        choice.name = Array(name.utf8)
        choice.line = diagnostics.shortLine(of: span)
        choice.count = UInt8(clamping: count)
        checked.choices.append(choice)
        let combinations = checked.choices.reduce(1) { min($0 * max(Int($1.count), 1), 1 << 16) }
        report(
            if: combinations > MetabinaryLimit.combinationCount || checked.choices.count > MetabinaryLimit.choiceCount,
            .tooManyChoices, span, checked.choices.count, combinations, MetabinaryLimit.choiceCount,
            MetabinaryLimit.combinationCount)
        return checked.choices.count - 1
    }

    /// An entry of a list of numbers.
    func entry(of entries: [UInt64], at index: TypedValue, _ span: SourceSpan) -> TypedValue {
        let numbers = index.numbers.mapped { entries[Int($0)] } ?? StaticNumbers(entries)
        if numbers.isKnown { return TypedValue(numbers.low, span) }
        let table = checked.tables.firstIndex(of: entries) ?? checked.tables.count
        if table == checked.tables.count { checked.tables.append(entries) }
        return TypedValue(numbers: numbers, .init(operation: .entry(table: table, index.expression), span: span))
    }

    // MARK: Quantities

    /// A value as a fact of its own, which sizes can name and code need not compute again.
    func kept(_ value: TypedValue?, _ name: String, _ span: SourceSpan) -> TypedValue {
        guard let value else { return TypedValue(0, span) }
        return value.isKnown ? value : add(name, span, value, value.numbers)
    }

    /// Notes that a size of the device is a fact, where it is one.
    func note(_ kind: QuantityDescription.Kind, of index: Int, is value: TypedValue) {
        guard case .fact(let fact) = value.expression.operation else { return }
        let quantity = QuantityDescription()
        (quantity.kind, quantity.index, quantity.fact) = (kind, index, fact)
        checked.quantities.append(quantity)
    }

    /// Puts the sizes of the device in, then plans its memories.
    func planMemories() {
        names = DeviceNames(of: settled(names.device), diagnostics)
        plan = MemoryPlanner.plan(self)
    }
}
