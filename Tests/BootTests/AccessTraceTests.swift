// What `metaos run --trace` shows of a boot: that QEMU's log has every access of the driver, by which function, at which place
// among the records. The order is that of the card's rules, which its datasheet gives.

import Inspection
import Machines
import ReportReading
import RuleCompiler
import Testing

@Suite("A trace of accesses")
struct AccessTraceTests {
    @Test("tells what the driver wrote, in order and between the records")
    func tellsAccesses() throws {
        var description = Scenario.plain.description()
        description.tracesAccesses = true
        let result = try Machine.boot(description, within: Images.timeLimit)
        #expect(result.outcome == .passed, "\(result.tail)")
        let lines = AccessListing(of: result.accesses, in: result.report, RuleStages(try Atlas.sources())).lines
        let text = lines.joined(separator: "\n")
        var rest = text[...]
        for line in [
            "e1000.stored_low   RAH0 -> ", "# ok 1 ", "e1000.link         STATUS -> 0x8008_0783 (LU)",
            "# result 00:03.0 e1000.link up=1", "e1000.bringup      CTRL <- 0x0400_0000 (RST)",
            "e1000.bringup      MTA[0…127] <- 0x0000_0000", "e1000.bringup      RCTL <- 0x0400_8002 (EN, BAM, SECRC)",
            "e1000.bringup      RCTL <- 0x0400_8002 (EN, BAM, SECRC)", "# exchange 00:03.0 e1000 bringup=ready ",
            "e1000.notify       TDT <- 0x0000_0001", "e1000.giveback     RDT <- 0x0000_0000",
            "e1000.notify       TDT <- ", " answers ARP", " answers echo", "# verdict passed ",
        ] {
            guard let range = rest.firstRange(of: line) else {
                Issue.record("no '\(line)' in its place:\n\(text)")
                return
            }
            rest = rest[range.upperBound...]
        }
        // Nothing that a test, discovery or the kernel itself did is among them.
        for line in lines { #expect(line.hasPrefix("# ") || line.hasPrefix("00:03.0 e1000."), "\(line)") }
    }
}
