// The stage after the emitter: what the target might refuse on some machine, because evaluating it takes too much or calling it
// takes too long, is reported on all. The bounds themselves are `EvaluationBound`'s.

import Metabinary
import Program

/// Check of the bounds of an image.
struct BoundCheck {
    private let bytes: [UInt8]
    private let diagnostics: DiagnosticCollector

    /// Reports functions, facts and probes whose evaluation may exceed a limit, whose calls may exceed one of time, and devices
    /// for which all of it together may exceed the account of a driver.
    static func run(_ bytes: [UInt8], _ diagnostics: DiagnosticCollector) {
        guard let image = try? MetabinaryImage(bytes, isLimited: false) else { return }
        for device in image.devices { BoundCheck(bytes: bytes, diagnostics: diagnostics).check(device) }
    }

    private func check(_ device: DeviceDescription) {
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
                check(bound, of: function)
                stepCount += bound.stepCount * count
                itemCount += bound.itemCount * count
                let isWithin = stepCount <= GenerationBudget.stepLimit && itemCount <= GenerationBudget.itemLimit
                guard !isTooMuch, !isWithin, bound.excess == nil else { continue }
                isTooMuch = true
                let what =
                    stepCount > GenerationBudget.stepLimit
                    ? "\(GenerationBudget.stepLimit) steps" : "\(GenerationBudget.itemLimit) items"
                report(.deviceTooLarge, function, Int(function.line), Self.text(device.name), what, runCount)
            }
        }
        checkProbes(of: device)
    }

    /// All probes of a device together have the time of one call. What is too long by itself is reported as that.
    private func checkProbes(of device: DeviceDescription) {
        var time = TimeBound()
        for probe in device.probes {
            let bound = EvaluationBound(of: probe.rule, device, bytes)
            guard bound.excess == nil, bound.time.excess == nil else { return }
            time = time + bound.time.bound
            guard let excess = time.excess(line: probe.rule.line) else { continue }
            let mistake: Mistake = excess.isWaiting ? .probesWaitTooLong : .probesWorkTooLong
            return report(mistake, probe.rule, Int(excess.line), Self.text(device.name))
        }
    }

    private func check(_ bound: EvaluationBound, of function: FunctionDescription) {
        let name = Self.text(function.name)
        if let excess = bound.excess {
            report(.functionTooLarge, function, excess.line, name, excess.what)
        } else if let excess = bound.time.excess {
            report(excess.isWaiting ? .callWaitsTooLong : .callWorksTooLong, function, Int(excess.line), name)
        }
    }

    private func report(_ mistake: Mistake, _ function: FunctionDescription, _ line: Int, _ values: Any...) {
        diagnostics.note(mistake, diagnostics.span(ofLine: line, of: Self.text(function.ruleFile)), values)
    }

    private static func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}
