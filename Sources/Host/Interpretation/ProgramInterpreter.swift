// What a program means, apart from how it is encoded: runs it item by item over regions that the caller provides. What an
// operation computes the table of operations says; what control does is said here. Tests hold the evaluator and the
// encoder against it. Nothing waits: time passes by what the program does.

import Program

/// A run of one program.
///
/// Time is counted in time-stamp counts: an empty loop takes one a turn, and a look of a wait such a part of the wait's
/// bound that the time is over after `lookCount` looks at most. Nothing else takes time.
public struct ProgramInterpreter {
    /// What a run came to.
    public enum Outcome: Hashable, Sendable {
        /// 0 where the program has no result.
        case returned(UInt64)
        /// An access past the end of its region.
        case leftRegion(item: Int)
        case ranTooLong
        /// The items came to their end: the program is not well formed.
        case endedWithoutReturn
    }

    /// Most items that are run.
    public static let stepLimit = 1_000_000
    /// Most looks of a wait until its time is over.
    public static let lookCount: UInt64 = 16

    private let program: Program
    private let arguments: [UInt64]
    private let blocks: [BlockExtent]
    private var values: [UInt64]
    private var stepCount = 0
    /// All accesses, in the order in which they happened.
    public private(set) var accesses: [ProgramAccess] = []
    /// How often waits expired.
    public private(set) var expirationCount = 0
    /// What has passed. Units: time-stamp counts.
    public private(set) var time: UInt64 = 0

    /// - Precondition: there are as many arguments as the program names.
    public init(_ program: Program, arguments: [UInt64] = []) {
        self.program = program
        self.arguments = arguments
        blocks = BlockExtent.all(of: program)
        values = [UInt64](repeating: 0, count: program.items.count)
    }

    /// Runs the program once, where only its outcome and what it leaves behind matter.
    public static func run<Memory: ProgramMemory>(
        _ program: Program, _ arguments: [UInt64] = [], memory: inout Memory
    ) -> Outcome {
        var interpreter = ProgramInterpreter(program, arguments: arguments)
        return interpreter.run(over: &memory)
    }

    /// Runs the program from its start.
    public mutating func run<Memory: ProgramMemory>(over memory: inout Memory) -> Outcome {
        run(0..<program.items.count, &memory) ?? .endedWithoutReturn
    }

    /// Runs a stretch of items; `nil` where it ends without a return.
    private mutating func run<Memory: ProgramMemory>(_ items: Range<Int>, _ memory: inout Memory) -> Outcome? {
        var index = items.lowerBound
        while index < items.upperBound {
            stepCount += 1
            guard stepCount <= Self.stepLimit else { return .ranTooLong }
            let item = program.items[index]
            switch item.operation.row.effect {
            case .none: values[index] = computed(item)
            case .memory: if item.operation == .releaseFence { memory.publish() }
            case .deviceRead, .deviceWrite:
                guard access(item, index, &memory) else { return .leftRegion(item: index) }
            case .control:
                if let outcome = control(item, index, &memory) { return outcome }
                if item.operation.opensBlock { index = blocks[index].end }
            }
            index += 1
        }
        return nil
    }

    private func value(_ reference: ItemReference) -> UInt64 {
        reference == .none ? 0 : values[reference.index]
    }

    private func computed(_ item: Item) -> UInt64 {
        if item.operation == .parameter { return arguments[Int(item.immediate)] & item.type.mask }
        return item.operation.fold(value(item.left), value(item.right), item.immediate, item.type) ?? 0
    }

    /// Reads or writes; false past the end of the region.
    private mutating func access<Memory: ProgramMemory>(_ item: Item, _ index: Int, _ memory: inout Memory) -> Bool {
        let offset = item.immediate &+ value(item.left)
        let byteCount = UInt64(item.type.bitCount / 8)
        let roomByteCount = program.regions[Int(item.region)].byteCount
        guard offset <= roomByteCount, roomByteCount - offset >= byteCount else { return false }
        let isStore = item.operation == .store
        if isStore {
            values[index] = value(item.right)
            memory.store(item.region, offset, byteCount, values[index])
        } else {
            values[index] = memory.load(item.region, offset, byteCount)
        }
        accesses.append(
            ProgramAccess(
                item: index, isStore: isStore, region: item.region, offset: offset, byteCount: byteCount,
                value: values[index]))
        return true
    }

    // MARK: Control

    /// Carries out a block from the item that opens it to its end, or a return.
    private mutating func control<Memory: ProgramMemory>(
        _ item: Item, _ index: Int, _ memory: inout Memory
    ) -> Outcome? {
        let block = blocks[index]
        switch item.operation {
        case .ifTrue: return run(value(item.left) != 0 ? block.first : block.second, &memory)
        case .loop:
            guard !block.first.isEmpty else {
                time &+= item.immediate
                return nil
            }
            for count in 0..<item.immediate {
                values[index] = count
                if let outcome = run(block.first, &memory) { return outcome }
            }
            return nil
        case .wait: return wait(item, block, &memory)
        case .returnValue: return .returned(value(item.left))
        default: return nil
        }
    }

    private mutating func wait<Memory: ProgramMemory>(
        _ item: Item, _ block: BlockExtent, _ memory: inout Memory
    ) -> Outcome? {
        let start = time
        while true {
            let isOver = time &- start > item.immediate
            if let outcome = run(block.first, &memory) { return outcome }
            if value(program.items[block.first.upperBound].left) != 0 { return nil }
            if isOver {
                expirationCount += 1
                return run(block.second, &memory) ?? .endedWithoutReturn
            }
            time &+= 1 + item.immediate / Self.lookCount
        }
    }
}
