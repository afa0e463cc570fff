// The operations of the abstract run that compute, load and store: how many items each leaves, and which numbers a static
// result may be.

import Metabinary

extension EvaluationBound {
    private static let anything = StaticNumbers(0, .max)

    mutating func compute(_ opcode: Opcode, _ operand: UInt64) {
        if opcode.operands == .register, operand < UInt64(device.windows.count) {
            access()
            if isInConfiguration(operand) {
                // The access is two: before it, the number of what is meant goes to the first port.
                emit(2)
                access()
            }
        }
        switch opcode {
        case .push: push(StaticNumbers(operand))
        case .fact:
            let fact = device.facts[Int(operand)]
            push(StaticNumbers(fact.lowest, fact.highest))
        case .choice: push(StaticNumbers(0, UInt64(device.choices[Int(operand)].count) - 1))
        case .entry:
            let table = device.tables[Int(operand)]
            let entries = pop()?.limited(to: 0...UInt64(table.count) - 1)?.mapped { table[Int($0)] }
            push(entries ?? StaticNumbers(table))
        case .ask, .address: push(Self.anything)
        case .local: push(Int(operand) < stack.count ? stack[Int(operand)] : nil)
        case .parameter, .load, .get:
            emit(1)
            push(nil)
        case .loadAt, .getAt:
            confine(pop())
            emit(1)
            push(nil)
        case .store, .set, .storeAt, .setAt:
            let value = pop()
            if opcode == .store || opcode == .storeAt { confine(value) }
            emit(1, with: [value])
            if opcode == .storeAt || opcode == .setAt { confine(pop()) }
        case .bound: checkArgument(lowest: operand)
        case .boundOf:
            _ = pop()
            checkArgument(lowest: operand)
        case .publish, .fence: emit(1)
        case .returnValue:
            guard function.resultType != .void else { return emit(1) }
            let value = pop()
            confine(value)
            emit(1, with: [value])
        case .extend, .truncate, .swap:
            guard let entry = pop() else {
                if opcode != .truncate { confine(nil) }
                return convert(opcode, byteCount: Int(operand) / 8)
            }
            let mask = UInt64.max >> (64 - min(operand, 64))
            push(opcode == .extend ? entry : entry.high <= mask && opcode == .truncate ? entry : StaticNumbers(0, mask))
        default: combine(opcode)
        }
    }

    /// A number that may have come out of a cell is masked where it decides of a place or is told to the device; that it has
    /// been masked before is not followed here.
    private mutating func confine(_ entry: Entry) {
        if entry == nil, hasNarrowCells { emit(2) }
    }

    /// Whether a region is a window of configuration space.
    private func isInConfiguration(_ region: UInt64) -> Bool {
        guard region < UInt64(device.windows.count) else { return false }
        let window = device.windows[Int(region)]
        return ([window] + window.alternatives).contains { $0.configuration != nil }
    }

    /// A comparison with the range, and a return.
    private mutating func checkArgument(lowest: UInt64) {
        emit(lowest > 0 ? 6 : 4)
        emit(function.resultType == .void ? 1 : 2)
    }

    /// Of a dynamic entry, an item; bytes that are turned round are moved and masked one by one, and joined.
    private mutating func convert(_ opcode: Opcode, byteCount: Int) {
        emit(opcode == .swap ? 5 * byteCount - 1 : 1)
        push(nil)
    }

    private mutating func combine(_ opcode: Opcode) {
        let right = pop()
        let left = pop()
        if let left, let right { return push(Self.combined(opcode, left, right)) }
        // A shift has its count in itself, and so has the product that is one.
        let isShift = opcode == .shiftLeft || opcode == .shiftRight || opcode == .multiply
        if opcode == .or || isShift && opcode != .shiftRight {
            confine(left)
            confine(right)
        }
        emit(1, with: isShift ? [] : [left, right])
        push(nil)
    }

    // MARK: Numbers

    /// What an operation may give of two static entries.
    private static func combined(_ opcode: Opcode, _ left: StaticNumbers, _ right: StaticNumbers) -> StaticNumbers {
        if left.values != nil, right.values != nil,
            let numbers = StaticNumbers.combined(left, right, { applied(opcode, $0, $1) }).numbers
        {
            return numbers
        }
        let (low, high) = bounds(opcode, left, right)
        return StaticNumbers(min(low, high), high)
    }

    /// The least and the largest result, of numbers that are too many to be tried.
    private static func bounds(_ opcode: Opcode, _ left: StaticNumbers, _ right: StaticNumbers) -> (UInt64, UInt64) {
        switch opcode {
        case .and: return (0, min(left.high, right.high))
        case .or:
            let most = max(left.high, right.high)
            return (max(left.low, right.low), most == 0 ? 0 : .max >> UInt64(most.leadingZeroBitCount))
        case .subtract: return left.low >= right.high ? (left.low - right.high, left.high - right.low) : (0, .max)
        case .shiftRight: return (left.low >> right.high, left.high >> right.low)
        case .divide: return right.low > 0 ? (left.low / right.high, left.high / right.low) : (0, .max)
        case .remainder: return (0, max(right.high, 1) - 1)
        case .equal, .notEqual, .below, .belowOrEqual: return (0, 1)
        default:
            guard let most = applied(opcode, left.high, right.high) else { return (0, .max) }
            return (applied(opcode, left.low, right.low) ?? 0, most)
        }
    }

    /// The result; `nil` where it needs more than 64 bits, or there is none.
    private static func applied(_ opcode: Opcode, _ left: UInt64, _ right: UInt64) -> UInt64? {
        switch opcode {
        case .and: return left & right
        case .or: return left | right
        case .add:
            let (sum, isTooLarge) = left.addingReportingOverflow(right)
            return isTooLarge ? nil : sum
        case .subtract: return left >= right ? left - right : nil
        case .shiftLeft: return right < 64 && (left << right) >> right == left ? left << right : nil
        case .shiftRight: return left >> right
        case .multiply:
            let (product, isTooLarge) = left.multipliedReportingOverflow(by: right)
            return isTooLarge ? nil : product
        case .divide: return right > 0 ? left / right : nil
        case .remainder: return right > 0 ? left % right : nil
        case .equal: return left == right ? 1 : 0
        case .notEqual: return left != right ? 1 : 0
        case .below: return left < right ? 1 : 0
        default: return left <= right ? 1 : 0
        }
    }
}
