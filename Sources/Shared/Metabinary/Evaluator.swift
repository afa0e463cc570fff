// Evaluates the code of one function into a program: the generating extension at work. Static values live on the
// stack alone; what depends on a device becomes items. It does not optimise, and it does not know what the values
// mean. What touches memory stands in the file beside.

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
            let opcode = try reader.opcode()
            let mayFollow = opcode == .otherwise || opcode == .end || opcode == .skip || opcode == .forget
            guard !block.hasReturned || mayFollow else { throw .codeAfterReturn(at: place) }
            try step(opcode)
        }
        guard blocks.isEmpty else { throw .wrongBlock(at: reader.offset) }
    }

    /// Carries out one operation.
    private func step(_ opcode: Opcode) throws(MetabinaryError) {
        switch opcode {
        case .line: line = UInt16(try reader.number(atMost: UInt64(UInt16.max)))
        case .push: try push(StackEntry(value: try reader.number(atMost: .max)))
        case .local:
            let index = try reader.index(below: MetabinaryLimit.stackDepth)
            guard index < stack.count else { throw .stackTooShallow(at: place) }
            try push(stack[index])
        case .load, .loadAt: try load(isIndexed: opcode == .loadAt)
        case .store, .storeAt: try store(isIndexed: opcode == .storeAt)
        case .get, .getAt: try get(isIndexed: opcode == .getAt)
        case .set, .setAt: try set(isIndexed: opcode == .setAt)
        case .address: try address()
        case .parameter: try parameter()
        case .bound: try bound()
        case .and: try combine(.and)
        case .or: try combine(.or)
        case .add: try combine(.add)
        case .subtract: try combine(.subtract)
        case .equal: try combine(.equal)
        case .notEqual: try combine(.notEqual)
        case .below: try combine(.below)
        case .belowOrEqual: try combine(.belowOrEqual)
        case .shiftLeft, .shiftRight: try shift(isLeft: opcode == .shiftLeft)
        case .extend, .truncate: try convert(to: try reader.type(), isWider: opcode == .extend)
        case .ifTrue, .otherwise, .loop, .wait, .until, .end, .pause: try control(opcode)
        case .publish: _ = try emit(.publish, .void)
        case .fence: _ = try emit(.fence, .void)
        case .swap: try swap(try reader.type())
        case .returnValue: try returnValue()
        case .fact, .entry, .choice, .ask, .when, .skip, .each, .forget, .multiply, .divide, .remainder, .loopOf,
            .boundOf:
            try staticStep(opcode)
        }
    }

    // MARK: The stack

    @inline(never)
    func push(_ entry: StackEntry) throws(MetabinaryError) {
        guard stack.count < MetabinaryLimit.stackDepth else { throw .stackTooDeep(at: place) }
        stack.append(entry)
    }

    /// Takes the uppermost entry, which must be of the block at hand.
    @inline(never)
    func pop() throws(MetabinaryError) -> StackEntry {
        guard stack.count > block.depth, let entry = stack.popLast() else { throw .stackTooShallow(at: place) }
        return entry
    }

    // MARK: Blocks

    @inline(never)
    private func open(_ opening: Operation, firstArmReturned: Bool = false) throws(MetabinaryError) {
        guard blocks.count < MetabinaryLimit.blockDepth else { throw .blocksTooDeep(at: place) }
        blocks.append(block)
        block = Block(opening: opening, depth: stack.count, firstArmReturned: firstArmReturned)
    }

    /// Closes the block at hand, forgets the values that were made in it, and gives it.
    @inline(never)
    private func close() throws(MetabinaryError) -> Block {
        let closed = block
        guard let outer = blocks.popLast() else { throw .wrongBlock(at: place) }
        stack.removeLast(stack.count - closed.depth)
        block = outer
        return closed
    }

    private func control(_ opcode: Opcode) throws(MetabinaryError) {
        switch opcode {
        case .ifTrue:
            let condition = try condition()
            _ = try emit(.ifTrue, .void, left: condition)
            try open(.ifTrue)
        case .otherwise:
            let arm = try close()
            guard arm.opening == .ifTrue else { throw .wrongBlock(at: place) }
            _ = try emit(.otherwise, .void)
            try open(.otherwise, firstArmReturned: arm.hasReturned)
        case .loop:
            try loop(try reader.number(atMost: MetabinaryLimit.loopCount))
        case .wait:
            guard block.opening != .wait, !blocks.contains(where: { $0.opening == .wait }) else {
                throw .wrongBlock(at: place)
            }
            _ = try emit(.wait, .void, immediate: try timeStampCounts(), facts: [.identity, .clock])
            try open(.wait)
        case .until:
            let condition = try condition()
            guard try close().opening == .wait else { throw .wrongBlock(at: place) }
            _ = try emit(.until, .void, left: condition)
            try open(.until)
        case .pause: try pause()
        default:
            try end()
        }
    }

    /// Opens a body that runs so many times.
    @inline(never)
    func loop(_ count: UInt64) throws(MetabinaryError) {
        guard count > 0, count <= MetabinaryLimit.loopCount else { throw .badCount(at: place) }
        let item = try emit(.loop, .u32, immediate: count)
        try open(.loop)
        try push(StackEntry(item: item, type: .u32, mask: StackEntry.mask(upTo: count - 1)))
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
        case .otherwise:
            block.hasReturned = closed.hasReturned && closed.firstArmReturned
        default: break
        }
        _ = try emit(.end, .void)
    }

    /// The boolean that decides a branch; a static one decides nothing.
    @inline(never)
    private func condition() throws(MetabinaryError) -> ItemReference {
        let entry = try pop()
        guard !entry.isStatic, entry.type == .boolean else { throw .staticCondition(at: place) }
        return entry.item
    }

    /// Lets time pass by an empty loop: programs have no other way to go on after a time. No run of it takes less than
    /// half a cycle, and no processor's clock is above four times the frequency of its time-stamp counter.
    private func pause() throws(MetabinaryError) {
        guard clockFrequency > 0 else { throw .noClock(at: place) }
        let count = try timeStampCounts()
        guard count <= UInt64(UInt32.max) / 8 else { throw .numberTooLarge(at: place) }
        _ = try emit(.loop, .u32, immediate: max(1, count * 8), facts: [.identity, .clock])
        _ = try emit(.end, .void)
    }

    /// A bound in time-stamp counts, at least as long as the microseconds that stand here.
    @inline(never)
    private func timeStampCounts() throws(MetabinaryError) -> UInt64 {
        let microseconds = try reader.number(atMost: MetabinaryLimit.waitMicroseconds)
        let (counts, isTooLong) = microseconds.multipliedReportingOverflow(by: clockFrequency)
        guard !isTooLong, counts < .max - 999_999 else { throw .numberTooLarge(at: place) }
        return (counts + 999_999) / 1_000_000
    }

    private func returnValue() throws(MetabinaryError) {
        if program.result == .void {
            _ = try emit(.returnValue, .void)
        } else {
            var result = try pop()
            if result.bitCount > function.resultBitCount { result = try confined(result) }
            guard result.bitCount <= function.resultBitCount else { throw .valueTooWide(at: place) }
            _ = try emit(.returnValue, program.result, left: try item(of: result, program.result))
        }
        block.hasReturned = true
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
        return ItemReference(rawValue: UInt32(program.items.count - 1))
    }

    /// Index of an origin, added where the program does not have it yet.
    private func originIndex(_ origin: Origin) -> UInt16 {
        if let index = program.origins.lastIndex(of: origin) { return UInt16(index) }
        program.origins.append(origin)
        return UInt16(program.origins.count - 1)
    }
}
