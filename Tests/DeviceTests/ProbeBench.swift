// A simulated card that probes are run on, as a machine runs them before a card's driver is generated. Tests of what probes find
// out of a card make one; drivers run on a SimulatedMachine.

import Devices
import Foundation
import Hardware
import Metabinary
import Pipeline
import Recording
import RuleCompiler
import Testing

/// A card of one family alone in a recorded machine. It has what a driver has of memory, and is told of none.
final class ProbeBench: ProcessorBus {
    let memory: DirectMemory
    let card: GigabitCard
    /// What probes returned, in order.
    private(set) var answers: [UInt64] = []
    private let row: DriverUnderTest
    private var windows: [PlacedWindow] = []
    private var time: UInt64 = 0

    private static let image = Result {
        try MetabinaryImage(RuleCompiler.compile(try DriverUnderTest.atlas()).metabinary ?? [])
    }

    init(_ row: DriverUnderTest) throws {
        self.row = row
        memory = DirectMemory(try row.driver.memories)
        card = GigabitCard(
            memory: memory, stationAddress: SimulatedMachine.stationAddress, isExpress: row == .express, seed: seed)
        card.countsPerMicrosecond = row.clockFrequency / 1_000_000
    }

    /// What comes of the card, whose probes are run on it.
    ///
    /// - Parameter shape: changes what discovery found.
    func generate(_ shape: (inout PCIFunction) -> Void = { _ in }) throws -> GenerationOutcome? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/machines/\(row == .express ? "pc-cards" : "pc").recording")
        var facts = try Recording(text: String(contentsOf: file, encoding: .utf8)).replay().facts
        facts.clock = ClockFacts(frequency: row.clockFrequency, source: .powerManagementTimer)
        facts.functions = facts.functions.filter { $0.device == (row == .express ? 0x10D3 : 0x100E) }
        shape(&facts.functions[0])
        var generator = Generator(facts, try Self.image.get(), observer: SilentObserver())
        var failure: (any Error)?
        let outcome = generator.generate(for: generator.functions[0]) { probe in
            do {
                answers.append(try run(probe))
                return .returned(answers[answers.count - 1])
            } catch {
                failure = error
                return .failed(.faulted)
            }
        }
        if let failure { throw failure }
        return outcome
    }

    /// Runs a probe: the result in bits 32:0.
    private func run(_ probe: GeneratedDriver) throws -> UInt64 {
        let processor = try SimulatedProcessor(probe, memory: memory, seed: seed)
        (processor.bus, windows, processor.clock) = (self, probe.windows, time)
        processor.countsPerWindowAccess = card.countsPerMicrosecond
        card.now = { [unowned processor] in processor.clock }
        defer { time = processor.clock }
        return try processor.call(probe.functions[0], []).value & (ProbeDescription.failure << 1 - 1)
    }

    // MARK: ProcessorBus

    func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64 {
        card.read(bar: Int(windows[window].bar), windows[window].offset + offset, byteCount: byteCount)
    }

    func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64) {
        card.write(bar: Int(windows[window].bar), windows[window].offset + offset, byteCount: byteCount, value: value)
    }

    func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
        Issue.record("a probe reaches memory")
    }
}
