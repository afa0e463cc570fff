// metaos check: reads rules and says what is wrong with them. The checking itself is RuleCompiler.

import Inspection
import RuleCompiler

extension Command {
    static var check: Command {
        Command(
            name: "check", summary: "checks rules and shows every mistake in them",
            operands: "[FILE.meta ... | DIRECTORY ...]", operandLimit: .max, options: [],
            notes: [
                "Without operands the rules in \(Atlas.standardDirectory) are checked. All files are",
                "taken as one atlas, with the files that they import.",
                "A mistake has an id, a place, a reason and a mend; with one, exit status is 1.",
            ],
            run: check)
    }

    private static func check(_ arguments: Arguments) throws -> ExitStatus {
        let paths = arguments.operands.isEmpty ? [Atlas.standardDirectory] : arguments.operands
        let sources = try InputFile.rules(paths)
        let diagnostics = RuleCompiler.compileAndTry(sources).diagnostics
        for diagnostic in diagnostics { Output.line(diagnostic.description) }
        let fileCount = counted(sources.count, "file")
        guard !diagnostics.isEmpty else {
            Output.line("\(fileCount) checked: no mistake")
            return .passed
        }
        let harmed = Set(diagnostics.map(\.file)).count
        Output.line("\(fileCount) checked: \(counted(diagnostics.count, "mistake")) in \(counted(harmed, "file"))")
        return .failed
    }
}
