// What the tests of this module see in a program: its text, and whether it is well formed. It is written from the
// definition of an item alone, so that it can contradict the evaluator.

import Metabinary
import Program

extension Program {
    /// An item a line: `2 or u64 0 1 @22`.
    var text: String {
        items.enumerated().map { index, item in
            var words = ["\(index)", "\(item.operation)", "\(item.type)"]
            for operand in [item.left, item.right] where operand != .none { words.append("%\(operand.rawValue)") }
            switch item.operation {
            case .load, .store: words.append("\(item.region)+0x\(String(item.immediate, radix: 16))")
            case .constant, .shiftLeft, .shiftRight, .parameter, .loop, .wait: words.append("\(item.immediate)")
            default: break
            }
            let origin = origins[Int(item.origin)]
            return (words + ["@\(origin.line)", "facts=\(String(origin.facts.rawValue, radix: 2))"])
                .joined(separator: " ")
        }.joined(separator: "\n")
    }

    /// The operations, a word each, blocks in braces: for tests that ask for shape and not for operands.
    var shape: String { items.map { "\($0.operation)" }.joined(separator: " ") }

    /// What is wrong with the form of the program, `nil` for nothing.
    var defect: String? {
        var blocks: [(opening: Operation, hasReturned: Bool, firstReturned: Bool, start: Int)] = []
        var visible = [Bool](repeating: true, count: items.count)
        var hasReturned = false
        for (index, item) in items.enumerated() {
            if hasReturned, !item.operation.closesBlock || item.operation == .until {
                return "item \(index): after return"
            }
            let operands = [item.left, item.right].filter { $0 != .none }
            guard operands.allSatisfy({ $0.rawValue < index }) else { return "item \(index): operand is not earlier" }
            guard operands.allSatisfy({ visible[Int($0.rawValue)] && items[Int($0.rawValue)].operation.givesValue })
            else { return "item \(index): operand is out of sight" }
            guard isRight(item), Int(item.origin) < origins.count else { return "item \(index) is wrong: \(item)" }
            guard item.operation.givesValue == (item.type != .void) || [.store, .returnValue].contains(item.operation)
            else { return "item \(index) has a wrong type" }
            if item.operation.closesBlock {
                guard let block = blocks.popLast() else { return "item \(index): no block" }
                let openings: [Operation] =
                    switch item.operation {
                    case .else: [.ifTrue]
                    case .until: [.wait]
                    default: [.ifTrue, .else, .loop, .until]
                    }
                guard openings.contains(block.opening) else { return "item \(index): blocks do not match" }
                if block.opening == .until, !hasReturned { return "item \(index): an expired wait goes on" }
                let first = hasReturned
                hasReturned = block.opening == .else && hasReturned && block.firstReturned
                for inner in block.start..<index { visible[inner] = false }
                if item.operation == .else { blocks.append((.else, false, first, index)) }
                if item.operation == .until { blocks.append((.until, false, false, index)) }
                if item.operation != .end { hasReturned = false }
            } else if item.operation.opensBlock {
                blocks.append((item.operation, false, false, index))
                if blocks.count > MetabinaryLimit.blockDepth { return "item \(index): too deep" }
            }
            if item.operation == .returnValue { hasReturned = true }
        }
        guard blocks.isEmpty else { return "a block is open" }
        guard hasReturned else { return "no return" }
        return items.count > MetabinaryLimit.itemCount ? "too long" : nil
    }

    private func isRight(_ item: Item) -> Bool {
        let left = item.left == .none ? nil : items[Int(item.left.rawValue)].type
        let right = item.right == .none ? nil : items[Int(item.right.rawValue)].type
        let bits = UInt64(item.type.bitCount)
        switch item.operation {
        case .constant: return left == nil && right == nil && item.immediate & ~item.type.mask == 0
        case .parameter: return left == nil && right == nil && item.immediate < 6 && item.type != .boolean
        case .load: return isPlace(item) && right == nil
        case .store: return isPlace(item) && right == item.type
        case .and, .or, .add, .subtract: return left == item.type && right == item.type
        case .equal, .notEqual, .unsignedLess, .unsignedLessOrEqual:
            return item.type == .boolean && left != nil && left == right
        case .shiftLeft, .shiftRight: return left == item.type && right == nil && item.immediate < bits
        case .extend: return right == nil && (left?.bitCount ?? 64) < item.type.bitCount
        case .truncate: return right == nil && (left?.bitCount ?? 0) > item.type.bitCount
        case .ifTrue, .until: return left == .boolean && right == nil
        case .loop: return item.type == .u32 && item.immediate > 0 && item.immediate <= UInt32.max
        case .releaseFence, .fullFence, .else, .wait, .end: return left == nil && right == nil
        case .returnValue:
            return right == nil && item.type == result && (result == .void ? left == nil : left == result)
        }
    }

    private func isPlace(_ item: Item) -> Bool {
        guard item.type.bitCount >= 8, Int(item.region) < regions.count else { return false }
        let width = UInt64(item.type.bitCount / 8)
        if item.left != .none, ![.u32, .u64].contains(items[Int(item.left.rawValue)].type) { return false }
        return item.immediate % width == 0 && item.immediate + width <= regions[Int(item.region)].byteCount
    }
}
