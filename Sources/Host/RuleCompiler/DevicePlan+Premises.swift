// Checks and plans what values wait for: registers that have to have been told something before. Where no value waits for a
// memory that the device is told of, that is a mistake too: it might be set to work before it knows where the memory is.

import Metabinary

extension DevicePlan {
    // MARK: What is said

    /// Checks what the values of a register wait for.
    ///
    /// - Parameter register: `nil` for a field of a layout.
    func checkPremises(_ values: [Syntax.AllowedValue], of register: Register?, _ node: Device) {
        for value in values where !value.premises.isEmpty {
            guard let register else {
                report(.premiseInMemory, value.span)
                continue
            }
            if isFree(value.amount, among: values) { report(.premiseWithoutEffect, value.span) }
            for premise in value.premises { check(premise, register, node) }
            report(.tooManyPremises, value.span, value.premises.count, over: MetabinaryLimit.premiseCount)
        }
    }

    /// Whether those values that wait for nothing hold, together, all numbers of an amount.
    private func isFree(_ amount: Syntax.AllowedValue.Amount, among values: [Syntax.AllowedValue]) -> Bool {
        guard var rest = amount.numbers(memorySizes) else { return false }
        let free = values.filter(\.premises.isEmpty).compactMap { $0.amount.numbers(memorySizes) }
        for numbers in free.sorted(by: { $0.lowerBound < $1.lowerBound }) where numbers.contains(rest.lowerBound) {
            if numbers.upperBound >= rest.upperBound { return true }
            rest = numbers.upperBound + 1...rest.upperBound
        }
        return false
    }

    private func check(_ premise: Syntax.Premise, _ register: Register, _ node: Device) {
        switch premise {
        case .memory(let name):
            guard memorySizes[name.text] != nil else {
                return reportUnknown(
                    "memory", name, among: memorySizes.keys.sorted(),
                    "name a ring or a memory; of a register, say what it was told: `\(name.text) 0`")
            }
            let takers = registers(of: name)
            if takers.isEmpty { report(.addressOfRecordsOnly, name.span, name) }
            for taker in takers { check(taker, toldAt: name.span, register) }
        case .address(let name, let memories):
            guard let told = find(name, node) else { return }
            let targets = told.role?.meaning == .address ? told.role?.targets.map(\.text) ?? [] : []
            for memory in memories where !targets.contains(memory.text) {
                report(.neverToldOfMemory, memory.span, told.name, memory)
            }
            check(told, toldAt: name.span, register, elementLimit: MetabinaryLimit.toldElementCount)
        case .value(let name, let amount):
            guard let told = find(name, node) else { return }
            check(amount, toldTo: told, name.span, node)
            check(told, toldAt: name.span, register)
        }
    }

    private func find(_ name: Name, _ node: Device) -> Register? {
        if let register = node.registers.first(where: { $0.name.text == name.text }) { return register }
        return reportUnknown(
            "register", name, among: node.registers.map(\.name.text), "declare a register of that name")
    }

    /// Checks that what a register was told last is known, and is what it holds.
    private func check(_ told: Register, toldAt span: SourceSpan, _ register: Register, elementLimit: UInt64 = 0) {
        if !registers.areAlike(told, register) || told.count?.value ?? 0 > elementLimit || !told.isWritable {
            report(.premiseOfOtherWindow, span, told.name, register.window)
        } else if told.isQueue || told.clearsWritten || registers.isData(told) {
            report(.premiseNotHeld, span, told.name)
        }
    }

    private func check(_ amount: Syntax.AllowedValue.Amount, toldTo told: Register, _ span: SourceSpan, _ node: Device)
    {
        guard case .range(let low, let high) = amount else {
            guard case .size(let memory, _) = amount else { return }
            return checkSize(memory, nil, node)
        }
        guard let low = low.value, let high = high.value else { return }
        let isEver: Bool
        if told.role?.meaning == .address {
            isEver = high == 0 && told.role?.mayBeZero == true
        } else if isOfMemory(told) {
            return report(.premiseOfStart, span, told.name)
        } else if let allowed = told.allowed {
            isEver = Self.allows(allowed, low, memorySizes) && Self.allows(allowed, high, memorySizes)
        } else {
            isEver = high == 0 || !reachesMemory || !told.fields.isEmpty
        }
        guard low > high || !isEver || high > .max >> UInt64(64 - told.bitCount) else { return }
        let value = low == high ? "\(low)" : "\(low)…\(high)"
        report(told.role == nil ? .neverTold : .neverToldZero, span, told.name, value, told.name.span)
    }

    /// Checks that some value waits for each memory that a register takes the address of.
    func checkAwaited(_ node: Device) {
        let premises = node.registers.flatMap(\.premises)
        let awaited = Set(premises.compactMap { if case .memory(let name) = $0 { name.text } else { nil } })
        for name in rings.map(\.name) + memories.map(\.name) where !awaited.contains(name.text) {
            guard !registers(of: name).isEmpty else { continue }
            report(.memoryNotAwaited, node.inherited.contains(name.text) ? node.name.span : name.span, name)
        }
    }

    /// The registers that take a memory's address and its size.
    private func registers(of memory: Name) -> [Register] {
        memoryRegisters.filter { $0.memory.text == memory.text && !$0.isPosition }.map(\.register)
    }

    // MARK: What is planned

    /// So many sets of premises a value is allowed after.
    static func alternativeCount(_ premises: [Syntax.Premise]) -> Int {
        premises.reduce(1) { count, premise in
            guard case .address(_, let memories) = premise else { return count }
            return min(count * memories.count, MetabinaryLimit.allowedValueCount + 1)
        }
    }

    /// What a value waits for, as sets of premises of which one has to hold: an address may lead to one of several memories.
    func alternatives(_ premises: [Syntax.Premise]) -> [[AllowedValue.Premise]] {
        guard Self.alternativeCount(premises) <= MetabinaryLimit.allowedValueCount else { return [] }
        return premises.reduce([[]]) { sets, premise in
            let choices = choices(premise)
            return sets.flatMap { set in choices.map { set + $0 } }
        }
    }

    private func choices(_ premise: Syntax.Premise) -> [[AllowedValue.Premise]] {
        switch premise {
        case .memory(let name):
            guard let memory = memorySizes[name.text]?.index else { return [] }
            return [[.whole(memory: memory)]]
        case .address(let name, let memories):
            guard let place = registers.places[name.text]?.index else { return [] }
            return memories.compactMap { memorySizes[$0.text]?.index }.map { [.address(register: place, memory: $0)] }
        case .value(let name, let amount):
            guard let place = registers.places[name.text]?.index, let number = number(amount) else { return [] }
            return [[.number(register: place, number)]]
        }
    }
}

extension Register {
    /// All that values of it and of its fields wait for.
    var premises: [Syntax.Premise] {
        ([allowed] + fields.map(\.allowed)).flatMap { $0?.values?.flatMap(\.premises) ?? [] }
    }
}
