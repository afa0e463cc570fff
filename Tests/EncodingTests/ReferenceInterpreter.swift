// What a program means, told apart from how it is encoded: each item's value computed in the plainest way, each block
// run by what it says.

import Program

/// Computes what a program returns and leaves behind.
struct ReferenceInterpreter {
    /// Bounds up to this end a wait whose condition is false at the first look; greater ones are taken for endless.
    static let shortBound: UInt64 = 10_000

    /// A read or write, in the order in which they happen.
    struct Access: Equatable {
        var item: Int
        var region: Int
        var offset: Int
    }

    /// How a block was left.
    private enum Exit {
        case end(Int)
        case returned(UInt64)
    }

    private let program: Program
    private let arguments: [UInt64]
    private(set) var memory: [[UInt8]]
    private(set) var accesses: [Access] = []
    /// How often waits expired, and how often conditions came true.
    private(set) var expirations = 0
    private var values: [UInt64]

    init(_ program: Program, memory: [[UInt8]], arguments: [UInt64] = []) {
        self.program = program
        self.memory = memory
        self.arguments = arguments
        values = [UInt64](repeating: 0, count: program.items.count)
    }

    /// Runs the program from its start; the result of one without is 0.
    mutating func run() -> UInt64 {
        guard case .returned(let result) = run(from: 0) else { preconditionFailure("a checked program returns") }
        return result
    }

    /// Runs items until their block ends, and gives the item that ends it.
    private mutating func run(from start: Int) -> Exit {
        var index = start
        while true {
            let item = program.items[index]
            switch item.operation {
            case .otherwise, .until, .end:
                return .end(index)
            case .returnValue:
                return .returned(program.result == .void ? 0 : value(item.left))
            case .ifTrue:
                let second = partner(of: index)
                var exit = Exit.end(second)
                if value(item.left) == 1 {
                    exit = run(from: index + 1)
                } else if program.items[second].operation == .otherwise {
                    exit = run(from: second + 1)
                }
                if case .returned = exit { return exit }
                index = end(of: index)
            case .loop:
                for count in 0..<item.immediate {
                    values[index] = count
                    let exit = run(from: index + 1)
                    if case .returned = exit { return exit }
                }
                index = end(of: index)
            case .wait:
                if let exit = wait(index) { return exit }
                index = end(of: index)
            default:
                compute(item, index)
            }
            index += 1
        }
    }

    private mutating func wait(_ index: Int) -> Exit? {
        for _ in 0..<1000 {
            let exit = run(from: index + 1)
            guard case .end(let until) = exit else { return exit }
            if value(program.items[until].left) == 1 { return nil }
            if program.items[index].immediate <= Self.shortBound {
                expirations += 1
                return run(from: until + 1)
            }
        }
        preconditionFailure("a condition that never comes true has a short bound")
    }

    /// The item that closes a block, or goes on with it.
    private func partner(of start: Int) -> Int {
        var depth = 0
        var index = start + 1
        while true {
            let operation = program.items[index].operation
            if depth == 0, operation.closesBlock { return index }
            if operation == .ifTrue || operation == .loop || operation == .wait { depth += 1 }
            if operation == .end { depth -= 1 }
            index += 1
        }
    }

    private func end(of start: Int) -> Int {
        let next = partner(of: start)
        return program.items[next].operation == .end ? next : end(of: next)
    }

    private func value(_ reference: ItemReference) -> UInt64 {
        reference == .none ? 0 : values[Int(reference.rawValue)]
    }

    private mutating func compute(_ item: Item, _ index: Int) {
        let left = value(item.left)
        let right = value(item.right)
        var value: UInt64 = 0
        switch item.operation {
        case .constant: value = item.immediate
        case .parameter: value = arguments[Int(item.immediate)]
        case .load, .store: value = access(item, index, at: Int(item.immediate + left))
        case .and: value = left & right
        case .or: value = left | right
        case .exclusiveOr: value = (left | right) - (left & right)
        case .add: value = left.addingReportingOverflow(right).partialValue
        case .subtract: value = left.subtractingReportingOverflow(right).partialValue
        case .equal: value = left == right ? 1 : 0
        case .notEqual: value = left == right ? 0 : 1
        case .below: value = left < right ? 1 : 0
        case .belowOrEqual: value = left <= right ? 1 : 0
        case .shiftLeft:
            for bit in 0..<64 where left >> bit & 1 == 1 { value |= 1 << (UInt64(bit) + item.immediate) }
        case .shiftRight: value = left / (1 << item.immediate)
        case .extend, .truncate: value = left
        default: break
        }
        if item.type.bitCount < 64 { value %= 1 << UInt64(item.type.bitCount) }
        values[index] = value
    }

    private mutating func access(_ item: Item, _ index: Int, at offset: Int) -> UInt64 {
        let region = Int(item.region)
        accesses.append(Access(item: index, region: region, offset: offset))
        var value: UInt64 = 0
        for byte in (0..<Int(item.type.bitCount / 8)).reversed() {
            if item.operation == .store {
                memory[region][offset + byte] = UInt8(truncatingIfNeeded: self.value(item.right) >> (8 * UInt64(byte)))
            }
            value = value * 256 + UInt64(memory[region][offset + byte])
        }
        return value
    }
}
