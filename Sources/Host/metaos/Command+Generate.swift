// metaos generate: the drivers of a machine that is not there, as a table and as flat binary files.

import Inspection
import Pipeline

extension Command {
    static var generate: Command {
        Command(
            name: "generate", summary: "generates all drivers of a recorded machine",
            options: MachineOptions.options + [
                Option(name: "--output", placeholder: "FOLDER", help: "write each function's bytes to a file there")
            ],
            notes: [
                "The same facts and rules give the same bytes as on the machine itself.",
                "Exit status 1: a device that the rules describe got no driver.",
            ],
            run: generate)
    }

    private static func generate(_ arguments: Arguments) throws -> ExitStatus {
        let options = try MachineOptions(arguments)
        let facts = options.machine.facts
        var observer = SilentObserver()
        let summary = GenerationSummary(
            of: facts, Pipeline.generate(facts, options.image, observer: &observer))
        if let folder = arguments.value("--output") {
            let files = summary.drivers.flatMap { driver in
                driver.functions.map { (name: fileName(of: $0, in: driver), bytes: $0.bytes) }
            }
            try OutputFiles.write(files, to: folder)
        }
        for line in summary.lines { Output.line(line) }
        let assumed = options.machine.assumptions.map(\.subject.description)
        if !assumed.isEmpty { Output.line("assumed, not learned: \(assumed.joined(separator: ", "))") }
        return summary.refusalCount == 0 ? .passed : .failed
    }

    /// `00-03.0-driver.function.bin`: two cards of one kind have functions of one name.
    static func fileName(of function: GeneratedFunction, in driver: GeneratedDriver) -> String {
        let place = driver.function.busDeviceFunction.replacing(":", with: "-")
        return "\(place)-\(text(driver.name)).\(text(function.name)).bin"
    }
}
