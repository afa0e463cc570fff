// What the generation of one driver may take in all: the evaluator counts, the generator starts anew with each driver, and the
// compiler adds up what a device may take on any machine. What limits a single function is in `MetabinaryLimit`; alternatives
// multiply that, as all functions are evaluated and encoded for each combination of them.
//
// The work of every stage after the evaluator is bounded by its items, that of the evaluator by its steps. What a driver
// keeps, and with it the memory that it takes from others, is bounded by its code.

import Program

/// Account of one driver.
public struct GenerationBudget: Hashable, Sendable {
    /// Operations that the evaluator carries out for all functions, facts and probes, with each combination of alternatives:
    /// as many as 64 functions may take.
    public static let stepLimit = 64 * MetabinaryLimit.stepCount
    /// Items that are made then, each of which is checked, encoded and proven: as many as 64 functions may have.
    public static let itemLimit = 64 * MetabinaryLimit.itemCount
    /// Code of all functions of a driver.
    ///
    /// Units: bytes.
    public static let codeByteLimit = 0x1_0000

    public private(set) var stepCount = 0
    public private(set) var itemCount = 0
    /// What the probes of its description take on the device before it is there: together no more than one call may.
    public var probeTime = TimeBound()

    public init() {}

    /// Whether something was asked for that was not left: nothing more is generated for the driver.
    public var isSpent: Bool { stepCount > Self.stepLimit || itemCount > Self.itemLimit }

    /// Takes a step. Returns whether it was left.
    mutating func takeStep() -> Bool {
        stepCount += 1
        return stepCount <= Self.stepLimit
    }

    /// Takes an item. Returns whether it was left.
    mutating func takeItem() -> Bool {
        itemCount += 1
        return itemCount <= Self.itemLimit
    }
}
