// metaos disassemble: the generated functions of a run or of a saved report, with the line of the rule behind each
// instruction; on request their bytes as flat binary files.

import Inspection
import Pipeline
import ReportReading

extension Command {
    static var disassemble: Command {
        Command(
            name: "disassemble", summary: "shows the functions that a run generated",
            operands: "[IMAGE]", operandLimit: 1,
            options: [
                Option(name: "--report", placeholder: "FILE", help: "take a saved report; do not boot"),
                Option(name: "--function", placeholder: "NAME", help: "only this function, as in e1000.link"),
                Option(name: "--binary", placeholder: "DIR", help: "write each function's bytes to a file there"),
                Option(name: "--atlas", placeholder: "DIR", help: "sources of the rules; \(Atlas.standardDirectory)"),
            ] + RunOptions.options,
            run: disassemble)
    }

    private static func disassemble(_ arguments: Arguments) throws -> ExitStatus {
        let report = try report(arguments)
        for damage in report.damage { Output.note("metaos: \(damage)") }
        for error in report.errors { Output.note("metaos: \(error)") }
        let wanted = arguments.value("--function")
        let atlas = Atlas(directory: arguments.value("--atlas") ?? Atlas.standardDirectory)
        let listing = Listing { atlas.line(of: $0, $1) }
        var isFirst = true
        var names: [String] = []
        for driver in report.drivers.map(\.driver) {
            for function in driver.functions {
                let name = text(driver.name) + "." + text(function.name)
                names.append(name)
                guard wanted == nil || wanted == name || wanted == text(function.name) else { continue }
                if !isFirst { Output.line("") }
                isFirst = false
                for line in try listing.lines(of: function, in: driver) { Output.line(line) }
                if let directory = arguments.value("--binary") {
                    try write(function, of: driver, to: directory)
                }
            }
        }
        if isFirst {
            guard let wanted else { throw CommandError(message: "the report holds no generated function") }
            let near = nearest(to: wanted, among: names)
            throw CommandError(
                message: "no function '\(wanted)' in the report" + (near.map { "; did you mean '\($0)'?" } ?? ""),
                status: .usage)
        }
        return report.damage.isEmpty && report.errors.isEmpty ? .passed : .failed
    }

    private static func report(_ arguments: Arguments) throws -> MachineReport {
        guard let path = arguments.value("--report") else {
            let options = try RunOptions(arguments, image: arguments.operands.first)
            return try options.boot { _ in }.report
        }
        guard arguments.operands.isEmpty else { throw UsageError.operandUnwanted(arguments.operands[0]) }
        return MachineReport(saved: try InputFile.bytes(path, as: .report))
    }

    private static func write(
        _ function: GeneratedFunction, of driver: GeneratedDriver, to directory: String
    ) throws {
        let name = fileName(of: function, in: driver)
        try OutputFiles.write([(name, function.bytes)], to: directory)
        let origin = String(function.entry.rawValue, radix: 16)
        Output.line("; \(function.bytes.count) bytes in \(directory)/\(name), origin 0x\(origin)")
    }
}
