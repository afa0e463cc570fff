// Numbers that came out of memory are believed by no code: not those of the driver's own cells either, which a device may
// have written that its rule misjudged. Where a number decides where something is, or what a device is told, the bits that
// it is believed to have are masked out of it first; where it is only compared, handed out or stored in a cell, nothing is
// added. So the mask that an index has anyhow is all that most positions cost.

import Program

extension Evaluator {
    /// The value held to the bits that it is believed to use: itself where the code sees to that already, else behind a mask.
    ///
    /// The names that the block at hand has for the value stand for the masked one from here on: it is masked once.
    @inline(never)
    func confined(_ entry: StackEntry) throws(MetabinaryError) -> StackEntry {
        guard !entry.isConfined else { return entry }
        let mask = try emit(.constant, entry.type, immediate: entry.believed)
        let item = try emit(.and, entry.type, left: entry.item, right: mask)
        let confined = StackEntry(item: item, type: entry.type, mask: entry.believed)
        for index in block.depth..<stack.count where stack[index].item == entry.item { stack[index] = confined }
        return confined
    }
}
