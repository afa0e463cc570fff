// What a device can write is loaded once: where a number was checked and is then loaded again, it is another one. So each load
// of a program is one instruction that reads memory or a port, and there are no others. Capstone counts the instructions.

import CCapstone
import Foundation
import Hardware
import Metabinary
import Pipeline
import Program
import Recording
import RuleCompiler
import Testing

@Suite struct LoadCountTests {
    /// Loads of each program, and the code that became of it.
    private struct Loads: PipelineObserver {
        var itemCount = 0
        var functions: [(name: String, itemCount: Int, code: [UInt8], address: UInt64)] = []

        mutating func optimised(_ program: Program) {
            itemCount = program.items.count { $0.operation == .load }
        }

        mutating func generated(_ function: GeneratedFunction) {
            functions.append(
                (
                    String(decoding: function.name, as: UTF8.self), itemCount, function.bytes, function.entry.rawValue
                ))
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: ["pc", "pc-cards", "q35-cards", "pc-lists", "pc-lance", "pc-old"])
    func `each load of a program is one instruction that reads`(machine: String) throws {
        let atlas = Self.root.appending(path: "Sources/Atlas")
        let names = try FileManager.default.contentsOfDirectory(atPath: atlas.path).filter { $0.hasSuffix(".meta") }
        let sources = try names.sorted().map {
            RuleSource(name: $0, text: try String(contentsOf: atlas.appending(path: $0), encoding: .utf8))
        }
        let image = try MetabinaryImage(try #require(RuleCompiler.compile(sources).metabinary))
        let file = Self.root.appending(path: "Tests/Fixtures/machines/\(machine).recording")
        let facts = try Recording(text: String(contentsOf: file, encoding: .utf8)).replay().facts
        var observer = Loads()
        _ = generate(facts, image, observer: &observer)
        #expect(observer.functions.count >= 7)
        for function in observer.functions {
            let decoded = try DecodedFunction(function.code, at: function.address)
            let readCount = decoded.instructions.count { $0.reads || $0.identifier == X86_INS_IN.rawValue }
            #expect(readCount == function.itemCount, "\(machine), \(function.name)")
        }
    }
}
