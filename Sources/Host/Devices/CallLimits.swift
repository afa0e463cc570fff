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
            // A wait looks once more when its time is over, and notices that a look later.
            let (bounds, turns) = (waits[name] ?? [], turns[name] ?? 0)
            let looks = bounds.reduce(0, +) + 2 * bounds.count
            var (count, elapsed) = (looks * Self.instructionsPerLook, UInt64(looks) * microsecond)
            if Self.callableAtOnce.contains(name), !bounds.isEmpty || turns > 0 {
                // What a loop is paced by, only a run shows; it is the same in every run.
                _ = try machine.call(name)
                count += machine.lastCall.instructionCount
                elapsed += machine.lastCall.elapsed
            }
            if bounds.isEmpty || !Self.callableAtOnce.contains(name) {
                count += function.marks.count + turns * Self.instructionsPerTurn
                elapsed += UInt64(function.marks.count + turns * Self.accessesPerTurn) * (microsecond + 1)
            }
            costs[name] = Cost(instructionCount: count, elapsed: elapsed)
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
