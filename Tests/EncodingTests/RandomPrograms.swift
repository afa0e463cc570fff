// Programs of random shape, well formed by construction, from a seed.

import Hardware
import Program

/// SplitMix64: small, seeded, the same everywhere.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, figure 17.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Makes programs.
struct RandomPrograms {
    private var generator: SeededGenerator
    private let regions: [Region]
    private var program = Program(result: .u64)

    init(seed: UInt64, regions: [Region]) {
        generator = SeededGenerator(seed: seed)
        self.regions = regions
    }

    /// A program of at most `itemLimit` items and a return.
    mutating func next(itemLimit: Int) -> Program {
        program = Program(result: .u64)
        program.regions = regions
        program.origins = (1...4).map { Origin(line: $0, facts: .identity) }
        let count = Int.random(in: 1...itemLimit, using: &generator)
        while program.items.count < count { appendItem() }
        let last = pick(anyOf: ValueType.allCases)
        if Int.random(in: 0..<30, using: &generator) == 0 || last == nil {
            program.result = .void
            append(.returnValue, .void)
        } else if let last {
            program.result = type(of: last)
            append(.returnValue, program.result, last)
        }
        return program
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
            guard let type = [ValueType.u8, .u16, .u32, .u64].randomElement(using: &generator) else { return }
            let region = Int.random(in: regions.indices, using: &generator)
            let width = UInt64(type.bitCount / 8)
            let place = UInt64.random(in: 0..<regions[region].byteCount / width, using: &generator)
            append(.load, type, immediate: place * width, region: UInt8(region))
        case .and, .or:
            guard let left = pick(anyOf: ValueType.allCases), let right = pick(anyOf: [type(of: left)]) else { return }
            append(operation, type(of: left), left, right)
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
        case .returnValue:
            return
        }
    }

    /// A number with few or many bits, masks and bounds among them.
    private mutating func number() -> UInt64 {
        let bits = UInt64.random(in: 0..<64, using: &generator)
        return switch Int.random(in: 0..<6, using: &generator) {
        case 0: generator.next()
        case 1: generator.next() >> bits
        case 2: 1 << bits
        case 3: (1 << bits) - 1
        case 4: ~((1 << bits) - 1)
        default: UInt64.random(in: 0..<256, using: &generator)
        }
    }

    private func type(of item: Int) -> ValueType { program.items[item].type }

    /// An earlier item of one of these types; late ones more often, so that few values live at a time.
    private mutating func pick(anyOf types: [ValueType]) -> Int? {
        let fitting = program.items.indices.filter { types.contains(program.items[$0].type) }
        guard !fitting.isEmpty else { return nil }
        let window = Int.random(in: 0..<4, using: &generator) == 0 ? fitting.count : min(3, fitting.count)
        return fitting.suffix(window).randomElement(using: &generator)
    }

    private mutating func append(
        _ operation: Operation, _ type: ValueType, _ left: Int? = nil, _ right: Int? = nil, immediate: UInt64 = 0,
        region: UInt8 = 0
    ) {
        let reference = { (index: Int?) in index.map { ItemReference(rawValue: UInt32($0)) } ?? .none }
        program.items.append(
            Item(
                operation, type, left: reference(left), right: reference(right), immediate: immediate, region: region,
                origin: UInt16.random(in: 0..<4, using: &generator)))
    }
}
