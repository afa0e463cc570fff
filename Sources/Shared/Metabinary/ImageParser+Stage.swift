// Reads what a device leaves to the static stage: tables, choices, facts, quantities and probes. A fact names only facts
// before it, so that they can be evaluated in their order, each once.

import Program

/// What a device leaves to the static stage.
struct StaticStage {
    var tables: [[UInt64]] = []
    var facts: [FactDescription] = []
    var choices: [ChoiceDescription] = []
    var quantities: [QuantityDescription] = []
    var probes: [ProbeDescription] = []
}

extension ImageParser {
    /// Reads all of it.
    ///
    /// - Parameter device: the description with as much of the stage as was read.
    func parseStage(
        _ stage: inout StaticStage, _ device: (StaticStage) -> DeviceDescription
    ) throws(MetabinaryError) {
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.tableCount)) {
            var table: [UInt64] = []
            for _ in 0..<(try reader.count(atMost: MetabinaryLimit.entryCount)) {
                table.append(try reader.number(atMost: .max))
            }
            stage.tables.append(table)
        }
        try parseChoices(&stage)
        let factPlace = reader.offset
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.factCount)) {
            stage.facts.append(try parseFact(of: device(stage)))
        }
        let memories = device(stage)
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.factCount)) {
            stage.quantities.append(try parseQuantity(of: memories, factCount: stage.facts.count))
        }
        let named = device(stage)
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.probeCount)) {
            stage.probes.append(try parseProbe(of: named))
        }
        for fact in stage.facts {
            guard fact.probe ?? -1 < stage.probes.count else { throw .badFact(at: factPlace) }
        }
    }

    private func parseChoices(_ stage: inout StaticStage) throws(MetabinaryError) {
        var combinationCount = 1
        for _ in 0..<(try reader.count(atMost: MetabinaryLimit.choiceCount)) {
            let choiceName = try name()
            let firstLine = try line()
            let place = reader.offset
            let count = try reader.count(atMost: MetabinaryLimit.alternativeCount)
            combinationCount *= count
            guard count >= 2, combinationCount <= MetabinaryLimit.combinationCount else { throw .badChoice(at: place) }
            stage.choices.append(ChoiceDescription(name: choiceName, line: firstLine, count: UInt8(count)))
        }
    }

    @inline(never)
    private func parseFact(of device: DeviceDescription) throws(MetabinaryError) -> FactDescription {
        let factName = try name()
        let ruleFile = try name()
        let firstLine = try line()
        let place = reader.offset
        let lowest = try reader.number(atMost: .max)
        let highest = try reader.number(atMost: .max)
        let kind = try reader.byte()
        guard lowest <= highest, kind <= 1 else { throw .badFact(at: place) }
        let probe = kind == 1 ? try reader.index(below: MetabinaryLimit.probeCount) : nil
        let (start, byteCount) =
            kind == 1 ? (reader.offset, 0) : try parseCode(of: device, parameterCount: 0, returnsValue: true)
        return FactDescription(
            rule: FunctionDescription(
                FunctionSignature(name: factName, resultName: factName, resultBitCount: 64, ruleFile: ruleFile),
                parameters: [], line: firstLine, deviceIndex: deviceIndex, codeOffset: start, codeByteCount: byteCount),
            lowest: lowest, highest: highest, probe: probe)
    }

    @inline(never)
    private func parseQuantity(
        of device: DeviceDescription, factCount: Int
    ) throws(MetabinaryError) -> QuantityDescription {
        let place = reader.offset
        guard let kind = QuantityDescription.Kind(rawValue: try reader.byte()) else { throw .badQuantity(at: place) }
        let isOfMemory = kind == .memory || kind == .element
        let index = try reader.index(below: isOfMemory ? device.memories.count : device.cells.count)
        if isOfMemory {
            let memory = device.memories[index].kind
            guard memory == .pool || memory == .ring && kind == .memory else { throw .badQuantity(at: place) }
        }
        return QuantityDescription(kind: kind, index: index, fact: try reader.index(below: factCount))
    }

    @inline(never)
    private func parseProbe(of device: DeviceDescription) throws(MetabinaryError) -> ProbeDescription {
        let place = reader.offset
        guard let purity = ProbeDescription.Purity(rawValue: try reader.byte()) else { throw .badProbe(at: place) }
        let isAssumed = try reader.byte()
        guard isAssumed <= 1 else { throw .badProbe(at: place) }
        let assumed = isAssumed == 1 ? try reader.number(atMost: ProbeDescription.failure - 1) : nil
        var registers: [(window: Int, register: Int)] = []
        if purity == .restores {
            for _ in 0..<(try reader.count(atMost: MetabinaryLimit.entryCount)) {
                let window = try reader.index(below: device.windows.count)
                let register = try reader.index(below: device.windows[window].registers.count)
                registers.append((window, register))
            }
        }
        let rule = try parseFunction(of: device)
        guard rule.parameters.isEmpty, rule.resultBitCount == 33 else { throw .badProbe(at: place) }
        return ProbeDescription(rule: rule, purity: purity, assumed: assumed, registers: registers)
    }
}
