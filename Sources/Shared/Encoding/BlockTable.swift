// The blocks of a program as the encoder needs them: where each one goes on, which loop each item is in, and which
// items are never reached because a condition is a constant or every path has returned.

import Program

/// The blocks of a program, noted item by item.
final class BlockTable {
    /// A block that is open.
    private struct Block {
        /// Item that opened it, or its second part.
        var start: Int
        /// Whether the second arm of a branch, or what lies after a wait, is reached.
        var isOtherReached = true
        /// The loop around the block.
        var outerLoop: Int?
    }

    /// For an item that opens a block: the one that closes it or goes on with it.
    private(set) var partners: [Int]
    /// The innermost loop or wait whose repeated part an item is in.
    private(set) var loops: [Int?]
    /// Whether an item is ever reached; for one that closes a block, whether the block's last item goes on to it.
    private(set) var isReached: [Bool]
    /// How many items were noted.
    private var count = 0
    private var blocks: [Block] = []
    private var loop: Int?
    private var isHere = true

    init(itemCount: Int) {
        partners = [Int](repeating: -1, count: itemCount)
        loops = [Int?](repeating: nil, count: itemCount)
        isReached = [Bool](repeating: false, count: itemCount)
    }

    /// Notes the next item; `condition` is that of a branch or wait, where it is a constant.
    func append(_ operation: Operation, condition: UInt64?) {
        let index = count
        count += 1
        loops[index] = loop
        isReached[index] = isHere
        switch operation {
        case .ifTrue:
            blocks.append(Block(start: index, isOtherReached: isHere && condition != 1, outerLoop: loop))
            isHere = isHere && condition != 0
        case .loop, .wait:
            blocks.append(Block(start: index, outerLoop: loop))
            loop = index
        case .else, .until, .end:
            goOn(operation, index, condition)
        case .returnValue:
            isHere = false
        default:
            break
        }
    }

    private func goOn(_ operation: Operation, _ index: Int, _ condition: UInt64?) {
        var block = blocks.removeLast()  // a checked program closes what it opened
        partners[block.start] = index
        let isLoop = loop == block.start
        loop = block.outerLoop
        block.start = index
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
