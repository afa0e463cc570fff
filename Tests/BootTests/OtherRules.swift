// Kernels with other rules than the shipped ones: the library that make built, linked with another metabinary.

import Foundation
import RuleCompiler
import Support
import Testing

extension Images {
    /// Links a kernel with these rules and gives its path, in the folder of what make built.
    static func kernel(named name: String, with rules: [RuleSource]) throws -> String {
        let compilation = RuleCompiler.compile(rules)
        let bytes = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        let build = root.appending(path: ".build")
        let folder = build.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let image = folder.appending(path: "metabinary.bin").path
        try Data(bytes).write(to: URL(filePath: image))
        let object = folder.appending(path: "metabinary.o").path
        let kernel = folder.appending(path: "metaos.elf").path
        try run([
            "nasm", "-f", "elf64", "-I", "Boot/", "-DMETABINARY=\"\(image)\"", "-o", object, "Boot/metabinary.asm",
        ])
        let parts = try FileManager.default.contentsOfDirectory(atPath: build.appending(path: "boot").path).sorted()
            .filter { $0.hasSuffix(".o") && $0 != "metabinary.o" }.map { ".build/boot/\($0)" }
        let library = ".build/kernel/x86_64-unknown-none-elf/release/libKernel.a"
        try run(["Tools/link", kernel] + parts + [object, library])
        return kernel
    }

    /// Runs a program in the package's folder.
    private static func run(_ words: [String]) throws {
        let errors = "/tmp/metaos-\(UUID().uuidString).errors"
        defer { try? FileManager.default.removeItem(atPath: errors) }
        let status = try ChildProcess(["env", "-C", root.path] + words, errors: errors).wait()
        let message = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        try #require(status == 0, "\(words[0]): \(message)")
    }
}
