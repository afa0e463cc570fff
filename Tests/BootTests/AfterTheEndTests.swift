// What a machine is left in when the verdict is out: nothing that comes then changes the report, and no device may touch
// memory.

import Foundation
import Hardware
import Machines
import ReportReading
import Testing

@Suite("After the verdict")
struct AfterTheEndTests {
    /// A machine that has given its verdict and halted, with its monitor open.
    private func halted(_ scenario: Scenario, options: String = "") throws -> Machine {
        var description = scenario.description(options: options)
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

    @Test("no device is a bus master, though firmware left the disk one and the card has been")
    func nobodyIsMaster() throws {
        var scenario = Scenario.plain
        scenario.medium = .disk(.virtio)
        let machine = try halted(scenario)
        defer { machine.stop() }
        let report = machine.result.report
        let driven = report.drivers.map(\.driver.function)
        #expect(driven.count == 1)
        for function in report.facts.functions where function.headerType == 0 {
            let command = try command(of: function.address, machine)
            #expect(command & Self.busMaster == 0, "\(function.address)")
            #expect((command & Self.memoryDecode != 0) || !driven.contains(function.address))
        }
    }

    @Test("a quarantined driver's device is cut off, and its code and windows are gone; the other's are there")
    func quarantinedIsGone() throws {
        let scenario = try #require(Scenario.all.first { $0.name == "pc, two cards" })
        let machine = try halted(scenario, options: "fault=driver-general-protection")
        defer { machine.stop() }
        let drivers = machine.result.report.drivers.map(\.driver)
        try #require(drivers.count == 2 && machine.result.report.quarantines.count == 1)
        for (driver, isThere) in zip(drivers, [false, true]) {
            let command = try command(of: driver.function, machine)
            #expect(command & (Self.busMaster | Self.memoryDecode) == (isThere ? Self.memoryDecode : 0))
            let starts = driver.functions.prefix(1).map(\.entry) + driver.windows.map(\.virtual)
            for start in starts {
                let answer = try machine.monitor("gva2gpa \(start.rawValue)")
                #expect(answer.contains("Unmapped") != isThere, "\(answer)")
            }
            // What the device might still write to stays what it was.
            #expect(try machine.monitor("gva2gpa \(driver.memories[0].virtual.rawValue)").hasPrefix("gpa: "))
        }
    }

    /// Bits of a command register (PCI Local Bus Specification, revision 3.0, section 6.2.2).
    private static let memoryDecode: UInt32 = 1 << 1
    private static let busMaster: UInt32 = 1 << 2

    /// The command register of a function, by configuration mechanism #1 (section 3.2.2.3.2).
    private func command(of function: FunctionAddress, _ machine: Machine) throws -> UInt32 {
        _ = try machine.monitor("o /w 0xcf8 \(0x8000_0004 | UInt32(function.rawValue) << 8)")
        let answer = try machine.monitor("i /h 0xcfc")
        let value = try #require(answer.split(separator: "=").last?.trimmingPrefix(" ").prefix { $0 != "\n" })
        return try #require(UInt32(value.dropFirst(2), radix: 16), "\(answer)")
    }
}
