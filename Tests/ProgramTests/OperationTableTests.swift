// The table of operations agrees with itself: what a row promises of an operation, the operation's value keeps. Numbers of
// eight bits are tried all.

import Program
import Testing

@Suite struct OperationTableTests {
    private static let pairs = (0..<1 << 16).map { (UInt64($0 >> 8), UInt64($0 & 0xFF)) }

    @Test func `no two operations have one word`() {
        #expect(Set(Operation.allCases.map { "\($0.word)" }).count == Operation.allCases.count)
    }

    @Test(arguments: Operation.allCases)
    func `operands change places where the row says so, and nowhere else`(operation: Operation) {
        guard operation.row.rule == .alike || operation.row.rule == .compared else {
            #expect(!operation.row.commutes)
            return
        }
        let commutes = Self.pairs.allSatisfy {
            operation.fold($0, $1, 0, .u8) == operation.fold($1, $0, 0, .u8)
        }
        #expect(commutes == operation.row.commutes)
    }

    @Test(arguments: Operation.allCases.filter { $0.row.rule == .alike || $0.row.rule == .compared })
    func `a value fits its type, and has no bit that the operands leave no room for`(operation: Operation) {
        let masks: [UInt64] = [0, 1, 0x0F, 0x18, 0x80, 0xC3, 0xF0, 0xFF]
        for (left, right) in masks.flatMap({ left in masks.map { (left, $0) } }) {
            let bits = operation.bits(left, right, .u8)
            var seen: UInt64 = 0
            for (one, other) in Self.pairs { seen |= operation.fold(one & left, other & right, 0, .u8) ?? .max }
            #expect(seen & ~bits == 0 && bits & ~ValueType.u8.mask == 0, "\(operation) of \(left) and \(right)")
        }
    }

    @Test func `what an operation computes is what its name says`() throws {
        for (left, right) in Self.pairs {
            let (one, other) = (Int(left), Int(right))
            try #require(Operation.add.fold(left, right, 0, .u8) == UInt64((one + other) % 256))
            try #require(Operation.subtract.fold(left, right, 0, .u8) == UInt64((one - other + 256) % 256))
            try #require(Operation.unsignedLess.fold(left, right, 0, .u8) == (one < other ? 1 : 0))
            try #require(Operation.unsignedLessOrEqual.fold(left, right, 0, .u8) == (one <= other ? 1 : 0))
            try #require(Operation.equal.fold(left, right, 0, .u8) == (one == other ? 1 : 0))
        }
        for (value, count) in (0..<256).flatMap({ value in (0..<8).map { (UInt64(value), UInt64($0)) } }) {
            try #require(Operation.shiftLeft.fold(value, 0, count, .u8) == value * (1 << count) % 256)
            try #require(Operation.shiftRight.fold(value, 0, count, .u8) == value / (1 << count))
            try #require(Operation.truncate.fold(value << 4 | count, 0, 0, .u8) == (value * 16 + count) % 256)
        }
    }

    @Test(arguments: Operation.allCases)
    func `only what does nothing else has a value that its operands decide`(operation: Operation) {
        let isDecided = operation.fold(1, 1, 1, .u32) != nil
        #expect(isDecided == (operation.row.effect == .none && operation != .parameter))
        #expect(!isDecided || operation.givesValue)
        #expect(operation.row.block == .none || operation.row.effect == .control)
    }
}
