// Runs programs item by item, with regions as bytes and every access to a window seen by the test. Written from the
// definition of an item alone. Time passes with each look of a wait.

import Program

/// What a program may touch while it runs.
protocol ProgramMemory {
    mutating func load(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64) -> UInt64
    mutating func store(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64, _ value: UInt64)
    mutating func publish()
}

/// A run of one program.
struct ProgramMachine {
    /// What a run came to.
    enum Outcome: Equatable {
        case returned(UInt64)
        /// An access past the end of its region.
        case leftRegion(item: Int)
        case ranTooLong
    }

    private let program: Program
    private let arguments: [UInt64]
    private var values: [UInt64]
    private var steps = 0
    /// Time-stamp counts that have passed.
    private(set) var time: UInt64 = 0

    init(_ program: Program, arguments: [UInt64] = []) {
        self.program = program
        self.arguments = arguments
        values = [UInt64](repeating: 0, count: program.items.count)
    }

    static func run<Memory: ProgramMemory>(
        _ program: Program, _ arguments: [UInt64] = [], memory: inout Memory
    ) -> Outcome {
        var machine = ProgramMachine(program, arguments: arguments)
        return machine.run(from: 0, to: program.items.count, &memory) ?? .ranTooLong
    }

    /// Runs a stretch of items; `nil` where it ends without a return.
    private mutating func run<Memory: ProgramMemory>(from start: Int, to end: Int, _ memory: inout Memory) -> Outcome? {
        var index = start
        while index < end {
            steps += 1
            guard steps < 1_000_000 else { return .ranTooLong }
            let item = program.items[index]
            switch item.operation {
            case .ifTrue:
                let (middle, close) = parts(index)
                let arm = value(item.left) != 0 ? (index + 1, middle ?? close) : (middle.map { $0 + 1 } ?? close, close)
                if let outcome = run(from: arm.0, to: arm.1, &memory) { return outcome }
                index = close + 1
            case .loop:
                let close = parts(index).close
                // An empty loop passes time and nothing else.
                for count in 0..<(close == index + 1 ? 0 : item.immediate) {
                    values[index] = count
                    if let outcome = run(from: index + 1, to: close, &memory) { return outcome }
                }
                time += close == index + 1 ? item.immediate : 0
                index = close + 1
            case .wait:
                let (middle, close) = parts(index)
                let started = time
                var isOver = false
                while true {
                    isOver = time - started > item.immediate
                    if let outcome = run(from: index + 1, to: middle ?? close, &memory) { return outcome }
                    if value(program.items[middle ?? close].left) != 0 { break }
                    if isOver { return run(from: (middle ?? close) + 1, to: close, &memory) ?? .ranTooLong }
                    time += 1 + item.immediate / 16
                }
                index = close + 1
            case .returnValue:
                return .returned(item.left == .none ? 0 : value(item.left))
            case .load, .store:
                let offset = item.immediate &+ (item.left == .none ? 0 : value(item.left))
                let byteCount = UInt64(item.type.bitCount / 8)
                let size = program.regions[Int(item.region)].byteCount
                guard offset <= size, size - offset >= byteCount else { return .leftRegion(item: index) }
                if item.operation == .load {
                    values[index] = memory.load(item.region, offset, byteCount)
                } else {
                    memory.store(item.region, offset, byteCount, value(item.right))
                }
                index += 1
            case .publish:
                memory.publish()
                index += 1
            default:
                values[index] = compute(item)
                index += 1
            }
        }
        return nil
    }

    private func value(_ reference: ItemReference) -> UInt64 { values[Int(reference.rawValue)] }

    /// The items that go on with a block and that end it.
    private func parts(_ start: Int) -> (middle: Int?, close: Int) {
        var depth = 0
        var middle: Int?
        for index in start..<program.items.count {
            switch program.items[index].operation {
            case .ifTrue, .loop, .wait: depth += 1
            case .otherwise, .until: if depth == 1 { middle = index }
            case .end:
                depth -= 1
                if depth == 0 { return (middle, index) }
            default: break
            }
        }
        return (middle, program.items.count)
    }

    private func compute(_ item: Item) -> UInt64 {
        let left = item.left == .none ? 0 : value(item.left)
        let right = item.right == .none ? 0 : value(item.right)
        let mask = item.type.mask
        switch item.operation {
        case .constant: return item.immediate
        case .parameter: return arguments[Int(item.immediate)] & mask
        case .and: return left & right
        case .or: return left | right
        case .exclusiveOr: return left ^ right
        case .add: return (left &+ right) & mask
        case .subtract: return (left &- right) & mask
        case .equal: return left == right ? 1 : 0
        case .notEqual: return left != right ? 1 : 0
        case .below: return left < right ? 1 : 0
        case .belowOrEqual: return left <= right ? 1 : 0
        case .shiftLeft: return (left << item.immediate) & mask
        case .shiftRight: return left >> item.immediate
        case .extend: return left
        default: return left & mask
        }
    }
}

/// Registers that a function of region, offset and size answers; stores are noted.
struct AnsweringMemory: ProgramMemory {
    struct Write: Equatable {
        var region: UInt8
        var offset: UInt64
        var byteCount: UInt64
        var value: UInt64
    }

    var answer: (UInt8, UInt64, UInt64) -> UInt64
    var writes: [Write] = []
    var publishCount = 0

    init(_ answer: @escaping (UInt8, UInt64, UInt64) -> UInt64) { self.answer = answer }

    mutating func load(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64) -> UInt64 {
        answer(region, offset, byteCount)
    }

    mutating func store(_ region: UInt8, _ offset: UInt64, _ byteCount: UInt64, _ value: UInt64) {
        writes.append(Write(region: region, offset: offset, byteCount: byteCount, value: value))
    }

    mutating func publish() { publishCount += 1 }
}

extension Program {
    /// What the program returns, with reads of a region answered by a function of region, offset and size.
    func run(_ read: @escaping (UInt8, UInt64, UInt64) -> UInt64) -> UInt64? {
        var memory = AnsweringMemory(read)
        guard case .returned(let value) = ProgramMachine.run(self, memory: &memory) else { return nil }
        return value
    }
}
