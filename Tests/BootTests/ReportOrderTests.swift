// The order of a report: what matters first is told first, whatever the machine has, and a fault loses nothing of the rest.

import Machines
import ReportReading
import Testing

@Suite("The order of a report")
struct ReportOrderTests {
    /// Start bit, eight bits of data and stop bit at 115,200 baud.
    ///
    /// Units: microseconds.
    private static let timeOfByte = 10_000_000 / 115_200

    /// QEMU's line takes bytes at once, so what a real one would have made the kernel wait is added to the time that it tells.
    @Test("has the verdict of 229 functions on the screen before 2 s, with a line of 115,200 baud")
    func isShownSoon() throws {
        var scenario = Scenario(name: "pc, 229 functions")
        // The board and its screen have five functions of their own.
        for place in 0..<224 {
            let (slot, function) = (String(place / 8 + 3, radix: 16), place % 8)
            scenario.devices.append(
                "pvpanic-pci,addr=0x\(slot).\(function)\(function == 0 ? ",multifunction=on" : "")")
        }
        var description = scenario.description()
        description.instructionTimePower = 1  // as on a processor of 500 million instructions a second
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .passed, "\(result.tail)")
        #expect(result.report.facts.functions.count == 229)
        let records = result.report.records
        let soon = records.prefix { !$0.isToldLater }
        #expect(soon.contains { $0.isKind("KTAP") } && soon.last?.isKind("ok") == true)
        #expect(!records.dropFirst(soon.count).dropLast().contains { !$0.isToldLater })
        #expect(records.last?.isKind("verdict") == true)
        let byteCount = soon.reduce(0) { $0 + $1.text.count + 24 }
        let time = try #require(result.report.verdict?.milliseconds) * 1000 + byteCount * Self.timeOfByte
        #expect(time < 2_000_000, "\(time) us: \(byteCount) bytes before the verdict")
    }

    @Test("is that of its making where the command line asks for it")
    func isOfItsMaking() throws {
        let records = try Images.boot(.plain, options: "exchange=none report=first").report.records
        let (later, tests) = (records.lastIndex(where: \.isToldLater), records.firstIndex { $0.isKind("KTAP") })
        #expect(try #require(later) < #require(tests))
    }

    @Test("has facts and code behind a fault too")
    func isWholeAfterFault() throws {
        let report = try Images.boot(.plain, options: "exchange=none fault=page-fault").report
        #expect(report.errors.isEmpty && report.faults.count == 1 && report.verdict != nil)
        #expect(!report.facts.functions.isEmpty && report.drivers.first?.driver.byteCount ?? 0 > 0)
    }
}
