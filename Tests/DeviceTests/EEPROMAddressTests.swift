// A card whose station address is in its EEPROM alone, as Bochs has one: probes find it, and the driver that is generated
// then tells the card what its address is, so that frames for it pass the card's filter.

import Devices
import Foundation
import Hardware
import Metabinary
import Pipeline
import Recording
import RuleCompiler
import Testing

@Suite struct EEPROMAddressTests {
    /// A card that probes are run on; it has what a driver of the family has of memory, and is told of none.
    private final class Bench: ProcessorBus {
        let memory: DirectMemory
        let card: GigabitCard
        private var windows: [PlacedWindow] = []
        private var time: UInt64 = 0

        init(_ row: DriverUnderTest, keepsAddress: Bool) throws {
            memory = DirectMemory(try row.driver.memories)
            card = GigabitCard(
                memory: memory, stationAddress: SimulatedMachine.stationAddress, isExpress: row == .express, seed: seed)
            card.keepsAddressInEEPROM = keepsAddress
        }

        /// Runs a probe: the result in bits 32:0.
        func run(_ probe: GeneratedDriver) throws -> UInt64 {
            let processor = try SimulatedProcessor(probe, memory: memory, seed: seed)
            (processor.bus, windows, processor.clock) = (self, probe.windows, time)
            card.now = { [unowned processor] in processor.clock }
            defer { time = processor.clock }
            return try processor.call(probe.functions[0], []).value & (ProbeDescription.failure << 1 - 1)
        }

        func read(window: Int, offset: UInt64, byteCount: Int) -> UInt64 {
            card.read(bar: Int(windows[window].bar), windows[window].offset + offset, byteCount: byteCount)
        }

        func write(window: Int, offset: UInt64, byteCount: Int, value: UInt64) {
            card.write(
                bar: Int(windows[window].bar), windows[window].offset + offset, byteCount: byteCount, value: value)
        }

        func touch(isWrite: Bool, virtual: UInt64, byteCount: Int) {
            Issue.record("a probe reaches memory")
        }
    }

    private static let image = Result {
        try MetabinaryImage(RuleCompiler.compile(try DriverUnderTest.atlas()).metabinary ?? [])
    }

    /// What probes find on a card, and the driver that comes of it.
    private func generate(
        _ row: DriverUnderTest, keepsAddress: Bool
    ) throws -> (answers: [UInt64], driver: GeneratedDriver?) {
        let bench = try Bench(row, keepsAddress: keepsAddress)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/machines/\(row == .express ? "pc-cards" : "pc").recording")
        var facts = try Recording(text: String(contentsOf: file, encoding: .utf8)).replay().facts
        facts.clock = ClockFacts(frequency: row.clockFrequency, source: .powerManagementTimer)
        facts.functions = facts.functions.filter { $0.device == (row == .express ? 0x10D3 : 0x100E) }
        var generator = Generator(facts, try Self.image.get(), observer: SilentObserver())
        var answers: [UInt64] = []
        var failure: (any Error)?
        let outcome = generator.generate(for: generator.functions[0]) { probe in
            do {
                answers.append(try bench.run(probe))
                return .returned(answers[answers.count - 1])
            } catch {
                failure = error
                return .failed(.faulted)
            }
        }
        if let failure { throw failure }
        #expect(bench.card.violations == [])
        guard case .driver(let driver)? = outcome else {
            Issue.record("\(String(describing: outcome))")
            return (answers, nil)
        }
        return (answers, driver)
    }

    @Test(arguments: [DriverUnderTest.generated, .express])
    func `the address comes out of the EEPROM, and the card filters by it`(row: DriverUnderTest) throws {
        let (answers, driver) = try generate(row, keepsAddress: true)
        // 52:54:00:9a:bc:de, a word's low byte first.
        #expect(answers == [0x9A00_5452, 0xDEBC])
        let machine = try SimulatedMachine(
            try #require(driver), row.model, clockFrequency: row.clockFrequency, seed: seed)
        try #require(machine.card as? GigabitCard).keepsAddressInEEPROM = true
        #expect(try machine.stationAddress() == 0xDEBC_9A00_5452)
        try machine.start()
        var exchange = FrameExchange(machine, count: 50, seed: seed)
        try exchange.run()
        #expect(exchange.statistics.received >= 50 && machine.card.violations == [])
    }

    @Test(arguments: [DriverUnderTest.generated, .express])
    func `a card that has its address in the registers gets the driver that it had`(row: DriverUnderTest) throws {
        let (answers, driver) = try generate(row, keepsAddress: false)
        #expect(answers == [0, 0])
        // Without a probe's answer, hosts assume such a card.
        let code = try #require(driver).functions.map(\.bytes.count)
        #expect(try row.driver.functions.map(\.bytes.count) == code)
    }
}
