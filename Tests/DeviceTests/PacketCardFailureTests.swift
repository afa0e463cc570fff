// The drivers of every family against cards that are broken, gone, or lie: whatever the card does, every call ends in time,
// touches only what is declared, and leads nowhere else; and once the card is whole again, frames go through it again.
// METAOS_FAILURES sets the share, as for BrokenCardTests.

import Devices
import Foundation
import Pipeline
import Testing

/// Runs of everything at once for each driver; `nil` where nobody asks for volume.
private let volume = ProcessInfo.processInfo.environment["METAOS_FAILURES"].flatMap { Int($0) }

@Suite struct PacketCardFailureTests {
    private func machine(_ row: DriverUnderTest, seed: UInt64) throws -> SimulatedMachine {
        try SimulatedMachine(
            row.driver, row.model, timing: AcceptanceRuns.prompt, clockFrequency: row.clockFrequency, seed: seed)
    }

    /// Every function some times, frames on their way.
    private func callAll(_ machine: SimulatedMachine, _ limits: CallLimits) throws {
        var ledger = BufferLedger(machine)
        for number in 0..<6 {
            machine.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: UInt8(number), count: 80))
            machine.card.step(number * 40)
            let outcome = try machine.receive()
            try limits.check(machine, "receive")
            switch outcome {
            case .frame(let buffer, _), .bad(let buffer): try ledger.receive(buffer)
            case .none, .lost: break
            }
            let posted = try #require(ledger.transmitFree.first)
            if case .sent(let idle) = try machine.transmit(buffer: posted, byteCount: 60 + number) {
                try ledger.exchange(posted: posted, idle: idle)
            }
            try limits.check(machine, "transmit")
            try machine.notify()
            try limits.check(machine, "notify")
            if let kept = ledger.receiveKept.first {
                #expect(try machine.returnBuffer(buffer: kept) == .done)
                try limits.check(machine, "giveback")
                ledger.returnBuffer(kept)
            }
            _ = try machine.isLinkUp()
            try limits.check(machine, "link")
            _ = try machine.stationAddress()
            try limits.check(machine, "mac")
        }
    }

    /// One register fails in one way: before anybody has touched the card, or while it works.
    private func run(
        _ row: DriverUnderTest, _ offset: UInt64, _ failure: RegisterFailure, isLate: Bool, _ limits: CallLimits,
        seed: UInt64
    ) throws {
        let machine = try machine(row, seed: seed)
        if isLate { try machine.start() }
        machine.processor.isTracing = true
        machine.processor.trace = []
        machine.isCardSound = false
        machine.card.failures = FailurePlan(register: offset, failure)
        if isLate { try callAll(machine, limits) }
        let outcome = try machine.bringUp()
        try limits.check(machine, "bringup")
        if outcome == .ready { try callAll(machine, limits) }
        machine.processor.isTracing = false
        try machine.recover()
        var exchange = FrameExchange(machine, count: 20, seed: seed)
        try exchange.run()
        #expect(machine.card.violations == [])
    }

    @Test(arguments: PacketCardTests.rows, RegisterFailure.all)
    func `every function ends within its limits, whichever register fails`(
        row: DriverUnderTest, failure: RegisterFailure
    ) throws {
        let description = try FamilyDescription(row)
        let limits = try description.limits(seed: seed)
        let turn = RegisterFailure.all.firstIndex(of: failure) ?? 0
        var count = 0
        for register in description.registers {
            // Elements of an array are alike: the first and the last stand for all.
            let offsets =
                volume == nil ? Array(Set([register.offsets[0], register.offsets.last ?? 0])) : register.offsets
            for offset in offsets {
                count += 1
                for isLate in [false, true] where volume != nil || isLate == ((turn + count) % 2 == 0) {
                    let seed = seed &+ UInt64(count)
                    #expect(throws: Never.self, "\(row), \(register), \(failure), late: \(isLate), seed \(seed)") {
                        try run(row, offset, failure, isLate: isLate, limits, seed: seed)
                    }
                }
            }
        }
        #expect(count > 5)
    }

    @Test(arguments: PacketCardTests.rows)
    func `a card that fails in every way at once harms nobody, and works again when it is whole`(
        row: DriverUnderTest
    ) throws {
        let limits = try FamilyDescription(row).limits(seed: seed)
        var sum = FailureExchange.Statistics()
        let runs = volume ?? 12
        for number in 0..<UInt64(runs) {
            let seed = seed &+ number &* 7919
            #expect(throws: Never.self, "\(row), seed \(seed)") {
                let machine = try machine(row, seed: seed)
                let gaps = machine.memory.gaps
                try machine.start()
                var failing = FailureExchange(machine, limits: limits, seed: seed)
                defer { sum += failing.statistics }
                try failing.run(rounds: 3000)
                try machine.recover()
                var exchange = FrameExchange(machine, count: 100, seed: seed)
                try exchange.run()
                #expect(machine.memory.gaps == gaps, "written between the memories")
            }
        }
        print("\(row): \(sum), \(runs) runs from seed \(seed)")
        for count in [sum.sent, sum.frames, sum.none, sum.givenBack, sum.ready, sum.stuck, sum.gone] {
            #expect(count > 0, "\(sum)")
        }
        // Rings of descriptors, lists and a card's own memory are never lost; queues and rings of bytes are.
        #expect((sum.lost > 0) == ![.express, .lists, .ownMemory, .lance].contains(row), "\(sum)")
    }

    /// A caller that sends a buffer which it does not own, and a card that names buffers which it does not have: transmit
    /// refuses the one, and is busy for ever after the other.
    private func wrongNumbers(_ row: DriverUnderTest, _ coverage: inout CodeCoverage) throws {
        var outcomes: Set<Bool> = []
        for round in 0..<UInt64(10) {
            let machine = try machine(row, seed: seed + round)
            try machine.start()
            let last = machine.bufferCount(machine.transmitPool) - 1
            guard case .sent(var buffer) = try machine.transmit(buffer: last, byteCount: 60) else { continue }
            #expect(try machine.transmit(buffer: last, byteCount: 60) == .refused)
            machine.isCardSound = false
            machine.card.failures.rings.errorPerMille = round % 2 == 0 ? 300 : 0
            machine.card.failures.rings.twicePerMille = round % 2 == 0 ? 0 : 300
            var isBusy = false
            for _ in 0..<200 {
                if case .sent(let idle) = try machine.transmit(buffer: buffer, byteCount: 60) { buffer = idle }
                try machine.notify()
                machine.card.step(200)
            }
            machine.card.step(20_000)
            if case .busy = try machine.transmit(buffer: buffer, byteCount: 60) { isBusy = true }
            outcomes.insert(isBusy)
            coverage.add(machine.processor)
        }
        #expect(outcomes.contains(true))
    }

    /// A card of the first kind, asleep, and a frame that stays unfinished, which is found hung after thousands of looks.
    private func hang(_ coverage: inout CodeCoverage) throws {
        let machine = try SimulatedMachine(
            DriverUnderTest.byteRing.driver, .byteRing, timing: .immediate, seed: seed)
        try #require(machine.card as? RTL8139Card).quirks = [.hangsReceiving, .isOld]
        try machine.start()
        machine.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 1, count: 80))
        for _ in 0..<10_000 { if try machine.receive() == .lost { break } }
        coverage.add(machine.processor)
    }

    /// Before an EEPROM was read bit by bit, and after it.
    private static let accessesOfLists = Array(0...20) + Array(320...440)

    @Test(arguments: PacketCardTests.rows)
    func `the acceptance runs execute every instruction and take every branch both ways`(row: DriverUnderTest) throws {
        var coverage = CodeCoverage()
        let description = try FamilyDescription(row)
        let limits = try description.limits(seed: seed)
        for number in 0..<UInt64(6) {
            let machine = try machine(row, seed: seed + number)
            try machine.start()
            let last = machine.bufferCount(machine.transmitPool)
            #expect(try machine.transmit(buffer: last, byteCount: 60) == .refused)
            #expect(try machine.transmit(buffer: last - 1, byteCount: 59) == .refused)
            #expect(try machine.transmit(buffer: last - 1, byteCount: 1515) == .refused)
            #expect(try machine.returnBuffer(buffer: machine.bufferCount(machine.receivePool)) == .refused)
            #expect(try machine.returnBuffer(buffer: 0) == .refused)
            var exchange = FrameExchange(machine, count: 1000, seed: seed + number)
            try exchange.run()
            coverage.add(machine.processor)
        }
        for number in 0..<UInt64(12) {
            let machine = try machine(row, seed: seed + number)
            try machine.start()
            var failing = FailureExchange(machine, limits: limits, seed: seed + number)
            try failing.run(rounds: 3000)
            coverage.add(machine.processor)
        }
        for register in description.registers {
            for failure in [RegisterFailure.stuck(at: 0), .stuck(at: .max), .behind] {
                let machine = try machine(row, seed: seed)
                machine.isCardSound = false
                machine.card.failures = FailurePlan(register: register.offset, failure)
                _ = try machine.bringUp()
                coverage.add(machine.processor)
            }
        }
        for accesses in row == .lists ? Self.accessesOfLists : Array(0...300) {
            let machine = try machine(row, seed: seed)
            machine.isCardSound = false
            (machine.card as? ListCard)?.quirks = [.sleepingPHY]
            machine.card.goneAfter = accesses
            _ = try machine.bringUp()
            coverage.add(machine.processor)
        }
        for quirks in [GigabitQuirks.hasSleepingPHY, .hasFlash, .hasFirmware, .isSlowMaster] where row == .express {
            let machine = try machine(row, seed: seed)
            (machine.card as? GigabitCard)?.quirks = quirks
            try machine.start()
            coverage.add(machine.processor)
        }
        let needy = try machine(row, seed: seed)
        if let card = needy.card as? VirtioCard {
            card.failsAfterDoorbells = 0
            _ = try needy.bringUp()
            for _ in 0..<600 { _ = try needy.receive() }
            coverage.add(needy.processor)
        }
        if [.virtio, .legacyVirtio].contains(row.model) { try wrongNumbers(row, &coverage) }
        if row == .byteRing { try hang(&coverage) }
        let gaps = coverage.gaps(in: try row.driver)
        #expect(gaps.isEmpty, "\(gaps.map(\.description).joined(separator: "\n"))")
    }
}
