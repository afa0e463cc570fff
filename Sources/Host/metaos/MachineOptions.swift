// The options that name a machine that is not there and the rules for it, for every command that generates.

import Inspection
import MachineFiles
import Metabinary
import RuleCompiler

/// A machine file and the rules to generate by.
struct MachineOptions {
    /// The options, for a command's table.
    static let options = [
        Option(name: "--machine", placeholder: "FILE", help: "the machine, as metaos record makes it"),
        Option(name: "--atlas", placeholder: "DIR", help: "the rules; \(Atlas.standardDirectory)"),
    ]

    let machine: MachineFile
    let image: MetabinaryImage
    let atlas: Atlas

    /// Reads both.
    ///
    /// Throws: `UsageError`; `CommandError` for what cannot be read, is no machine file, or for rules with mistakes.
    init(_ arguments: Arguments) throws {
        guard let path = arguments.value("--machine") else { throw UsageError.operandMissing("--machine FILE") }
        machine = try InputFile.machine(path)
        let directory = arguments.value("--atlas") ?? Atlas.standardDirectory
        let compilation = RuleCompiler.compile(try InputFile.rules([directory]))
        guard let metabinary = compilation.metabinary else {
            let count = Command.counted(compilation.diagnostics.count, "mistake")
            throw CommandError(message: "the rules in \(directory) have \(count); see: metaos check \(directory)")
        }
        image = try MetabinaryImage(metabinary)
        atlas = Atlas(directory: directory)
    }
}

extension Atlas {
    /// Where the rules stand in a checkout.
    static let standardDirectory = "Sources/Atlas"
}
