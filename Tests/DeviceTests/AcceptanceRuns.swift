// The acceptance runs of a driver: normal work, and every way in which the simulated card can be stuck, err, lie or be
// gone. Each run checks what the contract promises in that case, and all of them together are to execute everything.

import Devices
import Pipeline
import Testing

/// Runs of one driver, with what they executed.
struct AcceptanceRuns {
    let row: DriverUnderTest
    private(set) var coverage = CodeCoverage()
    /// Runs that were made.
    private(set) var count = 0

    /// Units: microseconds of simulated time that a bring-up may take, whatever its card does. Here a pause takes sixteen times
    /// as long as it says.
    static let bringUpBound: UInt64 = 1_000_000
    /// Units: microseconds, of every other function: they wait for nothing.
    static let callBound: UInt64 = 50
    /// Instructions of every function but bring-up.
    static let instructionBound = 200

    init(_ row: DriverUnderTest) { self.row = row }

    private func machine(
        _ failures: FailurePlan, _ timing: CardTiming, _ seed: UInt64
    ) throws -> SimulatedMachine {
        try SimulatedMachine(
            row.driver, timing: timing, failures: failures, clockFrequency: row.clockFrequency, seed: seed)
    }

    /// A card whose reset takes few looks at it, so that what follows comes soon.
    static var prompt: CardTiming {
        var timing = CardTiming.late
        timing.resetMicroseconds = 3...12
        timing.eepromMicroseconds = 0...8
        timing.linkMicroseconds = 1...30
        return timing
    }

    private mutating func finish(_ machine: SimulatedMachine) {
        coverage.add(machine.processor)
        count += 1
    }

    // MARK: Normal work

    mutating func exchange(count: Int, failures: FailurePlan = .none, seed: UInt64) throws
        -> FrameExchange.Statistics
    {
        let machine = try machine(failures, .late, seed)
        try machine.start()
        _ = try machine.stationAddress()
        let last = machine.bufferCount(machine.transmitPool)
        #expect(try machine.transmit(buffer: last, byteCount: 60) == .refused)
        #expect(try machine.transmit(buffer: last - 1, byteCount: 59) == .refused)
        #expect(try machine.transmit(buffer: last - 1, byteCount: 1515) == .refused)
        #expect(try machine.returnBuffer(buffer: machine.bufferCount(machine.receivePool)) == .refused)
        #expect(try machine.returnBuffer(buffer: 0) == .refused)
        var exchange = FrameExchange(machine, count: count, seed: seed)
        try exchange.run()
        finish(machine)
        return exchange.statistics
    }

    /// A caller that keeps every buffer: the ring has 255 for the card, what comes after them waits, nothing is lost.
    mutating func keepEverything(seed: UInt64) throws {
        let machine = try machine(.none, .late, seed)
        try machine.start()
        let frameCount = 300
        for number in 0..<frameCount {
            machine.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: UInt8(number & 0xFF), count: 80))
        }
        var kept: [Int] = []
        var received = 0
        for limit in [255, frameCount] {
            for _ in 0..<20 {
                machine.card.step(10_000)
                while case .frame(let buffer, 86) = try machine.receive() {
                    let last = machine.buffer(buffer, of: machine.receivePool).load(fromByteOffset: 85, as: UInt8.self)
                    #expect(last == UInt8(received & 0xFF), "frame \(received), seed \(seed)")
                    kept.append(buffer)
                    received += 1
                    try #require(received <= frameCount)
                }
            }
            #expect(received == limit, "seed \(seed)")
            for buffer in kept { #expect(try machine.returnBuffer(buffer: buffer) == .done) }
            kept = []
        }
        #expect(try machine.returnBuffer(buffer: 0) == .refused)
        #expect(machine.card.missedCount == 0)
        finish(machine)
    }

    // MARK: Failing registers

    /// Brings the card to where the function has something to do.
    private func prepare(_ machine: SimulatedMachine, for name: String) throws {
        guard name == "receive" || name == "giveback" else { return }
        machine.card.arrive(SimulatedMachine.stationAddress + [UInt8](repeating: 7, count: 80))
        machine.card.step(20_000)
        if name == "giveback" { _ = try machine.receive() }
    }

    private func call(_ name: String, _ machine: SimulatedMachine) throws -> UInt64 {
        switch name {
        case "bringup": try machine.bringUp() == .gone ? 1 : 0
        case "link": try machine.isLinkUp() ? 1 : 0
        case "mac": try machine.stationAddress()
        case "transmit":
            if case .sent = try machine.transmit(buffer: machine.bufferCount(machine.transmitPool) - 1, byteCount: 60) {
                0
            } else {
                1
            }
        case "receive": if case .frame = try machine.receive() { 0 } else { 1 }
        case "giveback": try machine.returnBuffer(buffer: 0) == .done ? 0 : 1
        default: try machine.call(name)
        }
    }

    /// Bring-up with one register failing: it ends in time, with an outcome of the contract.
    mutating func bringUp(with failure: RegisterFailure, at offset: UInt64, seed: UInt64) throws {
        let machine = try machine(FailurePlan(register: offset, failure), Self.prompt, seed)
        machine.isCardSound = false
        _ = try machine.bringUp()
        try expectInTime(machine, "bringup", "\(failure) at \(String(offset, radix: 16))")
        finish(machine)
    }

    /// Bring-up of a card that was left asleep, its engines off.
    mutating func bringUpAsleep(seed: UInt64) throws {
        let machine = try machine(.none, Self.prompt, seed)
        (machine.card as? GigabitCard)?.quirks = .hasSleepingPHY
        for control: UInt64 in [0x100, 0x400] { machine.card.write(bar: 0, control, byteCount: 4, value: 0) }
        _ = try machine.bringUp()
        try expectInTime(machine, "bringup", "asleep")
        finish(machine)
    }

    private func expectInTime(_ machine: SimulatedMachine, _ name: String, _ what: String) throws {
        let isBringUp = name == "bringup"
        let bound = (isBringUp ? Self.bringUpBound : Self.callBound) * machine.card.countsPerMicrosecond
        #expect(machine.lastCall.elapsed <= bound, "\(name), \(what): took \(machine.lastCall.elapsed) counts")
        if !isBringUp {
            #expect(machine.lastCall.instructionCount <= Self.instructionBound, "\(name), \(what)")
        }
    }

    // MARK: A card that is gone

    /// Bring-up of a card that goes away after so many accesses; gives the outcome, or `nil` where it stayed.
    mutating func bringUp(goneAfter accesses: Int, seed: UInt64) throws -> BringUpOutcome? {
        let machine = try machine(.none, Self.prompt, seed)
        machine.isCardSound = false
        machine.card.goneAfter = accesses
        let outcome = try machine.bringUp()
        try expectInTime(machine, "bringup", "gone after \(accesses)")
        finish(machine)
        return machine.card.failures.isGone ? outcome : nil
    }

    /// Every function on a card that went away.
    mutating func callAllGone(seed: UInt64) throws {
        for name in DriverUnderTest.functionNames {
            let machine = try machine(.none, Self.prompt, seed)
            try machine.start()
            try prepare(machine, for: name)
            machine.card.failures.isGone = true
            let value = try call(name, machine)
            try expectInTime(machine, name, "gone")
            if name == "bringup" { #expect(value == 1) }
            if name == "mac" { #expect(value == 0xFFFF_FFFF_FFFF) }
            finish(machine)
        }
    }

    /// A reset that never ends.
    mutating func resetNeverEnds(seed: UInt64) throws {
        let machine = try machine(FailurePlan(register: 0, .stuck(at: 1 << 26)), .late, seed)
        machine.isCardSound = false
        #expect(try machine.bringUp() == .stuck)
        try expectInTime(machine, "bringup", "reset never ends")
        finish(machine)
    }
}
