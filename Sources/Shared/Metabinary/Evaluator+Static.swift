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
        /// Offset after it.
        var end: Int
        /// Number of the run at hand.
        var number: UInt64
        var count: UInt64
        /// Entries of the stack that belong to the code around it.
        var depth: Int
        /// Blocks that are open around it.
        var blockCount: Int
    }

    /// Carries out the code to its end and returns the number that it leaves; it makes no item.
    func number() throws(MetabinaryError) -> UInt64 {
        try run()
        guard let result = stack.last else { throw .stackTooShallow(at: place) }
        guard result.isStatic, program.items.isEmpty else { throw .notStatic(at: place) }
        return result.value
    }

    func staticStep(_ instruction: Instruction) throws(MetabinaryError) {
        let index = instruction.index
        switch instruction.opcode {
        case .fact:
            guard index < input.facts.count else { throw .badFact(at: place) }
            push(StackEntry(value: input.facts[index]))
        case .entry:
            let (table, entry) = (device.tables[index], pop().value)
            guard entry < UInt64(table.count) else { throw .pastTable(at: place) }
            push(StackEntry(value: table[Int(entry)]))
        case .choice:
            guard index < input.choices.count else { throw .badChoice(at: place) }
            push(StackEntry(value: UInt64(input.choices[index])))
        case .ask:
            guard let answer = input.answer(to: instruction.question) else { throw .factMissing(at: place) }
            push(StackEntry(value: answer))
        case .when, .skip:
            let target = try target(behind: index)
            if instruction.opcode == .skip || pop().value == 0 { reader.offset = target }
        case .each: try each(to: try target(behind: index))
        case .forget:
            guard index >= block.depth, index >= runs.last?.depth ?? 0, index <= stack.count else {
                throw .stackTooShallow(at: place)
            }
            stack.removeLast(stack.count - index)
        case .loopOf: try loop(pop().value)
        default: try bound(from: instruction.numbers.0, to: pop().value, returning: instruction.numbers.1)
        }
    }

    /// Where to go on: forward, and inside of the code at hand.
    private func target(behind distance: Int) throws(MetabinaryError) -> Int {
        guard distance <= (runs.last?.end ?? reader.end) - reader.offset else { throw .badSkip(at: place) }
        return reader.offset + distance
    }

    // MARK: Static loops

    private func each(to end: Int) throws(MetabinaryError) {
        let count = pop().value
        guard count > 0, end > reader.offset else { return reader.offset = end }
        guard runs.count < MetabinaryLimit.blockDepth else { throw .blocksTooDeep(at: place) }
        runs.append(
            Run(
                start: reader.offset, end: end, number: 0, count: count, depth: stack.count, blockCount: blocks.count))
        push(StackEntry(value: 0))
    }

    /// At the end of a run, goes on with the next one or leaves its loop. Returns whether a run ended here.
    func runsAgain() throws(MetabinaryError) -> Bool {
        guard let run = runs.last, reader.offset == run.end else { return false }
        guard blocks.count == run.blockCount, block.depth <= run.depth, stack.count >= run.depth else {
            throw .wrongBlock(at: place)
        }
        stack.removeLast(stack.count - run.depth)
        let next = run.number + 1
        guard next < run.count else {
            runs.removeLast()
            return true
        }
        runs[runs.count - 1].number = next
        reader.offset = run.start
        push(StackEntry(value: next))
        return true
    }
}
