// metaos compile: rules in, metabinary out. The compiler itself is RuleCompiler.

import FoundationEssentials
import Inspection
import RuleCompiler

extension Command {
    static var compile: Command {
        Command(
            name: "compile", summary: "compiles rules into a metabinary",
            operands: "FILE.meta ... | DIRECTORY", operandLimit: .max,
            options: [
                Option(name: "--output", placeholder: "FILE", help: "where to write; .build/metabinary.bin")
            ],
            run: compile)
    }

    private static func compile(_ arguments: Arguments) throws -> ExitStatus {
        guard !arguments.operands.isEmpty else { throw UsageError.operandMissing("a .meta file or a directory") }
        let output = arguments.value("--output") ?? ".build/metabinary.bin"
        var sources: [RuleSource] = []
        for path in try arguments.operands.flatMap(files) {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw CommandError(message: "cannot read \(path)", status: .missing)
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw CommandError(message: "\(path) is not UTF-8")
            }
            sources.append(RuleSource(name: path, text: text))
        }
        switch RuleCompiler.compile(sources) {
        case .refused(let diagnostics):
            for diagnostic in diagnostics { Output.note(diagnostic.description) }
            return .failed
        case .metabinary(let metabinary):
            try writeIfChanged(Data(metabinary), to: output)
            return .passed
        }
    }

    private static func files(at path: String) throws -> [String] {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw CommandError(message: "cannot read \(path)", status: .missing)
        }
        guard isDirectory else { return [path] }
        let files = Atlas.files(in: path.hasSuffix("/") ? String(path.dropLast()) : path)
        guard !files.isEmpty else { throw CommandError(message: "no .meta file in \(path)") }
        return files
    }

    /// A file that stays as it is keeps its time: make builds nothing that depends on it.
    static func writeIfChanged(_ data: Data, to path: String) throws {
        if FileManager.default.contents(atPath: path) == data { return }
        do {
            try data.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandError(message: "cannot write \(path)")
        }
    }
}
