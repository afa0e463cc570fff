// metaos compile: rules in, metabinary out. The compiler itself is RuleCompiler.

import Metabinary
import RuleCompiler

extension Command {
    static var compile: Command {
        Command(
            name: "compile", summary: "compiles rules into a metabinary",
            operands: "FILE.meta ... | DIRECTORY", operandLimit: .max,
            options: [
                Option(name: "--output", placeholder: "FILE", help: "where to write; .build/metabinary.bin")
            ],
            notes: ["Files that a file imports are compiled with it."],
            run: compile)
    }

    private static func compile(_ arguments: Arguments) throws -> ExitStatus {
        guard !arguments.operands.isEmpty else { throw UsageError.operandMissing("a .meta file or a directory") }
        let output = arguments.value("--output") ?? ".build/metabinary.bin"
        let sources = try InputFile.rules(arguments.operands)
        switch RuleCompiler.compileAndTry(sources) {
        case .refused(let diagnostics):
            for diagnostic in diagnostics { Output.note(text(of: diagnostic, on: 2)) }
            return .failed
        case .metabinary(let metabinary, let warnings):
            for warning in warnings { Output.note(warning.description) }
            let image = try MetabinaryImage(metabinary)
            try OutputFiles.writeIfChanged(metabinary, to: output)
            Output.line(
                "\(output): \(counted(metabinary.count, "byte")), \(counted(image.devices.count, "device")), "
                    + counted(image.classes.count, "class", "es"))
            for device in image.devices { Output.line("  " + size(of: device)) }
            return .passed
        }
    }

    /// `e1000 is ring_nic 1: 7 functions, 812 bytes of rules`
    private static func size(of device: DeviceDescription) -> String {
        let byteCount = device.functions.reduce(0) { $0 + $1.codeByteCount }
        return "\(text(device.name)) is \(text(device.className)) \(device.classVersion): "
            + "\(counted(device.functions.count, "function")), \(counted(byteCount, "byte")) of rules"
    }

    /// ASCII for people.
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A number and what it counts.
    static func counted(_ count: Int, _ noun: String, _ plural: String = "s") -> String {
        "\(count) \(noun)\(count == 1 ? "" : plural)"
    }
}
