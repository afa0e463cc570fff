// Of which commit the command was built, as Tools/build notes it in the folder that it builds in. A build that went another
// way is newer than that note, and of no commit that is known.

import Glibc

/// The version of the command.
enum Version {
    /// What `metaos --version` shows.
    static var line: String { "metaos, commit \(commit ?? "unknown: not built by make"), reports of version 2" }

    private static var commit: String? {
        guard let executable = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(executable) }
        let path = String(cString: executable)
        // FOLDER/TRIPLE/CONFIGURATION/metaos
        let note = path.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/commit"
        var (built, noted) = (stat(), stat())
        guard stat(path, &built) == 0, stat(note, &noted) == 0, built.st_mtim.tv_sec <= noted.st_mtim.tv_sec,
            let bytes = try? InputFile.bytes(note, as: .commit)
        else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
