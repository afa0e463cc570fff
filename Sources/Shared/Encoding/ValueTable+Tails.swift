// Which constant results of a function are made in one place, a tail, that others branch to: those whose tail takes fewer
// bytes than making them wherever they are returned. An arm that only returns is gone then, and what was a branch over it
// is one to the tail.

import Program

/// A constant result that is made in one place.
struct Tail: BitwiseCopyable {
    /// Stands where there is no tail.
    static let none = UInt8.max
    /// Most constants that are looked at; those past it are made where they are returned.
    static let limit = 32

    let number: UInt64
    /// The first item that returns it.
    let item: ItemReference
    /// What branching to the tail saves where its constant is returned, without what the tail itself takes. Units: bytes.
    var saving = 0
    /// Label of the tail, once somebody branches there.
    var label = OpenBlock.noLabel
    var isPlaced = false

    /// What it takes to make the constant and to return it. Units: bytes.
    let byteCount: Int

    init(_ number: UInt64, of bitCount: UInt8, item: ItemReference) {
        self.number = number
        self.item = item
        byteCount =
            if number == 0 || bitCount <= 8 { 3 } else if number <= UInt64(UInt32.max) { 6 } else {
                number.nonzeroBitCount == 1 ? 8 : 11
            }
    }
}

extension ValueTable {
    /// Bytes that an item with instructions takes, more or less: whether a branch reaches is known only at the end.
    private static var itemByteCount: Int { 5 }

    /// Notes which returns branch to a tail, and which branches lead to one because that is what their arm does.
    mutating func planTails() {
        tails.removeAll()
        var distance = 0
        for index in (0..<values.count).reversed() {
            if values[index].isNeeded || values[index].operation.row.effect == .control {
                distance += Self.itemByteCount
            }
            guard values[index].operation == .returnValue, values[index].isReached, values[index].isConstant else {
                continue
            }
            let tail = tail(of: index)
            guard tail != Tail.none else { continue }
            let saving = saving(of: index, tails[Int(tail)].byteCount, distance)
            guard saving > 0 || index == values.count - 1 else { continue }
            values[index].tail = tail
            tails[Int(tail)].saving += saving
        }
        for index in 0..<values.count {
            let tail = values[index].tail
            if tail != Tail.none, tails[Int(tail)].saving <= 0 { values[index].tail = Tail.none }
        }
        for index in 0..<values.count
        where values[index].operation == .ifTrue && values[index].isReached && !values[index].isConstant {
            let last = values[index].partner.index - 1
            guard values[last].operation == .returnValue, values[last].tail != Tail.none, isLone(last) else { continue }
            values[index].tail = values[last].tail
            values[last].isReached = false
        }
    }

    /// Forgets where tails are, and what is held in registers: code is made anew.
    func forgetLabels() {
        for tail in 0..<tails.count {
            tails[tail].label = OpenBlock.noLabel
            tails[tail].isPlaced = false
        }
        for number in 0..<kept.count { kept[number].isHeld = false }
    }

    /// The tail that makes the constant of a return, noted anew where there is none yet.
    private mutating func tail(of index: Int) -> UInt8 {
        for tail in 0..<tails.count where tails[tail].number == values[index].number {
            return UInt8(truncatingIfNeeded: tail)
        }
        guard tails.count < tails.capacity else { return Tail.none }
        var tail = Tail(values[index].number, of: resultBitCount, item: ItemReference(index))
        // The function's last return has it made anyway.
        if index != values.count - 1 { tail.saving = -tail.byteCount }
        tails.append(tail)
        return UInt8(truncatingIfNeeded: tails.count - 1)
    }

    /// What a return saves that branches to a tail at the function's end. Units: bytes.
    private func saving(of index: Int, _ byteCount: Int, _ distance: Int) -> Int {
        if index == values.count - 1 { return 0 }
        // A branch over an arm that is gone is saved by the branch to the tail, which takes 2 or 6 bytes; a jump 2 or 5.
        let isNear = distance < 128
        if isLone(index) { return isNear ? byteCount : byteCount - 4 }
        return isNear ? byteCount - 2 : byteCount - 5
    }

    /// Whether a return is all that the first arm of a branch leaves of instructions.
    private func isLone(_ index: Int) -> Bool {
        var start = index - 1
        while start >= 0, !values[start].isNeeded, values[start].operation.row.effect != .control { start -= 1 }
        return start >= 0 && values[start].operation == .ifTrue && values[start].isReached && !values[start].isConstant
            && values[start].partner == ItemReference(index + 1)
    }
}
