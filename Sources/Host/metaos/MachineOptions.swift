// The options that name a machine that is not there and the rules for it, for every command that generates.

import Hardware
import Inspection
import MachineFiles
import Metabinary
import RuleCompiler

/// A machine file and the rules to generate by.
struct MachineOptions {
    /// The options, for a command's table.
    static let options = [
        Option(name: "--machine", placeholder: "FILE", help: "the machine, as metaos record makes it"),
        atlas,
    ]
    /// The option that names the rules.
    static let atlas = Option(name: "--atlas", placeholder: "DIR", help: "the rules; \(Atlas.standardDirectory)")

    let machine: MachineFile
    let metabinary: [UInt8]
    let image: MetabinaryImage
    let atlas: Atlas

    /// Reads both.
    ///
    /// Throws: `UsageError`; `CommandError` for what cannot be read, is no machine file, or for rules with mistakes.
    init(_ arguments: Arguments) throws {
        guard let path = arguments.value("--machine") else { throw UsageError.operandMissing("--machine FILE") }
        machine = try InputFile.machine(path)
        let directory = Self.directory(arguments)
        metabinary = try Self.metabinary(of: try InputFile.rules([directory]), from: directory)
        image = try MetabinaryImage(metabinary)
        atlas = Atlas(directory: directory)
    }

    /// Where the rules stand.
    static func directory(_ arguments: Arguments) -> String { arguments.value("--atlas") ?? Atlas.standardDirectory }

    /// The rules in compact form.
    ///
    /// Throws: `CommandError` for rules with mistakes.
    static func metabinary(of rules: [RuleSource], from directory: String) throws(CommandError) -> [UInt8] {
        let compilation = RuleCompiler.compile(rules)
        guard let metabinary = compilation.metabinary else {
            let count = Command.counted(compilation.diagnostics.count, "mistake")
            throw CommandError(message: "the rules in \(directory) have \(count); see: metaos check \(directory)")
        }
        return metabinary
    }

    /// Each PCI function with the words that name it: its place, its identifiers, and the description that matches.
    var names: [(function: PCIFunction, words: [String])] {
        machine.facts.functions.map { function in
            var words = [function.address.busDeviceFunction, function.identity]
            if let index = image.mostSpecificDevice(for: function) {
                words.append(Command.text(image.devices.name(at: index)))
            }
            return (function, words)
        }
    }

    /// The PCI functions that a word names.
    ///
    /// Throws: `CommandError` where there is none.
    func functions(named word: String) throws(CommandError) -> [PCIFunction] {
        let found = names.filter { $0.words.contains(word) }.map(\.function)
        guard found.isEmpty else { return found }
        let near = nearest(to: word, among: names.flatMap(\.words))
        let mend = near.map { "; did you mean '\($0)'?" } ?? "; see: metaos generate"
        throw CommandError(message: "no device '\(word)' in the machine" + mend, status: .usage)
    }
}

extension Atlas {
    /// Where the rules are in a checkout.
    static let standardDirectory = "Sources/Atlas"
}
