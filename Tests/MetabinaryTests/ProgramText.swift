// What the tests of this module see in a program: its text, whether it is well formed, and what it computes. All of
// it is written from the definition of an item alone, so that it can contradict the evaluator.

import Metabinary
import Program

extension Program {
    /// An item a line: `2 or u64 0 1 @22`.
    var text: String {
        items.enumerated().map { index, item in
            var words = ["\(index)", "\(item.operation)", "\(item.type)"]
            for operand in [item.left, item.right] where operand != .none { words.append("%\(operand.rawValue)") }
            switch item.operation {
            case .load: words.append("\(item.region)+0x\(String(item.immediate, radix: 16))")
            case .constant, .shiftLeft, .shiftRight: words.append("\(item.immediate)")
            default: break
            }
            let origin = origins[Int(item.origin)]
            return (words + ["@\(origin.line)", "facts=\(String(origin.facts.rawValue, radix: 2))"])
                .joined(separator: " ")
        }.joined(separator: "\n")
    }

    /// What is wrong with the form of the program, `nil` for nothing.
    var defect: String? {
        for (index, item) in items.enumerated() {
            let operands = [item.left, item.right].filter { $0 != .none }
            guard operands.allSatisfy({ $0.rawValue < index }) else { return "item \(index): operand is not earlier" }
            let types = operands.map { items[Int($0.rawValue)].type }
            let bits = UInt64(item.type.bitCount)
            let isRight =
                switch item.operation {
                case .constant: types.isEmpty && (bits == 64 || item.immediate < 1 << bits)
                case .load:
                    types.isEmpty && bits >= 8 && item.immediate % (bits / 8) == 0 && Int(item.region) < regions.count
                        && item.immediate + bits / 8 <= regions[Int(item.region)].byteCount
                case .and, .or: types == [item.type, item.type]
                case .shiftLeft, .shiftRight: types == [item.type] && item.immediate < bits
                case .extend: types.count == 1 && types[0].bitCount < item.type.bitCount
                case .truncate: types.count == 1 && types[0].bitCount > item.type.bitCount
                case .returnValue: types == [item.type] && item.type == result && index == items.count - 1
                default: false
                }
            guard isRight, item.type != .void, Int(item.origin) < origins.count else {
                return "item \(index) is wrong: \(item)"
            }
        }
        if items.last?.operation != .returnValue { return "no return" }
        return items.count > MetabinaryLimit.itemCount ? "too long" : nil
    }

    /// What the program returns, with reads of a region answered by a function of region, offset and size.
    func run(_ read: (UInt8, UInt64, UInt64) -> UInt64) -> UInt64 {
        var values: [UInt64] = []
        for item in items {
            let left = item.left == .none ? 0 : values[Int(item.left.rawValue)]
            let right = item.right == .none ? 0 : values[Int(item.right.rawValue)]
            let bits = UInt64(item.type.bitCount)
            let mask = UInt64.max >> (64 - bits)
            switch item.operation {
            case .constant: values.append(item.immediate)
            case .load: values.append(read(item.region, item.immediate, bits / 8))
            case .and: values.append(left & right)
            case .or: values.append(left | right)
            case .shiftLeft: values.append((left << item.immediate) & mask)
            case .shiftRight: values.append(left >> item.immediate)
            case .extend: values.append(left)
            case .truncate: values.append(left & mask)
            case .returnValue: return left
            default: preconditionFailure("no meaning is given for \(item.operation)")
            }
        }
        return 0
    }
}
