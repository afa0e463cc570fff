// What a report says of a driver that is not called again comes back, whatever the reason was.

import Hardware
import Metabinary
import Pipeline
import Testing

@testable import Report
@testable import ReportReading

@Suite struct `A quarantined driver` {
    private static let activity = Array("running lamp.lit".utf8)

    /// Two functions of 16 bytes and a gap between them.
    private static let driver: GeneratedDriver = {
        var functions: [GeneratedFunction] = []
        for (name, entry) in [("lit", UInt64(0x4000_0000)), ("dim", 0x4000_0020)] {
            functions.append(
                GeneratedFunction(
                    FunctionSignature(
                        name: Array(name.utf8), resultName: [], resultBitCount: 1, ruleFile: []),
                    entry: VirtualAddress(rawValue: entry), bytes: Array(repeating: 0x90, count: 16),
                    marks: [(0, 21), (6, 22), (9, 300)].map { InstructionMark(offset: $0, line: $1) }, branchCount: 0))
        }
        return GeneratedDriver(
            function: FunctionAddress(bus: 0, device: 3, function: 0), name: Array("lamp".utf8),
            className: Array("light".utf8), windows: [], functions: functions)
    }()

    /// What comes back from the record of a failure.
    private static func quarantine(_ failure: DriverFailure) throws -> ReportedQuarantine {
        let sent = RecordLines.written { writer in
            writer.writeStart(entry: .pvh, options: [])
            writer.write(failure, of: driver, during: "running", Array("lamp.lit".utf8))
        }
        let report = MachineReport(bytes: sent.lines.flatMap { $0 + [0x0D, 0x0A] })
        #expect(report.damage.isEmpty && report.errors.isEmpty, "\(report.errors)")
        #expect(report.quarantines.count == 1)
        return try #require(report.quarantines.first)
    }

    private static func expected(_ reason: String, _ subject: String, value: UInt64? = nil) -> ReportedQuarantine {
        ReportedQuarantine(
            function: driver.function, driver: driver.name, reason: Array(reason.utf8), subject: Array(subject.utf8),
            value: value, activity: activity)
    }

    @Test(arguments: [
        (UInt64(0x4000_0000), "lit+0x0", UInt16(21)), (0x4000_0005, "lit+0x5", 21), (0x4000_0006, "lit+0x6", 22),
        (0x4000_000F, "lit+0xf", 300), (0x4000_0010, "", 0), (0x4000_0029, "dim+0x9", 300), (0x3FFF_FFFF, "", 0),
    ])
    func `comes back with the function, the offset and the rule line of a fault`(
        instruction: UInt64, place: String, line: UInt16
    ) throws {
        for address in [nil, VirtualAddress(rawValue: .max)] {
            let failure = DriverFailure.fault(
                name: "page-fault", vector: 14, errorCode: 0x11, instruction: VirtualAddress(rawValue: instruction),
                address: address)
            var expected = Self.expected("fault", "page-fault")
            expected.fault = ReportedQuarantine.Fault(
                vector: 14, errorCode: 0x11, address: address?.rawValue)
            expected.instruction = ReportedQuarantine.Instruction(
                address: instruction, place: Array(place.utf8), line: line)
            #expect(try Self.quarantine(failure) == expected)
        }
    }

    @Test func `comes back with the function that did not return and where it was`() throws {
        let failure = DriverFailure.endless(
            entry: VirtualAddress(rawValue: 0x4000_0020), instruction: VirtualAddress(rawValue: 0x4000_0027))
        var expected = Self.expected("endless", "dim")
        expected.instruction = ReportedQuarantine.Instruction(
            address: 0x4000_0027, place: Array("dim+0x7".utf8), line: 22)
        let quarantine = try Self.quarantine(failure)
        #expect(quarantine == expected)
        #expect(
            "\(quarantine)" == #"lamp is quarantined: endless dim at dim+0x7, line 22, during "running lamp.lit""#)
    }

    @Test func `comes back with every other reason`() throws {
        let entry = VirtualAddress(rawValue: 0x4000_0020)
        let rows: [(DriverFailure, ReportedQuarantine)] = [
            (.bringup("stuck"), Self.expected("bringup", "stuck")),
            (.breach(entry: entry, value: .max), Self.expected("breach", "dim", value: .max)),
            (.argument(entry: entry, value: 0x1_0000), Self.expected("argument", "dim", value: 0x1_0000)),
            (.missing(Array("transmit".utf8)), Self.expected("missing", "transmit")),
            (.installation("no page table is left"), Self.expected("installation", "no page table is left")),
            (.quarantined, Self.expected("called", "again")),
        ]
        for (failure, expected) in rows { #expect(try Self.quarantine(failure) == expected) }
    }

    @Test(arguments: [
        "quarantine 00:03.0 e1000", "quarantine 00:03.0 e1000 mood=bad during \"testing\"",
        "quarantine 00:03.0 e1000 bringup=stuck", "quarantine 00:03.0 e1000 bringup=stuck during testing",
        "quarantine 00:03.0 e1000 breach=transmit during \"testing\"",
        "quarantine 00:03.0 e1000 fault=page-fault vector=14 error=0x0 during \"testing\"",
        "quarantine 00:03.0 e1000 fault=page-fault vector=14 error=0x0 rip=0x1 at=link+0x0 during \"testing\"",
        "quarantine 00:03.0 e1000 missing=transmit during \"testing\" late",
        "quarantine 00:03.0 e1000 endless=transmit during \"testing\"",
        "quarantine 00:03.0 e1000 endless=transmit rip=0x1 at=transmit+0x0 during \"testing\"",
    ])
    func `that is not said as it should be is an error`(text: String) {
        let report = MachineReport(bytes: SampleReport.bytes(SampleReport.texts.dropLast() + [text]))
        #expect(report.errors.count == 1 && report.quarantines.isEmpty)
    }

    @Test func `fails a run, whatever its verdict says`() throws {
        var texts = SampleReport.texts
        texts.insert(#"quarantine 00:03.0 e1000 bringup=gone during "testing""#, at: texts.count - 1)
        let report = MachineReport(bytes: SampleReport.bytes(texts))
        #expect(report.errors.isEmpty)
        let reason = #"e1000 is quarantined: bringup gone, during "testing", though the verdict says passed"#
        #expect(report.outcome == .failed(reason: reason))
    }
}
