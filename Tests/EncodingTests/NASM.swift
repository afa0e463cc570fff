// NASM as an oracle: the bytes that it makes of our printed instructions, all of them in one run.

import Foundation

/// The assembler.
enum NASM {
    /// Why there are no bytes.
    struct Failure: Error {
        var message: String
    }

    /// Bytes of each instruction.
    ///
    /// Each instruction goes into a record of 16 bytes: its length, its bytes, and padding. NASM does not know `rip`;
    /// what our printer calls `[rip+x]` is a distance from the end of the instruction, where a label stands.
    static func assemble(_ instructions: [String]) throws -> [[UInt8]] {
        var source = "bits 64\ndefault abs\n"
        for (index, text) in instructions.enumerated() {
            let instruction = text.replacing("[rip", with: "[rel e\(index)")
                .replacing(" rip", with: " e\(index)")
            source += "db e\(index) - i\(index)\ni\(index): \(instruction)\n"
            source += "e\(index): times 15 - (e\(index) - i\(index)) db 0\n"
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "metaos-nasm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "instructions.asm")
        let output = folder.appending(path: "instructions.bin")
        try Data(source.utf8).write(to: input)

        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["nasm", "-f", "bin", "-o", output.path, input.path]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(message: String(message.prefix(2000))) }

        let bytes = [UInt8](try Data(contentsOf: output))
        guard bytes.count == instructions.count * 16 else { throw Failure(message: "wrong number of bytes") }
        return instructions.indices.map { index in
            let start = index * 16 + 1
            return Array(bytes[start..<start + Int(bytes[start - 1])])
        }
    }
}
