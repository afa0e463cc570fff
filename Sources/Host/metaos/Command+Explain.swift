// metaos explain: one device of a recorded machine, from its facts to the bytes of its driver, a stage after the other.

import Hardware
import Inspection
import Metabinary
import Pipeline

extension Command {
    static var explain: Command {
        Command(
            name: "explain", summary: "shows how a device's driver comes about, stage by stage",
            operands: "DEVICE", operandLimit: 1,
            options: MachineOptions.options + [
                Option(name: "--function", placeholder: "NAME", help: "only this function, as in e1000.link")
            ],
            notes: [
                "DEVICE is a place (00:03.0), identifiers (8086:100e) or a description's name.",
                "Exit status 1: the device got no driver.",
            ],
            run: explain)
    }

    private static func explain(_ arguments: Arguments) throws -> ExitStatus {
        guard let word = arguments.operands.first else { throw UsageError.operandMissing("a device") }
        let options = try MachineOptions(arguments)
        let facts = options.machine.facts
        let wanted = try functions(named: word, options)
        var explanation = Explanation(
            of: wanted.map(\.address), function: arguments.value("--function"), facts,
            record: options.machine.marked, ruleLine: options.atlas.line)
        let outcomes = Pipeline.generate(facts, options.image, observer: &explanation)
        if let name = arguments.value("--function"), explanation.lines.isEmpty, !explanation.functionNames.isEmpty {
            let near = nearest(to: name, among: explanation.functionNames)
            throw CommandError(
                message: "no function '\(name)' of \(word)" + (near.map { "; did you mean '\($0)'?" } ?? ""),
                status: .usage)
        }
        for line in explanation.lines { Output.line(line) }
        let described = outcomes.map(\.function)
        for function in wanted where !described.contains(function.address) {
            for line in explanation.undescribed(function) { Output.line(line) }
        }
        if let error = explanation.error { throw CommandError(message: "\(error)") }
        let hasDrivers = wanted.allSatisfy { function in
            outcomes.contains {
                if case .driver(let driver) = $0 { driver.function == function.address } else { false }
            }
        }
        return hasDrivers ? .passed : .failed
    }

    /// The PCI functions that a word names: by place, by identifiers, or by the description that matches.
    private static func functions(named word: String, _ options: MachineOptions) throws -> [PCIFunction] {
        let functions = options.machine.facts.functions
        let names = functions.map { function in
            [function.address.busDeviceFunction, Explanation.identity(function)]
                + (options.image.mostSpecificDevice(for: function).map { [text(options.image.devices[$0].name)] } ?? [])
        }
        let found = zip(functions, names).filter { $0.1.contains(word) }.map(\.0)
        if found.isEmpty {
            let near = nearest(to: word, among: names.flatMap(\.self))
            let mend = near.map { "; did you mean '\($0)'?" } ?? "; see: metaos generate"
            throw CommandError(message: "no device '\(word)' in the machine" + mend, status: .usage)
        }
        return found
    }
}

extension GenerationOutcome {
    /// The PCI function that it is about.
    fileprivate var function: FunctionAddress {
        switch self {
        case .driver(let driver): driver.function
        case .refused(let refusal): refusal.function
        }
    }
}
