// What a static value may be on the machines that a rule meets: its numbers one by one where they are few, else the least and
// the largest. The checker proves with it what the target will compute.

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
    /// - Parameters:
    ///   - bounds: the least and the largest result, for values that are too many to be tried.
    ///   - operation: `nil` where it gives no number.
    /// - Returns: `nil` where no pair gives a number; and whether some pair gives none.
    static func combined(
        _ left: StaticNumbers, _ right: StaticNumbers, bounds: (low: UInt64, high: UInt64)? = nil,
        _ operation: (UInt64, UInt64) -> UInt64?
    ) -> (numbers: StaticNumbers?, isPartial: Bool) {
        var results: [UInt64] = []
        var isPartial = false
        let first = left.values ?? [left.low, left.high]
        let second = right.values ?? [right.low, right.high]
        for number in first {
            for other in second {
                if let result = operation(number, other) { results.append(result) } else { isPartial = true }
            }
        }
        guard left.values == nil || right.values == nil else {
            return (results.isEmpty ? nil : StaticNumbers(results), isPartial)
        }
        if let bounds { return (StaticNumbers(bounds.low, bounds.high), isPartial) }
        guard let least = results.min(), let most = results.max() else { return (nil, true) }
        return (StaticNumbers(least, isPartial ? .max : most), isPartial)
    }
}
