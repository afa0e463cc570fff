// metaos generate: the drivers of a machine that is not there, as a table and as flat binary files.

import Hardware
import Inspection
import MachineFiles
import Metabinary
import Pipeline

extension Command {
    static var generate: Command {
        Command(
            name: "generate", summary: "generates all drivers of a recorded machine",
            options: MachineOptions.options + [
                Option(name: "--output", placeholder: "FOLDER", help: "write each function's bytes to a file there"),
                Option(name: "--allow-missing", help: "pass although a card has no description"),
            ],
            notes: [
                "The same facts and rules give the same bytes as on the machine itself.",
                "Exit status 1: a device that the rules describe got no driver, a network card",
                "has no description, or the machine shows no PCI function.",
            ],
            run: generate)
    }

    private static func generate(_ arguments: Arguments) throws -> ExitStatus {
        let options = try MachineOptions(arguments)
        let facts = options.machine.facts
        var observer = AssumedProbes()
        let summary = GenerationSummary(
            of: facts, Pipeline.generate(facts, options.image, observer: &observer))
        if let folder = arguments.value("--output") {
            let files = summary.drivers.flatMap { driver in
                driver.functions.map { (name: fileName(of: $0, in: driver), bytes: $0.bytes) }
            }
            try OutputFiles.write(files, to: folder)
        }
        for line in summary.lines { Output.line(line) }
        let assumed = options.machine.assumptions.map(\.subject.description) + observer.names
        if !assumed.isEmpty {
            let words = "assumed, not learned: " + assumed.joined(separator: ", ")
            for line in words.wrapped(rest: "  ") { Output.line(line) }
        }
        guard !facts.functions.isEmpty else { throw CommandError(message: "the machine shows no PCI function") }
        let isWhole = summary.undescribed.isEmpty || arguments.has("--allow-missing")
        return summary.refusalCount == 0 && isWhole ? .passed : .failed
    }

    /// `00-03.0-driver.function.bin`: two cards of one kind have functions of one name.
    static func fileName(of function: GeneratedFunction, in driver: GeneratedDriver) -> String {
        let place = driver.function.busDeviceFunction.replacing(":", with: "-")
        return "\(place)-\(text(driver.name)).\(text(function.name)).bin"
    }
}

/// Notes what is assumed in the place of a probe that nobody ran.
private struct AssumedProbes: PipelineObserver {
    private(set) var names: [String] = []

    mutating func probed(
        _ function: FunctionAddress, _ device: DeviceDescription, _ probe: ProbeDescription, _ value: UInt64,
        by source: FactSource
    ) {
        guard source == .assumed else { return }
        let name = String(decoding: device.name + [UInt8(ascii: ".")] + probe.rule.name, as: UTF8.self)
        names.append("probe \(function.busDeviceFunction) \(name)")
    }
}
