// metaos record: a machine file from a boot's report, or from the text of lspci. What the files hold is MachineFiles'.

import Hardware
import Inspection
import MachineFiles
import Metabinary
import ReportReading

extension Command {
    static var record: Command {
        Command(
            name: "record", summary: "makes a machine file from a report, or from lspci",
            operands: "[FILE]", operandLimit: 1,
            options: [
                Option(name: "--lspci", placeholder: "FILE", help: "the text of lspci -xxxx -nn, not a report"),
                Option(name: "--output", placeholder: "FILE", help: "where to write; standard output"),
                MachineOptions.atlas,
            ],
            notes: [
                "FILE is a report as the serial line gave it (metaos run --raw); without FILE,",
                "or as -, it comes from standard input. --lspci takes - too. Of both no more than",
                "\(InputFile.Kind.report.limit) is read.",
                "",
                "On a PC that runs Linux: sudo lspci -vvxxxx -nn > pc.lspci. What its text does",
                "not tell is assumed; each assumption is shown, and a comment in the file.",
                "A network card that no rule describes is named on standard error.",
            ],
            run: record)
    }

    private static func record(_ arguments: Arguments) throws -> ExitStatus {
        let machine: MachineFile
        if let path = arguments.value("--lspci") {
            guard arguments.operands.isEmpty else { throw UsageError.operandUnwanted(arguments.operands[0]) }
            machine = try lspci(path)
        } else {
            machine = try report(arguments.operands.first ?? InputFile.standardInput)
        }
        let text = machine.text
        if let output = arguments.value("--output") {
            try OutputFiles.writeIfChanged(Array(text.utf8), to: output)
        } else {
            Output.bytes(Array(text.utf8))
        }
        for assumption in machine.assumptions { Output.note("metaos: assumed: \(assumption.words)") }
        try nameUndescribed(machine.facts.functions, arguments)
        return .passed
    }

    /// Names the functions that are to have a driver, and that no rule describes.
    private static func nameUndescribed(_ functions: [PCIFunction], _ arguments: Arguments) throws {
        let served = functions.filter { $0.servedKind != nil }
        if functions.isEmpty { Output.note("metaos: the machine shows no PCI function") }
        guard !served.isEmpty else { return }
        let directory = MachineOptions.directory(arguments)
        let image: MetabinaryImage
        do {
            image = try MetabinaryImage(MachineOptions.metabinary(of: InputFile.rules([directory]), from: directory))
        } catch let error as CommandError where !arguments.has("--atlas") {
            // The machine file is as good without.
            return Output.note("metaos: which cards have a description is not known: \(error.message)")
        }
        for function in served where image.mostSpecificDevice(for: function) == nil {
            Output.note("metaos: " + function.undescribedLine)
        }
    }

    /// The machine of a text of lspci.
    static func lspci(_ path: String) throws(CommandError) -> MachineFile {
        let text = try InputFile.text(path, as: .dump)
        do throws(PCIDumpError) {
            return MachineFile(try PCIDump(text: text))
        } catch {
            throw CommandError(message: "\(InputFile.name(path)):\(error.line): \(error)")
        }
    }

    /// The machine of a boot's report.
    static func report(_ path: String) throws(CommandError) -> MachineFile {
        let report = MachineReport(saved: try InputFile.bytes(path, as: .report))
        do throws(MachineFile.ReportRefusal) {
            return try MachineFile(report)
        } catch {
            throw CommandError(message: "\(InputFile.name(path)): \(error)")
        }
    }
}

extension MachineReport {
    /// A report from a file: one that went through a clipboard or an editor has lost its carriage returns, that of a boot
    /// which was ended the rest of its last line.
    init(saved bytes: [UInt8]) { self.init(bytes: bytes, lineEnd: bytes.contains(0x0D) ? .wire : .text, isCut: true) }
}
