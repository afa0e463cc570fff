// What code costs, by which the generator chooses between alternatives. Today that is its size; whatever will be known of
// code later joins here, and nothing else changes.

/// The cost of generated code. What is less is better.
public struct CodeCost: Hashable, Sendable, Comparable {
    /// Units: bytes.
    public var byteCount: Int
    public var instructionCount: Int

    public init(byteCount: Int = 0, instructionCount: Int = 0) {
        self.byteCount = byteCount
        self.instructionCount = instructionCount
    }

    public static func < (left: CodeCost, right: CodeCost) -> Bool {
        left.byteCount == right.byteCount
            ? left.instructionCount < right.instructionCount : left.byteCount < right.byteCount
    }

    public static func += (left: inout CodeCost, right: CodeCost) {
        left.byteCount += right.byteCount
        left.instructionCount += right.instructionCount
    }
}

/// A choice of a description, and what became of it.
public struct KeptChoice: Hashable, Sendable {
    /// The fact, or the function, in which the rule states the alternatives, ASCII.
    public var name: [UInt8]
    /// Line of the rule, counted from 1.
    public var line: UInt16
    /// Of each alternative what the cheapest driver with it costs, all functions together; `nil` where none can be had.
    public var costs: [CodeCost?]
    /// Index of the alternative that was kept.
    public var kept: Int

    public init(name: [UInt8], line: UInt16, costs: [CodeCost?], kept: Int) {
        self.name = name
        self.line = line
        self.costs = costs
        self.kept = kept
    }
}
