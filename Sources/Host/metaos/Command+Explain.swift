// metaos explain: one device of a recorded machine, from its facts to the bytes of its driver, a stage after the other.

import Hardware
import Inspection
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
                "Exit status 1: the device got no driver. One stage alone: metaos dump.",
            ],
            run: explain)
    }

    private static func explain(_ arguments: Arguments) throws -> ExitStatus {
        guard let word = arguments.operands.first else { throw UsageError.operandMissing("a device") }
        let options = try MachineOptions(arguments)
        let facts = options.machine.facts
        let wanted = try options.functions(named: word)
        var record = StageRecord(of: wanted.map(\.address))
        _ = Pipeline.generate(facts, options.image, observer: &record)
        let name = arguments.value("--function")
        let explanation = Explanation(
            of: record, function: name, facts, fact: options.machine.marked, ruleLine: options.atlas.line)
        if let name, explanation.lines.isEmpty {
            let names = record.devices.flatMap { device in device.functions.map { "\(device.name).\($0.name)" } }
            if !names.isEmpty {
                let near = nearest(to: name, among: names)
                throw CommandError(
                    message: "no function '\(name)' of \(word)" + (near.map { "; did you mean '\($0)'?" } ?? ""),
                    status: .usage)
            }
        }
        for line in explanation.lines { Output.line(line) }
        for function in wanted where !record.devices.contains(where: { $0.function.address == function.address }) {
            for line in Explanation.undescribed(function, facts, fact: options.machine.marked) { Output.line(line) }
        }
        if let error = explanation.error { throw CommandError(message: "\(error)") }
        return record.devices.count { $0.isVerified } == wanted.count ? .passed : .failed
    }
}
