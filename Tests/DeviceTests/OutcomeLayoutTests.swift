// Nobody but the rules knows the bits of a result: with all of them in other places, in the contract and in every family,
// frames go through every card as before.

import Devices
import Pipeline
import Testing

@Suite struct OutcomeLayoutTests {
    /// What the atlas says of results, and what it says here instead.
    static let changes = [
        ("ready | stuck | gone", "ready 7 | stuck 200 | gone"),
        ("sent { buffer: own tx 0…15 } | busy | refused", "sent 3 { buffer: own tx 9…24 } | busy 90 | refused 0"),
        (
            "frame { length: 0…15, buffer: own rx 16…31 } | none | bad { buffer: own rx 16…31 } | lost",
            "frame 255 { buffer: own rx 0…12, length: 15…30 } | none 4 | bad 1 { buffer: own rx 5…20 } | lost 0"
        ),
        ("done | refused 2", "done 6 | refused"),
    ]

    private static func changed(_ text: String) -> String {
        changes.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    private func driver(_ row: DriverUnderTest) throws -> GeneratedDriver {
        try DriverUnderTest.generate(row.deviceName, probes: row.probes, clockFrequency: row.clockFrequency) {
            Self.changed($1)
        }
    }

    @Test func `the contract says each of them`() throws {
        let contract = try #require(try DriverUnderTest.atlas().first { $0.name == "packet_nic.meta" })
        for (before, _) in Self.changes { #expect(contract.text.contains("-> \(before)\n"), "\(before)") }
    }

    @Test(arguments: DriverUnderTest.families)
    func `frames are exchanged by results with other bits`(row: DriverUnderTest) throws {
        let driver = try driver(row)
        let outcomes = driver.functions.flatMap(\.signature.outcomes)
        let usual = try row.driver.functions.flatMap(\.signature.outcomes)
        #expect(outcomes.map(\.name) == usual.map(\.name))
        #expect(zip(outcomes, usual).allSatisfy { $0.pattern != $1.pattern || $0.fieldMask != $1.fieldMask })
        let machine = try SimulatedMachine(driver, row.model, clockFrequency: row.clockFrequency, seed: seed)
        try machine.start()
        var exchange = FrameExchange(machine, count: 600, seed: seed)
        try exchange.run()
        #expect(exchange.statistics.none > 0, "seed \(seed)")
        #expect(try machine.returnBuffer(buffer: 0xFFFF) == .refused)
        #expect(try machine.transmit(buffer: 0xFFFF, byteCount: 60) == .refused)
    }

    @Test(arguments: DriverUnderTest.families)
    func `a card that is gone is said to be by results with other bits`(row: DriverUnderTest) throws {
        let machine = try SimulatedMachine(
            driver(row), row.model, timing: AcceptanceRuns.prompt, clockFrequency: row.clockFrequency, seed: seed)
        try machine.start()
        machine.isCardSound = false
        machine.card.failures.isGone = true
        #expect(try machine.bringUp() == .gone)
        #expect(try machine.receive() == .none)
    }
}
