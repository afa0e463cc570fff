// What a rule says of a function to whoever calls it: its name and its result. Descriptions and generated functions share
// it, so that a result is read in one way, by the kernel as by tests.

import Program

/// Name and result of a function.
public final class FunctionSignature: Sendable {
    /// Name in the rule, ASCII.
    public let name: [UInt8]
    /// Name of the result, ASCII.
    public let resultName: [UInt8]
    /// Number of bits that the result may use; 0 where there is none.
    public let resultBitCount: UInt8
    /// What may come of a call, in the order of the rule; none where the result is one value.
    public let outcomes: [ResultOutcome]
    /// File that the function's rule is in, without its folder, ASCII: the device's, or that of its class.
    public let ruleFile: [UInt8]

    public init(
        name: [UInt8], resultName: [UInt8], resultBitCount: UInt8, outcomes: [ResultOutcome] = [], ruleFile: [UInt8]
    ) {
        self.name = name
        self.resultName = resultName
        self.resultBitCount = resultBitCount
        self.outcomes = outcomes
        self.ruleFile = ruleFile
    }

    /// The narrowest type that holds the result; `void` where there is none.
    public var resultType: ValueType { FunctionDescription.type(ofBitCount: resultBitCount) ?? .u64 }

    /// The result in what a call left in RAX, of which bits above the result's type mean nothing.
    ///
    /// Source: System V ABI, AMD64 supplement, section 3.2.3.
    public func result(in register: UInt64) -> UInt64 { register & resultType.mask }

    /// What came of a call that returned that; `nil` for what the rule does not know.
    public func outcome(of result: UInt64) -> ResultOutcome? { outcomes.first { $0.matches(result) } }
}

extension FunctionSignature: Hashable {
    public static func == (left: FunctionSignature, right: FunctionSignature) -> Bool {
        left === right
            || left.name == right.name && left.resultName == right.resultName
                && left.resultBitCount == right.resultBitCount && left.outcomes == right.outcomes
                && left.ruleFile == right.ruleFile
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(ruleFile)
    }
}
