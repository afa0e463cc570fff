// A driver that fails stops, and nothing else does: of two cards the first fails in every way that can be asked for, and
// the second has its exchange.

import Machines
import ReportReading
import Testing

@Suite("Of two drivers, one that fails")
struct QuarantineTests {
    /// A row a failure: its name on the command line, and what the report says of it.
    struct Row: Sendable, CustomTestStringConvertible {
        var option: String
        var reason: String
        var subject: String
        var value: UInt64?
        var activity = "exchanging frames through e1000"
        /// The test of the first driver that fails, and those that are skipped after it.
        var failed = "stays out of quarantine"
        var skippedCount: Int
        var testDescription: String { option }
    }

    static let rows = [
        Row(
            option: "driver-page-fault", reason: "fault", subject: "page-fault", activity: "running e1000.link",
            skippedCount: 4),
        Row(option: "driver-general-protection", reason: "fault", subject: "general-protection", skippedCount: 1),
        Row(option: "driver-endless watchdog=1", reason: "endless", subject: "transmit", skippedCount: 1),
        Row(
            option: "driver-endless-after-interrupts watchdog=1", reason: "endless", subject: "transmit",
            skippedCount: 1),
        Row(option: "driver-breach", reason: "breach", subject: "transmit", value: .max, skippedCount: 1),
        // The first spare buffer of a ring of 256.
        Row(option: "driver-argument", reason: "argument", subject: "transmit", value: 256, skippedCount: 1),
        Row(option: "overrun-passing", reason: "overrun", subject: "rx_pool", skippedCount: 1),
        Row(option: "driver-missing", reason: "missing", subject: "transmit", skippedCount: 3),
        Row(
            option: "driver-installation", reason: "installation", subject: "a range is not page-aligned",
            activity: "mapping generated code e1000", skippedCount: 4),
        Row(option: "decode-off", reason: "bringup", subject: "stuck", failed: "comes up", skippedCount: 3),
    ]

    private static let twoCards = Scenario.all.first { $0.name == "pc, two cards" }

    /// Boots two cards, with one failure of the first's driver.
    private func boot(_ option: String) throws -> BootResult {
        try Images.boot(#require(Self.twoCards), options: "fault=\(option)")
    }

    @Test("is quarantined with its reason, and the other exchanges its frames", arguments: rows)
    func isQuarantined(_ row: Row) throws {
        let result = try boot(row.option)
        let report = result.report
        #expect(report.damage.isEmpty && report.errors.isEmpty && report.faults.isEmpty, "\(result.tail)")
        let driver = try #require(report.drivers.first?.driver)
        #expect(report.quarantines.count == 1)
        let quarantine = try #require(report.quarantines.first)
        #expect(quarantine.function == driver.function && quarantine.driver == driver.name)
        #expect(String(decoding: quarantine.reason, as: UTF8.self) == row.reason)
        #expect(String(decoding: quarantine.subject, as: UTF8.self) == row.subject)
        #expect(quarantine.value == row.value)
        #expect(String(decoding: quarantine.activity, as: UTF8.self) == row.activity)

        let names = report.tests.map { ($0.hasPassed, String(decoding: $0.name, as: UTF8.self)) }
        #expect(names.count == 16)
        #expect(names.filter { !$0.0 }.map(\.1) == ["00:03.0 e1000 \(row.failed)"])
        #expect(names.filter { $0.1 == "00:03.0 e1000 goes on # SKIP it is quarantined" }.count == row.skippedCount)
        #expect(result.outcome == .failed(reason: "e1000 00:03.0 is quarantined"))
        #expect(result.ending == .exited(status: Ending.status(of: .failed)))

        let other = try #require(report.exchanges.last)
        #expect(other.function == report.drivers.last?.driver.function && other.function != driver.function)
        #expect(other.resolution?.isAnswered == true && other.echo?.isAnswered == true)
    }

    @Test("by a fault is told of with the instruction and the line of its rule")
    func namesTheInstruction() throws {
        for (option, address) in [("driver-page-fault", 8), ("driver-general-protection", nil as UInt64?)] {
            let report = try boot(option).report
            let driver = try #require(report.drivers.first?.driver)
            let quarantine = try #require(report.quarantines.first)
            let fault = try #require(quarantine.fault)
            let instruction = try #require(quarantine.instruction)
            let name = try #require(String(decoding: instruction.place, as: UTF8.self).split(separator: "+").first)
            let function = try #require(driver.functions.first { $0.name == Array(name.utf8) })
            #expect(address.map { driver.windows[0].virtual.rawValue + $0 } == fault.address)
            // Of the code that raises #GP, the second instruction stores, behind ten bytes.
            let offset: UInt64 = option == "driver-page-fault" ? 0 : 10
            #expect(instruction.address == function.entry.rawValue + offset)
            #expect(instruction.line == function.marks.last { $0.offset <= offset }?.line)
            // Intel SDM, volume 3A, section 4.7: a read of a page that is not there; table 6-1.
            #expect(fault.errorCode == 0 && fault.vector == (option == "driver-page-fault" ? 14 : 13))
        }
    }

    /// Boots a card of one kind before one of another.
    private func boot(
        _ model: String, beside other: String = "e1000", _ kernel: String, _ options: String = ""
    ) throws -> BootResult {
        var scenario = try #require(Self.twoCards)
        scenario.devices[0] = scenario.devices[0].replacing("e1000", with: model)
        scenario.devices[1] = scenario.devices[1].replacing("e1000", with: other)
        var description = scenario.description()
        description.medium = .kernel(path: kernel, commandLine: options)
        return try Machine.boot(description, within: Images.timeLimit)
    }

    @Test(
        "in a probe gets no driver, and the probe is named",
        arguments: [("probe-page-fault", "raised an exception"), ("probe-endless watchdog=1", "did not return")])
    func failsInAProbe(_ option: String, _ words: String) throws {
        // The other has no probe, which would fail too.
        let result = try boot("virtio-net-pci", beside: "rtl8139", Images.kernel, "fault=\(option)")
        let report = result.report
        #expect(report.faults.isEmpty && report.facts.probes.isEmpty, "\(result.tail)")
        let refusal = try #require(report.refusals.first)
        #expect(report.refusals.count == 1 && String(decoding: refusal.stage, as: UTF8.self) == "probe")
        let reason = String(decoding: refusal.reason, as: UTF8.self)
        #expect(reason.hasPrefix("probe offered: \(words), line "))
        #expect(report.drivers.map { String(decoding: $0.driver.name, as: UTF8.self) } == ["rtl8139"])
        #expect(report.exchanges.first?.echo?.isAnswered == true)
        #expect(result.outcome == .failed(reason: "a driver was refused"))
    }
}
