// The blocks of a program as the encoder needs them: where each one goes on, which loop each item is in, and which
// items are never reached because a condition is a constant or every path has returned.

import Program

/// Notes the blocks of a program in the values of its items, item by item.
struct BlockTable: ~Copyable {
    /// A block that is open.
    private struct Block: BitwiseCopyable {
        /// Item that opened it.
        let opener: ItemReference
        /// The same, or the item that opened its second part.
        var start: ItemReference
        /// Whether the second arm of a branch, or what lies after a wait, is reached.
        var isOtherReached = true
        /// The loop around the block.
        var outerLoop: ItemReference

        init(start: Int, isOtherReached: Bool = true, outerLoop: ItemReference) {
            opener = ItemReference(start)
            self.start = opener
            self.isOtherReached = isOtherReached
            self.outerLoop = outerLoop
        }
    }

    private var blocks = FixedArray<Block>(capacity: ProgramChecker.depthLimit)
    private var loop = ItemReference.none
    private var isHere = true

    mutating func removeAll() {
        blocks.removeAll()
        loop = .none
        isHere = true
    }

    /// Notes the last item of `values`; `condition` is that of a branch or wait, where it is a constant.
    mutating func note(_ condition: UInt64?, _ values: borrowing FixedArray<Value>) {
        let index = values.count - 1
        let operation = values[index].operation
        values[index].loop = loop
        values[index].block = blocks.count > 0 ? blocks[blocks.count - 1].start : .none
        values[index].isReached = isHere
        switch operation {
        case .ifTrue:
            blocks.append(Block(start: index, isOtherReached: isHere && condition != 1, outerLoop: loop))
            isHere = isHere && condition != 0
        case .loop, .wait:
            blocks.append(Block(start: index, outerLoop: loop))
            loop = ItemReference(index)
        case .else, .until, .end:
            goOn(operation, index, condition, values)
        case .returnValue:
            isHere = false
        default:
            break
        }
    }

    private mutating func goOn(
        _ operation: Operation, _ index: Int, _ condition: UInt64?, _ values: borrowing FixedArray<Value>
    ) {
        guard var block = blocks.popLast() else { preconditionFailure("a checked program closes what it opened") }
        values[block.start.index].partner = ItemReference(index)
        values[index].opener = block.opener
        values[index].block = blocks.count > 0 ? blocks[blocks.count - 1].start : .none
        let isLoop = loop == block.start
        loop = block.outerLoop
        block.start = ItemReference(index)
        switch operation {
        case .else:
            swap(&isHere, &block.isOtherReached)
            blocks.append(block)
        case .until:
            block.isOtherReached = isHere && condition != 0
            isHere = isHere && condition != 1
            blocks.append(block)
        default:
            if !isLoop { isHere = isHere || block.isOtherReached }
        }
    }
}
