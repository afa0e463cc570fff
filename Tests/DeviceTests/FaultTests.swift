// Drivers against cards that are stuck, err, lie, or are gone; and what all acceptance runs together execute.

import Devices
import Pipeline
import Testing

@Suite struct FaultTests {
    @Test(arguments: DriverUnderTest.available, AcceptanceRuns.registerFaults)
    func `bring-up ends in time whichever register fails`(
        row: DriverUnderTest, fault: CardFaults.RegisterFault
    ) throws {
        var runs = AcceptanceRuns(row)
        for offset in try runs.registers(of: "bringup", seed: seed) {
            // The multicast table is 128 times the same.
            if offset > 0x5200, offset < 0x53FC, offset % 64 != 0 { continue }
            try runs.bringUp(with: fault, at: offset, seed: seed)
        }
        #expect(runs.count > 10)
    }

    @Test(arguments: DriverUnderTest.available, AcceptanceRuns.registerFaults)
    func `every function ends in time whichever of its registers fails`(
        row: DriverUnderTest, fault: CardFaults.RegisterFault
    ) throws {
        var runs = AcceptanceRuns(row)
        for name in DriverUnderTest.functionNames where name != "bringup" {
            for offset in try runs.registers(of: name, seed: seed) {
                try runs.call(name, with: fault, at: offset, seed: seed)
            }
        }
        #expect(runs.count >= 4)
    }

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
        var faults = CardFaults()
        (faults.emptyPerMille, faults.hugePerMille, faults.unendedPerMille, faults.errorPerMille) = (30, 30, 30, 30)
        faults.scrambledAddressPerMille = 300
        let statistics = try runs.exchange(count: 2000, faults: faults, seed: seed)
        print("\(row): \(statistics), seed \(seed)")
        #expect(statistics.bad > 100)
        #expect(statistics.received + statistics.bad == 2000)
    }

    @Test(arguments: DriverUnderTest.available)
    func `a card that writes noise over its rings harms nobody else`(row: DriverUnderTest) throws {
        var runs = AcceptanceRuns(row)
        for seed in seed..<seed + 10 { try runs.chaos(rounds: 2000, seed: seed) }
    }

    @Test(arguments: DriverUnderTest.available)
    func `the acceptance runs execute every instruction and take every branch both ways`(row: DriverUnderTest) throws {
        var runs = AcceptanceRuns(row)
        var faults = CardFaults()
        faults.errorPerMille = 100
        faults.hugePerMille = 100
        faults.unendedPerMille = 100
        _ = try runs.exchange(count: 3000, faults: faults, seed: seed)
        try runs.keepEverything(seed: seed)
        try runs.resetNeverEnds(seed: seed)
        try runs.callAllGone(seed: seed)
        for offset in try runs.registers(of: "bringup", seed: seed) where !(0x5201..<0x5400 ~= offset) {
            for fault in [CardFaults.RegisterFault.stuck(0), .stuck(.max)] {
                try runs.bringUp(with: fault, at: offset, seed: seed)
            }
        }
        for accesses in 0...1000 {
            guard try runs.bringUp(goneAfter: accesses, seed: seed) != nil else { break }
        }
        let gaps = runs.coverage.gaps(in: try row.driver)
        #expect(gaps.isEmpty, "\(gaps.map(\.description).joined(separator: "\n"))")
    }
}
