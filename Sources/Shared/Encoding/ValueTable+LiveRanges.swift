// The backward pass over a program: conditions that are only branched on become part of the branch, and every value
// learns until where it lives. A value that lives into a loop lives to the loop's end, because the loop comes back.

import Program

extension ValueTable {
    /// - Precondition: every item has its value.
    @inline(never)
    func measureLiveRanges() {
        for index in (0..<values.count).reversed() {
            switch values[index].operation {
            case .loop: measureLoop(index)
            case .wait: measureWait(index)
            case .ifTrue, .until: useOperands(of: index)
            default: if values[index].isNeeded { useOperands(of: index) }
            }
            if values[index].isPortAccess { preferAccumulator(index) }
        }
        noteTakers()
    }

    /// The operand that ends its life at an item, so that the result may take its register.
    func reused(by index: Int) -> ItemReference {
        let value = values[index]
        if ends(value.left, at: index) { return value.left }
        if ends(value.right, at: index) { return value.right }
        if ends(value.base, at: index) { return value.base }
        return .none
    }

    /// Whether an operand, where there is one, ends its life at an item.
    @inline(__always)
    func ends(_ operand: ItemReference, at index: Int) -> Bool {
        operand != .none && values[operand.index].lastUse == ItemReference(index)
    }

    /// What goes through a port goes through RAX.
    private func preferAccumulator(_ index: Int) {
        if values[index].step != .store {
            values[index].isForResult = true
        } else if ends(values[index].left, at: index) {
            values[values[index].left.index].isForResult = true
        }
    }

    /// A loop that comes back needs its count until its end.
    private func measureLoop(_ index: Int) {
        guard values[index].step == .count else { return }
        let end = values[index].partner
        values[index].isUp = values[index].isUsed
        if values[end.index].isReached { values[index].lastUse = end }
    }

    /// A wait needs its start until its condition is looked at, unless that one is true from the beginning.
    private func measureWait(_ index: Int) {
        guard values[index].step == .wait else { return }
        let until = values[index].partner
        let condition = values[until.index]
        guard condition.isReached, !condition.isConstant || condition.number != 1 else {
            values[index].step = .nothing
            return
        }
        values[index].lastUse = until
    }

    /// Notes the values, starts of waits among them, that live while a wait looks at the clock, and those that live while
    /// a port is accessed: also what is added to its number, but for what is written and ends there.
    private func noteTakers() {
        // The first taker after the item that is looked at.
        var next = Int.max
        for index in (0..<values.count).reversed() {
            let value = values[index]
            let isWait = value.step == .wait
            if value.isUsed, value.lastUse.index > (isWait ? index : next) { values[index].livesAcrossClobber = true }
            guard isWait || value.isPortAccess else { continue }
            next = index
            if value.base != .none { values[value.base.index].livesAcrossClobber = true }
        }
        for index in 0..<values.count where values[index].step == .argument && values[index].isUsed {
            if values[index].lastUse.index > next { values[index].livesAcrossClobber = true }
        }
    }

    private func useOperands(of index: Int) {
        while fuse(index) {}
        if values[index].step == .testBits, values[index].operation.row.effect == .control,
            isLogic(values[index].left), !values[values[index].left.index].step.isTest
        {
            values[index].step = .logic
            return useLeaves(of: values[index].left, at: index)
        }
        if values[index].operation.row.effect == .control { foldLoad(index) }
        if values[index].base != .none { foldScale(index) }
        let value = values[index]
        if value.memoryOperand != .left { use(value.left, at: index) }
        if value.memoryOperand != .right { use(value.right, at: index) }
        use(value.base, at: index)
        if value.step == .returnValue { values[value.left.index].isForResult = true }
        guard value.isForResult else { return }
        let reused = reused(by: index)
        if reused != .none { values[reused.index].isForResult = true }
    }

    /// Whether a value is a test that only one item looks at, a bit that is as good as one, or put together of such.
    private func isLogic(_ reference: ItemReference) -> Bool {
        let value = values[reference.index]
        guard value.useCount == 1 else { return false }
        return value.step.isTest || value.step == .mask && value.number == 1
            || value.step == .combine && value.mnemonic != .add && value.mnemonic != .sub && isLogic(value.left)
                && isLogic(value.right)
    }

    /// The tests that a condition is put together of look at their operands where it branches.
    private func useLeaves(of reference: ItemReference, at index: Int) {
        if values[reference.index].step == .mask {
            values[reference.index].step = .testBits
            values[reference.index].condition = .notEqual
        }
        while fuse(reference.index) {}
        let value = values[reference.index]
        if value.step.isTest {
            use(value.left, at: index)
            return use(value.right, at: index)
        }
        useLeaves(of: value.left, at: index)
        useLeaves(of: value.right, at: index)
    }

    func use(_ operand: ItemReference, at index: Int) {
        guard operand != .none else { return }
        // An argument lives from the function's start, wherever its item is.
        let isFromStart = values[operand.index].step == .argument
        var last = ItemReference(index)
        var loop = values[index].loop
        while loop != .none, isFromStart || loop > operand {
            last = values[loop.index].partner
            loop = values[loop.index].loop
        }
        if !values[operand.index].isUsed || values[operand.index].lastUse < last {
            values[operand.index].lastUse = last
        }
    }

    /// Sees a test of bits through what only it looks at: a mask, a shift, a comparison or its opposite. Returns whether
    /// there was any.
    private func fuse(_ index: Int) -> Bool {
        guard values[index].step == .testBits else { return false }
        let test = values[index]
        let tested = values[test.left.index]
        guard tested.useCount == 1 else { return false }
        switch tested.step {
        case .mask:
            values[index].number = test.number & tested.number
        case .shift:
            guard tested.mnemonic == .shr else { return false }
            values[index].number = test.number << tested.number & values[tested.left.index].mask
        case .compare, .compareConstant, .testBits:
            values[index].step = tested.step
            values[index].condition = test.condition == .equal ? tested.condition.negated : tested.condition
            values[index].right = tested.right
            values[index].number = tested.number
        default:
            return false
        }
        values[index].left = tested.left
        return true
    }
}
