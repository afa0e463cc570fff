// The static stage of one device: its facts in their order, the probes that some of them need, and the alternatives of its
// choices, all of which are tried. What comes out is a description without an open question.

import Hardware
import Metabinary
import Program
import Verification

extension Generator {
    /// Finds out all facts and chooses between alternatives: every combination is evaluated and encoded, and the cheapest
    /// is kept, of several the first.
    mutating func settle(
        _ device: DeviceDescription, _ input: inout StaticInput, _ driver: inout GeneratedDriver,
        _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) {
        var answers = [UInt64?](repeating: nil, count: device.probes.count)
        input.choices = [UInt8](repeating: 0, count: device.choices.count)
        guard !device.choices.isEmpty else { return try learn(device, &input, driver, &answers, run) }
        for choice in device.choices {
            let costs = [CodeCost?](repeating: nil, count: Int(choice.count))
            driver.choices.append(KeptChoice(name: choice.name, line: choice.line, costs: costs, kept: 0))
        }
        var best: (cost: CodeCost, choices: [UInt8])?
        var refusal: GenerationError?
        repeat {
            do throws(GenerationError) {
                try learn(device, &input, driver, &answers, run)
                let cost = try cost(of: try resolved(device, input), input, driver)
                note(cost, of: input.choices, in: &driver)
                if let known = best?.cost, known <= cost { continue }
                best = (cost, input.choices)
            } catch {
                if case .probe = error { throw error }
                guard !budget.isSpent else { throw error }
                refusal = refusal ?? error
            }
        } while Self.advance(&input.choices, device.choices)
        guard let best else { throw refusal ?? .placementNotAligned }
        input.choices = best.choices
        for index in best.choices.indices { driver.choices[index].kept = Int(best.choices[index]) }
        try learn(device, &input, driver, &answers, run)
    }

    /// Notes what a combination costs with each of its alternatives.
    private func note(_ cost: CodeCost, of choices: [UInt8], in driver: inout GeneratedDriver) {
        for index in choices.indices {
            let alternative = Int(choices[index])
            if let known = driver.choices[index].costs[alternative], known <= cost { continue }
            driver.choices[index].costs[alternative] = cost
        }
    }

    /// The next combination, the last choice first. Returns whether there is one.
    private static func advance(_ choices: inout [UInt8], _ descriptions: [ChoiceDescription]) -> Bool {
        for index in choices.indices.reversed() {
            choices[index] += 1
            if choices[index] < descriptions[index].count { return true }
            choices[index] = 0
        }
        return false
    }

    /// What all functions of a driver cost; nothing gets a place that it keeps.
    private mutating func cost(
        of device: DeviceDescription, _ input: StaticInput, _ driver: GeneratedDriver
    ) throws(GenerationError) -> CodeCost {
        let memoriesBefore = memories
        defer { memories = memoriesBefore }
        var trial = driver
        try allot(device, &trial)
        let regions = Self.regions(of: trial)
        var cost = CodeCost()
        for rule in device.functions {
            cost += try pipeline.cost(of: try evaluate(rule, of: device, input, in: regions), rule)
        }
        return cost
    }

    /// The description with its facts put in.
    func resolved(_ device: DeviceDescription, _ input: StaticInput) throws(GenerationError) -> DeviceDescription {
        do throws(MetabinaryError) {
            return try device.resolved(input.facts)
        } catch {
            let fact = device.facts[error.offset].rule
            throw .fact(name: fact.name, line: fact.line, error)
        }
    }

    // MARK: Facts

    /// Evaluates the facts in their order; a probe runs the first time that its fact is asked for.
    private mutating func learn(
        _ device: DeviceDescription, _ input: inout StaticInput, _ driver: GeneratedDriver, _ answers: inout [UInt64?],
        _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) {
        input.facts = []
        for fact in device.facts {
            guard let probe = fact.probe else {
                input.facts.append(try evaluate(fact, of: device, input))
                continue
            }
            let value =
                if let known = answers[probe] { known } else {
                    try answer(to: device.probes[probe], of: device, input, driver, run)
                }
            guard value >= fact.lowest, value <= fact.highest else {
                throw .probe(name: fact.rule.name, line: fact.rule.line, .impossible)
            }
            answers[probe] = value
            input.facts.append(value)
        }
    }

    private mutating func evaluate(
        _ fact: FactDescription, of device: DeviceDescription, _ input: StaticInput
    ) throws(GenerationError) -> UInt64 {
        do throws(MetabinaryError) {
            return try image.evaluate(fact, of: device, input: input, budget: &budget)
        } catch {
            throw .fact(name: fact.rule.name, line: fact.rule.line, error)
        }
    }

    // MARK: Probes

    /// What a probe finds out: what was found out before, what the device says now, or what may be assumed.
    private mutating func answer(
        to probe: ProbeDescription, of device: DeviceDescription, _ input: StaticInput, _ driver: GeneratedDriver,
        _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) -> UInt64 {
        for known in probed
        where known.function == driver.function && known.device == device.name && known.name == probe.rule.name {
            observer.probed(driver.function, device, probe, known.value, by: known.source)
            return known.value
        }
        let pipelineBefore = pipeline
        defer { pipeline = pipelineBefore }
        var trial = driver
        trial.choices = []
        trial.grants = try GrantPlanner.grants(of: probe, device, driver.windows)
        pipeline.startPage()
        try generate([probe.rule], of: device, input, for: &trial)
        for function in trial.functions { budget.probeTime = budget.probeTime + function.longest }
        if let excess = budget.probeTime.excess(line: probe.rule.line) {
            throw .runsTooLong(function: probe.rule.name, excess)
        }
        switch run(trial) {
        case .returned(let value) where value < ProbeDescription.failure:
            observer.probed(driver.function, device, probe, value, by: .probe)
            return value
        case .failed(.notRun):
            guard let assumed = probe.assumed else {
                throw .probe(name: probe.rule.name, line: probe.rule.line, .notRun)
            }
            observer.probed(driver.function, device, probe, assumed, by: .assumed)
            return assumed
        case .returned: throw .probe(name: probe.rule.name, line: probe.rule.line, .gaveUp)
        case .failed(let failure): throw .probe(name: probe.rule.name, line: probe.rule.line, failure)
        }
    }
}
