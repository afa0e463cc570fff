// What a dump is to be of, from the word of a command line: `e1000`, `e1000.link`, `00:03.0.link`, `ring_nic.notify`. It only
// looks names up; a name that is none is refused with what there is.

import Hardware
import RuleCompiler

/// A class or a device of the rules, a function of it, and the functions of the machine that it is.
struct DumpTarget {
    /// Name of the class or the description; `nil` for all.
    private(set) var name: String?
    /// `nil` for all functions of the rules.
    private(set) var function: String?
    /// Where a machine has the device; `nil` for everywhere.
    private(set) var addresses: [FunctionAddress]?

    /// Everything.
    init() {}

    /// - Parameters:
    ///   - rules: whose names may be meant.
    ///   - machine: whose places and identifiers may be meant too.
    ///
    /// Throws: `CommandError` for a name that neither has, and for a device of the machine that no rule describes.
    init(_ word: String, _ rules: RuleStages, _ machine: MachineOptions?) throws(CommandError) {
        var device = word
        if !take(word, rules, machine) {
            // A place has a point of its own.
            guard let point = word.lastIndex(of: "."), take(String(word[..<point]), rules, machine) else {
                throw Self.unknown(word, rules, machine)
            }
            device = String(word[..<point])
            function = String(word[word.index(after: point)...])
        }
        guard let name else { throw CommandError(message: "no description matches \(device)") }
        let names = rules.functionNames(of: name)
        guard let function, !names.contains(function) else { return }
        let mend =
            nearest(to: function, among: names).map { "; did you mean '\($0)'?" }
            ?? ", which has " + names.joined(separator: ", ")
        throw CommandError(message: "no function '\(function)' of \(device)" + mend, status: .usage)
    }

    private mutating func take(_ word: String, _ rules: RuleStages, _ machine: MachineOptions?) -> Bool {
        let found = machine?.names.filter { $0.words.contains(word) } ?? []
        guard !found.isEmpty || rules.names.contains(word) else { return false }
        addresses = machine == nil ? nil : found.map(\.function.address)
        let described = found.compactMap { $0.words.dropFirst(2).first }.first
        name = rules.names.contains(word) ? word : described
        return true
    }

    private static func unknown(_ word: String, _ rules: RuleStages, _ machine: MachineOptions?) -> CommandError {
        let names = rules.names + (machine?.names.flatMap(\.words) ?? [])
        let mend =
            nearest(to: word, among: names).map { "; did you mean '\($0)'?" }
            ?? "; there is " + rules.names.joined(separator: ", ")
        return CommandError(message: "no device '\(word)'" + mend, status: .usage)
    }
}
