// What a description leaves to the static stage: facts, choices, quantities that are facts, and probes. The code of facts and
// probes is evaluated like that of functions.

/// A number that is known before the functions of a device are generated.
public final class FactDescription: @unchecked Sendable {
    /// Name, rule and code; of one that a probe finds out, no code.
    public package(set) var rule = FunctionDescription()
    /// Least and largest number that it may be: what the rules rely on.
    public package(set) var lowest: UInt64 = 0, highest: UInt64 = 0
    /// Index of the probe that finds it out; `nil` where code computes it.
    public package(set) var probe: Int?

    package init() {}

    /// Whether the rule names it; a name with a point is the compiler's, for a size that follows from others.
    public var isNamed: Bool { !rule.name.contains(UInt8(ascii: ".")) }
}

/// Alternatives of which the generator keeps the cheapest.
public final class ChoiceDescription: @unchecked Sendable {
    /// The fact, or the function, in which the rule states them, ASCII.
    public package(set) var name: [UInt8] = []
    /// Line of the file that states them, counted from 1.
    public package(set) var line: UInt16 = 0
    /// Number of alternatives, at least two.
    public package(set) var count: UInt8 = 2

    package init() {}
}

/// A size in a description that is a fact. What the description states in its place is the largest that it may be.
public final class QuantityDescription: @unchecked Sendable {
    /// What the size is of; the raw value is in the metabinary.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// Bytes of a memory.
        case memory = 0
        /// Bytes of an element of a memory.
        case element = 1
        /// Elements of a cell.
        case count = 2
        /// Bits that an element of a cell may use.
        case mask = 3
    }

    public package(set) var kind = Kind.memory
    /// Index of the memory or cell.
    public package(set) var index = 0
    /// Index of the fact.
    public package(set) var fact = 0

    package init() {}
}

/// A function that runs once, before the others are generated, to find out a fact by experiment.
public final class ProbeDescription: @unchecked Sendable {
    /// What a probe may do to its device; the raw value is in the metabinary.
    public enum Purity: UInt8, Sendable, CaseIterable {
        /// It stores nothing.
        case reads = 0
        /// It stores to registers that it has read before, and puts back what was there.
        case restores = 1
        /// It leaves the device in any state: what brings it up comes after.
        case resets = 2
    }

    /// The result has a bit above those of the number: it is set where the probe has failed.
    public package(set) var rule = FunctionDescription()
    public package(set) var purity = Purity.reads
    /// What is taken on a host that has no record of it; `nil` where nothing may be assumed.
    public package(set) var assumed: UInt64?
    /// Registers that it may write, as pairs of window and register; only of one that restores.
    public package(set) var registers: [(window: Int, register: Int)] = []

    /// Set in a result that is none.
    public static let failure: UInt64 = 1 << 32

    package init() {}
}
