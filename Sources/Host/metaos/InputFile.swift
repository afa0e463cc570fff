// What commands read: files and standard input, whole, before anything is done. What cannot be read, or is larger than
// anything of its kind, is a wrong command line, in one line.

import FoundationEssentials
import Glibc
import Inspection
import MachineFiles
import RuleCompiler

/// Reads the files that a command line names.
enum InputFile {
    /// What stands for standard input.
    static let standardInput = "-"

    /// What a file is read as. Of no kind is more read than there can be: a path may name a device that never ends.
    enum Kind: String {
        case rules = "a rule file"
        case machine = "a machine file"
        case report = "a report"
        case dump = "the text of lspci"
        case commit = "the name of a commit"

        /// Units: bytes.
        var byteLimit: Int {
            switch self {
            case .rules: RuleCompiler.sourceByteLimit
            // Some sixty lines for each device of every bus.
            case .machine: 4 << 20
            // A boot writes some 20 KiB a card; lspci as much of a function, with all of its bytes.
            case .report, .dump: 16 << 20
            case .commit: 4096
            }
        }

        /// What the help of a command says of it.
        var limit: String { "\(byteLimit >> 20 > 0 ? "\(byteLimit >> 20) MiB" : "\(byteLimit >> 10) KiB")" }
    }

    /// All bytes of a file, or of standard input for `-`.
    ///
    /// Throws: `CommandError` where it cannot be read, or is above the limit of its kind.
    static func bytes(_ path: String, as kind: Kind) throws(CommandError) -> [UInt8] {
        let descriptor = path == standardInput ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { if descriptor != 0 { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= kind.byteLimit else {
                throw CommandError(
                    message: "\(name(path)) is above \(kind.limit), the most that \(kind.rawValue) has", status: .usage)
            }
        }
    }

    /// The text of a file.
    ///
    /// Throws: `CommandError` where it cannot be read, is above the limit of its kind, or is no text.
    static func text(_ path: String, as kind: Kind) throws(CommandError) -> String {
        let bytes = try bytes(path, as: kind)
        // A NUL is well-formed UTF-8, and no text.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw CommandError(message: "\(name(path)) is no text in UTF-8")
        }
        return text
    }

    /// The machine of a machine file.
    ///
    /// Throws: `CommandError` with the line that is wrong.
    static func machine(_ path: String) throws(CommandError) -> MachineFile {
        let text = try text(path, as: .machine)
        do throws(MachineFileError) {
            return try MachineFile(text: text)
        } catch {
            throw CommandError(message: "\(name(path)):\(error.line): \(error)")
        }
    }

    /// The rule files that paths name, each a file or a folder of them, and the files that these import. Imports of what
    /// is not there are left to the compiler, which knows the place.
    ///
    /// Throws: `CommandError` where one cannot be read, or a folder holds none.
    static func rules(_ paths: [String]) throws(CommandError) -> [RuleSource] {
        var sources: [RuleSource] = []
        for path in paths {
            for file in try ruleFiles(at: path) {
                sources.append(RuleSource(name: file, text: try text(file, as: .rules)))
            }
        }
        var read = Set(sources.map { RuleSource.folded($0.name) })
        var next = 0
        while next < sources.count {
            for file in RuleCompiler.imports(of: sources[next]) where read.insert(file).inserted {
                var isDirectory = false
                guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), !isDirectory else {
                    continue
                }
                sources.append(RuleSource(name: file, text: try text(file, as: .rules)))
            }
            next += 1
        }
        return sources
    }

    private static func ruleFiles(at path: String) throws(CommandError) -> [String] {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            errno = ENOENT
            throw unreadable(path)
        }
        guard isDirectory else { return [path] }
        let files = Atlas.files(in: path.hasSuffix("/") ? String(path.dropLast()) : path)
        guard !files.isEmpty else { throw CommandError(message: "no .meta file in \(path)", status: .usage) }
        return files
    }

    /// What a path is called in messages.
    static func name(_ path: String) -> String {
        path == standardInput ? "standard input" : path.isEmpty ? "''" : path
    }

    private static func unreadable(_ path: String) -> CommandError {
        CommandError(message: "cannot read \(name(path)): \(String(cString: strerror(errno)))", status: .usage)
    }
}
