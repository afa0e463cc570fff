// What commands read: files and standard input, whole, before anything is done. What cannot be read is a wrong command
// line, in one line.

import FoundationEssentials
import Glibc
import Inspection
import MachineFiles
import RuleCompiler

/// Reads the files that a command line names.
enum InputFile {
    /// What stands for standard input.
    static let standardInput = "-"

    /// All bytes of a file, or of standard input for `-`.
    ///
    /// Throws: `CommandError` where it cannot be read.
    static func bytes(_ path: String) throws(CommandError) -> [UInt8] {
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
        }
    }

    /// The text of a file.
    ///
    /// Throws: `CommandError` where it cannot be read, or is no text.
    static func text(_ path: String) throws(CommandError) -> String {
        let bytes = try bytes(path)
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
        let text = try text(path)
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
                sources.append(RuleSource(name: file, text: try text(file)))
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
                sources.append(RuleSource(name: file, text: try text(file)))
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
    static func name(_ path: String) -> String { path == standardInput ? "standard input" : path }

    private static func unreadable(_ path: String) -> CommandError {
        CommandError(message: "cannot read \(name(path)): \(String(cString: strerror(errno)))", status: .usage)
    }
}
