// Functions by hand for the oracle, assembled by NASM: it shares nothing with the encoder.

import Foundation
import Glibc

/// The assembler.
enum Assembly {
    /// Why there are no bytes.
    struct Failure: Error {
        var message: String
    }

    /// Bytes of a source of 64-bit code.
    ///
    /// - Parameter origin: address of the first byte.
    static func assemble(_ source: String, origin: UInt64) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "metaos-assembly-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "function.asm")
        let output = folder.appending(path: "function.bin")
        let errors = folder.appending(path: "errors")
        try Data("bits 64\ndefault rel\norg \(origin)\n\(source)\n".utf8).write(to: input)
        let words = ["nasm", "-f", "bin", "-Z", errors.path, "-o", output.path, input.path]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for word in arguments { free(word) } }
        var identifier = pid_t()
        guard posix_spawnp(&identifier, "nasm", nil, nil, &arguments, environ) == 0 else {
            throw Failure(message: "nasm does not start")
        }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw Failure(message: (try? String(contentsOf: errors, encoding: .utf8)) ?? "nasm failed")
        }
        return [UInt8](try Data(contentsOf: output))
    }
}
