// What commands write to files: each whole or not at all.

import FoundationEssentials

/// Writes files.
enum OutputFiles {
    /// Writes a file; one that stays as it is keeps its time, so that make builds nothing that depends on it.
    static func writeIfChanged(_ data: Data, to path: String) throws(CommandError) {
        if FileManager.default.contents(atPath: path) == data { return }
        do {
            try data.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandError(message: "cannot write \(path)")
        }
    }

    /// Writes files to a folder, which is made if it is not there: all of them, or none.
    static func write(_ files: [(name: String, bytes: [UInt8])], to folder: String) throws(CommandError) {
        let manager = FileManager.default
        var parts: [(part: String, path: String)] = []
        var failed = folder
        do {
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for file in files {
                let path = "\(folder)/\(file.name)"
                failed = path
                parts.append((path + ".part", path))
                try Data(file.bytes).write(to: URL(filePath: path + ".part"))
            }
            for (part, path) in parts {
                failed = path
                if manager.fileExists(atPath: path) { try manager.removeItem(atPath: path) }
                try manager.moveItem(atPath: part, toPath: path)
            }
        } catch {
            for (part, _) in parts { try? manager.removeItem(atPath: part) }
            throw CommandError(message: "cannot write \(failed)")
        }
    }
}
