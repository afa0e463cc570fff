// Kernels with other rules than the shipped ones: the library that make built, linked with another metabinary.

import Foundation
import RuleCompiler
import Support
import Testing

/// The shipped kernel with rules of a test.
struct AlteredRules {
    let metabinary: [UInt8]
    /// The kernel, for `-kernel`; removed with `remove()`.
    let kernel: String
    private let folder: URL

    /// - Parameters:
    ///   - more: files beside the shipped ones.
    ///   - edit: changes the text of a shipped file; `nil` leaves it out.
    init(adding more: [RuleSource] = [], _ edit: (_ file: String, _ text: String) -> String?) throws {
        let folder = Images.root.appending(path: "Sources/Atlas")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".meta") }
        try self.init(
            names.sorted().compactMap { name in
                edit(name, try String(contentsOf: folder.appending(path: name), encoding: .utf8)).map {
                    RuleSource(name: name, text: $0)
                }
            } + more)
    }

    /// - Parameter rules: all of the kernel's.
    init(_ rules: [RuleSource]) throws {
        let compilation = RuleCompiler.compile(rules)
        metabinary = try #require(compilation.metabinary, "\(compilation.diagnostics)")
        folder = FileManager.default.temporaryDirectory.appending(path: "metaos-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let image = folder.appending(path: "metabinary.bin")
        try Data(metabinary).write(to: image)
        let object = folder.appending(path: "metabinary.o").path
        kernel = folder.appending(path: "metaos.elf").path
        try Self.run([
            "nasm", "-f", "elf64", "-I", "Boot/", "-DMETABINARY=\"\(image.path)\"", "-o", object,
            "Boot/metabinary.asm",
        ])
        let boot = Images.root.appending(path: ".build/boot").path
        let parts = try FileManager.default.contentsOfDirectory(atPath: boot).sorted()
            .filter { $0.hasSuffix(".o") && $0 != "metabinary.o" }.map { ".build/boot/\($0)" }
        let library = ".build/kernel/x86_64-unknown-none-elf/release/libKernel.a"
        try Self.run(["Tools/link", kernel] + parts + [object, library])
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Runs a program in the package's folder.
    private static func run(_ words: [String]) throws {
        let errors = FileManager.default.temporaryDirectory.appending(path: "metaos-\(UUID().uuidString).errors").path
        defer { try? FileManager.default.removeItem(atPath: errors) }
        let status = try ChildProcess(["env", "-C", Images.root.path] + words, errors: errors).wait()
        let message = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        try #require(status == 0, "\(words[0]): \(message)")
    }
}
