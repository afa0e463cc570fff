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
        ("virtualbox-virtio", "virtio_net", 1), ("virtio-page-per-queue", "virtio_net", 2048),
        ("virtio-legacy-only", "virtio_net_legacy", 0),
    ])
    func `a pasted card gets the driver of its form, whose doorbells are where it has them`(
        name: String, device: String, bell: UInt64
    ) throws {
        let file = MachineFile(try PCIDump(text: try Fixtures.pasted(name)))
        let outcomes = try outcomes(file.facts)
        guard outcomes.count == 1, case .driver(let driver) = outcomes[0] else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(driver.name.elementsEqual(device.utf8))
        #expect(driver.facts.first { $0.name.elementsEqual("tx_bell".utf8) }?.value == bell)
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
