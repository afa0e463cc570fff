// The commands, their help, and the way from a command line to one of them.

/// A command of `metaos`.
struct Command {
    var name: String
    /// What it does, in a line.
    var summary: String
    /// Operands as they are in the help, and how many there may be.
    var operands = ""
    var operandLimit = 0
    /// Whether the words behind `--` are for somebody else.
    var takesRest = false
    var options: [Option]
    /// What the help says beyond the options.
    var notes: [String] = []
    var run: (Arguments) throws -> ExitStatus

    /// All commands, in the order of the help.
    static var all: [Command] {
        [.run, .check, .compile, .new, .record, .generate, .explain, .dump, .disassemble, .figures]
    }

    /// Runs the command that `words` ask for.
    static func run(_ words: [String]) -> ExitStatus {
        do {
            guard let first = words.first else {
                Output.note(overview)
                return .usage
            }
            if ["help", "--help", "-h"].contains(first) { return try help(Array(words.dropFirst())) }
            if first == "--version" {
                if words.count > 1 { throw UsageError.operandUnwanted(words[1]) }
                Output.line(Version.line)
                return .passed
            }
            let command = try find(first)
            let own = command.takesRest ? words.prefix { $0 != "--" } : words[...]
            if own.contains("--help") || own.contains("-h") { return try help([first]) }
            return try command.run(
                Arguments(
                    Array(words.dropFirst()), options: command.options, operandLimit: command.operandLimit,
                    takesRest: command.takesRest))
        } catch let error as UsageError {
            Output.note("metaos: \(error)")
            return .usage
        } catch let error as CommandError {
            Output.note("metaos: \(error.message)")
            return error.status
        } catch {
            Output.note("metaos: \(error)")
            return .failed
        }
    }

    private static func find(_ name: String) throws(UsageError) -> Command {
        if let command = all.first(where: { $0.name == name }) { return command }
        throw .unknownCommand(name, nearest: nearest(to: name, among: all.map(\.name) + ["help"]))
    }

    private static func help(_ words: [String]) throws(UsageError) -> ExitStatus {
        if words.count > 1 { throw .operandUnwanted(words[1]) }
        guard let name = words.first, !["help", "--help", "-h"].contains(name) else {
            Output.line(overview)
            return .passed
        }
        Output.line(try find(name).help)
        return .passed
    }

    private static var overview: String {
        var lines = ["usage: metaos COMMAND [OPTIONS]", ""]
        lines += all.map { "  " + pad($0.name, 14) + $0.summary }
        lines += ["  " + pad("help", 14) + "explains a command: metaos help COMMAND"]
        lines += ["  " + pad("--version", 14) + "shows the commit that this was built of", ""]
        lines += [
            "exit status: 0 passed, 1 failed, 2 usage, 3 timed out,",
            "             4 something to run is missing (QEMU, or the image)",
        ]
        return lines.joined(separator: "\n")
    }

    private var help: String {
        var lines = ["usage: metaos \(name) [OPTIONS]\(operands.isEmpty ? "" : " " + operands)", "", summary, ""]
        lines += options.map { "  " + Self.pad($0.usage, 22) + $0.help }
        lines += ["  " + Self.pad("--help", 22) + "this text"]
        if !notes.isEmpty { lines += [""] + notes }
        return lines.joined(separator: "\n")
    }

    static func pad(_ text: String, _ width: Int) -> String {
        text.count < width ? text + String(repeating: " ", count: width - text.count) : text + " "
    }
}

/// A command that cannot do what it was asked, with the status to end with.
struct CommandError: Error {
    var message: String
    var status = ExitStatus.failed
}
