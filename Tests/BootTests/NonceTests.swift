// Where a boot has its nonce from, on a real kernel: the command line, the processor, the clocks. That reports of two boots
// cannot be mixed, ReportTests shows record by record.

import Machines
import Report
import ReportReading
import Testing

@Suite("The nonce of a boot")
struct NonceTests {
    private func boot(_ processor: String, disc: Bool = false, options: String = "") throws -> BootResult {
        var description = Scenario.plain.description(options: options)
        description.processor = processor
        if disc { description.medium = .cdrom(path: Images.disc) }
        return try Machine.boot(description, within: Images.timeLimit)
    }

    @Test("is the one on the command line, and the report does not repeat it there")
    func fromTheCommandLine() throws {
        let result = try boot("max", options: "nonce=fedcba9876543210 exchange=none")
        #expect(result.outcome == .passed, "\(result.tail)")
        #expect(result.report.nonce == BootNonce(value: 0xFEDC_BA98_7654_3210, source: .option))
        #expect(result.report.verdict?.nonce == 0xFEDC_BA98_7654_3210)
        #expect(result.report.options == Array("exchange=none".utf8))
    }

    @Test(
        "is drawn by the processor, or from the clocks, where no command line can be set", arguments: ["max", "qemu64"])
    func drawn(processor: String) throws {
        let results = try (0..<2).map { _ in try boot(processor, disc: true) }
        let nonces = try results.map { try #require($0.report.nonce) }
        #expect(results.allSatisfy { $0.outcome == .passed })
        #expect(nonces.allSatisfy { $0.source == (processor == "max" ? .processor : .clock) })
        #expect(nonces[0].value != nonces[1].value)
        // The second boot's report from the verdict on, behind the first's head.
        let serial = results.map { result in result.serial.split(separator: 0x0A).map { Array($0) + [0x0A] } }
        let glued = serial[0].dropLast() + serial[1].suffix(1)
        #expect(MachineReport(bytes: serial[0].flatMap(\.self)).outcome == .passed)
        #expect(MachineReport(bytes: glued.flatMap(\.self)).outcome != .passed)
    }

    @Test("is in a report that a fault ends")
    func ofAFault() throws {
        let result = try boot("max", options: "fault=page-fault")
        #expect(result.report.nonce?.source == .option)
        #expect(result.report.verdict?.nonce == result.report.nonce?.value)
        #expect(result.report.damage.isEmpty && result.report.errors.isEmpty)
    }

    @Test("that is malformed is an option that the kernel does not know")
    func malformed() throws {
        let result = try boot("max", options: "nonce=12")
        #expect(result.report.faults.first.map { String(decoding: $0.name, as: UTF8.self) } == "unknown-option")
        #expect(result.outcome != .passed)
    }
}
