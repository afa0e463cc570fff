// The operations of the stack machine that compute: on static entries at once, on any other by an item.

import Program

extension Evaluator {
    /// Operations on two values of one type, a static one taking the type of the other.
    func combine(_ operation: Operation) throws(MetabinaryError) {
        var right = try pop()
        var left = try pop()
        if left.isStatic && right.isStatic {
            return try push(StackEntry(value: Self.combined(operation, left.value, right.value)))
        }
        if operation == .or {
            // Each has its own bits of the result.
            left = try confined(left)
            right = try confined(right)
        }
        let type = left.isStatic ? right.type : left.type
        // Constants go to the right where the order does not matter: processors have room for them there.
        let swaps = left.isStatic && operation != .subtract
        let first = try item(of: swaps ? right : left, type)
        let second = try item(of: swaps ? left : right, type)
        let item = try emit(operation, type, left: first, right: second)
        try push(
            StackEntry(
                item: item, type: type, mask: Self.mask(operation, left.mask, right.mask, type),
                believed: Self.mask(operation, left.believed, right.believed, type)))
    }

    /// Bits that a result may use, of operands that may use these.
    private static func mask(_ operation: Operation, _ left: UInt64, _ right: UInt64, _ type: ValueType) -> UInt64 {
        switch operation {
        case .and: return left & right
        case .or: return left | right
        case .add:
            let (sum, isTooLarge) = left.addingReportingOverflow(right)
            return aligned(isTooLarge ? type.mask : StackEntry.mask(upTo: sum) & type.mask, left, right)
        default: return aligned(type.mask, left, right)
        }
    }

    private static func combined(_ operation: Operation, _ left: UInt64, _ right: UInt64) -> UInt64 {
        switch operation {
        case .and: left & right
        case .or: left | right
        case .add: left &+ right
        default: left &- right
        }
    }

    /// The mask without the low bits that neither operand of a sum has.
    private static func aligned(_ mask: UInt64, _ left: UInt64, _ right: UInt64) -> UInt64 {
        let low = (left | right).trailingZeroBitCount
        return low >= 64 ? 0 : mask & (.max << UInt64(low))
    }

    /// Comparisons of two values of one type.
    func compare(_ operation: Operation) throws(MetabinaryError) {
        let right = try pop()
        let left = try pop()
        if left.isStatic && right.isStatic {
            return try push(StackEntry(value: Self.holds(operation, left.value, right.value) ? 1 : 0))
        }
        let type = left.isStatic ? right.type : left.type
        let first = try item(of: left, type)
        let second = try item(of: right, type)
        let item = try emit(operation, .boolean, left: first, right: second)
        try push(StackEntry(item: item, type: .boolean, mask: 1))
    }

    func shift(isLeft: Bool) throws(MetabinaryError) {
        let count = try pop()
        guard count.isStatic else { throw .dynamicCount(at: place) }
        try shift(try pop(), count.value, isLeft: isLeft)
    }

    @inline(never)
    func shift(_ value: StackEntry, _ count: UInt64, isLeft: Bool) throws(MetabinaryError) {
        let operand = isLeft ? try confined(value) : value
        let typeBitCount = UInt64(operand.type.bitCount)
        guard count < typeBitCount, !isLeft || count + UInt64(operand.bitCount) <= typeBitCount else {
            throw .shiftTooFar(at: place)
        }
        let mask = isLeft ? operand.mask << count : operand.mask >> count
        if operand.isStatic { return try push(StackEntry(value: mask)) }
        let item = try emit(isLeft ? .shiftLeft : .shiftRight, operand.type, left: operand.item, immediate: count)
        let believed = isLeft ? mask : operand.believed >> count
        try push(StackEntry(item: item, type: operand.type, mask: mask, believed: believed))
    }

    func convert(to type: ValueType, isWider: Bool) throws(MetabinaryError) {
        var operand = try pop()
        if operand.isStatic {
            return try push(StackEntry(value: isWider ? operand.value : operand.value & type.mask))
        }
        // Wider, it is an index or a part of something: masked here, it is masked once.
        if isWider { operand = try confined(operand) }
        guard isWider ? type.bitCount > operand.type.bitCount : type.bitCount < operand.type.bitCount else {
            throw .typesDiffer(at: place)
        }
        let item = try emit(isWider ? .extend : .truncate, type, left: operand.item)
        try push(
            StackEntry(item: item, type: type, mask: operand.mask & type.mask, believed: operand.believed & type.mask))
    }

    /// Turns bytes round, by shifts and masks.
    func swap(_ type: ValueType) throws(MetabinaryError) {
        let operand = try confined(try pop())
        guard type.bitCount >= 16, operand.isStatic ? operand.bitCount <= type.bitCount : operand.type == type else {
            throw .typesDiffer(at: place)
        }
        let top = UInt64(type.bitCount) - 8
        var swapped = StackEntry(value: 0)
        for shift in stride(from: 0, through: top, by: 8) {
            try push(operand)
            try push(StackEntry(value: shift))
            try self.shift(isLeft: false)
            try push(StackEntry(value: 0xFF))
            try combine(.and)
            try push(StackEntry(value: top - shift))
            try self.shift(isLeft: true)
            if shift > 0 {
                try push(swapped)
                try combine(.or)
            }
            swapped = try pop()
        }
        try push(swapped)
    }
}
