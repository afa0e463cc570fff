// Evaluates the code of one function into a program: the generating extension at work. Static values live on the
// stack alone; what depends on a device becomes items. It does not optimise, and it does not know what the values
// mean. What touches memory is in the file beside.

import Hardware
import Program

/// The stack machine, for one function and one device of the machine.
final class Evaluator {
    /// A block that is open: its opening item's operation, and what is restored when it closes.
    struct Block {
        var opening: Operation
        /// Entries of the stack that belong to the blocks around it.
        var depth: Int
        /// Whether the block has returned, so that nothing may follow in it.
        var hasReturned = false
        /// For `otherwise`, whether the first arm has returned.
        var firstArmReturned = false
    }

    var reader: ImageReader
    let function: FunctionDescription
    let device: DeviceDescription
    private let clockFrequency: UInt64
    /// What is known of the function of the machine.
    let input: StaticInput
    private(set) var program: Program
    var stack: [StackEntry] = []
    private(set) var blocks: [Block] = []
    private(set) var block = Block(opening: .end, depth: 0)
    /// The static loops that are open, the outermost first.
    var runs: [Run] = []
    private var stepCount = 0
    /// What is left for the driver.
    private(set) var budget: GenerationBudget
    private(set) var line: UInt16
    /// Offset of the operation at work.
    private(set) var place: Int

    init(
        reader: ImageReader, function: FunctionDescription, device: DeviceDescription, input: StaticInput,
        regions: [Region], clockFrequency: UInt64, budget: GenerationBudget
    ) {
        self.reader = reader
        self.budget = budget
        self.input = input
        self.function = function
        self.device = device
        self.clockFrequency = clockFrequency
        program = Program(result: function.resultType)
        program.regions = regions
        line = function.line
        place = reader.offset
    }

    /// Carries out the code to its end.
    func evaluate() throws(MetabinaryError) -> Program {
        try run()
        guard block.hasReturned else { throw .missingReturn(at: reader.offset) }
        return program
    }

    func run() throws(MetabinaryError) {
        while true {
            place = reader.offset
            if try runsAgain() { continue }
            if reader.isAtEnd { break }
            stepCount += 1
            guard stepCount <= MetabinaryLimit.stepCount else { throw .tooManySteps(at: place, line: line) }
            guard budget.takeStep() else { throw .tooManyStepsInAll(at: place, line: line) }
            let instruction = try reader.instruction(of: device, parameterCount: function.parameters.count)
            try check(instruction.opcode)
            try step(instruction)
        }
        guard blocks.isEmpty else { throw .wrongBlock(at: reader.offset) }
    }

    /// Carries out one operation.
    private func step(_ instruction: Instruction) throws(MetabinaryError) {
        let opcode = instruction.opcode
        switch opcode {
        case .line: line = UInt16(truncatingIfNeeded: instruction.index)
        case .push: push(StackEntry(value: instruction.numbers.0))
        case .local:
            guard instruction.index < stack.count else { throw .stackTooShallow(at: place) }
            push(stack[instruction.index])
        case .load, .loadAt, .store, .storeAt, .get, .getAt, .set, .setAt: try access(instruction, opcode.row)
        case .address: try address(instruction.index)
        case .parameter: try parameter(instruction.index)
        case .bound:
            let numbers = instruction.numbers
            try bound(from: numbers.0, to: numbers.1, returning: numbers.2)
        case .and, .or, .add, .subtract, .equal, .notEqual, .unsignedLess, .unsignedLessOrEqual, .multiply, .divide,
            .remainder:
            try combine(opcode)
        case .shiftLeft, .shiftRight: try shift(isLeft: opcode == .shiftLeft)
        case .extend, .truncate: try convert(to: instruction.type, isWider: opcode == .extend)
        case .ifTrue, .else, .loop, .wait, .until, .end, .pause: try control(instruction)
        case .releaseFence, .fullFence: _ = try emit(opcode == .fullFence ? .fullFence : .releaseFence, .void)
        case .swap: try swap(instruction.type)
        case .returnValue: try returnValue()
        case .fact, .entry, .choice, .ask, .when, .skip, .each, .forget, .loopOf, .boundOf:
            try staticStep(instruction)
        }
    }

    // MARK: The stack

    /// Checks by the table that the operation may be here, finds on the stack what it takes, of the block at hand, and
    /// has room there for what it leaves.
    private func check(_ opcode: Opcode) throws(MetabinaryError) {
        let row = opcode.row
        guard !block.hasReturned || row.mayFollowReturn else { throw .codeAfterReturn(at: place) }
        let count = row.control == .returns && program.result == .void ? 0 : row.takenCount
        guard stack.count - count >= block.depth else { throw .stackTooShallow(at: place) }
        guard stack.count - count + (row.left == .none ? 0 : 1) <= MetabinaryLimit.stackDepth else {
            throw .stackTooDeep(at: place)
        }
        if count > 0 { try check(stack[stack.count - count], row.taken.0) }
        if count > 1 { try check(stack[stack.count - 1], row.taken.1) }
    }

    @inline(never)
    private func check(_ entry: StackEntry, _ kind: EntryKind) throws(MetabinaryError) {
        switch kind {
        case .static: guard entry.isStatic else { throw .notStatic(at: place) }
        case .dynamic, .boolean:
            guard !entry.isStatic, (entry.type == .boolean) == (kind == .boolean) else {
                throw .staticCondition(at: place)
            }
        case .none, .any, .rest: break
        }
    }

    @inline(never)
    func push(_ entry: StackEntry) { stack.append(entry) }

    /// Takes the uppermost entry: as many as the table says of the operation at hand, and those that it has pushed itself.
    @inline(never)
    func pop() -> StackEntry { stack.removeLast() }

    // MARK: Blocks

    @inline(never)
    private func open(_ opening: Operation, firstArmReturned: Bool = false) throws(MetabinaryError) {
        guard blocks.count < MetabinaryLimit.blockDepth else { throw .blocksTooDeep(at: place) }
        blocks.append(block)
        block = Block(opening: opening, depth: stack.count, firstArmReturned: firstArmReturned)
    }

    /// Closes the block at hand, forgets the values that were made in it, and returns it.
    @inline(never)
    private func close() throws(MetabinaryError) -> Block {
        let closed = block
        guard let outer = blocks.popLast() else { throw .wrongBlock(at: place) }
        stack.removeLast(stack.count - closed.depth)
        block = outer
        return closed
    }

    private func control(_ instruction: Instruction) throws(MetabinaryError) {
        switch instruction.opcode {
        case .ifTrue: try branch(.ifTrue, behind: nil)
        case .else: try branch(.else, behind: .ifTrue)
        case .until: try branch(.until, behind: .wait)
        case .loop: try loop(instruction.numbers.0)
        case .wait:
            guard block.opening != .wait, !blocks.contains(where: { $0.opening == .wait }) else {
                throw .wrongBlock(at: place)
            }
            let counts = try timeStampCounts(in: instruction.numbers.0)
            _ = try emit(.wait, .void, immediate: counts, facts: [.identity, .clock])
            try open(.wait)
        case .pause: try pause(instruction.numbers.0)
        default: try end()
        }
    }

    /// Opens an arm, by a condition where it has one; what it comes after closes.
    @inline(never)
    private func branch(_ operation: Operation, behind opening: Operation?) throws(MetabinaryError) {
        let condition = operation == .else ? .none : pop().item
        var firstArmReturned = false
        if let opening {
            let arm = try close()
            guard arm.opening == opening else { throw .wrongBlock(at: place) }
            firstArmReturned = arm.hasReturned
        }
        _ = try emit(operation, .void, left: condition)
        try open(operation, firstArmReturned: firstArmReturned)
    }

    /// Opens a body that runs so many times.
    @inline(never)
    func loop(_ count: UInt64) throws(MetabinaryError) {
        guard count > 0, count <= MetabinaryLimit.loopCount else { throw .badCount(at: place) }
        let item = try emit(.loop, .u32, immediate: count)
        try open(.loop)
        push(StackEntry(item: item, type: .u32, mask: StackEntry.mask(upTo: count - 1)))
    }

    private func end() throws(MetabinaryError) {
        let closed = try close()
        switch closed.opening {
        case .until:
            guard closed.hasReturned else { throw .missingReturn(at: place) }
        case .wait:
            throw .wrongBlock(at: place)
        case .loop:
            guard !closed.hasReturned else { throw .wrongBlock(at: place) }
        case .else:
            block.hasReturned = closed.hasReturned && closed.firstArmReturned
        default: break
        }
        _ = try emit(.end, .void)
    }

    /// Lets time pass by an empty loop: programs have no other way to go on after a time. No run of it takes less than
    /// half a cycle, and no processor's clock is above four times the frequency of its time-stamp counter.
    private func pause(_ microseconds: UInt64) throws(MetabinaryError) {
        guard clockFrequency > 0 else { throw .noClock(at: place) }
        let count = try timeStampCounts(in: microseconds)
        guard count <= UInt64(UInt32.max) / 8 else { throw .numberTooLarge(at: place) }
        _ = try emit(.loop, .u32, immediate: max(1, count * 8), facts: [.identity, .clock])
        _ = try emit(.end, .void)
    }

    /// A bound in time-stamp counts, at least as long as so many microseconds.
    @inline(never)
    private func timeStampCounts(in microseconds: UInt64) throws(MetabinaryError) -> UInt64 {
        let (counts, isTooLong) = microseconds.multipliedReportingOverflow(by: clockFrequency)
        guard !isTooLong, counts < .max - 999_999 else { throw .numberTooLarge(at: place) }
        return (counts + 999_999) / 1_000_000
    }

    private func returnValue() throws(MetabinaryError) {
        var result = StackEntry(value: 0)
        if program.result != .void {
            result = pop()
            if result.bitCount > function.resultBitCount { result = try confined(result) }
            guard result.bitCount <= function.resultBitCount else { throw .valueTooWide(at: place) }
        }
        try emitReturn(of: result)
        block.hasReturned = true
    }

    /// Returns a value where the function has a result.
    @inline(never)
    func emitReturn(of value: StackEntry) throws(MetabinaryError) {
        let left = program.result == .void ? .none : try item(of: value, program.result)
        _ = try emit(.returnValue, program.result, left: left)
    }

    // MARK: Items

    /// The item behind an entry; a static entry becomes a constant of that type.
    @inline(never)
    func item(of entry: StackEntry, _ type: ValueType) throws(MetabinaryError) -> ItemReference {
        guard entry.isStatic else {
            guard entry.type == type else { throw .typesDiffer(at: place) }
            return entry.item
        }
        guard entry.bitCount <= type.bitCount else { throw .valueTooWide(at: place) }
        return try emit(.constant, type, immediate: entry.value)
    }

    @inline(never)
    func emit(
        _ operation: Operation, _ type: ValueType, left: ItemReference = .none, right: ItemReference = .none,
        immediate: UInt64 = 0, region: UInt8 = 0, facts: FactSet = .identity
    ) throws(MetabinaryError) -> ItemReference {
        guard program.items.count < MetabinaryLimit.itemCount else { throw .tooManyItems(at: place, line: line) }
        guard budget.takeItem() else { throw .tooManyItemsInAll(at: place, line: line) }
        program.items.append(
            Item(
                operation, type, left: left, right: right, immediate: immediate, region: region,
                origin: originIndex(Origin(line: line, facts: facts))))
        return ItemReference(program.items.count - 1)
    }

    /// Index of an origin, added where the program does not have it yet.
    private func originIndex(_ origin: Origin) -> UInt16 {
        if let index = program.origins.lastIndex(of: origin) { return UInt16(index) }
        program.origins.append(origin)
        return UInt16(program.origins.count - 1)
    }
}
