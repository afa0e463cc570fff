// What the evaluation of code takes at most, and then a call of what it leaves, on any machine: an abstract run of the target's stack machine, in which a static
// entry is the set of numbers that it may be, and a dynamic one is only that. Both arms of a `when` that is open are walked,
// and the costlier counts; a `for each` is walked run by run where it is known how often it runs, else once, for as often as
// it may. So the bound is what evaluation takes where no fact of the machine decides and no cell is narrower than its type,
// and never less.
//
// It walks by the table of opcodes, as `Evaluator` does, and counts its steps and items; a test compares the two.

import Metabinary
import Program

/// The bounds of one function, one fact or one probe.
struct EvaluationBound {
    /// A limit that may be exceeded, and where.
    struct Excess: Equatable {
        /// How much of what is allowed: `2048 items`.
        var what: String
        /// Line of the rule.
        var line: Int
    }

    /// What an entry of the stack may be; `nil` for an item of the program.
    typealias Entry = StaticNumbers?

    let device: DeviceDescription
    let function: FunctionDescription
    /// Whether some cell is believed to use fewer bits than its type has, so that masks may be needed.
    let hasNarrowCells: Bool
    private var reader: ImageReader
    var stack: [Entry] = []
    /// Height of the stack at the opening of each block that is open.
    private var blocks: [Int] = []
    /// Static loops that are open.
    private var runCount = 0
    private(set) var stepCount = 0
    private(set) var itemCount = 0
    /// What a call takes.
    private(set) var time = TimeMeter()
    private(set) var line: Int
    /// The first limit that may be exceeded.
    private(set) var excess: Excess?

    /// Walks the code of a function.
    ///
    /// - Parameter image: the bytes of the image that the function is of.
    init(of function: FunctionDescription, _ device: DeviceDescription, _ image: [UInt8]) {
        self.function = function
        self.device = device
        hasNarrowCells = device.cells.contains { $0.mask != $0.type.mask }
        line = Int(function.line)
        let end = function.codeOffset + function.codeByteCount
        reader = ImageReader(image, from: function.codeOffset, to: end)
        walk(to: end)
    }

    private mutating func walk(to end: Int) {
        while excess == nil, reader.offset < end,
            let instruction = try? reader.instruction(of: device, parameterCount: function.parameters.count)
        {
            stepCount += 1
            step(instruction)
            checkCounts(line)
        }
    }

    // MARK: Limits

    private mutating func checkCounts(_ line: Int) {
        if itemCount > MetabinaryLimit.itemCount { exceed(MetabinaryLimit.itemCount, "items", line) }
        if stepCount > MetabinaryLimit.stepCount { exceed(MetabinaryLimit.stepCount, "steps", line) }
    }

    private mutating func exceed(_ limit: Int, _ what: String, _ line: Int) {
        excess = excess ?? Excess(what: "\(limit) \(what)", line: line)
    }

    mutating func push(_ entry: Entry) {
        stack.append(entry)
        if stack.count > MetabinaryLimit.stackDepth { exceed(MetabinaryLimit.stackDepth, "values at a time", line) }
    }

    /// The uppermost entry; what no compiler leaves out is taken for dynamic.
    mutating func pop() -> Entry { stack.popLast() ?? nil }

    /// Counts items; an operand that is static takes one more, which is its number.
    mutating func emit(_ count: Int, with operands: [Entry] = []) {
        let all = count + operands.count { $0 != nil }
        itemCount += all
        time.addItems(UInt64(all), line: ruleLine)
    }

    /// Adds the time of an access of the device.
    mutating func addAccess() { time.addAccess(line: ruleLine) }

    /// The line at hand, as programs have it.
    private var ruleLine: UInt16 { UInt16(clamping: line) }

    // MARK: Blocks

    private mutating func openBlock() {
        blocks.append(stack.count)
        if blocks.count > MetabinaryLimit.blockDepth {
            exceed(MetabinaryLimit.blockDepth, "blocks within one another", line)
        }
    }

    private mutating func close() {
        stack.removeLast(stack.count - min(blocks.popLast() ?? 0, stack.count))
        time.close()
    }

    private mutating func step(_ instruction: Instruction) {
        let row = instruction.opcode.row
        let isEmpty = row.control == .returns && function.resultType == .void
        let taken = Array((0..<(isEmpty ? 0 : row.takenCount)).map { _ in pop() }.reversed())
        switch row.control {
        case .opens:
            emit(row.itemCount)
            open(instruction, taken)
        case .continues:
            emit(row.itemCount)
            close()
            openBlock()
            time.open()
        case .closes:
            emit(row.itemCount)
            close()
        case .branches: walkArms(of: taken.first ?? nil, distance: instruction.index)
        case .jumps: reader.offset += instruction.index
        case .repeats: walkRuns(of: taken.first ?? nil, distance: instruction.index)
        case .next, .returns:
            switch instruction.opcode {
            case .line: line = instruction.index
            case .forget: stack.removeLast(stack.count - min(instruction.index, stack.count))
            case .pause:
                // An empty loop.
                emit(row.itemCount)
                time.addPause(instruction.numbers.0, line: ruleLine)
                openBlock()
                time.open()
                close()
            default: compute(instruction, taken)
            }
        }
    }

    private mutating func open(_ instruction: Instruction, _ taken: [Entry]) {
        openBlock()
        switch instruction.opcode.row.operation {
        case .loop:
            let most = MetabinaryLimit.loopCount
            let turnCount = taken.isEmpty ? instruction.numbers.0 : (taken[0]?.high ?? most)
            time.openLoop(turnCount: min(turnCount, most), line: ruleLine)
            push(nil)
        case .wait:
            time.addWaiting(instruction.numbers.0, line: ruleLine)
            time.openLook()
        default: time.open()
        }
    }

    // MARK: The static stage

    /// The arms of a `when`: the one that is known to be taken, or both.
    private mutating func walkArms(of condition: Entry, distance: Int) {
        let target = reader.offset + distance
        if let condition, condition.isKnown {
            if condition.low == 0 { reader.offset = target }
            return
        }
        var other = self
        walk(to: target)
        other.reader.offset = target
        // An arm that is passed over ends with the skip of the other.
        other.walk(to: reader.offset)
        stack = zip(stack, other.stack).map { first, second in
            if let first, let second { first.joined(with: second) } else { nil }
        }
        stepCount = max(stepCount, other.stepCount)
        itemCount = max(itemCount, other.itemCount)
        time.join(other.time)
        line = other.line
        excess = excess ?? other.excess
    }

    /// The runs of a `for each`: one by one, or as many as there may be, each as one whose number may be any.
    private mutating func walkRuns(of count: Entry, distance: Int) {
        let (start, end, opening) = (reader.offset, reader.offset + distance, line)
        reader.offset = end
        guard let count, count.high > 0, distance > 0 else { return }
        runCount += 1
        if runCount > MetabinaryLimit.blockDepth {
            exceed(MetabinaryLimit.blockDepth, "`for each` within one another", line)
        }
        let (steps, items, before) = (stepCount, itemCount, time.bound)
        var number: UInt64 = 0
        while excess == nil, number < (count.isKnown ? count.high : 1) {
            walkRun(count.isKnown ? StaticNumbers(number) : StaticNumbers(0, count.high - 1), from: start, to: end)
            number += 1
        }
        runCount -= 1
        guard !count.isKnown else { return }
        stepCount = Self.repeated(steps, stepCount, count.high)
        itemCount = Self.repeated(items, itemCount, count.high)
        time.repeatAdded(since: before, count.high, line: UInt16(clamping: opening))
        checkCounts(opening)
    }

    private mutating func walkRun(_ number: StaticNumbers, from start: Int, to end: Int) {
        let depth = stack.count
        push(number)
        reader.offset = start
        walk(to: end)
        stack.removeLast(stack.count - min(depth, stack.count))
    }

    /// A count that went from one number to another in one run, after so many runs.
    private static func repeated(_ before: Int, _ after: Int, _ count: UInt64) -> Int {
        let (added, isTooMany) = (after - before).multipliedReportingOverflow(by: Int(clamping: count))
        return isTooMany || added > Int.max / 2 ? Int.max / 2 : before + added
    }
}
