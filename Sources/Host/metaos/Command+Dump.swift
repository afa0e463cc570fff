// metaos dump: what one stage, or each of them, makes of rules and of a recorded machine, as text for eyes, for diff and for
// whatever reads it back.

import Inspection
import Pipeline
import RuleCompiler

extension Command {
    static var dump: Command {
        Command(
            name: "dump", summary: "shows what a stage makes of rules or of a machine",
            operands: "[DEVICE[.FUNCTION]]", operandLimit: 1,
            options: [
                Option(name: "--stage", placeholder: "STAGE", isRepeatable: true, help: "what to show; all")
            ] + MachineOptions.options,
            notes: ["Stages, in their order:"]
                + Stage.allCases.map { "  " + pad($0.rawValue, 12) + $0.summary }
                + [
                    "From facts on they need --machine; without one, all are those before.",
                    "",
                    "DEVICE is a class or a description by its name; with --machine also a place",
                    "(00:03.0) or identifiers (8086:100e). Without it everything is shown.",
                    "Exit status 1: the device got no driver, or the rules have mistakes, with which",
                    "tokens and syntax are shown all the same.",
                ],
            run: dump)
    }

    private static func dump(_ arguments: Arguments) throws -> ExitStatus {
        let stages = try stages(arguments)
        let directory = MachineOptions.directory(arguments)
        let sources = try InputFile.rules([directory])
        let rules = RuleStages(sources)
        let machine = arguments.has("--machine") ? try MachineOptions(arguments) : nil
        let target = try arguments.operands.first.map { try DumpTarget($0, rules, machine) } ?? DumpTarget()
        if arguments.has("--stage") { try check(stages, target, rules) }

        let metabinary =
            try machine?.metabinary
            ?? (stages.allSatisfy(\.takesMistakes) ? [] : MachineOptions.metabinary(of: sources, from: directory))
        var record = StageRecord(of: target.addresses)
        var blocks: [DumpBlock] = []
        for stage in stages where !stage.isOfMachine { blocks += try dump(stage, of: target, rules, metabinary) }
        if let machine, stages.contains(where: \.isOfMachine) {
            _ = Pipeline.generate(machine.machine.facts, machine.image, observer: &record)
            let dump = MachineDump(of: record, machine.machine)
            for stage in stages where stage.isOfMachine { blocks += dump.blocks(stage, function: target.function) }
        }
        for (index, block) in blocks.enumerated() {
            Output.line((index == 0 ? "" : "\n") + block.text.dropLast())
        }
        return report(rules.diagnostics.count, directory, record)
    }

    /// The stages that are asked for, each once and in their order.
    private static func stages(_ arguments: Arguments) throws(UsageError) -> [Stage] {
        let words = arguments.all("--stage")
        for word in words where Stage(rawValue: word) == nil {
            let names = Stage.allCases.map(\.rawValue)
            let mend =
                nearest(to: word, among: names).map { "'\($0)', as it seems" }
                ?? names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])"
            throw .valueWrong(option: "--stage", value: word, expected: mend)
        }
        guard words.isEmpty else {
            let stages = Stage.allCases.filter { words.contains($0.rawValue) }
            guard arguments.has("--machine") || !stages.contains(where: \.isOfMachine) else {
                throw .operandMissing("--machine FILE")
            }
            return stages
        }
        return Stage.allCases.filter { arguments.has("--machine") || !$0.isOfMachine }
    }

    /// Refuses a stage that what is named does not go through: nothing would be shown.
    private static func check(
        _ stages: [Stage], _ target: DumpTarget, _ rules: RuleStages
    ) throws(CommandError) {
        guard let name = target.name else { return }
        for stage in stages where !stage.takesMistakes && stage != .facts {
            if !rules.deviceNames.contains(name) {
                throw CommandError(
                    message: "'\(name)' is a class: name a device of it for stage '\(stage)'", status: .usage)
            }
            if stage.isOfMachine, target.addresses?.isEmpty ?? false {
                throw CommandError(message: "no device '\(name)' in the machine; see: metaos generate", status: .usage)
            }
        }
    }

    private static func dump(
        _ stage: Stage, of target: DumpTarget, _ rules: RuleStages, _ metabinary: [UInt8]
    ) throws -> [DumpBlock] {
        let dump = RuleDump(rules)
        switch stage {
        case .tokens: return dump.tokens(of: target.name, function: target.function)
        case .syntax: return dump.syntax(of: target.name, function: target.function)
        case .checked: return dump.checked(of: target.name, function: target.function)
        default: return try RuleDump.bytecode(of: target.name, function: target.function, in: metabinary)
        }
    }

    /// Says on standard error why something is missing in what was shown.
    private static func report(_ mistakeCount: Int, _ directory: String, _ record: StageRecord) -> ExitStatus {
        if mistakeCount > 0 {
            let count = counted(mistakeCount, "mistake")
            Output.note("metaos: the rules in \(directory) have \(count); see: metaos check \(directory)")
        }
        let refused = record.devices.filter { $0.refusal != nil }
        for device in refused {
            let place = device.function.address.busDeviceFunction
            Output.note("metaos: \(place) \(device.name) has no driver; see: metaos explain \(place)")
        }
        return mistakeCount == 0 && refused.isEmpty ? .passed : .failed
    }
}
