// Two passes over a program, before instructions are picked. Forward: which values are constants, which stand in
// another's register already, how many bits each may have. Backward: until where each value lives, and which one grows
// into the result. This is not the optimiser: it looks at one item at a time, and only leaves out what would be an
// instruction for nothing.

import Program

/// The values of all items of a program.
struct ValueTable {
    private(set) var values: [Value] = []

    /// - Precondition: `program` is well formed.
    init(_ program: Program) {
        values.reserveCapacity(program.items.count)
        for index in program.items.indices { values.append(value(of: program.items[index], index)) }
        measureLiveRanges()
    }

    // MARK: Forward

    private func value(of item: Item, _ index: Int) -> Value {
        switch item.operation {
        case .constant:
            return constant(item.immediate, index)
        case .load:
            return Value(step: .load, holder: index, bitCount: UInt64(item.type.bitCount))
        case .and:
            let (left, right) = (operand(item.left), operand(item.right))
            if let known = left.constant { return masked(right, known, index) }
            if let known = right.constant { return masked(left, known, index) }
            return combined(.and, left, right, min(left.bitCount, right.bitCount), index)
        case .or:
            let (left, right) = (operand(item.left), operand(item.right))
            if let known = left.constant { return withBits(right, known, index) }
            if let known = right.constant { return withBits(left, known, index) }
            return combined(.or, left, right, max(left.bitCount, right.bitCount), index)
        case .shiftLeft:
            let left = operand(item.left)
            if let known = left.constant { return constant(known << item.immediate & item.type.mask, index) }
            if item.immediate == 0 { return same(left) }
            let bitCount = min(left.bitCount + item.immediate, UInt64(item.type.bitCount))
            return Value(step: .shift(.shl, left.holder, item.immediate), holder: index, bitCount: bitCount)
        case .shiftRight:
            let left = operand(item.left)
            if let known = left.constant { return constant(known >> item.immediate, index) }
            if item.immediate == 0 { return same(left) }
            if item.immediate >= left.bitCount { return constant(0, index) }
            let bitCount = left.bitCount - item.immediate
            return Value(step: .shift(.shr, left.holder, item.immediate), holder: index, bitCount: bitCount)
        case .extend:
            return same(operand(item.left))
        case .truncate:
            return masked(operand(item.left), item.type.mask, index)
        case .returnValue:
            guard item.left != .none else { return Value(holder: index, bitCount: 0) }
            let left = operand(item.left)
            if let known = left.constant { return constant(known, index) }
            return Value(step: .giveBack(left.holder), holder: index, bitCount: left.bitCount)
        default:
            preconditionFailure("a checked program has no such operation")
        }
    }

    private func operand(_ reference: ItemReference) -> Value { values[Int(reference.rawValue)] }

    private func constant(_ number: UInt64, _ index: Int) -> Value {
        Value(constant: number, holder: index, bitCount: Value.bitCount(number))
    }

    private func same(_ value: Value) -> Value {
        Value(constant: value.constant, holder: value.holder, bitCount: value.bitCount)
    }

    private func masked(_ value: Value, _ mask: UInt64, _ index: Int) -> Value {
        if let known = value.constant { return constant(known & mask, index) }
        let kept = mask & value.mask
        if kept == value.mask { return same(value) }
        if kept == 0 { return constant(0, index) }
        return Value(step: .mask(value.holder, kept), holder: index, bitCount: Value.bitCount(kept))
    }

    private func withBits(_ value: Value, _ bits: UInt64, _ index: Int) -> Value {
        if let known = value.constant { return constant(known | bits, index) }
        if bits == 0 { return same(value) }
        let bitCount = max(value.bitCount, Value.bitCount(bits))
        return Value(step: .setBits(value.holder, bits), holder: index, bitCount: bitCount)
    }

    private func combined(_ name: Mnemonic, _ left: Value, _ right: Value, _ bitCount: UInt64, _ index: Int) -> Value {
        if left.holder == right.holder { return same(left) }
        return Value(step: .combine(name, left.holder, right.holder), holder: index, bitCount: bitCount)
    }

    // MARK: Backward

    private mutating func measureLiveRanges() {
        for index in values.indices.reversed() where isNeeded(index) {
            let operands = values[index].step.operands
            if let first = operands.first { use(first, at: index) }
            if let second = operands.second { use(second, at: index) }
            if case .giveBack(let value) = values[index].step { values[value].isForResult = true }
            if values[index].isForResult, let reused = reused(by: index) { values[reused].isForResult = true }
        }
    }

    private mutating func use(_ value: Int, at index: Int) {
        if values[value].lastUse == nil { values[value].lastUse = index }
    }

    /// Whether an item leaves instructions: its value is used, or it touches a device, or it ends the function.
    func isNeeded(_ index: Int) -> Bool {
        switch values[index].step {
        case .nothing: false
        case .load, .giveBack: true
        case .mask, .setBits, .combine, .shift: values[index].lastUse != nil
        }
    }

    /// The operand that ends its life at an item, so that the result may take its register.
    func reused(by index: Int) -> Int? {
        let operands = values[index].step.operands
        if let first = operands.first, values[first].lastUse == index { return first }
        if let second = operands.second, values[second].lastUse == index { return second }
        return nil
    }
}
