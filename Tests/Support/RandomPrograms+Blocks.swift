// Programs with branches, loops, waits and early returns. Waits come true after some looks, which a cell of memory
// counts, or never; those that never do have a short bound, and nothing in their look writes memory.

import Program

extension RandomPrograms {
    /// A program of about so many items, blocks among them.
    package mutating func nextWithBlocks(itemLimit: Int) -> Program {
        start()
        program.result = ValueType.allCases.randomElement(using: &generator) ?? .u64
        for number in 0..<random(0...6) { append(.parameter, Self.argumentTypes[number], immediate: UInt64(number)) }
        let count = random(1...itemLimit)
        var hasReturned = false
        while program.items.count < count, !hasReturned { hasReturned = appendStatement(depth: 0) }
        if !hasReturned { appendReturn() }
        return program
    }

    /// Appends an item or a block; true if every path through it returns.
    private mutating func appendStatement(depth: Int) -> Bool {
        // What is open then adds some hundreds of items: no program has more than may be.
        if depth < 4, program.items.count < Program.itemLimit / 2 {
            switch random(1...30) {
            case 1...4: return appendBranch(depth: depth)
            case 5, 6: return appendLoop(depth: depth)
            case 7: return appendWait(depth: depth)
            default: break
            }
        }
        appendItem()
        return false
    }

    /// Appends what is in a block; true if it returns.
    private mutating func appendBody(depth: Int, returning: Bool) -> Bool {
        let before = visible.count
        defer { visible.removeLast(visible.count - before) }
        // Now and then long enough for a branch across it to need a long distance.
        for _ in 0..<(oneIn(8) ? 40 : random(0...5)) where appendStatement(depth: depth + 1) { return true }
        if returning { appendReturn() }
        return returning
    }

    private mutating func appendReturn() {
        if program.result == .void { return append(.returnValue, .void) }
        if pick(anyOf: [program.result]) == nil || oneIn(6) {
            append(.constant, program.result, immediate: generator.next() & program.result.mask)
        }
        append(.returnValue, program.result, pick(anyOf: [program.result]))
    }

    private mutating func condition() -> Int {
        if let condition = pick(anyOf: [.boolean]), !oneIn(4) { return condition }
        guard let value = pick(anyOf: [.u8, .u16, .u32, .u64]) else {
            append(.constant, .boolean, immediate: UInt64(random(0...1)))
            return program.items.count - 1
        }
        append(.truncate, .boolean, value)
        return program.items.count - 1
    }

    private mutating func appendBranch(depth: Int) -> Bool {
        append(.ifTrue, .void, condition())
        let first = appendBody(depth: depth, returning: oneIn(4))
        var second = false
        if Bool.random(using: &generator) {
            append(.else, .void)
            second = appendBody(depth: depth, returning: oneIn(6))
        }
        append(.end, .void)
        return first && second
    }

    private mutating func appendLoop(depth: Int) -> Bool {
        let before = visible.count
        append(.loop, .u32, immediate: UInt64(random(1...4)))
        let returns = appendBody(depth: depth, returning: oneIn(20))
        append(.end, .void)
        visible.removeLast(visible.count - before)
        return returns
    }

    /// A wait is in no look: blocks of a look are kept flat.
    private mutating func appendWait(depth: Int) -> Bool {
        let comesTrue = mayStore && !oneIn(3)
        let cell = UInt64(random(0...63) * 4)
        if comesTrue {
            append(.constant, .u32)
            append(.store, .u32, nil, program.items.count - 1, immediate: cell, region: 2)
            visible.removeLast()
        }
        let before = visible.count
        let bounds: [UInt64] = comesTrue ? [0x7FFF_FFFF, 1 << 31, 1 << 40] : [1, 127, 128, 3000]
        append(.wait, .void, immediate: bounds.randomElement(using: &generator) ?? 1)
        let storedBefore = mayStore
        mayStore = false
        for _ in 0..<(oneIn(8) ? 40 : random(0...4)) { appendItem() }
        mayStore = storedBefore
        append(.load, .u32, immediate: cell, region: 2)
        let count = program.items.count - 1
        if comesTrue {
            append(.constant, .u32, immediate: 1)
            append(.add, .u32, count, program.items.count - 1)
            append(.store, .u32, nil, program.items.count - 1, immediate: cell, region: 2)
            append(.constant, .u32, immediate: UInt64(random(0...6)))
            append(.unsignedLessOrEqual, .boolean, program.items.count - 1, count)
        } else {
            append(.constant, .u32, immediate: 1)
            append(.and, .u32, count, program.items.count - 1)
            append(.constant, .u32, immediate: 2)
            append(.equal, .boolean, program.items.count - 2, program.items.count - 1)
        }
        append(.until, .void, program.items.count - 1)
        visible.removeLast(visible.count - before)
        _ = appendBody(depth: depth, returning: true)
        append(.end, .void)
        return false
    }
}
