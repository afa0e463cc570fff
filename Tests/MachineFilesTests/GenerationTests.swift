// Bytes of a machine that is not there: from the text of lspci come the bytes that the machine itself would get, where
// the facts agree.

import Foundation
import Hardware
import Metabinary
import Pipeline
import RuleCompiler
import Testing

@testable import MachineFiles

@Suite struct `Generation from machine files` {
    private static func image() throws -> MetabinaryImage {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Atlas")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".meta") }
        let sources = try names.sorted().map {
            RuleSource(name: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
        return try MetabinaryImage(try #require(RuleCompiler.compile(sources).metabinary))
    }

    private func outcomes(_ facts: MachineFacts) throws -> [GenerationOutcome] {
        var observer = SilentObserver()
        return generate(facts, try Self.image(), observer: &observer)
    }

    @Test(arguments: [true, false])
    func `lspci gives the bytes of a boot where the facts agree`(isVerbose: Bool) throws {
        let text = isVerbose ? try Fixtures.verboseDump() : try Fixtures.terseDump()
        let real = try Fixtures.facts("q35")
        // A person replaces what was assumed and is known.
        let clock = try #require(real.clock)
        let edited = MachineFile(try PCIDump(text: text)).text
            .replacing("hertz=4000000000", with: "hertz=\(clock.frequency)")
        let file = try MachineFile(text: edited)
        let expected = try outcomes(real)
        #expect(!expected.isEmpty)
        #expect(try outcomes(file.facts) == expected)
    }

    @Test(arguments: [
        ("virtualbox-virtio", "a driver"), ("virtio-page-per-queue", "a driver"),
        ("virtio-legacy-only", "window common: capability 0x9 is not there with byte 1"),
    ])
    func `a pasted card gets a driver whose doorbells are where it has them, or is refused`(
        name: String, ending: String
    ) throws {
        let file = MachineFile(try PCIDump(text: try Fixtures.pasted(name)))
        let endings = try outcomes(file.facts).map { outcome in
            guard case .refused(let refusal) = outcome else { return "a driver" }
            var text: [UInt8] = []
            refusal.error.writeReason(into: &text)
            return String(decoding: text, as: UTF8.self)
        }
        #expect(endings == [ending])
        for case .driver(let driver) in try outcomes(file.facts) {
            let bells = driver.facts.filter { $0.name.starts(with: Array("tx_bell".utf8)) }.map(\.value)
            #expect(bells == [name == "virtualbox-virtio" ? 1 : 2048])
        }
    }

    @Test func `what a machine lacks refuses, as on the machine`() throws {
        let text = MachineFile(facts: try Fixtures.facts("q35")).text.replacing(#/(?m)^clock .*$/#, with: "")
        let facts = try MachineFile(text: text).facts
        #expect(facts.clock == nil)
        let reasons = try outcomes(facts).map {
            if case .refused(let refusal) = $0 { "\(refusal.error)" } else { "a driver" }
        }
        #expect(reasons.contains { $0.contains("noClock") }, "\(reasons)")
    }
}
