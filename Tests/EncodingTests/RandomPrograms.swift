// Programs of random shape, well formed by construction, from a seed.

import Hardware
import Program

/// Makes programs.
struct RandomPrograms {
    private var generator: SeededGenerator
    private let regions: [Region]
    private var program = Program(result: .u64)
    /// How far back operands are taken from: the farther, the more values live at a time.
    private var reach = 1
    /// Items that serve as operands.
    private var used: Set<Int> = []

    init(seed: UInt64, regions: [Region]) {
        generator = SeededGenerator(seed: seed)
        self.regions = regions
    }

    /// A program of about `itemLimit` items at most, and a return.
    mutating func next(itemLimit: Int) -> Program {
        program = Program(result: .u64)
        reach = Int.random(in: 1...12, using: &generator)
        used = []
        program.regions = regions
        program.origins = (1...4).map { Origin(line: $0, facts: .identity) }
        let count = Int.random(in: 1...itemLimit, using: &generator)
        while program.items.count < count { appendItem() }
        let last = pick(anyOf: ValueType.allCases).map { gather(into: $0) }
        if Int.random(in: 0..<30, using: &generator) == 0 || last == nil {
            program.result = .void
            append(.returnValue, .void)
        } else if let last {
            program.result = type(of: last)
            append(.returnValue, program.result, last)
        }
        return program
    }

    /// Puts values that nobody uses yet into the result, so that they live until here.
    private mutating func gather(into last: Int) -> Int {
        var last = last
        let rest = program.items.indices.filter { $0 != last && !used.contains($0) && type(of: $0) == type(of: last) }
        for item in rest.prefix(Int.random(in: 0...9, using: &generator)) {
            append(Bool.random(using: &generator) ? .and : .or, type(of: last), last, item)
            last = program.items.count - 1
        }
        return last
    }

    private mutating func appendItem() {
        guard let operation = Operation.allCases.filter({ $0 != .returnValue }).randomElement(using: &generator) else {
            return
        }
        switch operation {
        case .constant:
            guard let type = [ValueType.boolean, .u8, .u16, .u32, .u64].randomElement(using: &generator) else { return }
            append(.constant, type, immediate: number() & type.mask)
        case .load:
            guard let type = [ValueType.u8, .u16, .u32, .u64, .u64].randomElement(using: &generator) else { return }
            let region = Int.random(in: regions.indices, using: &generator)
            let width = UInt64(type.bitCount / 8)
            let place = UInt64.random(in: 0..<regions[region].byteCount / width, using: &generator)
            append(.load, type, immediate: place * width, region: UInt8(region))
        case .and, .or:
            guard let left = pick(anyOf: ValueType.allCases) else { return }
            if Bool.random(using: &generator) {
                append(.constant, type(of: left), immediate: number() & type(of: left).mask)
                append(operation, type(of: left), left, program.items.count - 1)
            } else if let right = pick(anyOf: [type(of: left)]) {
                append(operation, type(of: left), left, right)
            }
        case .shiftLeft, .shiftRight:
            guard let left = pick(anyOf: ValueType.allCases) else { return }
            let count = UInt64.random(in: 0..<UInt64(type(of: left).bitCount), using: &generator)
            append(operation, type(of: left), left, immediate: count)
        case .extend:
            guard let left = pick(anyOf: [.boolean, .u8, .u16, .u32]),
                let wider = ValueType.allCases.filter({ $0.bitCount > type(of: left).bitCount })
                    .randomElement(using: &generator)
            else { return }
            append(.extend, wider, left)
        case .truncate:
            guard let left = pick(anyOf: [.u8, .u16, .u32, .u64]),
                let narrower = ValueType.allCases.filter({ $0 != .void && $0.bitCount < type(of: left).bitCount })
                    .randomElement(using: &generator)
            else { return }
            append(.truncate, narrower, left)
        default:
            return
        }
    }

    /// A number with few or many bits, masks and bounds among them.
    private mutating func number() -> UInt64 {
        let bits = UInt64.random(in: 0..<64, using: &generator)
        return switch Int.random(in: 0..<8, using: &generator) {
        case 0: generator.next()
        case 1: generator.next() >> bits
        case 2: 1 << bits
        case 3: (1 << bits) - 1
        case 4, 5, 6: ~((1 << bits) - 1)
        default: UInt64.random(in: 0..<256, using: &generator)
        }
    }

    private func type(of item: Int) -> ValueType { program.items[item].type }

    /// An earlier item of one of these types, mostly one that nobody uses yet, so that little of a program is in vain.
    private mutating func pick(anyOf types: [ValueType]) -> Int? {
        var fitting = program.items.indices.filter { types.contains(program.items[$0].type) }
        let fresh = fitting.filter { !used.contains($0) }
        if !fresh.isEmpty, Int.random(in: 0..<5, using: &generator) != 0 { fitting = fresh }
        return fitting.suffix(reach).randomElement(using: &generator)
    }

    private mutating func append(
        _ operation: Operation, _ type: ValueType, _ left: Int? = nil, _ right: Int? = nil, immediate: UInt64 = 0,
        region: UInt8 = 0
    ) {
        used.formUnion([left, right].compactMap { $0 })
        let reference = { (index: Int?) in index.map { ItemReference(rawValue: UInt32($0)) } ?? .none }
        program.items.append(
            Item(
                operation, type, left: reference(left), right: reference(right), immediate: immediate, region: region,
                origin: UInt16.random(in: 0..<4, using: &generator)))
    }
}
