// Ranges against the numbers that they stand for. Over small numbers, all ranges; over large ones, corners and chance.

import Support
import Testing

@testable import Verification

/// An operation on ranges, and on numbers.
private struct RangeOperation: Sendable {
    var name: String
    var onRanges: @Sendable (ValueRange, ValueRange, UInt64) -> ValueRange
    /// `nil` where the numbers have no result that the range has to hold.
    var onNumbers: @Sendable (UInt64, UInt64, UInt64) -> UInt64?

    static let all: [RangeOperation] = [
        .init(name: "adding", onRanges: { $0.adding($1, width: $2) }, onNumbers: { ($0 &+ $1) & ValueRange.mask($2) }),
        .init(
            name: "subtracting", onRanges: { $0.subtracting($1, width: $2) },
            onNumbers: { ($0 &- $1) & ValueRange.mask($2) }),
        .init(
            name: "and", onRanges: { left, right, _ in left.and(right) }, onNumbers: { left, right, _ in left & right }),
        .init(
            name: "or", onRanges: { left, right, _ in left.or(right) }, onNumbers: { left, right, _ in left | right }),
        .init(
            name: "xor", onRanges: { left, right, _ in left.xor(right) },
            onNumbers: { left, right, _ in left ^ right }),
        .init(
            name: "joined", onRanges: { left, right, _ in left.joined(right) }, onNumbers: { left, _, _ in left }),
        .init(
            name: "joined, the other", onRanges: { left, right, _ in left.joined(right) },
            onNumbers: { _, right, _ in right }),
        .init(
            name: "intersected", onRanges: { left, right, _ in left.intersected(right) },
            onNumbers: { left, right, _ in left == right ? left : nil }),
        .init(name: "tightened", onRanges: { left, _, _ in left.tightened() }, onNumbers: { left, _, _ in left }),
    ]

    /// Operations on one range and a count or a width.
    static func counted(_ width: UInt64) -> [RangeOperation] {
        (0..<width).flatMap { count -> [RangeOperation] in
            [
                .init(
                    name: "shiftedLeft \(count)", onRanges: { left, _, width in left.shiftedLeft(count, width: width) },
                    onNumbers: { left, _, width in left << count & ValueRange.mask(width) }),
                .init(
                    name: "shiftedRight \(count)", onRanges: { left, _, _ in left.shiftedRight(count) },
                    onNumbers: { left, _, _ in left >> count }),
                .init(
                    name: "lowBits \(count + 1)", onRanges: { left, _, _ in left.lowBits(count + 1) },
                    onNumbers: { left, _, _ in left & ValueRange.mask(count + 1) }),
            ]
        }
    }
}

@Suite struct ValueRangeTests {
    /// Every range over numbers of so many bits, those that hold nothing among them, with its numbers.
    private static func ranges(_ width: UInt64) -> [(range: ValueRange, numbers: [UInt64])] {
        let most = ValueRange.mask(width)
        return (0...most).flatMap { low in
            (0...most).flatMap { high in
                (0...most).map { bits in
                    let range = ValueRange(low: low, high: high, bits: bits)
                    return (range, (0...most).filter { range.contains($0) })
                }
            }
        }
    }

    private func problem(
        _ operation: RangeOperation, _ left: (range: ValueRange, numbers: [UInt64]),
        _ right: (range: ValueRange, numbers: [UInt64]), _ width: UInt64
    ) -> String? {
        let result = operation.onRanges(left.range, right.range, width)
        for first in left.numbers {
            for second in right.numbers {
                guard let number = operation.onNumbers(first, second, width), !result.contains(number) else { continue }
                return "\(operation.name) of \(left.range) and \(right.range): \(result) lacks \(number)"
            }
        }
        return nil
    }

    @Test func `results of all ranges of three bits hold all results of their numbers`() {
        let ranges = Self.ranges(3)
        for operation in RangeOperation.all {
            for left in ranges {
                for right in ranges {
                    guard let problem = problem(operation, left, right, 3) else { continue }
                    Issue.record("\(problem)")
                    return
                }
            }
        }
    }

    /// A range of four bits that other ranges do not make smaller or larger in vain: 16 x 16 x 16 of them, in pairs.
    @Test(.enabled(if: TestSize.isFull, "minutes, where METAOS_EXHAUSTIVE is set"))
    func `results of all ranges of four bits hold all results of their numbers`() {
        let ranges = Self.ranges(4).filter { !$0.numbers.isEmpty }
        for operation in RangeOperation.all {
            for left in ranges {
                for right in ranges {
                    guard let problem = problem(operation, left, right, 4) else { continue }
                    Issue.record("\(problem)")
                    return
                }
            }
        }
    }

    @Test func `shifts and cuts of all ranges of four bits hold all results of their numbers`() {
        let nothing = (range: ValueRange(0), numbers: [UInt64(0)])
        for operation in RangeOperation.counted(4) {
            for left in Self.ranges(4) {
                guard let problem = problem(operation, left, nothing, 4) else { continue }
                Issue.record("\(problem)")
                return
            }
        }
    }

    @Test func `a range covers another only if it holds all its numbers`() {
        let ranges = Self.ranges(3)
        for left in ranges {
            for right in ranges where left.range.covers(right.range) {
                let numbers = Set(left.numbers)
                #expect(right.numbers.allSatisfy { numbers.contains($0) }, "\(left.range) covers \(right.range)")
            }
        }
    }

    // MARK: Large numbers

    /// A range of numbers up to a mask, with some of its numbers.
    private func wide(
        _ mask: UInt64, _ generator: inout SeededGenerator
    ) -> (range: ValueRange, numbers: [UInt64]) {
        let bits = Bool.random(using: &generator) ? mask : corner(mask, &generator) | corner(mask, &generator)
        let numbers = (0..<4).map { _ in corner(mask, &generator) & bits }
        let low = numbers.min() ?? 0
        let high = numbers.max() ?? 0
        return (ValueRange(low: low, high: high, bits: bits), numbers)
    }

    /// A number that is likely to carry, to wrap or to have few bits.
    private func corner(_ mask: UInt64, _ generator: inout SeededGenerator) -> UInt64 {
        let shift = UInt64.random(in: 0..<64, using: &generator)
        let near = UInt64.random(in: 0...2, using: &generator)
        let number: UInt64 =
            switch Int.random(in: 0...5, using: &generator) {
            case 0: generator.next() >> shift
            case 1: (1 << shift) &+ near
            case 2: (1 << shift) &- near
            case 3: mask &- near
            case 4: near
            default: mask << shift
            }
        return number & mask
    }

    @Test(arguments: [32, 64] as [UInt64])
    func `results of wide ranges hold the results of their numbers`(width: UInt64) {
        let seed: UInt64 = 51
        var generator = SeededGenerator(seed: seed)
        let mask = ValueRange.mask(width)
        let operations = RangeOperation.all + RangeOperation.counted(width)
        for _ in 0..<(TestSize.isFull ? 200_000 : 2000) {
            let left = wide(mask, &generator)
            let right = wide(mask, &generator)
            for operation in operations {
                guard let problem = problem(operation, left, right, width) else { continue }
                Issue.record("seed \(seed): \(problem)")
                return
            }
        }
    }
}
