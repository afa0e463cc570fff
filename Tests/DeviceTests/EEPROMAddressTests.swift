// A card whose station address is in its EEPROM alone, as Bochs has one: probes find it, and the driver that is generated
// then tells the card what its address is, so that frames for it pass the card's filter.

import Devices
import Pipeline
import Testing

@Suite struct EEPROMAddressTests {
    /// What probes find on a card, and the driver that comes of it.
    private func generate(
        _ row: DriverUnderTest, keepsAddress: Bool
    ) throws -> (answers: [UInt64], driver: GeneratedDriver?) {
        let bench = try ProbeBench(row)
        (bench.card as? GigabitCard)?.keepsAddressInEEPROM = keepsAddress
        let outcome = try bench.generate()
        #expect(bench.card.violations == [])
        guard case .driver(let driver)? = outcome else {
            Issue.record("\(String(describing: outcome))")
            return (bench.answers, nil)
        }
        return (bench.answers, driver)
    }

    @Test(arguments: [DriverUnderTest.generated, .express])
    func `the address comes out of the EEPROM, and the card filters by it`(row: DriverUnderTest) throws {
        let (answers, driver) = try generate(row, keepsAddress: true)
        // 52:54:00:9a:bc:de, a word's low byte first.
        #expect(answers.prefix(2) == [0x9A00_5452, 0xDEBC])
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
        #expect(answers.prefix(2) == [0, 0])
        // Without a probe's answer, hosts assume such a card.
        let code = try #require(driver).functions.map(\.bytes.count)
        #expect(try row.driver.functions.map(\.bytes.count) == code)
    }
}
