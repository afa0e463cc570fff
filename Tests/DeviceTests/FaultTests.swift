// Drivers against cards that are stuck, err, lie, or are gone; and what all acceptance runs together execute.

import Devices
import Pipeline
import Testing

@Suite struct FaultTests {
    @Test(arguments: DriverUnderTest.available) func `a card that is gone is noticed`(row: DriverUnderTest) throws {
        var runs = AcceptanceRuns(row)
        try runs.callAllGone(seed: seed)
        #expect(try runs.bringUp(goneAfter: 0, seed: seed) == .gone)
    }

    @Test(arguments: DriverUnderTest.available)
    func `a card that goes away during bring-up does not hold it`(row: DriverUnderTest) throws {
        var runs = AcceptanceRuns(row)
        var outcomes: Set<BringUpOutcome> = []
        for accesses in 0...40 {
            if let outcome = try runs.bringUp(goneAfter: accesses, seed: seed) { outcomes.insert(outcome) }
        }
        #expect(outcomes.contains(.gone))
    }

    @Test(arguments: DriverUnderTest.available)
    func `a reset that never ends makes bring-up say stuck`(row: DriverUnderTest) throws {
        var runs = AcceptanceRuns(row)
        try runs.resetNeverEnds(seed: seed)
    }

    @Test(arguments: DriverUnderTest.available)
    func `damaged frames are told apart, and their buffers come back`(row: DriverUnderTest) throws {
        var runs = AcceptanceRuns(row)
        var rings = RingFailures()
        (rings.emptyPerMille, rings.hugePerMille, rings.unendedPerMille, rings.errorPerMille) = (30, 30, 30, 30)
        rings.scrambledAddressPerMille = 300
        let statistics = try runs.exchange(count: 2000, failures: FailurePlan(rings: rings), seed: seed)
        print("\(row): \(statistics), seed \(seed)")
        #expect(statistics.bad > 100)
        #expect(statistics.received + statistics.bad == 2000)
    }

    @Test(arguments: DriverUnderTest.available)
    func `the acceptance runs execute every instruction and take every branch both ways`(row: DriverUnderTest) throws {
        var runs = AcceptanceRuns(row)
        var rings = RingFailures()
        (rings.errorPerMille, rings.hugePerMille, rings.unendedPerMille) = (100, 100, 100)
        _ = try runs.exchange(count: 3000, failures: FailurePlan(rings: rings), seed: seed)
        try runs.keepEverything(seed: seed)
        try runs.resetNeverEnds(seed: seed)
        try runs.callAllGone(seed: seed)
        try runs.bringUpAsleep(seed: seed)
        for register in try DeviceDescription.card.get().registers {
            for failure in [RegisterFailure.stuck(at: 0), .stuck(at: .max)] {
                try runs.bringUp(with: failure, at: register.offset, seed: seed)
            }
        }
        for accesses in 0...1000 {
            guard try runs.bringUp(goneAfter: accesses, seed: seed) != nil else { break }
        }
        let gaps = runs.coverage.gaps(in: try row.driver)
        #expect(gaps.isEmpty, "\(gaps.map(\.description).joined(separator: "\n"))")
    }
}
