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
    static func run(_ bytes: [UInt8], _ diagnostics: inout DiagnosticCollector) {
        do throws(MetabinaryError) {
            let image = try MetabinaryImage(bytes)
            // No answer of a probe is known, so that its code is generated too.
            var facts = TruthfulMachine.facts(for: image)
            facts.probes = []
            var generator = Generator(facts, image, observer: LastProgram())
            for function in generator.functions {
                guard case .refused(let refusal)? = generator.generate(for: function, probe: { _ in .returned(0) }),
                    let device = image.devices.first(where: { $0.name == refusal.deviceName })
                else { continue }
                report(refusal.error, device, generator.observer.program, &diagnostics)
            }
        } catch {
            report("the metabinary is refused: \(error.message)", "", 1, "split the atlas", &diagnostics)
        }
    }

    private static func report(
        _ error: GenerationError, _ device: DeviceDescription, _ program: Program?,
        _ diagnostics: inout DiagnosticCollector
    ) {
        var reason: [UInt8] = []
        error.writeReason(into: &reason)
        let text = String(decoding: reason, as: UTF8.self)
        func report(at line: UInt16?, of name: [UInt8], _ mend: String) {
            let rule = device.functions.first { $0.name == name }
            Self.report(
                text, String(decoding: rule?.ruleFile ?? device.ruleFile, as: UTF8.self),
                Int(line ?? rule?.line ?? 1), mend, &diagnostics)
        }
        switch error {
        case .encoding(let name, let error):
            let origin = program.map { $0.origins[Int($0.items[error.item].origin)] }
            report(
                at: origin?.line, of: name,
                "name fewer values at a time, and use them soon: generated code keeps all of them in registers")
        case .evaluation(let name, let error):
            report(at: error.line, of: name, "split the function, or loop over what it repeats")
        case .illFormed(let name, _), .illFormedByAnnealing(let name, _):
            report(at: nil, of: name, "split the function, or loop over what it repeats")
        case .codeTooLong(let name, let line, _):
            report(at: line, of: name, "split the function, or loop over what it repeats")
        case .runsTooLong(let name, let excess):
            report(at: excess.line, of: name, "have loops turn fewer times, or wait for less")
        case .verification(let refused) where isEarly(refused.error, device):
            let name = String(decoding: refused.error.grant, as: UTF8.self)
            diagnostics.report(
                .valueNotAllowed, file: String(decoding: refused.ruleFile, as: UTF8.self), line: Int(refused.line),
                "`\(name)` is written \(refused.error.found?.low ?? 0) before all was told that this waits for",
                mend: "tell it before, with no branch, loop or `wait` and no store that `voids` between the two")
        case .verification(let refused):
            report(at: refused.line, of: refused.function, "bound what is written here: no proof of it was found")
        case .configuration(let name, _):
            guard let window = device.windows.first(where: { $0.name == name }) else { return }
            let name = String(decoding: name, as: UTF8.self)
            Self.report(
                "no function has room in configuration space for all registers of `\(name)`",
                String(decoding: device.ruleFile, as: UTF8.self), Int(window.line),
                "declare fewer, or correct their offsets: 256 bytes are all that a function has", &diagnostics)
        case .register(let name, _):
            // Where a capability puts a window is that machine's affair too.
            guard let window = device.windows.first(where: { $0.name == name }), window.locator == nil else { return }
            Self.report(
                text, String(decoding: device.ruleFile, as: UTF8.self), Int(window.line),
                "write a register that tells of memory through one window only", &diagnostics)
        default:
            // What a machine may lack is that machine's affair.
            return
        }
    }

    /// Whether a value is refused that is allowed after something else.
    private static func isEarly(_ error: VerificationError, _ device: DeviceDescription) -> Bool {
        guard error.reason == .limitBroken, let found = error.found, found.low == found.high else { return false }
        for window in device.windows {
            for register in window.registers where window.name + [UInt8(ascii: ".")] + register.name == error.grant {
                for value in register.allowed?.flatMap(\.values) ?? [] where !value.premises.isEmpty {
                    guard case .range(let low, let high) = value.number else { return true }
                    if low <= found.low, found.low <= high { return true }
                }
            }
        }
        return false
    }

    private static func report(
        _ what: String, _ file: String, _ line: Int, _ mend: String, _ diagnostics: inout DiagnosticCollector
    ) {
        diagnostics.report(.notGenerated, file: file, line: line, what, mend: mend)
    }
}
