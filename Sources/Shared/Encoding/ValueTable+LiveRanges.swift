// The backward pass over a program: conditions that are only branched on become part of the branch, and every value
// learns until where it lives. A value that lives into a loop lives to the loop's end, because the loop comes back.

import Program

extension ValueTable {
    /// - Precondition: every item has its value.
    @inline(never)
    func measureLiveRanges(_ program: Program) {
        for index in values.indices.reversed() {
            switch program.items[index].operation {
            case .loop: measureLoop(index)
            case .wait: measureWait(index)
            case .ifTrue, .until: useOperands(of: index)
            default: if isNeeded(index) { useOperands(of: index) }
            }
            if isPortAccess(index, program) { preferAccumulator(index) }
        }
        noteTakers(program)
    }

    /// Whether an item leaves instructions: its value is used, or it touches a device, or it ends the function.
    func isNeeded(_ index: Int) -> Bool { values[index].step.hasEffect || values[index].lastUse != nil }

    /// The operand that ends its life at an item, so that the result may take its register.
    func reused(by index: Int) -> Int? {
        let operands = values[index].step.operands
        if let first = operands.first, values[first].lastUse == index { return first }
        if let second = operands.second, values[second].lastUse == index { return second }
        return nil
    }

    /// What goes through a port goes through RAX.
    private func preferAccumulator(_ index: Int) {
        if case .store(let value, _, _) = values[index].step {
            if values[value].lastUse == index { values[value].isForResult = true }
        } else {
            values[index].isForResult = true
        }
    }

    /// A loop that comes back needs its count until its end.
    private func measureLoop(_ index: Int) {
        guard case .count = values[index].step else { return }
        let end = blocks.partners[index]
        values[index].step = .count(isUp: values[index].lastUse != nil)
        if blocks.isReached[end] { values[index].lastUse = end }
    }

    /// A wait needs its start until its condition is looked at, unless that one is true from the beginning.
    private func measureWait(_ index: Int) {
        let until = blocks.partners[index]
        guard case .wait = values[index].step, blocks.isReached[until], values[until].constant != 1 else {
            values[index].step = .nothing
            return
        }
        values[index].lastUse = until
    }

    /// Notes the values, starts of waits among them, that live while a wait looks at the clock, and those that live while
    /// a port is accessed: also what is added to its number, but for what is written and ends there.
    private func noteTakers(_ program: Program) {
        // The first taker behind the item that is looked at.
        var next = Int.max
        for index in values.indices.reversed() {
            let isWait = if case .wait = values[index].step { true } else { false }
            let isTaker = isWait || isPortAccess(index, program)
            if let lastUse = values[index].lastUse, lastUse > (isWait ? index : next) {
                values[index].livesAcrossClobber = true
            }
            guard isTaker else { continue }
            next = index
            if let base = values[index].step.base { values[base].livesAcrossClobber = true }
        }
        for index in values.indices where isArgument(index) {
            if let lastUse = values[index].lastUse, lastUse > next { values[index].livesAcrossClobber = true }
        }
    }

    /// Whether an item leaves an instruction that reads or writes a port.
    func isPortAccess(_ index: Int, _ program: Program) -> Bool {
        values[index].step.hasEffect && program.reachesPort(program.items[index])
    }

    private func useOperands(of index: Int) {
        while let fused = fused(values[index].step) { values[index].step = fused }
        let operands = values[index].step.operands
        if let first = operands.first { use(first, at: index) }
        if let second = operands.second { use(second, at: index) }
        if case .returnValue(let value) = values[index].step { values[value].isForResult = true }
        if values[index].isForResult, let reused = reused(by: index) { values[reused].isForResult = true }
    }

    private func use(_ value: Int, at index: Int) {
        var last = index
        let isFromStart = isArgument(value)
        var loop = blocks.loops[index]
        while let start = loop, isFromStart || start > value {
            last = blocks.partners[start]
            loop = blocks.loops[start]
        }
        values[value].lastUse = max(values[value].lastUse ?? 0, last)
    }

    /// Whether the value lives from the function's start, wherever its item is.
    private func isArgument(_ value: Int) -> Bool {
        if case .argument = values[value].step { true } else { false }
    }

    /// A test of bits seen through what only it looks at: a mask, a shift, a comparison or its opposite.
    private func fused(_ step: Step) -> Step? {
        guard case .testBits(let condition, let value, let mask) = step, values[value].useCount == 1 else { return nil }
        switch values[value].step {
        case .mask(let wider, let kept):
            return .testBits(condition, wider, mask & kept)
        case .shift(.shr, let wider, let count):
            return .testBits(condition, wider, mask << count & values[wider].mask)
        case .compare(let inner, let left, let right):
            return .compare(condition == .equal ? inner.negated : inner, left, right)
        case .compareConstant(let inner, let left, let known):
            return .compareConstant(condition == .equal ? inner.negated : inner, left, known)
        case .testBits(let inner, let tested, let mask):
            return .testBits(condition == .equal ? inner.negated : inner, tested, mask)
        default:
            return nil
        }
    }
}
