// Two passes over a program, before instructions are picked. Forward: which values are constants, which are in
// another's register already, how many bits each may have, and what is never reached. Backward, in
// ValueTable+LiveRanges.swift: until where each value lives. This is not the optimiser: it looks at one item at a time,
// and only leaves out what would be an instruction for nothing.

import Program

/// The values of all items of a program.
final class ValueTable {
    private(set) var values: [Value] = []
    /// The first item that names each argument.
    private var arguments = [Int?](repeating: nil, count: Int(ProgramChecker.parameterLimit))
    let blocks: BlockTable

    /// - Precondition: `program` is well formed.
    @inline(never)
    init(_ program: Program) {
        blocks = BlockTable(itemCount: program.items.count)
        for index in program.items.indices {
            let item = program.items[index]
            let isCondition = item.operation == .ifTrue || item.operation == .until
            blocks.append(item.operation, condition: isCondition ? operand(item.left).constant : nil)
            let isReached = blocks.isReached[index]
            values.append(isReached ? value(of: item, index, program) : Value(holder: index, bitCount: 0))
            let operands = values[index].step.operands
            if let first = operands.first { values[first].useCount += 1 }
            if let second = operands.second { values[second].useCount += 1 }
        }
        measureLiveRanges(program)
    }

    @inline(never)
    private func value(of item: Item, _ index: Int, _ program: Program) -> Value {
        switch item.operation {
        case .constant: constant(item.immediate, index)
        case .parameter: argument(item, index)
        case .load: load(item, index)
        case .store: store(item, index)
        case .and, .or, .add: combined(item, index)
        case .subtract: difference(item, index)
        case .equal: compared(.equal, item, index)
        case .notEqual: compared(.notEqual, item, index)
        case .unsignedLess: compared(.below, item, index)
        case .unsignedLessOrEqual: compared(.belowOrEqual, item, index)
        case .shiftLeft, .shiftRight: shifted(item, index)
        case .extend: same(operand(item.left))
        case .truncate: masked(operand(item.left), item.type.mask, index)
        case .ifTrue, .until: branch(item, index)
        case .loop:
            item.immediate == 1
                ? constant(0, index)
                : Value(step: .count(isUp: false), holder: index, bitCount: Value.bitCount(item.immediate - 1))
        case .wait: Value(step: .wait, holder: index, bitCount: 64)
        case .fullFence: Value(step: .fence, holder: index, bitCount: 0)
        case .releaseFence, .else, .end: Value(holder: index, bitCount: 0)
        case .returnValue: returned(item, index)
        }
    }

    @inline(never)
    private func operand(_ reference: ItemReference) -> Value { values[Int(reference.rawValue)] }

    @inline(never)
    private func constant(_ number: UInt64, _ index: Int) -> Value {
        Value(constant: number, holder: index, bitCount: Value.bitCount(number))
    }

    @inline(never)
    private func same(_ value: Value) -> Value {
        Value(constant: value.constant, holder: value.holder, bitCount: value.bitCount)
    }

    // MARK: Arguments and memory

    /// An argument is in one register, however often the program names it.
    private func argument(_ item: Item, _ index: Int) -> Value {
        let number = Int(item.immediate)
        if let first = arguments[number] { return same(values[first]) }
        arguments[number] = index
        let bitCount = UInt64(item.type.bitCount)
        return Value(step: .argument(number), holder: index, bitCount: bitCount)
    }

    /// The offset of an access, with a constant offset put in, and the value to add.
    @inline(never)
    private func place(of item: Item) -> (offset: UInt64, index: Int?) {
        guard item.left != .none else { return (item.immediate, nil) }
        let left = operand(item.left)
        if let known = left.constant { return (item.immediate &+ known, nil) }
        return (item.immediate, left.holder)
    }

    private func load(_ item: Item, _ index: Int) -> Value {
        let place = place(of: item)
        let bitCount = UInt64(item.type.bitCount)
        return Value(step: .load(place.offset, index: place.index), holder: index, bitCount: bitCount)
    }

    /// A store takes the low bits of a register: to cut the others off before is for nothing.
    private func store(_ item: Item, _ index: Int) -> Value {
        let place = place(of: item)
        let stored = operand(item.right)
        if let known = stored.constant {
            return Value(step: .storeConstant(known, place.offset, index: place.index), holder: index, bitCount: 0)
        }
        var source = stored.holder
        while case .mask(let wider, let mask) = values[source].step,
            item.type.mask & mask == item.type.mask & values[wider].mask
        {
            source = wider
        }
        return Value(step: .store(source, place.offset, index: place.index), holder: index, bitCount: 0)
    }

    // MARK: Arithmetic

    @inline(never)
    private func masked(_ value: Value, _ mask: UInt64, _ index: Int) -> Value {
        if let known = value.constant { return constant(known & mask, index) }
        let kept = mask & value.mask
        if kept == value.mask { return same(value) }
        if kept == 0 { return constant(0, index) }
        return Value(step: .mask(value.holder, kept), holder: index, bitCount: Value.bitCount(kept))
    }

    /// `and`, `or` and `add`, whose operands may change places.
    private func combined(_ item: Item, _ index: Int) -> Value {
        var (left, right) = (operand(item.left), operand(item.right))
        if left.constant != nil { swap(&left, &right) }
        guard let known = right.constant else { return combined(item, left, right, index) }
        if item.operation == .and { return masked(left, known, index) }
        if let other = left.constant {
            return constant((item.operation == .or ? other | known : other &+ known) & item.type.mask, index)
        }
        if known == 0 { return same(left) }
        return sum(item, left, right, .combineConstant(mnemonic(item), left.holder, known), index)
    }

    private func combined(_ item: Item, _ left: Value, _ right: Value, _ index: Int) -> Value {
        if left.holder == right.holder, item.operation != .add { return same(left) }
        let result = sum(item, left, right, .combine(mnemonic(item), left.holder, right.holder), index)
        if item.operation == .and { result.bitCount = min(left.bitCount, right.bitCount) }
        return result
    }

    @inline(never)
    private func mnemonic(_ item: Item) -> Mnemonic {
        switch item.operation {
        case .and: .and
        case .or: .or
        default: .add
        }
    }

    /// The value of a step that may carry one bit further than its operands, if it adds.
    @inline(never)
    private func sum(_ item: Item, _ left: Value, _ right: Value, _ step: Step, _ index: Int) -> Value {
        let typeBitCount = UInt64(item.type.bitCount)
        let bitCount = max(left.bitCount, right.bitCount) + (item.operation == .add ? 1 : 0)
        let result = Value(step: step, holder: index, bitCount: min(bitCount, typeBitCount))
        result.wraps = bitCount > typeBitCount
        return result
    }

    private func difference(_ item: Item, _ index: Int) -> Value {
        let (left, right) = (operand(item.left), operand(item.right))
        let result = Value(holder: index, bitCount: UInt64(item.type.bitCount))
        result.wraps = true
        if let known = right.constant {
            if let other = left.constant { return constant((other &- known) & item.type.mask, index) }
            if known == 0 { return same(left) }
            // The opposite is added, with as many bits as the register has that adds it.
            let width = item.type == .u64 ? UInt64.max : 0xFFFF_FFFF
            result.step = .combineConstant(.add, left.holder, (0 &- known) & width)
        } else if let known = left.constant {
            result.step = .subtractFrom(known, right.holder)
        } else if left.holder == right.holder {
            return constant(0, index)
        } else {
            result.step = .combine(.sub, left.holder, right.holder)
        }
        return result
    }

    private func shifted(_ item: Item, _ index: Int) -> Value {
        let left = operand(item.left)
        let isLeft = item.operation == .shiftLeft
        if let known = left.constant {
            return constant((isLeft ? known << item.immediate : known >> item.immediate) & item.type.mask, index)
        }
        if item.immediate == 0 { return same(left) }
        if !isLeft, item.immediate >= left.bitCount { return constant(0, index) }
        let bitCount =
            isLeft ? min(left.bitCount + item.immediate, UInt64(item.type.bitCount)) : left.bitCount - item.immediate
        return Value(
            step: .shift(isLeft ? .shl : .shr, left.holder, item.immediate), holder: index, bitCount: bitCount)
    }

    // MARK: Conditions and results

    private func compared(_ condition: Condition, _ item: Item, _ index: Int) -> Value {
        var (left, right, condition) = (operand(item.left), operand(item.right), condition)
        if left.constant != nil {
            swap(&left, &right)
            condition = condition.exchanged
        }
        guard let known = right.constant else {
            if left.holder == right.holder { return constant(condition.holds(0, 0) ? 1 : 0, index) }
            return Value(step: .compare(condition, left.holder, right.holder), holder: index, bitCount: 1)
        }
        if let other = left.constant { return constant(condition.holds(other, known) ? 1 : 0, index) }
        // Where 0 and the most that the value can be agree, everything between them does: these are orders.
        if condition != .equal, condition != .notEqual, condition.holds(0, known) == condition.holds(left.mask, known) {
            return constant(condition.holds(0, known) ? 1 : 0, index)
        }
        if known == 0 {
            // Below nothing, and at least nothing, are constants by now.
            let isZero = condition == .equal || condition == .belowOrEqual
            return Value(
                step: .testBits(isZero ? .equal : .notEqual, left.holder, left.mask), holder: index, bitCount: 1)
        }
        return Value(step: .compareConstant(condition, left.holder, known), holder: index, bitCount: 1)
    }

    private func branch(_ item: Item, _ index: Int) -> Value {
        let left = operand(item.left)
        if let known = left.constant { return constant(known, index) }
        return Value(step: .testBits(.notEqual, left.holder, left.mask), holder: index, bitCount: 0)
    }

    private func returned(_ item: Item, _ index: Int) -> Value {
        guard item.left != .none else { return Value(holder: index, bitCount: 0) }
        let left = operand(item.left)
        if let known = left.constant { return constant(known, index) }
        return Value(step: .returnValue(left.holder), holder: index, bitCount: left.bitCount)
    }
}
