// The static stage of one device: its facts in their order, the probes that some of them need, and the alternatives of its
// choices, all of which are tried. What comes out is a description without an open question.

import Hardware
import Metabinary
import Program
import Verification

extension Generator {
    /// Finds out all facts and chooses between alternatives: every combination is costed, and the cheapest is kept, of
    /// several the first. A function is evaluated and encoded anew only where it asks for what has changed.
    mutating func settle(
        _ draft: DriverDraft, _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) {
        let choices = draft.device.choices
        guard !choices.isEmpty else { return try learn(draft, run) }
        for choice in choices {
            let costs = [CodeCost?](repeating: nil, count: Int(choice.count))
            draft.driver.choices.append(KeptChoice(name: choice.name, line: choice.line, costs: costs, kept: 0))
        }
        var best: (cost: CodeCost, choices: [UInt8])?
        var refusal: GenerationError?
        var known: [KnownCost] = []
        repeat {
            do throws(GenerationError) {
                try learn(draft, run)
                let cost = try cost(of: draft, &known)
                draft.note(cost)
                if let least = best?.cost, least <= cost { continue }
                best = (cost, draft.input.choices)
            } catch {
                if case .probe = error { throw error }
                guard !budget.isSpent else { throw error }
                refusal = refusal ?? error
            }
        } while draft.advance()
        guard let best else { throw refusal ?? .placementNotAligned }
        draft.input.choices = best.choices
        for index in best.choices.indices { draft.driver.choices[index].kept = Int(best.choices[index]) }
        try learn(draft, run)
    }

    /// What all functions of a driver cost; nothing gets a place that it keeps.
    @inline(never)
    private mutating func cost(
        of draft: DriverDraft, _ known: inout [KnownCost]
    ) throws(GenerationError) -> CodeCost {
        let device = try resolved(draft)
        var trial = memories
        let regions = Self.regions(of: draft.driver.windows, try trial.plan(device.memories))
        var cost = CodeCost()
        for (index, rule) in device.functions.enumerated() {
            let alternatives = draft.input.alternatives(of: rule.choices)
            if let known = known.first(where: {
                $0.function == index && $0.alternatives == alternatives && $0.facts == draft.input.facts
            }) {
                cost += known.cost
                continue
            }
            let own = try pipeline.cost(of: try evaluate(rule, of: device, draft.input, in: regions), rule)
            known.append(
                KnownCost(function: index, alternatives: alternatives, facts: draft.input.facts, cost: own))
            cost += own
        }
        return cost
    }

    /// The description with its facts put in.
    @inline(never)
    func resolved(_ draft: DriverDraft) throws(GenerationError) -> DeviceDescription {
        do throws(MetabinaryError) {
            return try draft.device.resolved(draft.input.facts)
        } catch {
            let fact = draft.device.facts[error.offset].rule
            throw .fact(name: fact.name, line: fact.line, error)
        }
    }

    // MARK: Facts

    /// Evaluates the facts in their order; a probe runs the first time that its fact is asked for.
    @inline(never)
    private mutating func learn(
        _ draft: DriverDraft, _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) {
        draft.input.facts = []
        for fact in draft.device.facts {
            let value: UInt64
            if let probe = fact.probe {
                value =
                    if let known = draft.answers[probe] { known } else {
                        try answer(to: draft.device.probes[probe], draft, run)
                    }
                guard value >= fact.lowest, value <= fact.highest else { throw .probe(fact.rule, .impossible) }
                draft.answers[probe] = value
            } else {
                value = try evaluate(fact, draft)
            }
            draft.input.facts.append(value)
        }
    }

    private mutating func evaluate(
        _ fact: FactDescription, _ draft: DriverDraft
    ) throws(GenerationError) -> UInt64 {
        do throws(MetabinaryError) {
            return try image.evaluate(fact, of: draft.device, input: draft.input, budget: &budget)
        } catch {
            throw .fact(name: fact.rule.name, line: fact.rule.line, error)
        }
    }

    // MARK: Probes

    /// What a probe finds out: what was found out before, what the device says now, or what may be assumed.
    private mutating func answer(
        to probe: ProbeDescription, _ draft: DriverDraft, _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) -> UInt64 {
        let (value, source) =
            if let known = known(probe, draft) { known } else { try asked(probe, draft, run) }
        observer.probed(draft.driver.function, draft.device, probe, value, by: source)
        return value
    }

    private func known(_ probe: ProbeDescription, _ draft: DriverDraft) -> (UInt64, FactSource)? {
        for known in probed
        where known.function == draft.driver.function && known.device == draft.device.name
            && known.name == probe.rule.name
        {
            return (known.value, known.source)
        }
        return nil
    }

    private mutating func asked(
        _ probe: ProbeDescription, _ draft: DriverDraft, _ run: (GeneratedDriver) -> ProbeOutcome
    ) throws(GenerationError) -> (UInt64, FactSource) {
        switch run(try trial(of: probe, draft)) {
        case .returned(let value) where value < ProbeDescription.failure: return (value, .probe)
        case .failed(.notRun):
            guard let assumed = probe.assumed else { throw .probe(probe.rule, .notRun) }
            return (assumed, .assumed)
        case .returned: throw .probe(probe.rule, .gaveUp)
        case .failed(let failure): throw .probe(probe.rule, failure)
        }
    }

    /// A driver that is a probe alone; its code gets no place that it keeps.
    @inline(never)
    private mutating func trial(
        of probe: ProbeDescription, _ draft: DriverDraft
    ) throws(GenerationError) -> GeneratedDriver {
        let pipelineBefore = pipeline
        defer { pipeline = pipelineBefore }
        var trial = draft.driver
        trial.choices = []
        trial.grants = try GrantPlanner.grants(of: probe, draft.device, trial.windows)
        pipeline.startPage()
        try generate([probe.rule], of: draft.device, draft.input, for: &trial)
        for function in trial.functions { budget.probeTime = budget.probeTime + function.longest }
        if let excess = budget.probeTime.excess(line: probe.rule.line) {
            throw .runsTooLong(function: probe.rule.name, excess)
        }
        return trial
    }
}

/// What a function costs with certain facts and alternatives.
private struct KnownCost {
    /// Index of the function.
    var function: Int
    var alternatives: UInt64
    var facts: [UInt64]
    var cost: CodeCost
}

extension StaticInput {
    /// The alternatives of some of the choices at hand.
    ///
    /// Layout: byte n is that of the choice of index n; 0 for those that are not asked for.
    fileprivate func alternatives(of asked: UInt8) -> UInt64 {
        var alternatives: UInt64 = 0
        for index in choices.indices where asked >> UInt8(truncatingIfNeeded: index) & 1 == 1 {
            alternatives |= UInt64(choices[index]) << UInt64(8 * index)
        }
        return alternatives
    }
}

extension GenerationError {
    /// Why a probe, or the fact that it was to find out, has no number.
    @inline(never)
    fileprivate static func probe(_ rule: FunctionDescription, _ failure: ProbeFailure) -> GenerationError {
        .probe(name: rule.name, line: rule.line, failure)
    }
}

extension DriverDraft {
    /// Notes what the combination at hand costs with each of its alternatives.
    fileprivate func note(_ cost: CodeCost) {
        for index in input.choices.indices {
            let alternative = Int(input.choices[index])
            if let known = driver.choices[index].costs[alternative], known <= cost { continue }
            driver.choices[index].costs[alternative] = cost
        }
    }

    /// Goes on to the next combination, the last choice first. Returns whether there is one.
    fileprivate func advance() -> Bool {
        for index in input.choices.indices.reversed() {
            input.choices[index] += 1
            if input.choices[index] < device.choices[index].count { return true }
            input.choices[index] = 0
        }
        return false
    }
}
