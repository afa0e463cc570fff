// The sources of the rules as text, to show the line behind an instruction. It parses nothing.

import FoundationEssentials
import Glibc
import RuleCompiler

/// A directory of `.meta` files.
public struct Atlas: Sendable {
    /// Lines of each file, by its name without its folder.
    private var lines: [String: [String]] = [:]

    /// Reads every `.meta` file under `directory`; a directory that is not there is an atlas without lines.
    public init(directory: String) {
        for path in Self.files(in: directory) {
            // What is no file, or larger than the compiler takes, holds no rules.
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                status.st_size <= RuleCompiler.sourceByteLimit, let bytes = FileManager.default.contents(atPath: path)
            else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            lines[Self.name(path)] = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Paths of all `.meta` files under a directory, sorted by name: the order of files must not depend on the host.
    public static func files(in directory: String) -> [String] {
        let entries = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        return entries.filter { $0.hasSuffix(".meta") }.sorted().map { "\(directory)/\($0)" }
    }

    /// The text of a line, without the blanks before it; the file is named without its folder, as in `lamp.meta`.
    public func line(of file: String, _ number: Int) -> String? {
        guard let file = lines[file], file.indices.contains(number - 1) else { return nil }
        return String(file[number - 1].drop { $0 == " " || $0 == "\t" })
    }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
