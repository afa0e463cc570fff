// What commands write to files: each whole or not at all. What is no regular file is written to and never replaced: a device,
// a pipe, and what a symbolic link leads to. Whatever cannot be written is an error with its reason.

import Glibc

/// Writes files.
enum OutputFiles {
    /// Writes a file; one that stays as it is keeps its time, so that make builds nothing that depends on it.
    static func writeIfChanged(_ bytes: [UInt8], to path: String) throws(CommandError) {
        var file = OutputFile(path, bytes)
        if file.isUnchanged { return }
        do throws(OutputFile.Failure) {
            try file.stage()
            try file.commit()
        } catch {
            file.abandon()
            throw CommandError(message: "\(error)")
        }
    }

    /// Writes files to a folder, which is made if it is not there: all of them, or none.
    static func write(_ files: [(name: String, bytes: [UInt8])], to folder: String) throws(CommandError) {
        var staged: [OutputFile] = []
        do throws(OutputFile.Failure) {
            try make(folder)
            for file in files {
                staged.append(OutputFile("\(folder)/\(file.name)", file.bytes))
                try staged[staged.count - 1].stage()
            }
            for index in staged.indices { try staged[index].commit() }
        } catch {
            for index in staged.indices { staged[index].abandon() }
            throw CommandError(message: "\(error)")
        }
    }

    /// Makes a folder, and those that it is in.
    private static func make(_ folder: String) throws(OutputFile.Failure) {
        var end = folder.startIndex
        while end < folder.endIndex {
            end = folder[folder.index(after: end)...].firstIndex(of: "/") ?? folder.endIndex
            let part = String(folder[..<end])
            if mkdir(part, 0o777) == 0 { continue }
            let number = errno
            var status = stat()
            if stat(part, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { continue }
            throw OutputFile.Failure(path: folder, number: number == EEXIST ? ENOTDIR : number)
        }
    }
}

/// A file on its way: staged beside the one that it is to replace, then put in its place.
private struct OutputFile {
    /// Why a file cannot be written.
    struct Failure: Error, CustomStringConvertible {
        var path: String
        var number: Int32

        var description: String {
            "cannot write \(path.isEmpty ? "''" : path): \(String(cString: strerror(number)))"
        }
    }

    /// What is at the path.
    private enum Kind {
        /// A regular file, or nothing.
        case replaceable
        case folder
        /// Something that has a file's name and is written to as it is.
        case open
        /// What standard output or standard error goes to: it is written behind what is there.
        case stream(Int32)
    }

    private let path: String
    private let bytes: [UInt8]
    private let kind: Kind
    /// Where the bytes wait; `nil` before they do, and after.
    private var part: String?

    init(_ path: String, _ bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        kind = Self.kind(of: path)
    }

    private static func kind(of path: String) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .replaceable }
        for descriptor in [Int32(1), 2] {
            var own = stat()
            if fstat(descriptor, &own) == 0, own.st_dev == status.st_dev, own.st_ino == status.st_ino {
                return .stream(descriptor)
            }
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .replaceable
        case S_IFDIR: return .folder
        default: return .open
        }
    }

    /// Whether a regular file has these bytes already.
    var isUnchanged: Bool {
        guard case .replaceable = kind, let file = fopen(path, "rbe") else { return false }
        defer { fclose(file) }
        var held = [UInt8](repeating: 0, count: bytes.count + 1)
        return fread(&held, 1, held.count, file) == bytes.count && held.dropLast() == bytes[...]
    }

    /// Writes the bytes beside a file that is to be replaced, with that file's rights.
    mutating func stage() throws(Failure) {
        if case .folder = kind { throw Failure(path: path, number: EISDIR) }
        guard case .replaceable = kind else { return }
        let target = try target()
        let part = target + ".part"
        unlink(part)
        let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Failure(path: path, number: errno) }
        self.part = part
        var status = stat()
        if stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o7777) }
        try write(to: descriptor, thenClose: true)
    }

    /// Puts the file in its place.
    mutating func commit() throws(Failure) {
        switch kind {
        case .replaceable:
            guard let part, rename(part, try target()) == 0 else { throw Failure(path: path, number: errno) }
            self.part = nil
        case .open:
            let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Failure(path: path, number: errno) }
            try write(to: descriptor, thenClose: true)
        case .stream(let descriptor): try write(to: descriptor, thenClose: false)
        case .folder: throw Failure(path: path, number: EISDIR)
        }
    }

    /// Takes away what waits.
    mutating func abandon() {
        if let part { unlink(part) }
        part = nil
    }

    /// Writes all bytes; a reader that is gone wants no more of them.
    private func write(to descriptor: Int32, thenClose: Bool) throws(Failure) {
        var number = Output.write(descriptor, bytes[...])
        if thenClose, close(descriptor) != 0, number == 0 { number = errno }
        guard number == 0 || number == EPIPE else { throw Failure(path: path, number: number) }
    }

    /// Where a file is or would be, past all symbolic links, those too that lead to nothing yet.
    private func target() throws(Failure) -> String {
        var path = path
        for _ in 0..<40 {  // as many as Linux follows
            if let resolved = realpath(path, nil) {
                defer { free(resolved) }
                return String(cString: resolved)
            }
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(path, &buffer, buffer.count)
            guard count > 0 else { return path }
            let link = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            path = link.hasPrefix("/") ? link : folder + link
        }
        throw Failure(path: self.path, number: ELOOP)
    }
}
