// One register of the card fails in one way: every function of a driver is called, and what must hold then is checked.
// After that the card recovers, and has to exchange frames again.

import Devices
import Pipeline
import Testing

/// A run of all functions against one failure of one register.
struct RegisterFailureRun: CustomStringConvertible {
    let row: DriverUnderTest
    let card: DeviceDescription
    let limits: CallLimits
    let register: DeclaredRegister
    let offset: UInt64
    let failure: RegisterFailure
    let seed: UInt64

    var description: String { "\(row), \(register.name) at 0x\(String(offset, radix: 16)), \(failure), seed \(seed)" }

    private func machine() throws -> SimulatedMachine {
        let machine = try SimulatedMachine(
            row.driver, timing: AcceptanceRuns.prompt, clockFrequency: row.clockFrequency, seed: seed)
        machine.processor.isTracing = true
        return machine
    }

    private func fail(_ machine: SimulatedMachine) {
        machine.isCardSound = false
        machine.processor.trace = []
        machine.card.failures = FailurePlan(register: offset, failure)
    }

    // MARK: What the contract leaves open

    /// What bring-up may answer. Where the failure says what the register shows, that is one answer.
    private func outcomes() throws -> Set<BringUpOutcome> {
        if case .value(let value) = failure.reading, let outcome = try outcome(showing: value) { return [outcome] }
        if failure.reading == .resetValue, let outcome = try outcome(showing: offset == statusOrControl ? 1 : 0) {
            return [outcome]
        }
        // A register that bring-up does not ask has no say in the answer, however it fails.
        let isAsked = try [card.place("CTRL").offset, card.place("RAH0").offset].contains(offset)
        return isAsked ? [.ready, .stuck] : [.ready]
    }

    /// The control and the status register alone hold something after a reset.
    private var statusOrControl: UInt64 { offset == 0x0000 || offset == 0x0008 ? offset : .max }

    private func outcome(showing value: UInt32) throws -> BringUpOutcome? {
        let reset = try card.place("CTRL", "RST")
        let valid = try card.place("RAH0", "AV")
        if offset == (try card.place("STATUS").offset) { return value == .max ? .gone : .ready }
        if offset == reset.offset, value >> reset.bit & 1 == 1 {
            // All ones in the middle: the stand-in takes the card for gone, the generated driver for stuck.
            return value == .max && row == .standIn ? .gone : .stuck
        }
        if offset == valid.offset { return value >> valid.bit & 1 == 1 ? .ready : .stuck }
        return nil
    }

    // MARK: Calls

    private func bringUp(_ machine: SimulatedMachine) throws -> BringUpOutcome {
        machine.processor.trace = []
        let outcome = try machine.bringUp()
        let isUntouched = machine.processor.trace.allSatisfy { !$0.isWrite }
        try limits.check(machine, "bringup")
        let allowed = try outcomes()
        #expect(allowed.contains(outcome), "\(self): \(outcome)")
        if outcome == .gone, row == .generated { #expect(isUntouched, "\(self): gone, and written to") }
        return outcome
    }

    /// The two that read registers: what the register shows is what they answer.
    private func ask(_ machine: SimulatedMachine) throws {
        let isUp = try machine.isLinkUp()
        try limits.check(machine, "link")
        let address = try machine.stationAddress()
        try limits.check(machine, "mac")
        guard case .value(let value) = failure.reading else { return }
        let link = try card.place("STATUS", "LU")
        let low = try card.place("RAL0")
        let high = try card.place("RAH0", "ADDRESS")
        if offset == link.offset { #expect(isUp == (value >> link.bit & 1 == 1), "\(self)") }
        if offset == low.offset { #expect(address & 0xFFFF_FFFF == UInt64(value), "\(self)") }
        if offset == high.offset { #expect(address >> 32 == UInt64(value & 0xFFFF), "\(self)") }
    }

    /// The four that do not: each several times, with frames on their way.
    private func exchange(_ machine: SimulatedMachine, _ ledger: inout BufferLedger) throws {
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
            let kept = ledger.receiveKept.last
            let answer = try machine.returnBuffer(buffer: kept ?? 0)
            try limits.check(machine, "giveback")
            #expect(answer == (kept == nil ? .refused : .done), "\(self)")
            if let kept { ledger.returnBuffer(kept) }
        }
    }

    /// Sends until the ring is full: a card that does not hear of it leaves room for all slots but one, no more.
    private func fill(_ machine: SimulatedMachine, _ ledger: inout BufferLedger) throws {
        var sent = 0
        while sent < 300 {
            let posted = try #require(ledger.transmitFree.first)
            let outcome = try machine.transmit(buffer: posted, byteCount: 60)
            try limits.check(machine, "transmit")
            guard case .sent(let idle) = outcome else {
                #expect(outcome == .busy, "\(self)")
                break
            }
            try ledger.exchange(posted: posted, idle: idle)
            sent += 1
        }
        #expect(sent == 255, "\(self)")
        try machine.notify()
        machine.card.step(20_000)
        #expect(try machine.transmit(buffer: ledger.transmitFree[0], byteCount: 60) == .busy, "\(self)")
        machine.processor.trace = []
    }

    // MARK: Runs

    /// The register fails before anybody has touched the card.
    func fromTheStart() throws {
        let machine = try machine()
        fail(machine)
        try ask(machine)
        if try bringUp(machine) == .ready {
            var ledger = BufferLedger(machine)
            try ask(machine)
            try exchange(machine, &ledger)
        }
        try recover(machine)
    }

    /// The register fails while the card works.
    func later() throws {
        let machine = try machine()
        try machine.start()
        var ledger = BufferLedger(machine)
        fail(machine)
        // A doorbell that is lost: the card never hears of a frame.
        if register.name == "TDT", failure.writing == .lost { try fill(machine, &ledger) }
        try ask(machine)
        try exchange(machine, &ledger)
        if try bringUp(machine) == .ready { ledger.reset() }
        try exchange(machine, &ledger)
        try ask(machine)
        try recover(machine)
    }

    private func recover(_ machine: SimulatedMachine) throws {
        machine.processor.isTracing = false
        try machine.recover()
        var exchange = FrameExchange(machine, count: 20, seed: seed)
        try exchange.run()
        #expect(exchange.statistics.transmitted == 20 && exchange.statistics.received == 20, "\(self)")
        #expect(machine.card.violations == [], "\(self)")
    }
}
