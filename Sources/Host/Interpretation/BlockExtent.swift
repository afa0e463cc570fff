// Where the blocks of a program begin and end, found once for all runs of them. Called by the interpreter.

import Program

/// The two parts of a block, by the item that opens it.
struct BlockExtent {
    /// The first arm, the body of a loop, or the look of a wait.
    var first: Range<Int>
    /// The second arm, or what runs once the time is over; empty where there is none.
    var second: Range<Int>
    /// The item that closes the block.
    var end: Int

    /// The extent of the block that each item opens; of an item that opens none, nothing. A block that is never closed
    /// ends with the program.
    static func all(of program: Program) -> [BlockExtent] {
        let end = program.items.count
        var extents = [BlockExtent](repeating: BlockExtent(first: 0..<0, second: 0..<0, end: 0), count: end)
        var open: [(start: Int, middle: Int?)] = []
        for index in 0..<end {
            switch program.items[index].operation.row.block {
            case .none: break
            case .opens: open.append((index, nil))
            case .continues: if !open.isEmpty { open[open.count - 1].middle = index }
            case .closes: if let block = open.popLast() { extents[block.start] = extent(block, end: index) }
            }
        }
        for block in open { extents[block.start] = extent(block, end: end) }
        return extents
    }

    private static func extent(_ block: (start: Int, middle: Int?), end: Int) -> BlockExtent {
        let middle = block.middle ?? end
        return BlockExtent(first: block.start + 1..<middle, second: min(middle + 1, end)..<end, end: end)
    }
}
