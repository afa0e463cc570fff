// The operations of the stack machine that compute: on static entries at once, on any other by an item.

import Program

extension Evaluator {
    /// Operations on two values of one type, a static one taking the type of the other; the result has it too, or is a
    /// boolean.
    @inline(never)
    func combine(_ opcode: Opcode) throws(MetabinaryError) {
        var right = pop()
        var left = pop()
        if left.isStatic && right.isStatic {
            guard let value = opcode.fold(left.value, right.value) else {
                if opcode == .multiply { throw .valueTooWide(at: place) }
                throw .dividedByZero(at: place)
            }
            return push(StackEntry(value: value))
        }
        if opcode == .multiply { return try scale(left, right) }
        let row = opcode.row
        guard let operation = row.operation else { throw .notStatic(at: place) }
        if operation == .or {
            // Each has its own bits of the result.
            left = try confined(left)
            right = try confined(right)
        }
        let type = left.isStatic ? right.type : left.type
        let isComparison = row.left == .boolean
        // Constants go to the right where the order does not matter: processors have room for them there. Of a comparison
        // the encoder sees to that.
        let swaps = left.isStatic && operation.row.commutes && !isComparison
        let first = try item(of: swaps ? right : left, type)
        let second = try item(of: swaps ? left : right, type)
        let result = isComparison ? .boolean : type
        let item = try emit(operation, result, left: first, right: second)
        push(
            StackEntry(
                item: item, type: result, mask: operation.bits(left.mask, right.mask, result),
                believed: operation.bits(left.believed, right.believed, result)))
    }

    /// A product with a power of two is a shift.
    private func scale(_ left: StackEntry, _ right: StackEntry) throws(MetabinaryError) {
        let (factor, operand) = left.isStatic ? (left, right) : (right, left)
        guard factor.isStatic, factor.value.nonzeroBitCount == 1 else { throw .notStatic(at: place) }
        try shift(operand, UInt64(factor.value.trailingZeroBitCount), isLeft: true)
    }

    /// The number that an operation makes of bits that are known.
    @inline(never)
    private static func folded(
        _ operation: Operation, _ bits: UInt64, count: UInt64 = 0, type: ValueType
    ) -> UInt64 {
        guard let value = operation.fold(bits, 0, count, type) else {
            preconditionFailure("an operation without a value is folded")
        }
        return value
    }

    func shift(isLeft: Bool) throws(MetabinaryError) {
        let count = pop()
        try shift(pop(), count.value, isLeft: isLeft)
    }

    @inline(never)
    func shift(_ value: StackEntry, _ count: UInt64, isLeft: Bool) throws(MetabinaryError) {
        let operand = isLeft ? try confined(value) : value
        let typeBitCount = UInt64(operand.type.bitCount)
        guard count < typeBitCount, !isLeft || count + UInt64(operand.bitCount) <= typeBitCount else {
            throw .shiftTooFar(at: place)
        }
        let operation: Operation = isLeft ? .shiftLeft : .shiftRight
        let mask = Self.folded(operation, operand.mask, count: count, type: operand.type)
        if operand.isStatic { return push(StackEntry(value: mask)) }
        let item = try emit(operation, operand.type, left: operand.item, immediate: count)
        let believed = Self.folded(operation, operand.believed, count: count, type: operand.type)
        push(StackEntry(item: item, type: operand.type, mask: mask, believed: believed))
    }

    func convert(to type: ValueType, isWider: Bool) throws(MetabinaryError) {
        let operation: Operation = isWider ? .extend : .truncate
        var operand = pop()
        if operand.isStatic { return push(StackEntry(value: Self.folded(operation, operand.value, type: type))) }
        // Wider, it is an index or a part of something: masked here, it is masked once.
        if isWider { operand = try confined(operand) }
        guard isWider ? type.bitCount > operand.type.bitCount : type.bitCount < operand.type.bitCount else {
            throw .typesDiffer(at: place)
        }
        let item = try emit(operation, type, left: operand.item)
        push(
            StackEntry(item: item, type: type, mask: operand.mask & type.mask, believed: operand.believed & type.mask))
    }

    /// Turns bytes round, by shifts and masks.
    func swap(_ type: ValueType) throws(MetabinaryError) {
        let operand = try confined(pop())
        guard type.bitCount >= 16, operand.isStatic ? operand.bitCount <= type.bitCount : operand.type == type else {
            throw .typesDiffer(at: place)
        }
        let top = UInt64(type.bitCount) - 8
        var swapped = StackEntry(value: 0)
        var shift: UInt64 = 0
        while shift <= top {
            push(operand)
            push(StackEntry(value: shift))
            try self.shift(isLeft: false)
            push(StackEntry(value: 0xFF))
            try combine(.and)
            push(StackEntry(value: top - shift))
            try self.shift(isLeft: true)
            if shift > 0 {
                push(swapped)
                try combine(.or)
            }
            swapped = pop()
            shift += 8
        }
        push(swapped)
    }
}
