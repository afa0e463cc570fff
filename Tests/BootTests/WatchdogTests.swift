// The watchdog over calls of generated code: what a report says of it, how it tells where a call was that did not return, and
// machines on which there is none. That the other drivers go on is in QuarantineTests.

import Machines
import ReportReading
import Testing

@Suite("The watchdog")
struct WatchdogTests {
    /// QEMU's local APIC counts nanoseconds, and the kernel has them divided (QEMU 7.2, hw/intc/apic_common.c).
    private static let frequency: UInt64 = 1_000_000_000 / 128

    @Test("gives a call a minute and a half, by a timer that is measured")
    func isOn() throws {
        let result = try Images.boot(.plain, options: "exchange=none")
        #expect(result.outcome == .passed, "\(result.tail)")
        guard case .limit(let seconds, let frequency) = result.report.watchdog else {
            Issue.record("no watchdog: \(String(describing: result.report.watchdog))")
            return
        }
        #expect(seconds == 90)
        #expect((Self.frequency - Self.frequency / 100...Self.frequency + Self.frequency / 100).contains(frequency))
    }

    @Test("names the function that did not return, and the instruction")
    func namesTheInstruction() throws {
        let report = try Images.boot(.plain, options: "fault=driver-endless watchdog=2").report
        guard case .limit(seconds: 2, _) = report.watchdog else {
            Issue.record("not two seconds: \(String(describing: report.watchdog))")
            return
        }
        let driver = try #require(report.drivers.first?.driver)
        let quarantine = try #require(report.quarantines.first)
        let instruction = try #require(quarantine.instruction)
        let function = try #require(driver.functions.first { $0.name == quarantine.subject })
        #expect(instruction.address == function.entry.rawValue)
        #expect(String(decoding: instruction.place, as: UTF8.self) == "transmit+0x0")
        #expect(instruction.line == function.marks.first?.line && quarantine.fault == nil)
        #expect(report.outcome == .failed(reason: "e1000 00:03.0 is quarantined"))
    }

    @Test("is missing where the processor has no interrupt controller, and the boot goes on")
    func isAbsent() throws {
        var scenario = Scenario.plain
        scenario.processor = "qemu64,-apic"
        let result = try Images.boot(scenario)
        #expect(result.outcome == .passed, "\(result.tail)")
        let reason = "the processor has no interrupt controller"
        #expect(result.report.watchdog == .absent(reason: Array(reason.utf8)))
    }

    @Test(
        "takes no time that it could not keep",
        arguments: ["watchdog=0", "watchdog=301", "watchdog=", "watchdog=1s"])
    func refusesLimit(_ option: String) throws {
        let result = try Images.boot(.plain, options: option)
        let fault = try #require(result.report.faults.first)
        #expect(String(decoding: fault.name, as: UTF8.self) == "unknown-option")
        #expect(String(decoding: fault.subject, as: UTF8.self) == option)
    }
}
