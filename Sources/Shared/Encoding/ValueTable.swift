// Two passes over a program, before instructions are picked. Forward: which values are constants, which are in
// another's register already, how many bits each may have, and what is never reached. Backward, in
// ValueTable+LiveRanges.swift: until where each value lives. This is not the optimiser: it looks at one item at a time,
// and only leaves out what would be an instruction for nothing.

import Hardware
import Program

/// The values of all items of a program. What comes after needs the program no more.
struct ValueTable: ~Copyable {
    var values = FixedArray<Value>(capacity: Program.itemLimit)
    var tails = FixedArray<Tail>(capacity: Tail.limit)
    var kept = FixedArray<Kept>(capacity: Kept.limit)
    /// How many bits a result has.
    var resultBitCount: UInt8 = 0
    /// Whether it pays to keep any.
    var hasKept = false
    /// What conditions have told of values, so that it is forgotten where they need not hold.
    var narrowings = FixedArray<Narrowing>(capacity: Program.itemLimit)
    private var blocks = BlockTable()
    /// The first item that names each argument.
    private var arguments = FixedArray<ItemReference>(capacity: Int(ProgramChecker.parameterLimit))

    /// Looks at every item.
    ///
    /// - Precondition: `program` is well formed.
    mutating func fill(_ program: Program) {
        resultBitCount = program.result.bitCount
        values.removeAll()
        narrowings.removeAll()
        blocks.removeAll()
        arguments.removeAll()
        for _ in 0..<ProgramChecker.parameterLimit { arguments.append(.none) }
        for index in program.items.indices { note(program.items[index], index, program) }
        measureLiveRanges()
        planTails()
        planKept()
    }

    private mutating func note(_ item: Item, _ index: Int, _ program: Program) {
        values.append(Value(of: item, index))
        let isCondition = item.operation == .ifTrue || item.operation == .until
        let isKnown = isCondition && values[item.left.index].isConstant
        blocks.note(isKnown ? values[item.left.index].number : nil, values)
        noteConditions(index)
        guard values[index].isReached else { return }
        var value = values[index]
        evaluate(item, index, &value, program)
        value.knownBitCount = value.bitCount
        values[index] = value
        if item.operation == .ifTrue { noteArm(index) }
        if value.left != .none { values[value.left.index].useCount += 1 }
        if value.right != .none { values[value.right.index].useCount += 1 }
        if value.base != .none {
            values[value.base.index].useCount += 1
            values[value.base.index].baseUseCount += 1
        }
    }

    private mutating func evaluate(_ item: Item, _ index: Int, _ value: inout Value, _ program: Program) {
        switch item.operation {
        case .constant: value.setConstant(item.immediate)
        case .parameter: setArgument(&value, item, index)
        case .load: setLoad(&value, item, program)
        case .store: setStore(&value, item, program)
        case .and, .or, .add: setCombined(&value, item)
        case .subtract: setDifference(&value, item)
        case .equal: setCompared(&value, .equal, item)
        case .notEqual: setCompared(&value, .notEqual, item)
        case .unsignedLess: setCompared(&value, .below, item)
        case .unsignedLessOrEqual: setCompared(&value, .belowOrEqual, item)
        case .shiftLeft, .shiftRight: setShifted(&value, item)
        case .extend: value.setSame(operand(item.left))
        case .truncate: setMasked(&value, operand(item.left), item.type.mask)
        case .ifTrue, .until: setTested(&value, operand(item.left))
        case .loop: setCount(&value, item.immediate)
        case .wait:
            value.setStep(.wait, bitCount: 64)
            value.number = item.immediate
        case .fullFence: value.setStep(.fence, bitCount: 0)
        case .releaseFence, .else, .end: break
        case .returnValue: setReturned(&value, item)
        }
    }

    // MARK: Arguments and memory

    /// An argument is in one register, however often the program names it.
    private mutating func setArgument(_ value: inout Value, _ item: Item, _ index: Int) {
        let number = Int(truncatingIfNeeded: item.immediate)
        let first = arguments[number]
        if first != .none { return value.setSame(values[first.index]) }
        arguments[number] = ItemReference(index)
        value.setStep(.argument, bitCount: item.type.bitCount)
        value.number = item.immediate
    }

    /// The place of an access, with a constant offset put in, and the value to add.
    private func setPlace(_ value: inout Value, _ item: Item, _ program: Program) {
        value.offset = item.immediate
        if item.left != .none {
            let left = operand(item.left)
            if left.isConstant { value.offset &+= left.number } else { value.base = left.holder }
        }
        guard program.reachesPort(item) else { return }
        value.isPortAccess = true
        value.offset = (program.regions[Int(item.region)].address.rawValue &+ value.offset) & ValueType.u32.mask
    }

    private func setLoad(_ value: inout Value, _ item: Item, _ program: Program) {
        value.setStep(.load, bitCount: item.type.bitCount)
        setPlace(&value, item, program)
    }

    /// A store takes the low bits of a register: to cut the others off before is for nothing.
    private func setStore(_ value: inout Value, _ item: Item, _ program: Program) {
        setPlace(&value, item, program)
        let stored = operand(item.right)
        if stored.isConstant {
            value.step = .storeConstant
            value.number = stored.number
            return
        }
        value.step = .store
        value.left = stored.holder
        while values[value.left.index].step == .mask {
            let masked = values[value.left.index]
            let wider = values[masked.left.index]
            guard item.type.mask & masked.number == item.type.mask & wider.mask else { break }
            value.left = masked.left
        }
    }

    // MARK: Arithmetic

    private func setMasked(_ value: inout Value, _ left: Value, _ mask: UInt64) {
        if left.isConstant { return value.setConstant(left.number & mask) }
        let kept = mask & left.mask
        if kept == left.mask { return value.setSame(left) }
        if kept == 0 { return value.setConstant(0) }
        value.setStep(.mask, bitCount: Value.bitCount(kept))
        value.left = left.holder
        value.number = kept
    }

    /// `and`, `or` and `add`, whose operands may change places.
    private func setCombined(_ value: inout Value, _ item: Item) {
        var (left, right) = (operand(item.left), operand(item.right))
        if left.isConstant { swap(&left, &right) }
        value.mnemonic = item.operation == .add ? .add : item.operation == .or ? .or : .and
        if right.isConstant {
            if item.operation == .and { return setMasked(&value, left, right.number) }
            if left.isConstant {
                return value.setConstant(item.operation.fold(left.number, right.number, 0, item.type) ?? 0)
            }
            if right.number == 0 { return value.setSame(left) }
            value.step = .combineConstant
            value.number = right.number
        } else {
            if left.holder == right.holder, item.operation != .add { return value.setSame(left) }
            value.step = .combine
            value.right = right.holder
        }
        value.left = left.holder
        // A sum may carry one bit further than its operands.
        let bitCount = max(left.bitCount, right.bitCount) + (item.operation == .add ? 1 : 0)
        value.bitCount = min(bitCount, item.type.bitCount)
        value.wraps = bitCount > item.type.bitCount
        if item.operation == .and { value.bitCount = min(left.bitCount, right.bitCount) }
    }

    private func setDifference(_ value: inout Value, _ item: Item) {
        let (left, right) = (operand(item.left), operand(item.right))
        if right.isConstant {
            if left.isConstant { return value.setConstant((left.number &- right.number) & item.type.mask) }
            if right.number == 0 { return value.setSame(left) }
            // The opposite is added, with as many bits as the register has that adds it.
            value.step = .combineConstant
            value.mnemonic = .add
            value.left = left.holder
            value.number = (0 &- right.number) & (item.type == .u64 ? UInt64.max : ValueType.u32.mask)
        } else if left.isConstant {
            value.step = .subtractFrom
            value.left = right.holder
            value.number = left.number
        } else if left.holder == right.holder {
            return value.setConstant(0)
        } else {
            value.step = .combine
            value.mnemonic = .sub
            value.left = left.holder
            value.right = right.holder
        }
        value.bitCount = item.type.bitCount
        value.wraps = true
    }

    private func setShifted(_ value: inout Value, _ item: Item) {
        let left = operand(item.left)
        let isLeft = item.operation == .shiftLeft
        if left.isConstant {
            return value.setConstant(item.operation.fold(left.number, 0, item.immediate, item.type) ?? 0)
        }
        if item.immediate == 0 { return value.setSame(left) }
        let count = UInt8(truncatingIfNeeded: item.immediate)  // less than the type's bits
        if !isLeft, count >= left.bitCount { return value.setConstant(0) }
        value.setStep(.shift, bitCount: isLeft ? min(left.bitCount + count, item.type.bitCount) : left.bitCount - count)
        value.isWide = (isLeft ? value.bitCount : left.bitCount) > 32
        value.wraps = isLeft && left.bitCount + count > item.type.bitCount
        value.mnemonic = isLeft ? .shl : .shr
        value.left = left.holder
        value.number = item.immediate
    }

    // MARK: Conditions, loops and results

    private func setCompared(_ value: inout Value, _ asked: Condition, _ item: Item) {
        var (left, right, condition) = (operand(item.left), operand(item.right), asked)
        if left.isConstant {
            swap(&left, &right)
            condition = condition.exchanged
        }
        value.bitCount = 1
        value.condition = condition
        value.left = left.holder
        guard right.isConstant else {
            if left.holder == right.holder { return setKnown(&value, condition.holds(0, 0)) }
            value.step = .compare
            value.right = right.holder
            return
        }
        let known = right.number
        if left.isConstant { return setKnown(&value, condition.holds(left.number, known)) }
        // Where 0 and the most that the value can be agree, everything between them does: these are orders.
        if condition != .equal, condition != .notEqual, condition.holds(0, known) == condition.holds(left.mask, known) {
            return setKnown(&value, condition.holds(0, known))
        }
        value.step = .compareConstant
        value.number = known
        guard known == 0 else { return }
        // Below nothing, and at least nothing, are constants by now.
        value.step = .testBits
        value.condition = condition == .equal || condition == .belowOrEqual ? .equal : .notEqual
        value.number = values[left.holder.index].mask
    }

    private func setKnown(_ value: inout Value, _ holds: Bool) {
        value.left = .none
        value.setConstant(holds ? 1 : 0)
    }

    private func setTested(_ value: inout Value, _ left: Value) {
        if left.isConstant { return value.setConstant(left.number) }
        value.step = .testBits
        value.condition = .notEqual
        value.left = left.holder
        value.number = values[left.holder.index].mask
    }

    private func setCount(_ value: inout Value, _ count: UInt64) {
        if count == 1 { return value.setConstant(0) }
        value.setStep(.count, bitCount: Value.bitCount(count - 1))
        value.number = count
    }

    private func setReturned(_ value: inout Value, _ item: Item) {
        guard item.left != .none else { return }
        let left = operand(item.left)
        if left.isConstant { return value.setConstant(left.number) }
        value.setStep(.returnValue, bitCount: left.bitCount)
        value.left = left.holder
    }
}
