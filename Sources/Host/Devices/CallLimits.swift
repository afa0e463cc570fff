// What a call of each function may cost and touch, whatever the device answers: limits that come from the description
// of the device and from a run on a card that keeps nobody waiting, not from the run that is checked.

import Pipeline

/// Limits of a driver's calls.
public struct CallLimits: Sendable {
    /// What a function may cost at most.
    public struct Cost: Hashable, Sendable {
        public var instructionCount: Int
        /// Units: time-stamp counts.
        public var elapsed: UInt64
    }

    /// Registers that the driver may touch.
    public let registers: [DeclaredRegister]
    /// What a register may be told, by its offset: where the rings are and how long.
    public let values: [UInt64: UInt64]
    /// Costs by function.
    public let costs: [String: Cost]

    /// Looks at a register within a microsecond: one, since a read takes that long. Instructions of a look: a handful,
    /// whoever wrote the code.
    private static let instructionsPerLook = 16
    /// Instructions of one turn of a loop, and accesses in it: more than any loop of the rules has.
    private static let instructionsPerTurn = 16
    private static let accessesPerTurn = 4
    /// Functions that may be called before the card was brought up.
    private static let callableAtOnce: Set = ["link", "mac", "bringup"]

    /// - Parameters:
    ///   - waits: bounds of the waits and pauses that a function may make, in microseconds; a function that is not
    ///     named waits for nothing.
    ///   - turns: turns that all loops of such a function take; one that is not named either executes each of its
    ///     instructions at most once.
    ///
    /// Throws: what a call on a sound card throws.
    public init(
        _ driver: GeneratedDriver, _ model: CardModel = .gigabit, registers: [DeclaredRegister],
        values: [UInt64: UInt64], waits: [String: [Int]], turns: [String: Int] = [:],
        clockFrequency: UInt64, seed: UInt64
    ) throws(SimulationError) {
        self.registers = registers
        self.values = values
        var costs: [String: Cost] = [:]
        for function in driver.functions {
            let name = String(decoding: function.name, as: UTF8.self)
            let machine = try SimulatedMachine(
                driver, model, timing: .immediate, clockFrequency: clockFrequency, seed: seed)
            let microsecond = machine.card.countsPerMicrosecond
            if let waits = waits[name] {
                _ = try machine.call(name)
                let total = waits.reduce(0, +)
                // A wait looks once more when its time is over, and notices that a look later.
                costs[name] = Cost(
                    instructionCount: machine.lastCall.instructionCount
                        + (total + 2 * waits.count) * Self.instructionsPerLook,
                    elapsed: machine.lastCall.elapsed + UInt64(total + 2 * waits.count) * microsecond)
            } else {
                // What a loop is paced by, only a run shows; it is the same in every run.
                let turns = turns[name] ?? 0
                let isMeasured = turns > 0 && Self.callableAtOnce.contains(name)
                if isMeasured { _ = try machine.call(name) }
                let (count, elapsed) =
                    isMeasured ? (machine.lastCall.instructionCount, machine.lastCall.elapsed) : (0, 0)
                let accesses = function.marks.count + turns * Self.accessesPerTurn
                costs[name] = Cost(
                    instructionCount: count + function.marks.count + turns * Self.instructionsPerTurn,
                    elapsed: elapsed + UInt64(accesses) * (microsecond + 1))
            }
        }
        self.costs = costs
    }

    /// Holds the last call against the limits, and the accesses since the last check; the processor has to trace.
    ///
    /// Throws: `limitExceeded`, `accessNotDeclared`, `ringMisplaced`.
    public func check(_ machine: SimulatedMachine, _ name: String) throws(SimulationError) {
        let call = machine.lastCall
        guard let cost = costs[name] else { throw .noFunction(name) }
        guard call.instructionCount <= cost.instructionCount, call.elapsed <= cost.elapsed else {
            throw .limitExceeded(function: name, instructionCount: call.instructionCount, elapsed: call.elapsed)
        }
        var last: WindowAccess?
        for access in machine.processor.trace where access != last {
            last = access  // a wait looks at the same register thousands of times
            guard registers.contains(where: { $0.permits(access) }) else { throw .accessNotDeclared(access) }
            guard access.isWrite, let value = values[access.offset], value != access.value else { continue }
            throw .ringMisplaced(access)
        }
        machine.processor.trace = []
    }
}
