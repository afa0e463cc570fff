// What a program means, told apart from how it is encoded: each item's value computed in the plainest way.

import Program

/// Computes what a program returns.
enum ReferenceInterpreter {
    /// The result, and the loads in the order in which they happen.
    static func run(_ program: Program, memory: [[UInt8]]) -> (result: UInt64, loads: [Item]) {
        var values: [UInt64] = []
        var loads: [Item] = []
        for item in program.items {
            let left = item.left == .none ? 0 : values[Int(item.left.rawValue)]
            let right = item.right == .none ? 0 : values[Int(item.right.rawValue)]
            var value: UInt64 = 0
            switch item.operation {
            case .constant: value = item.immediate
            case .load:
                loads.append(item)
                for index in (0..<Int(item.type.bitCount / 8)).reversed() {
                    value = value * 256 + UInt64(memory[Int(item.region)][Int(item.immediate) + index])
                }
            case .and: value = left & right
            case .or: value = left | right
            case .shiftLeft:
                for index in 0..<64 where left >> index & 1 == 1 { value |= 1 << (UInt64(index) + item.immediate) }
            case .shiftRight: value = left / (1 << item.immediate)
            case .extend, .truncate: value = left
            case .returnValue: return (program.result == .void ? 0 : left, loads)
            default: preconditionFailure("no meaning is given for \(item.operation)")
            }
            if item.type.bitCount < 64 { value %= 1 << UInt64(item.type.bitCount) }
            values.append(value)
        }
        preconditionFailure("a checked program returns")
    }
}
