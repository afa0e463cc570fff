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
                "A warning has the same, and is in the way of nothing.",
            ],
            run: check)
    }

    private static func check(_ arguments: Arguments) throws -> ExitStatus {
        let paths = arguments.operands.isEmpty ? [Atlas.standardDirectory] : arguments.operands
        let sources = try InputFile.rules(paths)
        let compilation = RuleCompiler.compileAndTry(sources)
        let diagnostics = compilation.diagnostics
        for diagnostic in diagnostics { Output.line(text(of: diagnostic, on: 1)) }
        let isRefused = compilation.metabinary == nil
        let what = counted(diagnostics.count, isRefused ? "mistake" : "warning")
        let harmed = Set(diagnostics.map(\.file)).count
        let found = diagnostics.isEmpty ? "no mistake" : "\(what) in \(counted(harmed, "file"))"
        Output.line("\(counted(sources.count, "file")) checked: \(found)")
        return isRefused ? .failed : .passed
    }

    /// A mistake as it is; on a terminal, of a wide line of the rules what is around the place.
    static func text(of diagnostic: Diagnostic, on descriptor: Int32) -> String {
        let (indent, width) = (4, 76)
        guard Output.isTerminal(descriptor), diagnostic.sourceLine.count > width else { return diagnostic.description }
        let start = max(0, min(diagnostic.column - width / 2, diagnostic.sourceLine.count - width))
        var lines = diagnostic.description.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 1...2 {
            lines[index] = lines[index].prefix(indent) + lines[index].dropFirst(indent + start).prefix(width)
        }
        return lines.joined(separator: "\n")
    }
}
