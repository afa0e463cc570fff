// The layout of what a device leaves to the static stage: tables, choices, facts, quantities and probes. A fact names only facts
// before it, so that they can be evaluated in their order, each once.

import Program

extension LayoutCoder {
    func stage(of device: DeviceDescription) {
        let place = place
        var isThere: UInt8 = device.hasStage ? 1 : 0
        byte(&isThere, "0 for none, else 1")
        require(isThere <= 1, .badFact(at: place))
        when(isThere == 1, "that is 1") {
            list(&device.tables, of: "table", atMost: MetabinaryLimit.tableCount, []) { table, _ in
                list(&table, of: "entry", atMost: MetabinaryLimit.entryCount, 0) { entry, _ in
                    number(&entry, atMost: .max, "the entry")
                }
            }
            list(&device.choices, of: "choice", atMost: MetabinaryLimit.choiceCount, ChoiceDescription()) {
                choice, before in
                self.choice(choice, before)
            }
            let factPlace = self.place
            facts(of: device)
            list(&device.quantities, of: "quantity", atMost: MetabinaryLimit.factCount, QuantityDescription()) {
                quantity, _ in
                self.quantity(quantity, of: device)
            }
            list(&device.probes, of: "probe", atMost: MetabinaryLimit.probeCount, ProbeDescription()) { probe, _ in
                self.probe(probe, of: device)
            }
            require(device.factsHaveProbes, .badFact(at: factPlace))
        }
    }

    private func choice(_ choice: ChoiceDescription, _ before: [ChoiceDescription]) {
        name(&choice.name, "its name, which is that of the fact or function that states it")
        line(&choice.line)
        let place = place
        var count = UInt64(choice.count)
        number(
            &count, atMost: UInt64(MetabinaryLimit.alternativeCount), "alternatives (2 to 8; 64 combinations at most)")
        choice.count = UInt8(truncatingIfNeeded: count)
        let combinationCount = before.reduce(Int(count)) { $0 * Int($1.count) }
        require(count >= 2 && combinationCount <= MetabinaryLimit.combinationCount, .badChoice(at: place))
    }

    private func facts(of device: DeviceDescription) {
        var facts = device.facts
        list(&facts, of: "fact", atMost: MetabinaryLimit.factCount, FactDescription()) { fact, before in
            // What its code may name.
            device.facts = before
            self.fact(fact, of: device)
        }
        device.facts = facts
    }

    private func fact(_ fact: FactDescription, of device: DeviceDescription) {
        var (factName, ruleFile) = (fact.rule.name, fact.rule.ruleFile)
        name(&factName, "its name")
        name(&ruleFile, "the rule's file")
        if Self.makes {
            fact.rule.signature = FunctionSignature(
                name: factName, resultName: factName, resultBitCount: 64, ruleFile: ruleFile)
        }
        line(&fact.rule.line)
        let place = place
        number(&fact.lowest, atMost: .max, "the least that it may be")
        number(&fact.highest, atMost: .max, "the largest that it may be")
        var kind: UInt8 = fact.probe == nil ? 0 : 1
        byte(&kind, "0 where code computes it, 1 where a probe finds it out")
        require(fact.lowest <= fact.highest && kind <= 1, .badFact(at: place))
        when(kind == 0, "that is 0") { code(of: fact.rule, in: device, returnsValue: true) }
        when(kind == 1, "that is 1") {
            var probe = fact.probe ?? 0
            index(&probe, below: MetabinaryLimit.probeCount, "the probe")
            fact.probe = probe
        }
    }

    private func quantity(_ quantity: QuantityDescription, of device: DeviceDescription) {
        let place = place
        kind(&quantity.kind, "kind, below", else: .badQuantity(at: place))
        let isOfMemory = quantity.kind == .memory || quantity.kind == .element
        let count = isOfMemory ? device.memories.count : device.cells.count
        index(&quantity.index, below: count, "a memory, which is a ring or a pool, or a cell")
        require(!isOfMemory || device.memories[quantity.index].mayBe(quantity.kind), .badQuantity(at: place))
        index(&quantity.fact, below: device.facts.count, "a fact")
    }

    private func probe(_ probe: ProbeDescription, of device: DeviceDescription) {
        let place = place
        kind(&probe.purity, "purity, 0 reads, 1 restores, 2 resets", else: .badProbe(at: place))
        var isAssumed: UInt8 = probe.assumed == nil ? 0 : 1
        byte(&isAssumed, "1 where something is assumed, else 0")
        require(isAssumed <= 1, .badProbe(at: place))
        when(isAssumed == 1, "that is 1") {
            var assumed = probe.assumed ?? 0
            number(&assumed, atMost: ProbeDescription.failure - 1, "what is assumed, below 2^32")
            probe.assumed = assumed
        }
        when(probe.purity == .restores, "it restores") {
            list(&probe.registers, of: "restored", atMost: MetabinaryLimit.entryCount, (0, 0)) { place, _ in
                index(&place.window, below: device.windows.count, "a window")
                let count = place.window < device.windows.count ? device.windows[place.window].registers.count : 0
                index(&place.register, below: count, "one of its registers")
            }
        }
        part("function") { function(probe.rule, of: device) }
        require(probe.rule.parameters.isEmpty && probe.rule.resultBitCount == 33, .badProbe(at: place))
    }
}

extension DeviceDescription {
    /// Whether it leaves anything to the static stage.
    fileprivate var hasStage: Bool { !tables.isEmpty || !facts.isEmpty || !choices.isEmpty }

    /// Whether each fact that a probe finds out has it.
    fileprivate var factsHaveProbes: Bool { facts.allSatisfy { $0.probe ?? -1 < probes.count } }
}

extension MemoryDescription {
    /// Whether that size of it may be a fact.
    fileprivate func mayBe(_ quantity: QuantityDescription.Kind) -> Bool {
        kind == .pool || kind == .ring && quantity == .memory
    }
}
