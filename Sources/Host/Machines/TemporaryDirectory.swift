// A directory of our own for sockets and dumps, gone with its owner.

import Glibc

/// A directory that is removed, with the files in it, when it is let go.
final class TemporaryDirectory {
    let path: String

    /// Throws: `systemCall`.
    init() throws(MachineError) {
        // Not TMPDIR: a UNIX socket's path has at most 107 bytes (unix(7)).
        var template = Array("/tmp/metaos-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .systemCall(name: "mkdtemp", errorNumber: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { unlink(file(name)) }
            }
            closedir(directory)
        }
        rmdir(path)
    }

    /// Path of a file in the directory.
    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// The bytes of a file, or `nil` where it cannot be read.
func readFile(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return ferror(file) == 0 ? bytes : nil }
        bytes += buffer.prefix(count)
    }
}
