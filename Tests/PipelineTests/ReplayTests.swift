// The facts of a report, replayed, give what the report says: here without a boot, from recorded machines. That the
// comparison can fail, CanaryTests show; that a kernel's bytes are the host's, boots show.

import Hardware
import Pipeline
import ReportReading
import Testing

@Suite struct ReplayTests {
    @Test(arguments: RecordedFacts.names)
    func `a recorded machine's report gives its drivers again`(name: String) throws {
        let facts = try RecordedFacts.named(name).facts
        let image = try ShippedAtlas.compiled.get().image
        var observer = SilentObserver()
        let outcomes = generate(facts, image, observer: &observer)
        let report = MachineReport(bytes: Replay.report(facts, outcomes))
        var expectedFacts = facts
        // A map without ranges has no record, and nobody who learned it.
        if facts.memory.isEmpty { expectedFacts.memorySource = MachineFacts().memorySource }
        let (expected, made) = (Self.lines(expectedFacts), Self.lines(report.facts))
        #expect(TextDifference.first(expected: expected, made: made) == nil)
        #expect(!report.drivers.isEmpty)
        #expect(Replay.difference(report, image) == nil)
    }

    /// A line a value.
    private static func lines(_ facts: MachineFacts) -> String {
        var text = ""
        dump(facts, to: &text)
        return text
    }
}
