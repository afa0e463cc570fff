// metaos new: the beginning of a rule file for a card of a machine. What it says is Inspection's; this finds the card.

import FoundationEssentials
import Hardware
import Inspection
import MachineFiles

extension Command {
    static var new: Command {
        Command(
            name: "new", summary: "begins a rule file for a card that a machine shows",
            operands: "device VENDOR:DEVICE", operandLimit: 2,
            options: [
                Option(name: "--lspci", placeholder: "FILE", help: "the machine, as lspci -vvxxxx -nn shows it"),
                Option(name: "--report", placeholder: "FILE", help: "the machine, as a boot reports it"),
                Option(name: "--machine", placeholder: "FILE", help: "the machine, as metaos record makes it"),
                Option(name: "--output", placeholder: "FILE", help: "a file to begin; standard output"),
            ],
            notes: [
                "One of the three says which machine; - is standard input. The text has the",
                "class, windows and capabilities; metaos check then asks for what is missing.",
            ],
            run: new)
    }

    private static func new(_ arguments: Arguments) throws -> ExitStatus {
        guard let kind = arguments.operands.first else { throw UsageError.operandMissing("device VENDOR:DEVICE") }
        guard kind == "device" else {
            throw UsageError.valueWrong(option: "new", value: kind, expected: "device")
        }
        guard let word = arguments.operands.dropFirst().first else {
            throw UsageError.operandMissing("VENDOR:DEVICE")
        }
        let (machine, origin) = try machine(arguments)
        let text = DeviceSkeleton(try function(word, of: machine), origin: origin).text
        guard let output = arguments.value("--output") else {
            Output.bytes(Array(text.utf8))
            return .passed
        }
        // What a person has written since is worth more than what can be made again.
        guard !FileManager.default.fileExists(atPath: output) else {
            throw CommandError(message: "\(output) is there already; nothing was written", status: .usage)
        }
        try OutputFiles.writeIfChanged(Array(text.utf8), to: output)
        return .passed
    }

    private static func machine(_ arguments: Arguments) throws -> (machine: MachineFile, origin: String) {
        let readers: [(option: String, origin: String, read: (String) throws -> MachineFile)] = [
            ("--lspci", "the text of lspci", lspci), ("--report", "a boot's report", report),
            ("--machine", "a machine file", InputFile.machine),
        ]
        let given = readers.filter { arguments.has($0.option) }
        guard let source = given.first else { throw UsageError.operandMissing("--lspci, --report or --machine") }
        guard given.count == 1 else { throw UsageError.operandUnwanted(given[1].option) }
        return (try source.read(arguments.value(source.option) ?? ""), source.origin)
    }

    /// The function that a word names by its identifiers or its place.
    private static func function(_ word: String, of machine: MachineFile) throws(CommandError) -> PCIFunction {
        let functions = machine.facts.functions
        let word = word.lowercased()
        if let found = functions.first(where: { $0.identity == word || $0.address.busDeviceFunction == word }) {
            return found
        }
        let names = functions.map { "\($0.address.busDeviceFunction) \($0.identity)" }
        let seen = names.isEmpty ? "it has no function" : "it has: \(names.joined(separator: ", "))"
        throw CommandError(message: "no device '\(word)' in the machine; \(seen)", status: .usage)
    }
}
