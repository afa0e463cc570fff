// A serial line that loses or flips bytes between a real boot and the reader: never a pass, and the harm is seen. That the
// harmed record is named rightly, ReportTests shows byte by byte.

import Machines
import ReportReading
import Testing

@Suite("An injured serial line")
struct InjuredLineTests {
    @Test("that flips bits never carries a pass", arguments: UInt64(1)...4)
    func flips(seed: UInt64) throws {
        try check(SerialInjury(seed: seed, flippedPerMillion: 1000), seed)
    }

    @Test("that loses bytes never carries a pass", arguments: UInt64(11)...14)
    func loses(seed: UInt64) throws {
        try check(SerialInjury(seed: seed, lostPerMillion: 1000), seed)
    }

    @Test("that does no harm carries a pass")
    func harmless() throws {
        #expect(try Images.boot(.plain, injury: SerialInjury(seed: 0)).outcome == .passed)
    }

    private func check(_ injury: SerialInjury, _ seed: UInt64) throws {
        let result = try Images.boot(.plain, injury: injury)
        #expect(result.outcome != .passed, "seed \(seed)")
        #expect(!result.report.damage.isEmpty, "seed \(seed)")
    }

    @Test("turns no failed run into a pass", arguments: UInt64(21)...24)
    func failedStaysFailed(seed: UInt64) throws {
        let injury = SerialInjury(seed: seed, lostPerMillion: 500, flippedPerMillion: 500)
        let result = try Images.boot(.plain, options: "fault=divide-error", injury: injury)
        #expect(result.outcome != .passed, "seed \(seed)")
    }
}
