// The operations of the stack machine that belong to the static stage: facts, tables, choices, what discovery learned, and
// its control. Control goes forward, or back to the start of a run whose number is counted down, and takes a step for each
// operation: it ends. All of it is carried out while generating; only multiplication, loops and bounds leave items.

import Hardware
import Program

extension Evaluator {
    /// A static loop that is open.
    struct Run {
        /// Offset of its code in the image.
        var start: Int
        /// Offset behind it.
        var end: Int
        /// Number of the run at hand.
        var number: UInt64
        var count: UInt64
        /// Entries of the stack that belong to the code around it.
        var depth: Int
        /// Blocks that are open around it.
        var blockCount: Int
    }

    /// Carries out the code to its end and gives the number that it leaves; it makes no item.
    func number() throws(MetabinaryError) -> UInt64 {
        try run()
        let result = try popStatic()
        guard program.items.isEmpty else { throw .notStatic(at: place) }
        return result
    }

    func staticStep(_ opcode: Opcode) throws(MetabinaryError) {
        switch opcode {
        case .fact:
            let index = try reader.index(below: device.facts.count)
            guard index < input.facts.count else { throw .badFact(at: place) }
            try push(StackEntry(value: input.facts[index]))
        case .entry:
            let table = device.tables[try reader.index(below: device.tables.count)]
            let index = try popStatic()
            guard index < UInt64(table.count) else { throw .pastTable(at: place) }
            try push(StackEntry(value: table[Int(index)]))
        case .choice:
            let index = try reader.index(below: device.choices.count)
            guard index < input.choices.count else { throw .badChoice(at: place) }
            try push(StackEntry(value: UInt64(input.choices[index])))
        case .ask:
            let question = try Question(&reader, of: device)
            guard let answer = input.answer(to: question) else { throw .factMissing(at: place) }
            try push(StackEntry(value: answer))
        case .when:
            let target = try target()
            if try popStatic() == 0 { reader.offset = target }
        case .skip: reader.offset = try target()
        case .each: try each()
        case .forget:
            let depth = try reader.index(below: MetabinaryLimit.stackDepth)
            guard depth >= block.depth, depth >= runs.last?.depth ?? 0, depth <= stack.count else {
                throw .stackTooShallow(at: place)
            }
            stack.removeLast(stack.count - depth)
        case .loopOf: try loop(try popStatic())
        case .boundOf:
            let lowest = try reader.number(atMost: .max)
            try bound(from: lowest, to: try popStatic())
        default: try scale(opcode)
        }
    }

    /// Takes the uppermost entry, which is known.
    @inline(never)
    private func popStatic() throws(MetabinaryError) -> UInt64 {
        let entry = try pop()
        guard entry.isStatic else { throw .notStatic(at: place) }
        return entry.value
    }

    /// Where to go on: forward, and inside of the code at hand.
    @inline(never)
    private func target() throws(MetabinaryError) -> Int {
        let distance = try reader.count(atMost: MetabinaryLimit.codeByteCount)
        guard distance <= (runs.last?.end ?? reader.end) - reader.offset else { throw .badSkip(at: place) }
        return reader.offset + distance
    }

    // MARK: Static loops

    private func each() throws(MetabinaryError) {
        let end = try target()
        let count = try popStatic()
        guard count > 0, end > reader.offset else { return reader.offset = end }
        guard runs.count < MetabinaryLimit.blockDepth else { throw .blocksTooDeep(at: place) }
        runs.append(
            Run(
                start: reader.offset, end: end, number: 0, count: count, depth: stack.count, blockCount: blocks.count))
        try push(StackEntry(value: 0))
    }

    /// At the end of a run, goes on with the next one or leaves its loop. Returns whether a run ended here.
    func runsAgain() throws(MetabinaryError) -> Bool {
        guard let run = runs.last, reader.offset == run.end else { return false }
        guard blocks.count == run.blockCount, stack.count >= run.depth else { throw .wrongBlock(at: place) }
        stack.removeLast(stack.count - run.depth)
        let next = run.number + 1
        guard next < run.count else {
            runs.removeLast()
            return true
        }
        runs[runs.count - 1].number = next
        reader.offset = run.start
        try push(StackEntry(value: next))
        return true
    }

    // MARK: Products

    private func scale(_ opcode: Opcode) throws(MetabinaryError) {
        let right = try pop()
        let left = try pop()
        if opcode == .multiply, !left.isStatic || !right.isStatic {
            let (factor, operand) = left.isStatic ? (left, right) : (right, left)
            guard factor.isStatic, factor.value.nonzeroBitCount == 1 else { throw .notStatic(at: place) }
            return try shift(operand, UInt64(factor.value.trailingZeroBitCount), isLeft: true)
        }
        guard left.isStatic, right.isStatic else { throw .notStatic(at: place) }
        if opcode == .multiply {
            let (product, isTooLarge) = left.value.multipliedReportingOverflow(by: right.value)
            guard !isTooLarge else { throw .valueTooWide(at: place) }
            return try push(StackEntry(value: product))
        }
        guard right.value > 0 else { throw .dividedByZero(at: place) }
        try push(StackEntry(value: opcode == .divide ? left.value / right.value : left.value % right.value))
    }
}
