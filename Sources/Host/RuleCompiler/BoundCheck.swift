// The stage after the emitter: what the target might refuse on some machine, because evaluating it takes too much or calling it
// takes too long, is reported on all. The bounds themselves are `EvaluationBound`'s.

import Metabinary
import Program

/// Check of the bounds of an image.
struct BoundCheck {
    private let bytes: [UInt8]

    /// Reports functions, facts and probes whose evaluation may exceed a limit, whose calls may exceed one of time, and devices
    /// for which all of it together may exceed the account of a driver.
    static func run(_ bytes: [UInt8], _ diagnostics: inout DiagnosticCollector) {
        guard let image = try? MetabinaryImage(bytes, isLimited: false) else { return }
        let check = BoundCheck(bytes: bytes)
        for device in image.devices { check.check(device, &diagnostics) }
    }

    private func check(_ device: DeviceDescription, _ diagnostics: inout DiagnosticCollector) {
        // What is chosen is evaluated once more; a probe runs once.
        let combinationCount = device.choices.reduce(1) { $0 * Int($1.count) }
        let runCount = device.choices.isEmpty ? 1 : combinationCount + 1
        let facts = device.facts.filter { $0.probe == nil }.map(\.rule)
        let parts = [(facts, runCount), (device.probes.map(\.rule), 1), (device.functions, runCount)]
        var (stepCount, itemCount) = (0, 0)
        var isTooMuch = false
        for (functions, count) in parts {
            for function in functions {
                let bound = EvaluationBound(of: function, device, bytes)
                report(bound, of: function, &diagnostics)
                stepCount += bound.stepCount * count
                itemCount += bound.itemCount * count
                let isWithin = stepCount <= GenerationBudget.stepLimit && itemCount <= GenerationBudget.itemLimit
                guard !isTooMuch, !isWithin, bound.excess == nil else { continue }
                isTooMuch = true
                let what =
                    stepCount > GenerationBudget.stepLimit
                    ? "\(GenerationBudget.stepLimit) steps" : "\(GenerationBudget.itemLimit) items"
                report(
                    .limitExceeded, function, Int(function.line),
                    "to generate all of `\(Self.text(device.name))` may take more than \(what), \(runCount) times each",
                    mend: "offer fewer alternatives: all functions are evaluated for every combination", &diagnostics)
            }
        }
        checkProbes(of: device, &diagnostics)
    }

    /// All probes of a device together have the time of one call. What is too long by itself is reported as that.
    private func checkProbes(of device: DeviceDescription, _ diagnostics: inout DiagnosticCollector) {
        var time = TimeBound()
        for probe in device.probes {
            let bound = EvaluationBound(of: probe.rule, device, bytes)
            guard bound.excess == nil, bound.time.excess == nil else { return }
            time = time + bound.time.bound
            guard let excess = time.excess(line: probe.rule.line) else { continue }
            return report(
                .runsTooLong, probe.rule, Int(excess.line),
                "the probes of `\(Self.text(device.name))` may \(Self.words(excess)), all together",
                mend: "give them shorter bounds: no driver is there before all have run", &diagnostics)
        }
    }

    private static func words(_ excess: TimeExcess) -> String {
        excess.isWaiting ? "wait for more than 60 seconds" : "work for more than a second"
    }

    private func report(
        _ bound: EvaluationBound, of function: FunctionDescription, _ diagnostics: inout DiagnosticCollector
    ) {
        let name = Self.text(function.name)
        if let excess = bound.excess {
            report(
                .limitExceeded, function, excess.line, "to generate `\(name)` may take more than \(excess.what)",
                mend: "split it, or repeat it while the code runs, by `for`; a fact that counts may have a range",
                &diagnostics)
        } else if let excess = bound.time.excess {
            report(
                .runsTooLong, function, Int(excess.line),
                "a call of `\(name)` may \(Self.words(excess)): what stands in a loop counts as often as all loops around it turn",
                mend: excess.isWaiting
                    ? "give waits and pauses shorter bounds, or loops with waits fewer turns"
                    : "have the loops turn fewer times, or do a part of it on each call",
                &diagnostics)
        }
    }

    private func report(
        _ identifier: DiagnosticIdentifier, _ function: FunctionDescription, _ line: Int, _ what: String,
        mend: String, _ diagnostics: inout DiagnosticCollector
    ) {
        diagnostics.report(identifier, file: Self.text(function.ruleFile), line: line, what, mend: mend)
    }

    private static func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}
