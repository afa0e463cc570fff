// NASM as an oracle and as a writer of test code: the bytes that it makes of instructions, all of them in one run.

import Foundation

/// The assembler.
package enum NASM {
    /// Why there are no bytes.
    package struct Failure: Error {
        package var message: String
    }

    /// Bytes of each instruction.
    ///
    /// Each instruction goes into a record of 16 bytes: its length, its bytes, and padding. NASM does not know `rip`;
    /// what our printer calls `[rip+x]` is a distance from the end of the instruction, where a label stands.
    package static func assemble(_ instructions: [String]) throws -> [[UInt8]] {
        var source = "bits 64\ndefault abs\n"
        for (index, text) in instructions.enumerated() {
            let instruction = text.replacing("[rip", with: "[rel e\(index)")
                .replacing(" rip", with: " e\(index)")
            source += "db e\(index) - i\(index)\ni\(index): \(instruction)\n"
            source += "e\(index): times 15 - (e\(index) - i\(index)) db 0\n"
        }
        let bytes = try assemble(source: source)
        guard bytes.count == instructions.count * 16 else { throw Failure(message: "wrong number of bytes") }
        return instructions.indices.map { index in
            let start = index * 16 + 1
            return Array(bytes[start..<start + Int(bytes[start - 1])])
        }
    }
    /// The flat binary that NASM makes of a source text.
    package static func assemble(source: String) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "metaos-nasm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "source.asm")
        let output = folder.appending(path: "output.bin")
        let errors = folder.appending(path: "errors.txt")
        try Data(source.utf8).write(to: input)
        let process = try ChildProcess(["nasm", "-f", "bin", "-o", output.path, input.path], errors: errors.path)
        guard process.wait() == 0 else {
            let message = String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self)
            throw Failure(message: String(message.prefix(2000)))
        }
        return [UInt8](try Data(contentsOf: output))
    }
}
