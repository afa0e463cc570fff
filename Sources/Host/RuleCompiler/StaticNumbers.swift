// What a static value may be on the machines that a rule meets: its numbers one by one where they are few, else the least and
// the largest. The checker proves with it what the target will compute.

import Metabinary

/// The numbers that a static value may be.
struct StaticNumbers: Equatable {
    /// Most numbers that are told apart.
    private static let limit = 64

    var low: UInt64
    var high: UInt64
    /// All of them, in rising order, where they are few.
    private(set) var values: [UInt64]?

    init(_ number: UInt64) { self.init([number]) }

    init(_ low: UInt64, _ high: UInt64) {
        self.low = low
        self.high = high
        values = high - low < UInt64(Self.limit) ? Array(low...high) : nil
    }

    /// - Precondition: there is a number.
    init(_ numbers: some Sequence<UInt64>) {
        let sorted = Set(numbers).sorted()
        precondition(!sorted.isEmpty, "a value that is no number")
        low = sorted[0]
        high = sorted[sorted.count - 1]
        values = sorted.count <= Self.limit ? sorted : nil
    }

    var isKnown: Bool { low == high }

    /// The numbers of both.
    func joined(with other: StaticNumbers) -> StaticNumbers {
        guard let values, let others = other.values else {
            return StaticNumbers(min(low, other.low), max(high, other.high))
        }
        return StaticNumbers(values + others)
    }

    /// What a function makes of them, `nil` where they are too many.
    func mapped(_ transform: (UInt64) -> UInt64) -> StaticNumbers? { values.map { StaticNumbers($0.map(transform)) } }

    /// Those that lie between two numbers, `nil` where none does.
    func limited(to range: ClosedRange<UInt64>) -> StaticNumbers? {
        guard range.overlaps(low...high) else { return nil }
        guard let values else { return StaticNumbers(max(low, range.lowerBound), min(high, range.upperBound)) }
        let inside = values.filter(range.contains)
        return inside.isEmpty ? nil : StaticNumbers(inside)
    }

    /// What an operation may give of two values.
    ///
    /// - Returns: `nil` where no pair has a number; and whether some pair has none, of 64 bits and not below zero.
    static func combined(
        _ opcode: Opcode, _ left: StaticNumbers, _ right: StaticNumbers
    ) -> (numbers: StaticNumbers?, isPartial: Bool) {
        var results: [UInt64] = []
        var isPartial = false
        let first = left.values ?? [left.low, left.high]
        let second = right.values ?? [right.low, right.high]
        for number in first {
            for other in second {
                if let result = opcode.exactly(number, other) { results.append(result) } else { isPartial = true }
            }
        }
        guard left.values == nil || right.values == nil else {
            return (results.isEmpty ? nil : StaticNumbers(results), isPartial)
        }
        if let bounds = bounds(opcode, left, right) { return (bounds, isPartial) }
        guard !isPartial, let least = results.min(), let most = results.max() else {
            return (StaticNumbers(0, .max), true)
        }
        return (StaticNumbers(least, most), false)
    }

    /// All that an operation may give, where it is not the least and the largest operands that give the least and the
    /// largest result.
    private static func bounds(_ opcode: Opcode, _ left: StaticNumbers, _ right: StaticNumbers) -> StaticNumbers? {
        switch opcode {
        case .and: return StaticNumbers(0, min(left.high, right.high))
        case .or:
            let most = max(left.high, right.high)
            return StaticNumbers(max(left.low, right.low), most == 0 ? 0 : .max >> UInt64(most.leadingZeroBitCount))
        case .remainder: return StaticNumbers(0, max(right.high, 1) - 1)
        case .equal, .notEqual, .unsignedLess, .unsignedLessOrEqual: return StaticNumbers(0, 1)
        default: return nil
        }
    }
}

extension Opcode {
    /// What it makes of two numbers, `nil` where that is no number, or none of 64 bits.
    fileprivate func exactly(_ left: UInt64, _ right: UInt64) -> UInt64? {
        guard let result = fold(left, right) else { return nil }
        switch self {
        case .add: return result >= left ? result : nil
        case .subtract: return result <= left ? result : nil
        case .shiftLeft: return result >> right == left ? result : nil
        default: return result
        }
    }
}
