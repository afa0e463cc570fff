// What conditions tell of values: in the arm of a branch its condition holds, in the other one and after an arm that
// returns it does not. A number that was compared with a bound has no more bits there than the bound. What is told is
// forgotten at the end of the block that it holds in; a value never changes, so nothing else makes it wrong. Nothing is
// concluded that the verifier does not see in the bytes as well: it would refuse what an access rests on.

import Program

/// That fewer bits of a value may be set than it had before.
struct Narrowing: BitwiseCopyable {
    let value: ItemReference
    /// How many were known before.
    let before: UInt8
}

extension ValueTable {
    /// The value of an operand, with what is known of its bits where the pass is.
    func operand(_ reference: ItemReference) -> Value {
        var value = values[reference.index]
        if !value.isConstant { value.bitCount = min(value.bitCount, values[value.holder.index].knownBitCount) }
        return value
    }

    /// Notes what an item that begins or ends a block tells of conditions.
    mutating func noteConditions(_ index: Int) {
        let value = values[index]
        switch value.operation {
        case .ifTrue, .loop, .wait:
            values[index].narrowingCount = UInt16(truncatingIfNeeded: narrowings.count)
        case .else:
            forget(until: values[value.opener.index].narrowingCount)
            narrow(by: value.opener, holds: false)
        case .until:
            forget(until: values[value.opener.index].narrowingCount)
        case .end:
            forget(until: values[value.opener.index].narrowingCount)
            guard values[value.opener.index].operation == .ifTrue else { return }
            let middle = values[value.opener.index].partner.index
            if !values[middle].isReached {
                narrow(by: value.opener, holds: false)
            } else if middle != index, !value.isReached {
                narrow(by: value.opener, holds: true)
            }
        default:
            break
        }
    }

    /// Notes that the condition of a branch holds in the arm that it opens.
    mutating func noteArm(_ index: Int) {
        narrow(by: ItemReference(index), holds: true)
    }

    private mutating func forget(until count: UInt16) {
        while narrowings.count > Int(count), let last = narrowings.popLast() {
            values[last.value.index].knownBitCount = last.before
        }
    }

    /// Notes what a condition tells of the values that it compares, where it holds or where it does not.
    private mutating func narrow(by reference: ItemReference, holds: Bool) {
        let test = values[reference.index]
        switch test.step {
        case .testBits:
            // Of a truth that is put together or compared with false; bits of other numbers tell nothing of their sizes.
            let tested = values[test.left.index]
            guard tested.bitCount == 1 else { return }
            narrow(by: test.left, holds: holds == (test.condition == .notEqual))
        case .combine:
            guard test.bitCount == 1, test.mnemonic == .or ? !holds : test.mnemonic == .and && holds else { return }
            narrow(by: test.left, holds: holds)
            narrow(by: test.right, holds: holds)
        case .compareConstant:
            switch holds ? test.condition : test.condition.negated {
            case .equal, .belowOrEqual: narrow(test.left, atMost: test.number)
            case .below: narrow(test.left, atMost: test.number - 1)
            default: break
            }
        default:
            break
        }
    }

    private mutating func narrow(_ reference: ItemReference, atMost most: UInt64) {
        let value = values[reference.index]
        let bitCount = Value.bitCount(most)
        guard bitCount < value.knownBitCount, narrowings.count < narrowings.capacity else { return }
        narrowings.append(Narrowing(value: reference, before: value.knownBitCount))
        values[reference.index].knownBitCount = bitCount
    }
}
