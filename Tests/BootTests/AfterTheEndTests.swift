// What a machine is left in when the verdict is out: nothing that comes then changes the report, and no device but those
// with a driver may touch memory.

import Foundation
import Hardware
import Machines
import Report
import Testing

@Suite("After the verdict")
struct AfterTheEndTests {
    /// A machine that has given its verdict and halted, with its monitor open.
    private func halted(_ scenario: Scenario) throws -> Machine {
        var description = scenario.description()
        description.hasMonitor = true
        description.hasDebugExit = false
        let machine = try Machine(starting: description)
        #expect(machine.listen(within: Images.timeLimit), "no verdict")
        // The verdict is on the line before it is on the screen; the screen says when the machine is about to halt.
        let deadline = ContinuousClock.now + Images.timeLimit
        while try !machine.screen().lines.contains(where: { $0.contains("safe to switch off") }) {
            try #require(ContinuousClock.now < deadline, "not halted")
            usleep(20_000)
        }
        return machine
    }

    @Test("a non-maskable interrupt changes nothing")
    func interruptChangesNothing() throws {
        let machine = try halted(.plain)
        _ = try machine.monitor("nmi")
        // Long enough for the records of a fault, which take some milliseconds, to arrive.
        usleep(500_000)
        machine.stop()
        #expect(machine.result.outcome == .passed, "\(machine.result.tail)")
    }

    @Test("no device but the card is a bus master, though firmware left the disk one")
    func onlyDriversAreMasters() throws {
        var scenario = Scenario.plain
        scenario.medium = .disk(.virtio)
        let machine = try halted(scenario)
        defer { machine.stop() }
        let report = machine.result.report
        let driven = report.drivers.map(\.driver.function)
        #expect(driven.count == 1)
        for function in report.facts.functions where function.headerType == 0 {
            // Configuration mechanism #1 (PCI Local Bus Specification, revision 3.0, section 3.2.2.3.2); bit 2 of the
            // command register is bus master (section 6.2.2).
            let place = 0x8000_0004 | UInt32(function.address.rawValue) << 8
            _ = try machine.monitor("o /w 0xcf8 \(place)")
            let answer = try machine.monitor("i /h 0xcfc")
            let value = try #require(answer.split(separator: "=").last?.trimmingPrefix(" ").prefix { $0 != "\n" })
            let command = try #require(UInt32(value.dropFirst(2), radix: 16), "\(answer)")
            #expect((command & 1 << 2 != 0) == driven.contains(function.address), "\(function.address) \(answer)")
        }
    }
}
