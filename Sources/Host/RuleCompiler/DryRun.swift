// The last stage of `compileAndTry`: generates the drivers of a machine that has all that the rules ask for, and reports
// what is refused there at the line of the rule. The checker sees what is wrong with a text; how many registers its code
// takes is known once there is code.

import Hardware
import Metabinary
import Pipeline
import Program
import Verification

/// A generation whose drivers nobody runs.
enum DryRun {
    /// Keeps the program that was evaluated last, for the lines of its items.
    private struct LastProgram: PipelineObserver {
        var program: Program?

        mutating func matched(_ function: PCIFunction, by device: DeviceDescription) { program = nil }
        mutating func evaluated(_ program: Program, of rule: FunctionDescription) { self.program = program }
    }

    /// Generates the drivers of an image and reports each that is refused for what its rules say.
    static func run(_ bytes: [UInt8], _ diagnostics: DiagnosticCollector) {
        do throws(MetabinaryError) {
            let image = try MetabinaryImage(bytes)
            // No answer of a probe is known, so that its code is generated too.
            var facts = TruthfulMachine.facts(for: image)
            facts.probes = []
            var generator = Generator(facts, image, observer: LastProgram())
            for function in generator.functions {
                guard
                    case .refused(let refusal)? = generator.generate(
                        for: function, probe: { .returned(answer(of: $0, image)) }),
                    let device = image.devices.first(where: { $0.name == refusal.deviceName })
                else { continue }
                report(refusal.error, device, generator.observer.program, diagnostics)
            }
        } catch { diagnostics.report(.imageRefused, diagnostics.span(ofLine: 1, of: ""), error.message) }
    }

    /// What a probe finds: what its rule assumes, so that facts hold which ask for it.
    private static func answer(of probe: GeneratedDriver, _ image: MetabinaryImage) -> UInt64 {
        let device = image.devices.first { $0.name == probe.name }
        let rule = device?.probes.first { $0.rule.name == probe.functions.first?.name }
        return rule?.assumed ?? 0
    }

    private static func report(
        _ error: GenerationError, _ device: DeviceDescription, _ program: Program?, _ diagnostics: DiagnosticCollector
    ) {
        var reason: [UInt8] = []
        error.writeReason(into: &reason)
        func report(_ mistake: Mistake, at line: UInt16?, of name: [UInt8]) {
            let rule = device.functions.first { $0.name == name }
            let file = String(decoding: rule?.ruleFile ?? device.ruleFile, as: UTF8.self)
            let span = diagnostics.span(ofLine: Int(line ?? rule?.line ?? 1), of: file)
            diagnostics.report(mistake, span, String(decoding: reason, as: UTF8.self))
        }
        switch error {
        case .encoding(let name, let error):
            let origin = program.map { $0.origins[Int($0.items[error.item].origin)] }
            report(.registersRunOut, at: origin?.line, of: name)
        case .evaluation(let name, let error): report(.functionRefused, at: error.line, of: name)
        case .illFormed(let name, _), .illFormedByOptimiser(let name, _): report(.functionRefused, at: nil, of: name)
        case .codeTooLong(let name, let line, _): report(.functionRefused, at: line, of: name)
        case .runsTooLong(let name, let excess): report(.timeRefused, at: excess.line, of: name)
        case .verification(let refused) where isEarly(refused.error, device):
            let span = diagnostics.span(
                ofLine: Int(refused.line), of: String(decoding: refused.ruleFile, as: UTF8.self))
            diagnostics.report(
                .valueTooEarly, span, String(decoding: refused.error.grant, as: UTF8.self),
                refused.error.found?.low ?? 0)
        case .verification(let refused) where refused.error.reason == .limitBroken && isOneNumber(refused.error.found):
            // A known part of what is computed while the code runs.
            let span = diagnostics.span(
                ofLine: Int(refused.line), of: String(decoding: refused.ruleFile, as: UTF8.self))
            diagnostics.report(
                .partNotAllowed, span, String(decoding: refused.error.grant, as: UTF8.self),
                refused.error.found?.low ?? 0)
        case .verification(let refused): report(.proofNotFound, at: refused.line, of: refused.function)
        case .configuration(let name, _):
            guard let window = device.windows.first(where: { $0.name == name }) else { return }
            let file = String(decoding: device.ruleFile, as: UTF8.self)
            diagnostics.report(
                .configurationRunsOut, diagnostics.span(ofLine: Int(window.line), of: file),
                String(decoding: name, as: UTF8.self))
        case .register(let name, _):
            // Where a capability puts a window is that machine's affair too.
            guard let window = device.windows.first(where: { $0.name == name }), window.locator == nil else { return }
            report(.registerRefused, at: window.line, of: [])
        default:
            // What a machine may lack is that machine's affair.
            return
        }
    }

    private static func isOneNumber(_ range: ValueRange?) -> Bool { range.map { $0.low == $0.high } ?? false }

    /// Whether a value is refused that is allowed after something else.
    private static func isEarly(_ error: VerificationError, _ device: DeviceDescription) -> Bool {
        guard error.reason == .limitBroken, let found = error.found, found.low == found.high else { return false }
        for window in device.windows {
            for register in window.all where window.name + [UInt8(ascii: ".")] + register.name == error.grant {
                for value in register.allowed?.flatMap(\.values) ?? [] where !value.premises.isEmpty {
                    guard case .range(let low, let high) = value.number else { return true }
                    if low <= found.low, found.low <= high { return true }
                }
            }
        }
        return false
    }
}
