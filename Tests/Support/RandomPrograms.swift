// Programs of random shape, well formed by construction, from a seed. What makes values is here; blocks are in
// RandomPrograms+Blocks.swift.

import Hardware
import Program

/// Makes programs.
package struct RandomPrograms {
    /// Types of the six arguments.
    package static let argumentTypes: [ValueType] = [.u32, .u64, .u32, .u8, .u16, .boolean]

    package var generator: SeededGenerator
    /// Bits that are kept of a value that is added to an address, of the lowest seven.
    package var indexMask: UInt64 = 0x7F
    /// Whether half of all accesses go to the last region, which is one of ports.
    package var favoursPorts = false
    private let regions: [Region]
    var program = Program(result: .u64)
    /// Items that serve as operands where the next one stands.
    var visible: [Int] = []
    /// Whether items that write memory may come.
    var mayStore = true
    /// How far back operands are taken from: the farther, the more values live at a time.
    private var reach = 1
    /// Items that serve as operands.
    private var used: Set<Int> = []

    package init(seed: UInt64, regions: [Region]) {
        generator = SeededGenerator(seed: seed)
        self.regions = regions
    }

    /// A program without blocks, of about `itemLimit` items at most, and a return.
    package mutating func next(itemLimit: Int) -> Program {
        start()
        let count = random(1...itemLimit)
        while program.items.count < count { appendItem() }
        let last = pick(anyOf: ValueType.allCases).map { gather(into: $0) }
        if oneIn(30) || last == nil {
            program.result = .void
            append(.returnValue, .void)
        } else if let last {
            program.result = type(of: last)
            append(.returnValue, program.result, last)
        }
        return program
    }

    /// Begins a program.
    mutating func start() {
        program = Program(result: .u64)
        reach = random(1...12)
        used = []
        visible = []
        mayStore = true
        program.regions = regions
        program.origins = (1...4).map { Origin(line: $0, facts: .identity) }
    }

    /// Puts values that nobody uses yet into the result, so that they live until here.
    private mutating func gather(into last: Int) -> Int {
        var last = last
        let rest = visible.filter { $0 != last && !used.contains($0) && type(of: $0) == type(of: last) }
        for item in rest.prefix(random(0...9)) {
            append(Bool.random(using: &generator) ? .and : .or, type(of: last), last, item)
            last = program.items.count - 1
        }
        return last
    }

    /// Appends an item that opens and closes no block, and what it takes.
    mutating func appendItem() {
        let operations = Operation.allCases.filter { $0.row.effect != .control }
        guard let operation = operations.randomElement(using: &generator) else { return }
        switch operation.row.rule {
        case .constant:
            guard let type = [ValueType.boolean, .u8, .u16, .u32, .u64].randomElement(using: &generator) else { return }
            append(.constant, type, immediate: number() & type.mask)
        case .argument:
            let number = random(0...5)
            append(.parameter, Self.argumentTypes[number], immediate: UInt64(number))
        case .loaded, .stored:
            appendAccess(operation)
        case .free:
            append(operation, .void)
        case .alike:
            guard let (left, right) = pair() else { return }
            append(operation, type(of: left), left, right)
        case .compared:
            guard let (left, right) = pair() else { return }
            append(operation, .boolean, left, right)
        case .shifted:
            guard let left = pick(anyOf: ValueType.allCases) else { return }
            append(operation, type(of: left), left, immediate: UInt64(random(0...Int(type(of: left).bitCount) - 1)))
        case .widened:
            guard let left = pick(anyOf: [.boolean, .u8, .u16, .u32]),
                let wider = ValueType.allCases.filter({ $0.bitCount > type(of: left).bitCount })
                    .randomElement(using: &generator)
            else { return }
            append(operation, wider, left)
        case .narrowed:
            guard let left = pick(anyOf: [.u8, .u16, .u32, .u64]),
                let narrower = ValueType.allCases.filter({ $0 != .void && $0.bitCount < type(of: left).bitCount })
                    .randomElement(using: &generator)
            else { return }
            append(operation, narrower, left)
        case .condition, .counter, .returned:
            return
        }
    }

    /// Two values of one type, one of them a constant now and then.
    private mutating func pair() -> (Int, Int)? {
        guard let left = pick(anyOf: ValueType.allCases) else { return nil }
        if !Bool.random(using: &generator) { return pick(anyOf: [type(of: left)]).map { (left, $0) } }
        append(.constant, type(of: left), immediate: number() & type(of: left).mask)
        let constant = program.items.count - 1
        return oneIn(4) ? (constant, left) : (left, constant)
    }

    /// A load or store, at an offset that a value adds to now and then.
    private mutating func appendAccess(_ operation: Operation) {
        guard operation == .load || mayStore,
            var type = [ValueType.u8, .u16, .u32, .u64, .u64].randomElement(using: &generator)
        else { return }
        var stored: Int?
        if operation == .store {
            guard let value = pick(anyOf: [.u8, .u16, .u32, .u64]) else { return }
            type = self.type(of: value)
            stored = value
        }
        var region = random(0...regions.count - 1)
        if favoursPorts, Bool.random(using: &generator) { region = regions.count - 1 }
        if type == .u64, regions[region].kind == .ports { region = 0 }
        let isPorts = regions[region].kind == .ports
        let width = Int(type.bitCount / 8)
        guard oneIn(3), let number = pick(anyOf: [.u32, .u64]) else {
            let offset = UInt64(random(0...256 / width - 1) * width)
            return append(operation, type, nil, stored, immediate: offset, region: UInt8(region))
        }
        // Up to 127 at most, and a static offset that leaves room after it; among ports, one of whole elements of eight
        // bytes, as the verifier knows what a port's number is a multiple of, and no more.
        append(.constant, self.type(of: number), immediate: indexMask)
        append(.and, self.type(of: number), number, program.items.count - 1)
        let unit = isPorts ? 8 : width
        let offset = UInt64(random(0...120 / unit) * unit)
        append(
            operation, type, program.items.count - 1, stored, immediate: offset, region: UInt8(region))
    }

    /// A number with few or many bits, masks and bounds among them.
    private mutating func number() -> UInt64 {
        let bits = UInt64.random(in: 0..<64, using: &generator)
        return switch random(0...9) {
        case 0: generator.next()
        case 1: generator.next() >> bits
        case 2: 1 << bits
        case 3: (1 << bits) - 1
        case 4, 5, 6: ~((1 << bits) - 1)
        case 7: Bool.random(using: &generator) ? 1 : .max
        default: UInt64.random(in: 0..<256, using: &generator)
        }
    }

    func type(of item: Int) -> ValueType { program.items[item].type }

    mutating func random(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func oneIn(_ count: Int) -> Bool { random(1...count) == 1 }

    /// An earlier item of one of these types, mostly one that nobody uses yet, so that little of a program is in vain.
    mutating func pick(anyOf types: [ValueType]) -> Int? {
        var fitting = visible.filter { types.contains(program.items[$0].type) }
        let fresh = fitting.filter { !used.contains($0) }
        if !fresh.isEmpty, !oneIn(5) { fitting = fresh }
        return fitting.suffix(reach).randomElement(using: &generator)
    }

    mutating func append(
        _ operation: Operation, _ type: ValueType, _ left: Int? = nil, _ right: Int? = nil, immediate: UInt64 = 0,
        region: UInt8 = 0
    ) {
        used.formUnion([left, right].compactMap { $0 })
        let reference = { (index: Int?) in index.map { ItemReference(rawValue: UInt16($0)) } ?? .none }
        if operation.givesValue { visible.append(program.items.count) }
        program.items.append(
            Item(
                operation, type, left: reference(left), right: reference(right), immediate: immediate, region: region,
                origin: UInt16.random(in: 0..<4, using: &generator)))
    }
}
